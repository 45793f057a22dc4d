//! What is on its way to a caller who may have gone, even after it was sent.

use tokio::runtime::Handle;

use crate::BoxFuture;

type GiveBack<T> = Box<dyn FnOnce(Vec<T>) -> BoxFuture<'static, ()> + Send>;

/// Claims that are given back unless somebody takes them.
pub(super) struct Handed<T> {
    claims: Vec<T>,
    give_back: Option<GiveBack<T>>,
}

impl<T> Handed<T> {
    pub(super) fn new<F>(claims: Vec<T>, give_back: impl FnOnce(Vec<T>) -> F + Send + 'static) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        Self {
            claims,
            give_back: Some(Box::new(|claims| Box::pin(give_back(claims)))),
        }
    }

    pub(super) fn take(mut self) -> Vec<T> {
        std::mem::take(&mut self.claims)
    }
}

impl<T> Drop for Handed<T> {
    fn drop(&mut self) {
        let claims = std::mem::take(&mut self.claims);
        if claims.is_empty() {
            return;
        }
        // Where the runtime ends too, so do the leases, later.
        if let (Some(give_back), Ok(runtime)) = (self.give_back.take(), Handle::try_current()) {
            runtime.spawn(give_back(claims));
        }
    }
}
