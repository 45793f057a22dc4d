//! Reading a body whole, within what is allowed for it and for all bodies together.

use std::sync::atomic::{AtomicUsize, Ordering};

use axum::body::Body;
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt as _;
use tokio::time::Instant;

use super::{
    Limits,
    body::{LateBody, Timed},
    limits::later,
};

/// Why a body was not read whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unread {
    TooLong,
    Late,
    /// The connection ended, or what came is not a body.
    Broken,
    /// All bodies together would take more memory than they may.
    NoRoom,
}

/// The bytes of all bodies that are being read or handed over.
///
/// A signature can be checked only when the body is complete, so strangers can have memory filled;
/// this is how much.
#[derive(Debug, Default)]
pub(super) struct Intake(AtomicUsize);

/// A share of the [`Intake`], given back when dropped.
#[derive(Debug)]
pub(super) struct Share<'a> {
    intake: &'a Intake,
    bytes: usize,
}

impl Share<'_> {
    fn grow(&mut self, bytes: usize, most: usize) -> Result<(), Unread> {
        self.bytes += bytes;
        let all = self
            .intake
            .0
            .fetch_add(bytes, Ordering::Relaxed)
            .saturating_add(bytes);
        if all <= most { Ok(()) } else { Err(Unread::NoRoom) }
    }
}

impl Drop for Share<'_> {
    fn drop(&mut self) {
        self.intake.0.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

impl Intake {
    /// Reads `body`. The share counts it until it is dropped.
    pub(super) async fn read(&self, body: Body, limits: &Limits) -> Result<(Bytes, Share<'_>), Unread> {
        let mut body = Timed::new(body, later(Instant::now(), limits.body));
        let mut share = Share {
            intake: self,
            bytes: 0,
        };
        // Most bodies come in one piece, which needs no copy.
        let (mut first, mut rest) = (Bytes::new(), BytesMut::new());
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|error| why(&*error))?;
            let Ok(data) = frame.into_data() else { continue };
            if share.bytes + data.len() > limits.body_bytes {
                return Err(Unread::TooLong);
            }
            share.grow(data.len(), limits.bodies_bytes)?;
            if share.bytes == data.len() {
                first = data;
            } else {
                if rest.is_empty() {
                    rest.extend_from_slice(&std::mem::take(&mut first));
                }
                rest.extend_from_slice(&data);
            }
        }
        let body = if rest.is_empty() { first } else { rest.freeze() };
        Ok((body, share))
    }
}

fn why(error: &(dyn std::error::Error + 'static)) -> Unread {
    let mut causes = std::iter::successors(Some(error), |error| error.source());
    if causes.any(<dyn std::error::Error>::is::<LateBody>) {
        Unread::Late
    } else {
        Unread::Broken
    }
}

#[cfg(test)]
mod tests {
    use futures_util::stream;
    use proptest::prelude::*;

    use super::*;

    fn pieces(pieces: &[Vec<u8>]) -> Body {
        let pieces = pieces
            .iter()
            .cloned()
            .map(|piece| Ok::<_, std::io::Error>(Bytes::from(piece)));
        Body::from_stream(stream::iter(pieces.collect::<Vec<_>>()))
    }

    proptest! {
        #[test]
        fn pieces_make_the_whole(parts in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..9), 0..9)) {
            let whole = parts.concat();
            let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
            runtime.block_on(async {
                let intake = Intake::default();
                let limits = Limits { body_bytes: whole.len(), bodies_bytes: whole.len(), ..Limits::default() };
                let (body, share) = intake.read(pieces(&parts), &limits).await.expect("it fits exactly");
                prop_assert_eq!(&body[..], &whole[..]);
                prop_assert_eq!(intake.0.load(Ordering::Relaxed), whole.len());
                drop(share);
                prop_assert_eq!(intake.0.load(Ordering::Relaxed), 0);
                if !whole.is_empty() {
                    let limits = Limits { body_bytes: whole.len() - 1, ..Limits::default() };
                    let long = intake.read(pieces(&parts), &limits).await;
                    prop_assert_eq!(long.map(|_| ()), Err(Unread::TooLong));
                    let limits = Limits { bodies_bytes: whole.len() - 1, ..Limits::default() };
                    let many = intake.read(pieces(&parts), &limits).await;
                    prop_assert_eq!(many.map(|_| ()), Err(Unread::NoRoom));
                    prop_assert_eq!(intake.0.load(Ordering::Relaxed), 0);
                }
                Ok(())
            })?;
        }
    }
}
