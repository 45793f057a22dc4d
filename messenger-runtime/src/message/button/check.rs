//! What the platform asks of a button, and where it may stand.

use super::{Button, DefaultAction, Kind, Webview};
use crate::message::{check::Walk, limits};

/// Where buttons stand. All places take `web_url` and `postback`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::message) enum Place {
    ButtonTemplate,
    Card,
    MediaTemplate,
    ImageGrid,
}

impl Button {
    /// Looks at a list of buttons, where there is one.
    pub(in crate::message) fn check_list(buttons: Option<&[Self]>, place: Place, walk: &mut Walk) {
        if let Some(buttons) = buttons {
            walk.list("buttons", buttons, limits::BUTTONS, |walk, button| {
                button.check(place, walk);
            });
        }
    }

    fn check(&self, place: Place, walk: &mut Walk) {
        if let Some(title) = self.title() {
            walk.text("title", title, limits::BUTTON_TITLE);
        }
        let everywhere = matches!(self.0, Kind::WebUrl { .. } | Kind::Postback { .. });
        if place == Place::ImageGrid && !everywhere {
            walk.invalid("type", "an image grid takes web_url and postback buttons only");
        }
        match &self.0 {
            Kind::WebUrl { url, webview, .. } => {
                walk.url("url", url);
                webview.check(walk);
            }
            Kind::Postback { payload, .. } => walk.text("payload", payload, limits::PAYLOAD),
            Kind::PhoneNumber { payload, .. } => {
                walk.at("type", |walk| walk.messenger_only("phone_number button"));
                let digits = payload.strip_prefix('+').unwrap_or_default();
                if !(5..=15).contains(&digits.len()) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
                    walk.invalid("payload", "not a phone number of + and 5 to 15 digits");
                }
            }
            Kind::AccountLink { url } => {
                walk.at("type", |walk| walk.messenger_only("account_link button"));
                walk.url("url", url);
            }
            Kind::AccountUnlink {} => walk.at("type", |walk| walk.messenger_only("account_unlink button")),
            Kind::AudioCall { expires_in_days, .. } => {
                walk.at("type", |walk| walk.messenger_only("audio_call button"));
                if place == Place::MediaTemplate {
                    walk.invalid(
                        "type",
                        "an audio_call button stands in a button template or on a card",
                    );
                }
                walk.maybe_number("expires_in_days", *expires_in_days, limits::AUDIO_CALL_DAYS);
            }
            Kind::GamePlay { game, .. } => {
                walk.at("type", |walk| walk.messenger_only("game_play button"));
                walk.maybe_text("payload", game.payload.as_deref(), limits::PAYLOAD);
            }
        }
    }
}

impl Webview {
    fn check(&self, walk: &mut Walk) {
        walk.maybe_url("fallback_url", self.fallback_url.as_deref());
        if self.fallback_url.is_some() && !self.messenger_extensions {
            walk.invalid("fallback_url", "only with messenger_extensions");
        }
    }
}

impl DefaultAction {
    pub(in crate::message) fn check(&self, walk: &mut Walk) {
        walk.url("url", &self.url);
        self.webview.check(walk);
    }
}
