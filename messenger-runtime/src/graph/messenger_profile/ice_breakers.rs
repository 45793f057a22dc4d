//! Questions offered to who has not written yet.

use serde::{Deserialize, Serialize};

use super::menu::sealed::Sealed;
use crate::message::{Listed, Postback};

/// A question offered to who has not written yet, and what a tap on it sends.
///
/// ```
/// use messenger_runtime::{graph::IceBreaker, prelude::*};
///
/// # bot! { Shop; coffee }
/// #[on_postback("COFFEE")]
/// async fn coffee() -> &'static str {
///     "Moka, espresso, filter."
/// }
///
/// # fn main() {
/// let question = IceBreaker::new("What do you sell?", coffee {});
/// assert_eq!(
///     serde_json::to_value(&question).unwrap(),
///     serde_json::json!({"question": "What do you sell?", "payload": "COFFEE"})
/// );
/// # }
/// ```
///
/// Platform: Ice breakers, <https://developers.facebook.com/documentation/business-messaging/messenger-platform/reference/messenger-profile-api/ice-breakers>
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct IceBreaker {
    /// The question, as people see it.
    pub question: String,
    /// What a tap sends: at most 1000 characters.
    #[serde(default)]
    pub payload: String,
}

impl IceBreaker {
    /// A question that a handler answers, as it answers a button.
    ///
    /// ```compile_fail
    /// # use messenger_runtime::graph::IceBreaker;
    /// let dead = IceBreaker::new("What do you sell?", "COFFEE");
    /// ```
    #[must_use]
    #[expect(
        clippy::needless_pass_by_value,
        reason = "a payload is made where it is named"
    )]
    pub fn new(question: impl Into<String>, payload: impl Postback<Handler: Listed>) -> Self {
        Self {
            question: question.into(),
            payload: payload.payload(),
        }
    }
}

/// One to four ice breakers: `[IceBreaker; 1]` to `[IceBreaker; 4]`, or a `Vec<IceBreaker>` made at run
/// time, whose length is checked before it is set.
#[diagnostic::on_unimplemented(
    message = "MSG102: ice breakers are a list of 1 to 4 `IceBreaker`s",
    label = "not a list of 1 to 4 `IceBreaker`s",
    note = "a list made at run time goes in as a `Vec<IceBreaker>`; its length is checked before it is set"
)]
pub trait IceBreakers: Sealed {
    #[doc(hidden)]
    fn into_vec(self) -> Vec<IceBreaker>;
}

impl Sealed for Vec<IceBreaker> {}
#[diagnostic::do_not_recommend]
impl IceBreakers for Vec<IceBreaker> {
    fn into_vec(self) -> Self {
        self
    }
}

macro_rules! lists {
    ($($len:literal)*) => {$(
        impl Sealed for [IceBreaker; $len] {}
        #[diagnostic::do_not_recommend]
        impl IceBreakers for [IceBreaker; $len] {
            fn into_vec(self) -> Vec<IceBreaker> {
                self.into()
            }
        }
    )*};
}

lists! { 1 2 3 4 }
