//! What one of the two platforms does not have.

use crate::message::Platform;

/// A feature that a platform does not have; the call was not made (MSG516).
///
/// ```
/// # use messenger_runtime::graph::{Client, GraphError};
/// # async fn example(client: Client) {
/// let instagram = client.instagram("17841400000000000");
/// let error = instagram.personas().all().await.unwrap_err();
/// assert_eq!(error.unsupported().map(|what| what.feature), Some("personas"));
/// # }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{platform} has no {feature}")]
#[non_exhaustive]
pub struct Unsupported {
    /// Which platform.
    pub platform: Platform,
    /// What it does not have, in the platform's words.
    pub feature: &'static str,
}

impl Unsupported {
    pub(super) const fn on_instagram(feature: &'static str) -> Self {
        Self {
            platform: Platform::Instagram,
            feature,
        }
    }
}
