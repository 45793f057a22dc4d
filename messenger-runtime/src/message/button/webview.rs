//! The in-app browser.

use serde::{Deserialize, Serialize};

use crate::message::words::{Words, is_false};

/// How much of the screen the in-app browser takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WebviewHeight {
    /// Half of it.
    Compact,
    /// Three quarters.
    Tall,
    /// All of it.
    Full,
}

/// Older pages have it in capitals, such as `FULL`.
impl<'de> Deserialize<'de> for WebviewHeight {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        match &*text.to_ascii_lowercase() {
            "compact" => Ok(Self::Compact),
            "tall" => Ok(Self::Tall),
            "full" => Ok(Self::Full),
            _ => Err(serde::de::Error::unknown_variant(
                &text,
                &["compact", "tall", "full"],
            )),
        }
    }
}

/// How the in-app browser opens an address; by default at full height and with its share button.
///
/// Its fields stand beside the `url` of the button or card.
///
/// ```
/// use messenger_runtime::message::{Webview, WebviewHeight};
/// use serde_json::{json, to_value};
///
/// let webview = Webview::height(WebviewHeight::Compact)
///     .extensions("https://coffee.example/plain")
///     .hide_share();
/// assert_eq!(to_value(&webview)?, json!({
///     "webview_height_ratio": "compact",
///     "messenger_extensions": true,
///     "fallback_url": "https://coffee.example/plain",
///     "webview_share_button": "hide",
/// }));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Webview {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    webview_height_ratio: Option<WebviewHeight>,
    #[serde(default, skip_serializing_if = "is_false")]
    pub(in crate::message) messenger_extensions: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::message) fallback_url: Option<Words>,
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

    /// Turns on the Messenger Extensions SDK; a client without it opens the address all the same.
    #[must_use]
    pub fn extensions_without_fallback(mut self) -> Self {
        self.messenger_extensions = true;
        self.fallback_url = None;
        self
    }

    /// Takes the share button away.
    #[must_use]
    pub fn hide_share(mut self) -> Self {
        self.webview_share_button = Some(Share::Hide);
        self
    }
}

impl Webview {
    pub(crate) fn height_ratio(&self) -> Option<WebviewHeight> {
        self.webview_height_ratio
    }

    #[cfg(feature = "cli")]
    pub(crate) fn take_height(&mut self) -> Option<WebviewHeight> {
        self.webview_height_ratio.take()
    }

    #[cfg(feature = "cli")]
    pub(crate) fn has_extensions(&self) -> bool {
        self.messenger_extensions
    }

    pub(crate) fn fallback_url(&self) -> Option<&str> {
        self.fallback_url.as_deref()
    }

    #[cfg(feature = "cli")]
    pub(crate) fn hides_share(&self) -> bool {
        self.webview_share_button.is_some()
    }
}
