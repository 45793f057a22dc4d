//! Cards: the elements of a generic template.

use serde::{Deserialize, Serialize};

use super::{
    Button, Buttons, Webview,
    button::{DefaultAction, Place},
    check::Walk,
    limits::{self, takes},
    words::Words,
};

/// A card: a title, and at least one of subtitle, image, default action and buttons.
///
/// Several cards side by side are a carousel, see [`Reply::carousel`](super::Reply::carousel).
/// Platform: generic template, <https://developers.facebook.com/documentation/business-messaging/messenger-platform/send-messages/template/generic>.
///
/// ```
/// use messenger_runtime::message::{Button, Card};
/// use serde_json::{json, to_value};
///
/// let card = Card::new("Espresso")
///     .subtitle("18 g in, 36 g out")
///     .image("https://coffee.example/espresso.jpg")
///     .default_action("https://coffee.example/espresso")
///     .buttons([Button::url("Details", "https://coffee.example/espresso")]);
/// assert_eq!(to_value(&card)?, json!({
///     "title": "Espresso",
///     "subtitle": "18 g in, 36 g out",
///     "image_url": "https://coffee.example/espresso.jpg",
///     "default_action": {"type": "web_url", "url": "https://coffee.example/espresso"},
///     "buttons": [{"type": "web_url", "title": "Details", "url": "https://coffee.example/espresso"}],
/// }));
/// # Ok::<(), serde_json::Error>(())
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
    #[doc = takes!(CARD_TITLE)]
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
    #[doc = takes!(CARD_SUBTITLE)]
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

    /// Buttons under the card.
    #[doc = takes!(BUTTONS)]
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

    pub(super) fn check(&self, walk: &mut Walk) {
        walk.text("title", &self.title, limits::CARD_TITLE);
        walk.maybe_text("subtitle", self.subtitle.as_deref(), limits::CARD_SUBTITLE);
        walk.maybe_url("image_url", self.image_url.as_deref());
        if let Some(action) = &self.default_action {
            walk.at("default_action", |walk| action.check(walk));
        }
        Button::check_list(self.buttons.as_deref(), Place::Card, walk);
        let bare = self.subtitle.is_none()
            && self.image_url.is_none()
            && self.default_action.is_none()
            && self.buttons.is_none();
        if bare {
            walk.malformed("only a title; add a subtitle, an image, a default action or buttons");
        }
    }
}
