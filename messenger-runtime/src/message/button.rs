//! Buttons of templates.

use std::fmt::Display;

use serde::{Deserialize, Serialize};

use super::{
    flow_payload::FlowPayload,
    limits::takes,
    payload::{Listed, Postback},
    words::Words,
};

mod check;
mod webview;

pub use webview::{Webview, WebviewHeight};

pub(super) use check::Place;

/// A button of a template.
///
/// Titles take at most 20 characters, payloads at most 1000.
/// Platform: buttons, <https://developers.facebook.com/documentation/business-messaging/messenger-platform/send-messages/buttons>.
///
/// | button | under a text | on a card | under a picture or film | under an image grid | on Instagram |
/// |---|---|---|---|---|---|
/// | [`url`](Self::url), [`webview`](Self::webview), [`postback`](Self::postback) | yes | yes | yes | yes | yes |
/// | [`call`](Self::call), [`account_link`](Self::account_link), [`account_unlink`](Self::account_unlink), [`game_play`](Self::game_play) | yes | yes | yes | no | no |
/// | [`audio_call`](Self::audio_call) | yes | yes | no | no | no |
///
/// ```
/// use messenger_runtime::message::{Button, Reply};
/// use serde_json::{json, to_value};
///
/// let hours = Button::url("Opening hours", "https://coffee.example/hours");
/// let call = Button::call("Call us", "+33123456789");
/// assert_eq!(to_value(&hours)?, json!({
///     "type": "web_url", "title": "Opening hours", "url": "https://coffee.example/hours",
/// }));
/// assert_eq!(to_value(&call)?, json!({"type": "phone_number", "title": "Call us", "payload": "+33123456789"}));
/// let reply = Reply::buttons("How can we help?", [hours, call]);
/// # Ok::<(), serde_json::Error>(())
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
    AudioCall {
        title: Words,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        expires_in_days: Option<u8>,
    },
    GamePlay {
        title: Words,
        #[serde(flatten)]
        game: GamePlay,
    },
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
    /// assert_eq!(serde_json::to_value(&button)?, serde_json::json!({
    ///     "type": "postback", "title": "Buy one", "payload": "BUY:house:1",
    /// }));
    /// # Ok::<(), serde_json::Error>(())
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

    /// Sends an answer to the question of a flow's step, as [`QuickReply::answer`](super::QuickReply::answer) does: so a
    /// carousel can be a question. Outside of a flow nobody answers it.
    ///
    /// ```
    /// use messenger_runtime::message::{Button, Card, Reply};
    ///
    /// # let (name, sku) = ("Yirgacheffe", "yirga");
    /// let which = Reply::carousel([Card::new(name).buttons([Button::answer("This one", sku)])]);
    /// ```
    pub fn answer(title: impl Into<String>, value: impl Display) -> Self {
        Self(Kind::Postback {
            title: Words::new(title),
            payload: Words::new(FlowPayload::answer(&value)),
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
    /// assert_eq!(serde_json::to_value(&pick)?, serde_json::json!({
    ///     "type": "web_url", "title": "Choose a seat", "url": "https://cinema.example/seats",
    ///     "webview_height_ratio": "tall", "webview_share_button": "hide",
    /// }));
    /// # Ok::<(), serde_json::Error>(())
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
    ///
    /// ```
    /// use messenger_runtime::message::Button;
    /// use serde_json::{json, to_value};
    ///
    /// let link = Button::account_link("https://coffee.example/login");
    /// assert_eq!(to_value(&link)?, json!({"type": "account_link", "url": "https://coffee.example/login"}));
    /// assert_eq!(to_value(Button::account_unlink())?, json!({"type": "account_unlink"}));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn account_link(url: impl Into<String>) -> Self {
        Self(Kind::AccountLink { url: Words::new(url) })
    }

    /// Ends account linking. The platform writes the title.
    #[must_use]
    pub fn account_unlink() -> Self {
        Self(Kind::AccountUnlink {})
    }

    /// Calls the page from within Messenger. The button works for seven days.
    ///
    /// Only in a button template and on a card.
    /// Platform: calling, <https://developers.facebook.com/documentation/business-messaging/messenger-platform/calling>.
    #[must_use]
    pub fn audio_call(title: impl Into<String>) -> Self {
        Self(Kind::AudioCall {
            title: Words::new(title),
            expires_in_days: None,
        })
    }

    /// Calls the page from within Messenger. The button works for `days` days.
    #[doc = takes!(AUDIO_CALL_DAYS)]
    ///
    /// ```
    /// use messenger_runtime::message::Button;
    /// use serde_json::{json, to_value};
    ///
    /// let today = Button::audio_call_for("Talk to us", 1);
    /// assert_eq!(to_value(&today)?, json!({"type": "audio_call", "title": "Talk to us", "expires_in_days": 1}));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn audio_call_for(title: impl Into<String>, days: u8) -> Self {
        Self(Kind::AudioCall {
            title: Words::new(title),
            expires_in_days: Some(days),
        })
    }

    /// Opens the instant game of the page. The platform still names this button but no longer describes
    /// it.
    ///
    /// ```
    /// use messenger_runtime::message::{Button, GamePlay};
    /// use serde_json::{json, to_value};
    ///
    /// let play = Button::game_play("Play again", GamePlay::new().payload("LEVEL:2").context_id("1234"));
    /// assert_eq!(to_value(&play)?, json!({
    ///     "type": "game_play", "title": "Play again", "payload": "LEVEL:2",
    ///     "game_metadata": {"context_id": "1234"},
    /// }));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn game_play(title: impl Into<String>, game: GamePlay) -> Self {
        Self(Kind::GamePlay {
            title: Words::new(title),
            game,
        })
    }

    /// What stands on the button; account buttons have no title of their own.
    #[must_use]
    pub fn title(&self) -> Option<&str> {
        match &self.0 {
            Kind::WebUrl { title, .. }
            | Kind::Postback { title, .. }
            | Kind::PhoneNumber { title, .. }
            | Kind::AudioCall { title, .. }
            | Kind::GamePlay { title, .. } => Some(title),
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

/// What a tap on a card does: it opens an address. Serialised as a `web_url` button without a title.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "web_url")]
pub(super) struct DefaultAction {
    pub(super) url: Words,
    #[serde(flatten)]
    pub(super) webview: Webview,
}

/// What a [`game_play`](Button::game_play) button tells the game.
///
/// ```
/// use messenger_runtime::message::GamePlay;
/// use serde_json::{json, to_value};
///
/// assert_eq!(to_value(GamePlay::new().payload("LEVEL:2").player_id("5678").context_id("1234"))?, json!({
///     "payload": "LEVEL:2",
///     "game_metadata": {"player_id": "5678", "context_id": "1234"},
/// }));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GamePlay {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    payload: Option<Words>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    game_metadata: Option<GameMetadata>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct GameMetadata {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    player_id: Option<Words>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    context_id: Option<Words>,
}

impl GamePlay {
    /// Opens the game and tells it nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// What the game receives.
    #[doc = takes!(PAYLOAD)]
    #[must_use]
    pub fn payload(mut self, payload: impl Into<String>) -> Self {
        self.payload = Some(Words::new(payload));
        self
    }

    /// Whom to play against, by the id that the game knows the player by.
    #[must_use]
    pub fn player_id(mut self, id: impl Into<String>) -> Self {
        self.game_metadata.get_or_insert_default().player_id = Some(Words::new(id));
        self
    }

    /// The conversation to play in, by the id that the game knows it by.
    #[must_use]
    pub fn context_id(mut self, id: impl Into<String>) -> Self {
        self.game_metadata.get_or_insert_default().context_id = Some(Words::new(id));
        self
    }
}
