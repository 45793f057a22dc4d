//! Cards: the elements of a generic template.

use serde::{Deserialize, Serialize};

use super::{Button, Buttons, Webview, button::DefaultAction, words::Words};

/// A card: a title, and at least one of subtitle, image, default action and buttons.
///
/// Several cards side by side are a carousel, see [`Reply::carousel`](super::Reply::carousel).
/// Title and subtitle take at most 80 characters.
/// Platform: generic template, <https://developers.facebook.com/documentation/business-messaging/messenger-platform/send-messages/template/generic>.
///
/// ```
/// use messenger_runtime::message::{Button, Card, Reply};
///
/// let card = Card::new("Espresso")
///     .subtitle("18 g in, 36 g out")
///     .image("https://coffee.example/espresso.jpg")
///     .default_action("https://coffee.example/espresso")
///     .buttons([Button::url("Details", "https://coffee.example/espresso")]);
/// let reply = Reply::carousel([card]);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    pub(super) title: Words,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) subtitle: Option<Words>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) image_url: Option<Words>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) default_action: Option<DefaultAction>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) buttons: Option<Vec<Button>>,
}

impl Card {
    /// A card with this title. [`title!`](crate::title) checks a literal while it compiles.
    #[must_use]
    pub fn new(title: impl Into<String>) -> Self {
        Self {
            title: Words::new(title),
            subtitle: None,
            image_url: None,
            default_action: None,
            buttons: None,
        }
    }

    /// The line under the title.
    #[must_use]
    pub fn subtitle(mut self, subtitle: impl Into<String>) -> Self {
        self.subtitle = Some(Words::new(subtitle));
        self
    }

    /// The address of the picture above the title; the platform shows it 1.91 times as wide as high.
    #[must_use]
    pub fn image(mut self, url: impl Into<String>) -> Self {
        self.image_url = Some(Words::new(url));
        self
    }

    /// A tap on the card opens `url`.
    #[must_use]
    pub fn default_action(self, url: impl Into<String>) -> Self {
        self.default_webview(url, Webview::default())
    }

    /// A tap on the card opens `url` as `webview` says.
    #[must_use]
    pub fn default_webview(mut self, url: impl Into<String>, webview: Webview) -> Self {
        self.default_action = Some(DefaultAction {
            url: Words::new(url),
            webview,
        });
        self
    }

    /// One to three buttons under the card.
    #[must_use]
    pub fn buttons(mut self, buttons: impl Buttons) -> Self {
        self.buttons = Some(buttons.into_vec());
        self
    }

    /// The card's title.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The buttons under the card.
    #[must_use]
    pub fn all_buttons(&self) -> &[Button] {
        self.buttons.as_deref().unwrap_or_default()
    }
}
