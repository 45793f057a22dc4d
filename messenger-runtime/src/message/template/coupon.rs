//! The coupon template: a code to copy or an address that applies it.

use serde::{Deserialize, Serialize};

use crate::message::{
    check::Walk,
    limits::{self, takes},
    words::Words,
};

/// A coupon template: a discount by a code, by an address, or both.
///
/// A person who uses it is told to `#[on_coupon]`. Not available on Instagram.
/// Platform: coupon template, <https://developers.facebook.com/documentation/business-messaging/messenger-platform/send-messages/template/coupon>.
///
/// ```
/// use messenger_runtime::message::{Coupon, Message};
/// use serde_json::{json, to_value};
///
/// let coupon = Coupon::code("A fifth off your next bag", "BEANS20")
///     .subtitle("Until Sunday")
///     .coupon_url("https://coffee.example/shop?coupon=BEANS20")
///     .coupon_url_button_title("To the shop")
///     .coupon_pre_message("Thank you for waiting.")
///     .image("https://coffee.example/bag.jpg")
///     .payload("COUPON:BEANS20");
/// assert_eq!(to_value(Message::from(coupon))?, json!({"attachment": {"type": "template", "payload": {
///     "template_type": "coupon",
///     "title": "A fifth off your next bag",
///     "subtitle": "Until Sunday",
///     "coupon_code": "BEANS20",
///     "coupon_url": "https://coffee.example/shop?coupon=BEANS20",
///     "coupon_url_button_title": "To the shop",
///     "coupon_pre_message": "Thank you for waiting.",
///     "image_url": "https://coffee.example/bag.jpg",
///     "payload": "COUPON:BEANS20",
/// }}}));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coupon {
    title: Words,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    subtitle: Option<Words>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    coupon_code: Option<Words>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    coupon_url: Option<Words>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    coupon_url_button_title: Option<Words>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    coupon_pre_message: Option<Words>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    image_url: Option<Words>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    payload: Option<Words>,
}

impl Coupon {
    /// A coupon with this title and a code to copy. A code has no spaces.
    #[doc = takes!(COUPON_TITLE)]
    #[must_use]
    pub fn code(title: impl Into<String>, code: impl Into<String>) -> Self {
        Self::titled(title).coupon_code(code)
    }

    /// A coupon with this title that is used at this address.
    #[doc = takes!(COUPON_TITLE)]
    #[must_use]
    pub fn url(title: impl Into<String>, url: impl Into<String>) -> Self {
        Self::titled(title).coupon_url(url)
    }

    fn titled(title: impl Into<String>) -> Self {
        Self {
            title: Words::new(title),
            subtitle: None,
            coupon_code: None,
            coupon_url: None,
            coupon_url_button_title: None,
            coupon_pre_message: None,
            image_url: None,
            payload: None,
        }
    }

    /// The line under the title.
    #[doc = takes!(COUPON_SUBTITLE)]
    #[must_use]
    pub fn subtitle(mut self, subtitle: impl Into<String>) -> Self {
        self.subtitle = Some(Words::new(subtitle));
        self
    }

    /// The code to copy, without spaces.
    #[must_use]
    pub fn coupon_code(mut self, code: impl Into<String>) -> Self {
        self.coupon_code = Some(Words::new(code));
        self
    }

    /// Where the coupon is used.
    #[must_use]
    pub fn coupon_url(mut self, url: impl Into<String>) -> Self {
        self.coupon_url = Some(Words::new(url));
        self
    }

    /// What stands on the button that opens the address, instead of the platform's `Shop now`.
    #[must_use]
    pub fn coupon_url_button_title(mut self, title: impl Into<String>) -> Self {
        self.coupon_url_button_title = Some(Words::new(title));
        self
    }

    /// A text shown before the coupon.
    #[must_use]
    pub fn coupon_pre_message(mut self, text: impl Into<String>) -> Self {
        self.coupon_pre_message = Some(Words::new(text));
        self
    }

    /// The address of a picture.
    #[must_use]
    pub fn image(mut self, url: impl Into<String>) -> Self {
        self.image_url = Some(Words::new(url));
        self
    }

    /// What the event of a used coupon repeats.
    #[doc = takes!(PAYLOAD)]
    #[must_use]
    pub fn payload(mut self, payload: impl Into<String>) -> Self {
        self.payload = Some(Words::new(payload));
        self
    }

    pub(in crate::message) fn check(&self, walk: &mut Walk) {
        walk.at("template_type", |walk| walk.messenger_only("coupon template"));
        walk.text("title", &self.title, limits::COUPON_TITLE);
        walk.maybe_text("subtitle", self.subtitle.as_deref(), limits::COUPON_SUBTITLE);
        match &self.coupon_code {
            Some(code) if code.is_empty() => walk.invalid("coupon_code", "empty"),
            Some(code) if code.contains(char::is_whitespace) => {
                walk.invalid("coupon_code", "a coupon code has no spaces");
            }
            None if self.coupon_url.is_none() => {
                walk.invalid("coupon_code", "neither a coupon_code nor a coupon_url");
            }
            _ => {}
        }
        walk.maybe_url("coupon_url", self.coupon_url.as_deref());
        walk.maybe_url("image_url", self.image_url.as_deref());
        walk.maybe_text("payload", self.payload.as_deref(), limits::PAYLOAD);
    }
}
