//! The image grid template: two to six pictures in one message.

use serde::{Deserialize, Serialize};

use crate::message::{
    Button, Buttons,
    button::Place,
    check::Walk,
    limits::{self, takes},
    payload::{Listed, Postback},
    words::{Words, is_false},
};

/// An image grid template: two to six pictures, each with an action or without, and up to three buttons.
///
/// Not available on Instagram.
/// Platform: image grid template, <https://developers.facebook.com/documentation/business-messaging/messenger-platform/send-messages/template/image-grid>.
///
/// ```
/// use messenger_runtime::message::{Button, GridImage, ImageGrid, Message, RawPayload};
/// use serde_json::{json, to_value};
///
/// let grid = ImageGrid::new([
///     GridImage::url("https://coffee.example/bag.jpg").hero().open("https://coffee.example/shop"),
///     GridImage::url("https://coffee.example/cup.jpg").postback(RawPayload("CUP".to_owned()), "The cup"),
/// ])
/// .title("What we sell")
/// .subtitle("Two of many")
/// .buttons([Button::url("All of it", "https://coffee.example/shop")]);
/// assert_eq!(to_value(Message::from(grid))?, json!({"attachment": {"type": "template", "payload": {
///     "template_type": "image_grid",
///     "elements": [{
///         "title": "What we sell",
///         "subtitle": "Two of many",
///         "images": [
///             {"url": "https://coffee.example/bag.jpg", "is_hero_image": true,
///              "action": {"type": "web_url", "url": "https://coffee.example/shop"}},
///             {"url": "https://coffee.example/cup.jpg",
///              "action": {"type": "postback", "payload": "CUP", "text": "The cup"}},
///         ],
///         "buttons": [{"type": "web_url", "title": "All of it", "url": "https://coffee.example/shop"}],
///     }],
/// }}}));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImageGrid {
    elements: Vec<Grid>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Grid {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    title: Option<Words>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    subtitle: Option<Words>,
    images: Vec<GridImage>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    buttons: Option<Vec<Button>>,
}

impl ImageGrid {
    /// These pictures.
    #[doc = takes!(IMAGE_GRID_IMAGES)]
    #[must_use]
    pub fn new(images: impl IntoIterator<Item = GridImage>) -> Self {
        let grid = Grid {
            images: images.into_iter().collect(),
            ..Grid::default()
        };
        Self { elements: vec![grid] }
    }

    fn each(mut self, set: impl Fn(&mut Grid)) -> Self {
        self.elements.iter_mut().for_each(set);
        self
    }

    /// The title.
    #[doc = takes!(IMAGE_GRID_TITLE)]
    #[must_use]
    pub fn title(self, title: impl Into<String>) -> Self {
        let title = Words::new(title);
        self.each(|grid| grid.title = Some(title.clone()))
    }

    /// The line under the title.
    #[doc = takes!(IMAGE_GRID_SUBTITLE)]
    #[must_use]
    pub fn subtitle(self, subtitle: impl Into<String>) -> Self {
        let subtitle = Words::new(subtitle);
        self.each(|grid| grid.subtitle = Some(subtitle.clone()))
    }

    /// One to three buttons under the pictures: [`Button::url`], [`Button::webview`] and
    /// [`Button::postback`]. Others are refused.
    #[must_use]
    pub fn buttons(self, buttons: impl Buttons) -> Self {
        let buttons = buttons.into_vec();
        self.each(|grid| grid.buttons = Some(buttons.clone()))
    }

    pub(in crate::message) fn all_buttons(&self) -> &[Button] {
        let first = self.elements.first();
        first.and_then(|grid| grid.buttons.as_deref()).unwrap_or_default()
    }

    pub(in crate::message) fn check(&self, walk: &mut Walk) {
        walk.at("template_type", |walk| walk.messenger_only("image grid template"));
        walk.list(
            "elements",
            &self.elements,
            limits::IMAGE_GRID_ELEMENTS,
            |walk, grid| {
                grid.check(walk);
            },
        );
    }
}

impl Grid {
    fn check(&self, walk: &mut Walk) {
        walk.maybe_text("title", self.title.as_deref(), limits::IMAGE_GRID_TITLE);
        walk.maybe_text("subtitle", self.subtitle.as_deref(), limits::IMAGE_GRID_SUBTITLE);
        walk.list(
            "images",
            &self.images,
            limits::IMAGE_GRID_IMAGES,
            |walk, image| {
                image.check(walk);
            },
        );
        let heroes = self.images.iter().filter(|image| image.is_hero_image).count();
        walk.count("images.is_hero_image", heroes, limits::IMAGE_GRID_HEROES);
        Button::check_list(self.buttons.as_deref(), Place::ImageGrid, walk);
    }
}

/// A picture of an [`ImageGrid`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GridImage {
    url: Words,
    #[serde(default, skip_serializing_if = "is_false")]
    is_hero_image: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    action: Option<ImageAction>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum ImageAction {
    WebUrl {
        url: Words,
    },
    Postback {
        payload: Words,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        text: Option<Words>,
    },
}

impl GridImage {
    /// The picture at this address.
    #[must_use]
    pub fn url(url: impl Into<String>) -> Self {
        Self {
            url: Words::new(url),
            is_hero_image: false,
            action: None,
        }
    }

    /// Shows this picture larger than the others; at most one of a grid.
    #[must_use]
    pub fn hero(mut self) -> Self {
        self.is_hero_image = true;
        self
    }

    /// A tap on the picture opens `url`.
    #[must_use]
    pub fn open(mut self, url: impl Into<String>) -> Self {
        self.action = Some(ImageAction::WebUrl { url: Words::new(url) });
        self
    }

    /// A tap on the picture sends a postback: `payload` is a handler with its captures, `text` is shown as
    /// what the person answered.
    #[doc = takes!(PAYLOAD)]
    #[must_use]
    #[expect(
        clippy::needless_pass_by_value,
        reason = "a payload is made where it is named"
    )]
    pub fn postback(mut self, payload: impl Postback<Handler: Listed>, text: impl Into<String>) -> Self {
        self.action = Some(ImageAction::Postback {
            payload: Words::new(payload.payload()),
            text: Some(Words::new(text)),
        });
        self
    }

    fn check(&self, walk: &mut Walk) {
        walk.url("url", &self.url);
        walk.at("action", |walk| match &self.action {
            Some(ImageAction::WebUrl { url }) => walk.url("url", url),
            Some(ImageAction::Postback { payload, .. }) => walk.text("payload", payload, limits::PAYLOAD),
            None => {}
        });
    }
}
