//! Pictures, files, places.

use super::{Answer, Misfit, Retry, Said};
use crate::{Attachments, event::AttachmentKind};

/// Whatever was sent along. A pasted link is a text.
impl Answer for Attachments {
    fn takes(said: &Said<'_>) -> bool {
        said.attachments()
            .iter()
            .any(|one| one.kind != AttachmentKind::Fallback)
    }

    fn read(said: &Said<'_>) -> Result<Self, Retry> {
        if Self::takes(said) {
            Ok(Self::of(said.attachments()))
        } else {
            Err(Misfit::NoAttachment.into())
        }
    }

    fn misfits() -> &'static [&'static str] {
        &["Misfit-NoAttachment"]
    }
}
