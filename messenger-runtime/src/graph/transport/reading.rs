//! The body of an answer, as much of it as is wanted.

use bytes::{Bytes, BytesMut};
use reqwest::Response;

use crate::graph::fault::Fault;

/// Reads the body up to `limit` bytes.
pub(super) async fn read(
    mut response: Response,
    limit: usize,
) -> Result<Bytes, (Fault, Option<reqwest::Error>)> {
    let too_large = || {
        (
            Fault::TooLarge(format!("the answer is larger than {limit} bytes")),
            None,
        )
    };
    let lost = |error: reqwest::Error| {
        let fault = if error.is_timeout() {
            Fault::TimedOut
        } else {
            Fault::Lost
        };
        (fault, Some(error))
    };
    if response
        .content_length()
        .is_some_and(|length| length > limit as u64)
    {
        return Err(too_large());
    }
    let Some(first) = response.chunk().await.map_err(lost)? else {
        return Ok(Bytes::new());
    };
    let Some(second) = response.chunk().await.map_err(lost)? else {
        return if first.len() > limit {
            Err(too_large())
        } else {
            Ok(first)
        };
    };
    let mut whole = BytesMut::from(first);
    let mut next = Some(second);
    while let Some(chunk) = next {
        if whole.len() + chunk.len() > limit {
            return Err(too_large());
        }
        whole.extend_from_slice(&chunk);
        next = response.chunk().await.map_err(lost)?;
    }
    Ok(whole.freeze())
}
