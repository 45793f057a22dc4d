//! A request body that has to be complete by a deadline.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use axum::BoxError;
use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use tokio::time::{Instant, Sleep, sleep_until};

use super::progress::Progress;

/// The body did not arrive in time.
#[derive(Debug, thiserror::Error)]
#[error("the body was not complete in time")]
pub(super) struct LateBody;

/// Ends `body` with [`LateBody`] once the deadline has passed.
#[derive(Debug)]
pub(super) struct Timed<B: Body> {
    body: B,
    deadline: Instant,
    // Made when the body first has to be waited for: most arrive with their header.
    sleep: Option<Pin<Box<Sleep>>>,
    ended: bool,
    connection: Option<Arc<Progress>>,
}

impl<B: Body> Timed<B> {
    pub(super) fn new(body: B, deadline: Instant) -> Self {
        Self {
            body,
            deadline,
            sleep: None,
            ended: false,
            connection: None,
        }
    }

    /// Tells `connection` when this body is dropped before its end.
    pub(super) fn reporting_to(mut self, connection: Arc<Progress>) -> Self {
        self.connection = Some(connection);
        self
    }
}

impl<B> Body for Timed<B>
where
    B: Body<Data = Bytes> + Unpin,
    B::Error: Into<BoxError>,
{
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let this = &mut *self;
        match Pin::new(&mut this.body).poll_frame(cx) {
            Poll::Ready(Some(frame)) => Poll::Ready(Some(frame.map_err(Into::into))),
            Poll::Ready(None) => {
                this.ended = true;
                Poll::Ready(None)
            }
            Poll::Pending => {
                let deadline = this.deadline;
                let sleep = this.sleep.get_or_insert_with(|| Box::pin(sleep_until(deadline)));
                sleep.as_mut().poll(cx).map(|()| Some(Err(LateBody.into())))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl<B: Body> Drop for Timed<B> {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take()
            && !self.ended
            && !self.body.is_end_stream()
        {
            connection.body_left_unread();
        }
    }
}
