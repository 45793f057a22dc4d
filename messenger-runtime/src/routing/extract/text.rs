//! What somebody typed.

use std::{fmt, ops::Deref};

use crate::{BoxFuture, Context, FromContext, Rejection};

/// The text of the message, as it was typed.
///
/// `Option<Text>` is `None` for an event without text, where `Text` alone fails.
///
/// ```
/// use messenger_runtime::prelude::*;
///
/// #[fallback]
/// async fn echo(text: Text) -> String {
///     format!("You said: {text}")
/// }
/// # bot! { Echo; echo }
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Text(String);

impl Text {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text, owned.
    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Text({} characters)", self.0.chars().count())
    }
}

impl<'a, S: Sync> FromContext<'a, S> for Text {
    fn from_context(context: &'a Context<'a, S>) -> BoxFuture<'a, Result<Self, Rejection>> {
        Box::pin(async move {
            let text = context
                .event()
                .text()
                .ok_or_else(|| Rejection::new("the event has no text"))?;
            Ok(Self(text.to_owned()))
        })
    }
}

impl<'a, S: Sync> FromContext<'a, S> for Option<Text> {
    fn from_context(context: &'a Context<'a, S>) -> BoxFuture<'a, Result<Self, Rejection>> {
        Box::pin(async move { Ok(context.event().text().map(|text| Text(text.to_owned()))) })
    }
}
