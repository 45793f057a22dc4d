//! The generic template: cards side by side.

use serde::{Deserialize, Serialize};

use crate::message::{
    Card, Elements,
    check::Walk,
    limits::{self, takes},
    words::is_false,
};

/// A generic template: one to ten cards side by side.
///
/// [`Reply::carousel`](crate::message::Reply::carousel) is the short way where nothing but the cards is
/// to be said.
/// Platform: generic template, <https://developers.facebook.com/documentation/business-messaging/messenger-platform/send-messages/template/generic>.
///
/// ```
/// use messenger_runtime::message::{Card, Carousel, Message};
/// use serde_json::{json, to_value};
///
/// let carousel = Carousel::new([Card::new("Espresso").subtitle("18 g in, 36 g out")]).sharable();
/// assert_eq!(to_value(Message::from(carousel))?, json!({"attachment": {"type": "template", "payload": {
///     "template_type": "generic",
///     "sharable": true,
///     "elements": [{"title": "Espresso", "subtitle": "18 g in, 36 g out"}],
/// }}}));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Carousel {
    #[serde(default, skip_serializing_if = "is_false")]
    sharable: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    image_aspect_ratio: Option<ImageAspectRatio>,
    pub(in crate::message) elements: Vec<Card>,
}

/// The shape of the pictures on the cards of a [`Carousel`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImageAspectRatio {
    /// 1.91 times as wide as high.
    Horizontal,
    /// As wide as high.
    Square,
}

impl Carousel {
    /// These cards.
    #[doc = takes!(ELEMENTS)]
    #[must_use]
    pub fn new(elements: impl Elements) -> Self {
        Self {
            sharable: false,
            image_aspect_ratio: None,
            elements: elements.into_vec(),
        }
    }

    /// Lets the person share the cards with others.
    #[must_use]
    pub fn sharable(mut self) -> Self {
        self.sharable = true;
        self
    }

    /// Asks for pictures of this shape.
    ///
    /// The platform's table of this template no longer has `image_aspect_ratio`, so it may be ignored. It
    /// is sent only where it is asked for.
    ///
    /// ```
    /// use messenger_runtime::message::{Card, Carousel, ImageAspectRatio, Message};
    /// use serde_json::{json, to_value};
    ///
    /// let card = Card::new("Espresso").image("https://coffee.example/espresso.jpg");
    /// let carousel = Carousel::new([card]).image_aspect_ratio(ImageAspectRatio::Square);
    /// assert_eq!(to_value(&carousel)?["image_aspect_ratio"], "square");
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn image_aspect_ratio(mut self, ratio: ImageAspectRatio) -> Self {
        self.image_aspect_ratio = Some(ratio);
        self
    }

    pub(in crate::message) fn check(&self, walk: &mut Walk) {
        walk.list("elements", &self.elements, limits::ELEMENTS, |walk, card| {
            card.check(walk);
        });
    }
}
