//! The check at run time: every violation of a limit, with its path.

use super::{
    Action, Address, Button, Card, LimitError, LimitErrors, MediaKind, Message, Money, Platform, QuickReply,
    Receipt,
    attachment::{Attachment, MediaElement, Source, Template},
    button::Kind,
    errors::Problem,
    limits::{self, Limit},
    quick_reply::ContentType,
};

/// Goes through a reply and remembers where it is.
pub(super) struct Walk {
    platform: Platform,
    path: String,
    found: Vec<LimitError>,
}

impl Walk {
    pub(super) fn new(platform: Platform) -> Self {
        Self {
            platform,
            path: String::new(),
            found: Vec::new(),
        }
    }

    pub(super) fn finish(self) -> Result<(), LimitErrors> {
        if self.found.is_empty() {
            Ok(())
        } else {
            Err(LimitErrors(self.found))
        }
    }

    fn at(&mut self, name: &str, look: impl FnOnce(&mut Self)) {
        let outer = self.path.len();
        if outer > 0 {
            self.path.push('.');
        }
        self.path.push_str(name);
        look(self);
        self.path.truncate(outer);
    }

    pub(super) fn each<T>(&mut self, name: &str, items: &[T], look: impl Fn(&mut Self, &T)) {
        for (n, item) in items.iter().enumerate() {
            self.at(&format!("{name}[{n}]"), |walk| look(walk, item));
        }
    }

    fn list<T>(&mut self, name: &str, items: &[T], limit: Limit, look: impl Fn(&mut Self, &T)) {
        let got = items.len();
        if !limit.takes(got) {
            self.at(name, |walk| walk.note(Problem::Count { got, limit }));
        }
        self.each(name, items, look);
    }

    fn note(&mut self, problem: Problem) {
        self.found.push(LimitError {
            path: self.path.clone(),
            problem,
        });
    }

    fn invalid(&mut self, name: &str, what: &'static str) {
        self.at(name, |walk| walk.note(Problem::Invalid(what)));
    }

    fn messenger_only(&mut self, what: &'static str) {
        if self.platform == Platform::Instagram {
            self.note(Problem::NotOnInstagram(what));
        }
    }

    fn text(&mut self, name: &str, text: &str, limit: Limit) {
        let got = limit.measure(text);
        if got < limit.min {
            self.invalid(name, "empty");
        } else if got > limit.max {
            self.at(name, |walk| walk.note(Problem::TooLong { got, limit }));
        }
    }

    fn required(&mut self, name: &str, text: &str) {
        if text.is_empty() {
            self.invalid(name, "empty");
        }
    }

    fn url(&mut self, name: &str, url: &str) {
        let http = url
            .strip_prefix("https://")
            .or_else(|| url.strip_prefix("http://"));
        if http.is_none_or(str::is_empty) {
            self.invalid(name, "not an address that begins with https:// or http://");
        }
    }

    fn maybe_url(&mut self, name: &str, url: Option<&str>) {
        if let Some(url) = url {
            self.url(name, url);
        }
    }

    pub(super) fn action(&mut self, action: &Action) {
        match action {
            Action::Send { message, .. } => self.message(message),
            Action::PassThreadControl {
                target_app_id: Some(app),
                ..
            } => self.required("target_app_id", app),
            Action::PassThreadControl {
                target_app_id: None, ..
            }
            | Action::SenderAction(_)
            | Action::TakeThreadControl { .. }
            | Action::ReleaseThreadControl => {}
        }
    }

    fn message(&mut self, message: &Message) {
        match (&message.text, &message.attachment) {
            (Some(text), None) => {
                let limit = match self.platform {
                    Platform::Messenger => limits::TEXT,
                    Platform::Instagram => limits::INSTAGRAM_TEXT,
                };
                self.text("text", text, limit);
            }
            (None, Some(attachment)) => self.attachment(attachment),
            (None, None) => self.invalid("message", "neither a text nor an attachment"),
            (Some(_), Some(_)) => self.invalid("message", "both a text and an attachment"),
        }
        if let Some(quick_replies) = &message.quick_replies {
            self.list(
                "quick_replies",
                quick_replies,
                limits::QUICK_REPLIES,
                Self::quick_reply,
            );
        }
    }

    fn attachment(&mut self, attachment: &Attachment) {
        match attachment {
            Attachment::Image(source)
            | Attachment::Audio(source)
            | Attachment::Video(source)
            | Attachment::File(source) => match source {
                Source::Url { url, .. } => self.url("url", url),
                Source::Id { attachment_id } => self.required("attachment_id", attachment_id),
            },
            Attachment::Template(Template::Button { text, buttons }) => {
                self.text("text", text, limits::BUTTON_TEMPLATE_TEXT);
                self.list("buttons", buttons, limits::BUTTONS, Self::button);
            }
            Attachment::Template(Template::Generic { elements, .. }) => {
                self.list("elements", elements, limits::ELEMENTS, Self::card);
            }
            Attachment::Template(Template::Media { elements, .. }) => {
                self.list("elements", elements, limits::MEDIA_ELEMENTS, Self::media);
            }
            Attachment::Template(Template::Receipt(receipt)) => self.receipt(receipt),
        }
    }

    fn media(&mut self, element: &MediaElement) {
        self.at("media_type", |walk| {
            walk.messenger_only("media template");
            if matches!(element.media_type, MediaKind::Audio | MediaKind::File) {
                walk.note(Problem::Invalid("a media template shows an image or a video"));
            }
        });
        match &element.source {
            Source::Url { url, is_reusable } => {
                let host = url
                    .strip_prefix("https://")
                    .and_then(|rest| rest.split('/').next());
                if !host.is_some_and(|host| host == "facebook.com" || host.ends_with(".facebook.com")) {
                    self.invalid(
                        "url",
                        "a media template takes addresses on facebook.com; upload other media",
                    );
                }
                if *is_reusable {
                    self.invalid(
                        "is_reusable",
                        "a media template fetches nothing that could be kept",
                    );
                }
            }
            Source::Id { attachment_id } => self.required("attachment_id", attachment_id),
        }
        self.list("buttons", &element.buttons, limits::BUTTONS, Self::button);
    }

    fn quick_reply(&mut self, quick_reply: &QuickReply) {
        self.maybe_url("image_url", quick_reply.image_url.as_deref());
        if quick_reply.content_type != ContentType::Text {
            if quick_reply.image_url.is_some() {
                self.invalid("image_url", "only a text quick reply has an image");
            }
            if quick_reply.is_email() {
                self.at("content_type", |walk| {
                    walk.messenger_only("quick reply for e-mail addresses");
                });
            }
            return;
        }
        let optional = usize::from(quick_reply.image_url.is_none());
        let title = Limit {
            min: optional,
            ..limits::QUICK_REPLY_TITLE
        };
        self.text("title", quick_reply.title().unwrap_or_default(), title);
        let payload = Limit {
            min: optional,
            ..limits::PAYLOAD
        };
        self.text("payload", quick_reply.payload().unwrap_or_default(), payload);
    }

    fn button(&mut self, button: &Button) {
        if let Some(title) = button.title() {
            self.text("title", title, limits::BUTTON_TITLE);
        }
        match &button.0 {
            Kind::WebUrl { url, webview, .. } => {
                self.url("url", url);
                self.maybe_url("fallback_url", webview.fallback_url.as_deref());
            }
            Kind::Postback { payload, .. } => self.text("payload", payload, limits::PAYLOAD),
            Kind::PhoneNumber { payload, .. } => {
                self.at("type", |walk| walk.messenger_only("phone_number button"));
                let digits = payload.strip_prefix('+').unwrap_or_default();
                if !(5..=15).contains(&digits.len()) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
                    self.invalid("payload", "not a phone number of + and 5 to 15 digits");
                }
            }
            Kind::AccountLink { url } => {
                self.at("type", |walk| walk.messenger_only("account_link button"));
                self.url("url", url);
            }
            Kind::AccountUnlink {} => self.at("type", |walk| walk.messenger_only("account_unlink button")),
        }
    }

    fn card(&mut self, card: &Card) {
        self.text("title", &card.title, limits::CARD_TITLE);
        if let Some(subtitle) = &card.subtitle {
            self.text("subtitle", subtitle, limits::CARD_SUBTITLE);
        }
        self.maybe_url("image_url", card.image_url.as_deref());
        if let Some(action) = &card.default_action {
            self.at("default_action", |walk| {
                walk.url("url", &action.url);
                walk.maybe_url("fallback_url", action.webview.fallback_url.as_deref());
            });
        }
        if let Some(buttons) = &card.buttons {
            self.list("buttons", buttons, limits::BUTTONS, Self::button);
        }
        let bare = card.subtitle.is_none()
            && card.image_url.is_none()
            && card.default_action.is_none()
            && card.buttons.is_none();
        if bare {
            self.note(Problem::Invalid(
                "only a title; add a subtitle, an image, a default action or buttons",
            ));
        }
    }

    fn receipt(&mut self, receipt: &Receipt) {
        self.at("template_type", |walk| walk.messenger_only("receipt template"));
        self.required("recipient_name", &receipt.recipient_name);
        self.required("order_number", &receipt.order_number);
        self.required("payment_method", &receipt.payment_method);
        self.maybe_url("order_url", receipt.order_url.as_deref());
        let total = receipt.summary.total_cost;
        self.list(
            "elements",
            &receipt.elements,
            limits::RECEIPT_ELEMENTS,
            |walk, item| {
                walk.required("title", &item.title);
                walk.amount("price", item.price, total);
                walk.maybe_url("image_url", item.image_url.as_deref());
            },
        );
        if let Some(address) = &receipt.address {
            self.at("address", |walk| walk.address(address));
        }
        self.at("summary", |walk| {
            let summary = &receipt.summary;
            let parts = [
                ("subtotal", summary.subtotal),
                ("shipping_cost", summary.shipping_cost),
                ("total_tax", summary.total_tax),
                ("total_cost", Some(total)),
            ];
            for (name, amount) in parts {
                if let Some(amount) = amount {
                    walk.amount(name, amount, total);
                }
            }
        });
        self.each("adjustments", &receipt.adjustments, |walk, adjustment| {
            walk.required("name", &adjustment.name);
            walk.amount("amount", adjustment.amount, total);
        });
    }

    fn amount(&mut self, name: &str, amount: Money, total: Money) {
        if amount.currency() != total.currency() {
            self.invalid(name, "not in the currency of the total");
        }
        if !amount.is_sendable() {
            self.invalid(name, "more than 15 digits");
        }
    }

    fn address(&mut self, address: &Address) {
        self.required("street_1", &address.street_1);
        self.required("city", &address.city);
        self.required("postal_code", &address.postal_code);
        self.required("state", &address.state);
        self.required("country", &address.country);
    }
}
