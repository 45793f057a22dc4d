//! The media template: a picture or a film, with buttons or without.

use serde::{Deserialize, Serialize};

use crate::message::{
    Button, Buttons, Media, MediaKind,
    attachment::Source,
    button::Place,
    check::Walk,
    limits::{self, takes},
    words::is_false,
};

/// A media template: an image or a video, with one to three buttons under it or without.
///
/// The platform takes uploads (by their id) and addresses of media on `facebook.com`; other addresses are
/// refused. Not available on Instagram.
/// Platform: media template, <https://developers.facebook.com/documentation/business-messaging/messenger-platform/send-messages/template/media>.
///
/// ```
/// use messenger_runtime::message::{Button, Media, MediaKind, MediaTemplate, Message};
/// use serde_json::{json, to_value};
///
/// let film = Media::attachment_id(MediaKind::Video, "1857777774821032");
/// let template = MediaTemplate::new(film)
///     .buttons([Button::url("How we roast", "https://coffee.example/roasting")])
///     .sharable();
/// assert_eq!(to_value(Message::from(template))?, json!({"attachment": {"type": "template", "payload": {
///     "template_type": "media",
///     "sharable": true,
///     "elements": [{
///         "media_type": "video",
///         "attachment_id": "1857777774821032",
///         "buttons": [{"type": "web_url", "title": "How we roast", "url": "https://coffee.example/roasting"}],
///     }],
/// }}}));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MediaTemplate {
    #[serde(default, skip_serializing_if = "is_false")]
    sharable: bool,
    elements: Vec<MediaElement>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct MediaElement {
    media_type: MediaKind,
    #[serde(flatten)]
    source: Source,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    buttons: Option<Vec<Button>>,
}

impl MediaTemplate {
    /// This picture or film.
    #[must_use]
    pub fn new(media: Media) -> Self {
        let element = MediaElement {
            media_type: media.kind,
            source: media.source,
            buttons: None,
        };
        Self {
            sharable: false,
            elements: vec![element],
        }
    }

    /// Buttons under it.
    #[doc = takes!(BUTTONS)]
    #[must_use]
    pub fn buttons(mut self, buttons: impl Buttons) -> Self {
        let buttons = buttons.into_vec();
        for element in &mut self.elements {
            element.buttons = Some(buttons.clone());
        }
        self
    }

    /// Lets the person share it with others.
    #[must_use]
    pub fn sharable(mut self) -> Self {
        self.sharable = true;
        self
    }

    pub(in crate::message) fn all_buttons(&self) -> &[Button] {
        let first = self.elements.first();
        first
            .and_then(|element| element.buttons.as_deref())
            .unwrap_or_default()
    }

    pub(in crate::message) fn check(&self, walk: &mut Walk) {
        walk.at("template_type", |walk| walk.messenger_only("media template"));
        walk.list(
            "elements",
            &self.elements,
            limits::MEDIA_ELEMENTS,
            |walk, element| {
                element.check(walk);
            },
        );
    }
}

impl MediaElement {
    fn check(&self, walk: &mut Walk) {
        if matches!(self.media_type, MediaKind::Audio | MediaKind::File) {
            walk.invalid("media_type", "a media template shows an image or a video");
        }
        match &self.source {
            Source::Url { url, is_reusable } => {
                let host = url
                    .strip_prefix("https://")
                    .and_then(|rest| rest.split('/').next());
                if !host.is_some_and(|host| host == "facebook.com" || host.ends_with(".facebook.com")) {
                    walk.invalid(
                        "url",
                        "a media template takes addresses on facebook.com; upload other media",
                    );
                }
                if *is_reusable {
                    walk.invalid(
                        "is_reusable",
                        "a media template fetches nothing that could be kept",
                    );
                }
            }
            Source::Id { attachment_id } => walk.required("attachment_id", attachment_id),
        }
        Button::check_list(self.buttons.as_deref(), Place::MediaTemplate, walk);
    }
}
