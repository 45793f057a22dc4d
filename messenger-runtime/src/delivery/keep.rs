//! Work that is finished whoever stops waiting for it.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use crate::BoxFuture;

/// A future that goes on as a task of its own where it is dropped half way.
///
/// A peer may hang up while the store is keeping its events. What the store leased with them would then
/// belong to nobody.
pub(super) struct Finished<T: Send + 'static> {
    work: Option<BoxFuture<'static, T>>,
    has_begun: bool,
}

impl<T: Send + 'static> Finished<T> {
    pub(super) fn new(work: impl Future<Output = T> + Send + 'static) -> Self {
        Self {
            work: Some(Box::pin(work)),
            has_begun: false,
        }
    }
}

impl<T: Send + 'static> Future for Finished<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T> {
        self.has_begun = true;
        let Some(work) = &mut self.work else {
            return Poll::Pending;
        };
        let polled = work.as_mut().poll(context);
        if polled.is_ready() {
            self.work = None;
        }
        polled
    }
}

impl<T: Send + 'static> Drop for Finished<T> {
    fn drop(&mut self) {
        if let (true, Some(work), Ok(runtime)) = (
            self.has_begun,
            self.work.take(),
            tokio::runtime::Handle::try_current(),
        ) {
            runtime.spawn(work);
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;
    use tokio::sync::oneshot;

    use super::*;

    #[tokio::test]
    async fn what_was_begun_is_finished_and_what_was_not_is_not_begun() {
        for polls in [0, 1] {
            let (begin, begun) = oneshot::channel();
            let (done, finished) = oneshot::channel();
            let mut work = Finished::new(async move {
                begun.await.expect("it is told to go on");
                done.send(()).expect("somebody listens");
            });
            for _ in 0..polls {
                assert!((&mut work).now_or_never().is_none());
            }
            drop(work);
            assert_eq!(begin.send(()).is_ok(), polls == 1);
            assert_eq!(finished.await.is_ok(), polls == 1);
        }
    }
}
