//! What a handler may return.

use std::{borrow::Cow, error::Error};

use super::{Message, Reply};

/// Any error.
pub type BoxError = Box<dyn Error + Send + Sync>;

/// An error that a handler may return: whatever turns into a [`BoxError`].
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a handler cannot fail with `{Self}`",
    label = "not an error that can be sent between threads",
    note = "for any error write `Box<dyn std::error::Error + Send + Sync>`; an error of your own implements `std::error::Error` and is `Send + Sync`"
)]
pub trait IntoBoxError {
    fn into_box_error(self) -> BoxError;
}

// Without it the compiler would speak of `From` and leave the advice out.
#[diagnostic::do_not_recommend]
impl<E: Into<BoxError>> IntoBoxError for E {
    fn into_box_error(self) -> BoxError {
        self.into()
    }
}

/// What a handler may return: `()` and `None` say nothing, the others are what they look like.
///
/// ```
/// use messenger_runtime::message::{IntoReply, Reply};
///
/// assert_eq!("Hello".into_reply().unwrap(), Reply::text("Hello"));
/// assert!(None::<Reply>.into_reply().unwrap().is_empty());
/// assert!("many".parse::<u32>().map(|n| format!("{n} cups")).into_reply().is_err());
/// ```
#[diagnostic::on_unimplemented(
    message = "a handler cannot return `{Self}`",
    label = "not a reply",
    note = "a handler returns `Reply`, `Message`, `Vec<Message>`, a text (`&str`, `String`, `Cow<str>`), `()`, or an `Option<_>` or `Result<_, E>` of these, where `E` is any error that is `Send + Sync`"
)]
pub trait IntoReply {
    /// The reply.
    ///
    /// # Errors
    ///
    /// The handler's own error, which goes to `on_error`.
    fn into_reply(self) -> Result<Reply, BoxError>;
}

impl IntoReply for () {
    fn into_reply(self) -> Result<Reply, BoxError> {
        Ok(Reply::default())
    }
}

macro_rules! into_reply {
    ($($from:ty),*) => {
        $(
            impl IntoReply for $from {
                fn into_reply(self) -> Result<Reply, BoxError> {
                    Ok(self.into())
                }
            }
        )*
    };
}

into_reply!(Reply, Message, Vec<Message>, &str, String, Cow<'_, str>);

impl<T: IntoReply> IntoReply for Option<T> {
    fn into_reply(self) -> Result<Reply, BoxError> {
        self.map_or_else(|| Ok(Reply::default()), T::into_reply)
    }
}

impl<T: IntoReply, E: IntoBoxError> IntoReply for Result<T, E> {
    fn into_reply(self) -> Result<Reply, BoxError> {
        self.map_err(E::into_box_error)?.into_reply()
    }
}
