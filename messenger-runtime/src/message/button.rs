//! Buttons of templates.

use serde::{Deserialize, Serialize};

use super::{
    payload::{Listed, Postback},
    words::{Words, is_false},
};

/// A button of a button template or of a card.
///
/// Platform: buttons, <https://developers.facebook.com/documentation/business-messaging/messenger-platform/send-messages/buttons>.
/// Titles take at most 20 characters, payloads at most 1000. Instagram shows `web_url` and `postback` only.
///
/// ```
/// use messenger_runtime::message::{Button, Reply};
///
/// let reply = Reply::buttons("How can we help?", [
///     Button::url("Opening hours", "https://coffee.example/hours"),
///     Button::call("Call us", "+33123456789"),
/// ]);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Button(pub(super) Kind);

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Kind {
    WebUrl {
        title: Words,
        url: Words,
        #[serde(flatten)]
        webview: Webview,
    },
    Postback {
        title: Words,
        payload: Words,
    },
    PhoneNumber {
        title: Words,
        payload: Words,
    },
    AccountLink {
        url: Words,
    },
    AccountUnlink {},
}

impl Button {
    /// Sends a postback: `payload` is a handler with its captures, and only one that a `bot!` lists.
    ///
    /// ```
    /// # use messenger_runtime::message::{Button, Listed, Postback};
    /// # #[allow(non_camel_case_types)]
    /// # struct buy { sku: String, qty: u32 }
    /// # impl Postback for buy { type Handler = Self; fn payload(&self) -> String { format!("BUY:{}:{}", self.sku, self.qty) } }
    /// # impl Listed for buy {}
    /// let button = Button::postback("Buy one", buy { sku: "house".to_owned(), qty: 1 });
    /// assert_eq!(button.payload(), Some("BUY:house:1"));
    /// ```
    ///
    /// A text is no payload:
    ///
    /// ```compile_fail
    /// # use messenger_runtime::message::Button;
    /// let dead = Button::postback("Buy one", "BUY:house:1");
    /// ```
    #[expect(
        clippy::needless_pass_by_value,
        reason = "a payload is made where it is named"
    )]
    pub fn postback(title: impl Into<String>, payload: impl Postback<Handler: Listed>) -> Self {
        Self(Kind::Postback {
            title: Words::new(title),
            payload: Words::new(payload.payload()),
        })
    }

    /// Opens `url` in the in-app browser, at its full height.
    #[must_use]
    pub fn url(title: impl Into<String>, url: impl Into<String>) -> Self {
        Self::webview(title, url, Webview::default())
    }

    /// Opens `url` in the in-app browser as `webview` says.
    ///
    /// ```
    /// use messenger_runtime::message::{Button, Webview, WebviewHeight};
    ///
    /// let pick = Button::webview(
    ///     "Choose a seat",
    ///     "https://cinema.example/seats",
    ///     Webview::height(WebviewHeight::Tall).hide_share(),
    /// );
    /// ```
    #[must_use]
    pub fn webview(title: impl Into<String>, url: impl Into<String>, webview: Webview) -> Self {
        Self(Kind::WebUrl {
            title: Words::new(title),
            url: Words::new(url),
            webview,
        })
    }

    /// Calls `phone`: a number with `+` and its country code, like `+15105551234`.
    #[must_use]
    pub fn call(title: impl Into<String>, phone: impl Into<String>) -> Self {
        Self(Kind::PhoneNumber {
            title: Words::new(title),
            payload: Words::new(phone),
        })
    }

    /// Begins account linking at `url`, your own log-in page. The platform writes the title.
    #[must_use]
    pub fn account_link(url: impl Into<String>) -> Self {
        Self(Kind::AccountLink { url: Words::new(url) })
    }

    /// Ends account linking. The platform writes the title.
    #[must_use]
    pub fn account_unlink() -> Self {
        Self(Kind::AccountUnlink {})
    }

    /// What stands on the button; account buttons have no title of their own.
    #[must_use]
    pub fn title(&self) -> Option<&str> {
        match &self.0 {
            Kind::WebUrl { title, .. } | Kind::Postback { title, .. } | Kind::PhoneNumber { title, .. } => {
                Some(title)
            }
            Kind::AccountLink { .. } | Kind::AccountUnlink {} => None,
        }
    }

    /// The payload of a postback button.
    #[must_use]
    pub fn payload(&self) -> Option<&str> {
        match &self.0 {
            Kind::Postback { payload, .. } => Some(payload),
            _ => None,
        }
    }

    /// The address that a `web_url` or `account_link` button opens.
    #[must_use]
    pub fn link(&self) -> Option<&str> {
        match &self.0 {
            Kind::WebUrl { url, .. } | Kind::AccountLink { url } => Some(url),
            _ => None,
        }
    }
}

/// How much of the screen the in-app browser takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WebviewHeight {
    /// Half of it.
    Compact,
    /// Three quarters.
    Tall,
    /// All of it.
    Full,
}

/// How the in-app browser opens an address; by default at full height and with its share button.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Webview {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    webview_height_ratio: Option<WebviewHeight>,
    #[serde(default, skip_serializing_if = "is_false")]
    pub(super) messenger_extensions: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) fallback_url: Option<Words>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    webview_share_button: Option<Share>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Share {
    Hide,
}

impl Webview {
    /// Opens at this height (`webview_height_ratio`).
    #[must_use]
    pub fn height(height: WebviewHeight) -> Self {
        Self {
            webview_height_ratio: Some(height),
            ..Self::default()
        }
    }

    /// Turns on the Messenger Extensions SDK; a client without it opens `fallback`.
    #[must_use]
    pub fn extensions(mut self, fallback: impl Into<String>) -> Self {
        self.messenger_extensions = true;
        self.fallback_url = Some(Words::new(fallback));
        self
    }

    /// Takes the share button away.
    #[must_use]
    pub fn hide_share(mut self) -> Self {
        self.webview_share_button = Some(Share::Hide);
        self
    }
}

/// What a tap on a card does: it opens an address. Serialised as a `web_url` button without a title.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "web_url")]
pub(super) struct DefaultAction {
    pub(super) url: Words,
    #[serde(flatten)]
    pub(super) webview: Webview,
}
