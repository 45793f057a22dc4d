//! Links into a conversation: `m.me` and `ig.me`.
//!
//! Platform: m.me links, <https://developers.facebook.com/documentation/business-messaging/messenger-platform/discovery/m-me-links>

use std::fmt;

use url::form_urlencoded;

use crate::message::{Fields, LimitErrors, Listed, ReferralRef, limits::REF};

/// A link that opens a conversation with the page, to be clicked or put into a QR code.
///
/// Its `ref` comes back to the bot, where `#[on_referral]` handlers answer it: for somebody new inside the Get
/// Started postback, for everybody else as an event of its own, which also opens the 24 hour window. Some old
/// clients on Android lose it.
///
/// ```
/// use messenger_runtime::{graph::MeLink, prelude::*};
///
/// #[on_referral("table-{n}")]
/// async fn table(n: u32) -> String {
///     format!("You sit at table {n}.")
/// }
/// # bot! { Shop; table }
/// # fn main() -> Result<(), messenger_runtime::message::LimitErrors> {
/// let link = MeLink::messenger("windmill.coffee").referral(&table { n: 4 })?;
/// assert_eq!(link.to_string(), "https://m.me/windmill.coffee?ref=table-4");
/// # Ok(()) }
/// ```
///
/// Platform: m.me links, <https://developers.facebook.com/documentation/business-messaging/messenger-platform/discovery/m-me-links>
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "a link does nothing by itself"]
pub struct MeLink {
    base: &'static str,
    name: String,
    reference: Option<String>,
}

impl MeLink {
    /// A link to a page on Messenger, by the page's id or user name.
    pub fn messenger(page: impl Into<String>) -> Self {
        Self {
            base: "https://m.me",
            name: page.into(),
            reference: None,
        }
    }

    /// A link to an account on Instagram, by its user name.
    pub fn instagram(username: impl Into<String>) -> Self {
        Self {
            base: "https://ig.me/m",
            name: username.into(),
            reference: None,
        }
    }

    /// Puts in the `ref` that this `#[on_referral]` handler answers.
    ///
    /// ```
    /// use messenger_runtime::{graph::MeLink, prelude::*};
    ///
    /// #[on_referral("seat-{seat}_of-{room}=")]
    /// async fn seated(room: String, seat: u8) -> String {
    ///     format!("Seat {seat} in {room}.")
    /// }
    /// # bot! { Shop; seated }
    ///
    /// let red = seated { room: "red".to_owned(), seat: 12 };
    /// let link = MeLink::messenger("42").referral(&red).unwrap();
    /// assert_eq!(link.to_string(), "https://m.me/42?ref=seat-12_of-red=");
    ///
    /// let blue = seated { room: "bleu clair".to_owned(), seat: 1 };
    /// assert!(MeLink::messenger("42").referral(&blue).is_err());
    /// ```
    ///
    /// # Errors
    ///
    /// The [`LimitErrors`] of [`reference`](Self::reference), where a capture holds what no `ref` can.
    pub fn referral<R>(self, referral: &R) -> Result<Self, LimitErrors>
    where
        R: ReferralRef<Handler: Listed>,
    {
        self.reference(referral.reference())
    }

    /// Puts in a `ref` that no handler is named for: 1 to 2083 letters, digits, `-`, `_` and `=`.
    ///
    /// ```
    /// use messenger_runtime::graph::MeLink;
    ///
    /// let link = MeLink::instagram("windmill.coffee").reference("flyer_2")?;
    /// assert_eq!(link.to_string(), "https://ig.me/m/windmill.coffee?ref=flyer_2");
    /// # Ok::<_, messenger_runtime::message::LimitErrors>(())
    /// ```
    ///
    /// # Errors
    ///
    /// MSG101 if it is too long, MSG103 if it is empty or has another character.
    pub fn reference(mut self, reference: impl Into<String>) -> Result<Self, LimitErrors> {
        let reference = reference.into();
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_=".contains(&byte);
        let fields = Fields::default().text("ref", &reference, REF);
        let fields = if reference.bytes().all(allowed) {
            fields
        } else {
            fields.invalid(
                "ref",
                "a character that is no letter of English, digit, `-`, `_` or `=`",
            )
        };
        fields.finish()?;
        self.reference = Some(reference);
        Ok(self)
    }
}

/// The link.
impl fmt::Display for MeLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/", self.base)?;
        f.write_str(
            &form_urlencoded::byte_serialize(self.name.as_bytes())
                .collect::<String>()
                .replace('+', "%20"),
        )?;
        match &self.reference {
            Some(reference) => write!(f, "?ref={reference}"),
            None => Ok(()),
        }
    }
}
