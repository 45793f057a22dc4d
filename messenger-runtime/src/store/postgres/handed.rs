//! What is on its way to a caller who may have gone, even after it was sent.

use tokio::runtime::Handle;

use crate::BoxFuture;

type GiveBack<T> = Box<dyn FnOnce(T) -> BoxFuture<'static, ()> + Send>;

/// Leases that are given back unless somebody takes them.
pub(super) struct Handed<T: Send + 'static>(Option<(T, GiveBack<T>)>);

impl<T: Send + 'static> Handed<T> {
    /// To be made when what the leases stand in is committed, and not before.
    pub(super) fn new<F>(leases: T, give_back: impl FnOnce(T) -> F + Send + 'static) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let give_back: GiveBack<T> = Box::new(|leases| Box::pin(give_back(leases)));
        Self(Some((leases, give_back)))
    }

    pub(super) fn take(mut self) -> T {
        let (leases, _) = self.0.take().expect("only this and the drop take them, once");
        leases
    }
}

impl<T: Send + 'static> Drop for Handed<T> {
    fn drop(&mut self) {
        // Where the runtime ends too, so do the leases, later.
        if let (Some((leases, give_back)), Ok(runtime)) = (self.0.take(), Handle::try_current()) {
            runtime.spawn(give_back(leases));
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::{mpsc, oneshot};

    use super::*;

    #[tokio::test]
    async fn what_was_sent_and_not_received_is_given_back_and_what_was_taken_is_not() {
        let (back, mut given_back) = mpsc::unbounded_channel();
        let handed = |number: u32| {
            let back = back.clone();
            Handed::new(number, |number| async move {
                let _gone = back.send(number);
            })
        };
        let (answer, answered) = oneshot::channel();
        assert!(answer.send(handed(1)).is_ok());
        drop(answered);
        assert_eq!(given_back.recv().await, Some(1));
        assert_eq!(handed(2).take(), 2);
        drop(handed(3));
        assert_eq!(given_back.recv().await, Some(3));
    }
}
