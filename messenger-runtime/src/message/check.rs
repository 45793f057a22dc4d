//! The check at run time: every violation of a limit, with its path.

use super::{
    Action, LimitError, LimitErrors, Message, Money, Platform, QuickReply, SendOptions,
    attachment::{Attachment, Template},
    errors::Problem,
    limits::{self, Limit},
    rules,
};

mod options;

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

    pub(super) fn at(&mut self, name: &str, look: impl FnOnce(&mut Self)) {
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

    pub(super) fn list<T>(&mut self, name: &str, items: &[T], limit: Limit, look: impl Fn(&mut Self, &T)) {
        self.count(name, items.len(), limit);
        self.each(name, items, look);
    }

    fn note(&mut self, problem: Problem) {
        self.found.push(LimitError {
            path: self.path.clone(),
            problem,
        });
    }

    /// Notes what a rule says of the field `name`.
    fn look(&mut self, name: &str, problem: Option<Problem>) {
        if let Some(problem) = problem {
            self.at(name, |walk| walk.note(problem));
        }
    }

    pub(super) fn invalid(&mut self, name: &str, what: &'static str) {
        self.at(name, |walk| walk.note(Problem::Invalid(what)));
    }

    /// What is wrong right here, in the field itself.
    pub(super) fn malformed(&mut self, what: &'static str) {
        self.note(Problem::Invalid(what));
    }

    pub(super) fn messenger_only(&mut self, what: &'static str) {
        self.only_on(Platform::Messenger, what);
    }

    fn only_on(&mut self, platform: Platform, what: &'static str) {
        if self.platform != platform {
            self.note(Problem::Missing(self.platform, what));
        }
    }

    pub(super) fn maybe_number(&mut self, name: &str, number: Option<u8>, limit: Limit) {
        if let Some(number) = number {
            self.look(name, rules::number(usize::from(number), limit));
        }
    }

    /// Notes a list of the wrong length.
    pub(super) fn count(&mut self, name: &str, got: usize, limit: Limit) {
        self.look(name, rules::number(got, limit));
    }

    pub(super) fn maybe_text(&mut self, name: &str, text: Option<&str>, limit: Limit) {
        if let Some(text) = text {
            self.text(name, text, limit);
        }
    }

    pub(super) fn text(&mut self, name: &str, text: &str, limit: Limit) {
        self.look(name, rules::text(text, limit));
    }

    pub(super) fn required(&mut self, name: &str, text: &str) {
        self.look(name, rules::required(text));
    }

    fn maybe_required(&mut self, name: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.required(name, text);
        }
    }

    pub(super) fn url(&mut self, name: &str, url: &str) {
        self.look(name, rules::url(url));
    }

    pub(super) fn maybe_url(&mut self, name: &str, url: Option<&str>) {
        if let Some(url) = url {
            self.url(name, url);
        }
    }

    /// An amount on a bill that is in the currency of its `total`.
    pub(super) fn amount(&mut self, name: &str, amount: Money, total: Money) {
        if amount.currency() != total.currency() {
            self.invalid(name, "not in the currency of the total");
        }
        if !amount.is_sendable() {
            self.invalid(name, "more than 15 digits");
        }
    }

    pub(super) fn action(&mut self, action: &Action) {
        match action {
            Action::Send { message, options, .. } => self.send(message, options, limits::REPLY_METADATA),
            Action::SenderAction(action) => self.sender_action(action),
            Action::PassThreadControl {
                target_app_id,
                metadata,
            } => {
                self.maybe_required("target_app_id", target_app_id.as_deref());
                self.thread_control_metadata(metadata.as_deref());
            }
            Action::TakeThreadControl { metadata } => self.thread_control_metadata(metadata.as_deref()),
            Action::Pause(pause) => {
                let seconds = pause.as_millis().div_ceil(1000);
                self.count("pause", seconds.try_into().unwrap_or(usize::MAX), limits::PAUSE);
            }
            Action::ReleaseThreadControl | Action::Question => {}
        }
    }

    /// A message and what goes with it. A reply leaves less room for metadata than a message of its own.
    pub(super) fn send(&mut self, message: &Message, options: &SendOptions, metadata: Limit) {
        self.message(message);
        self.maybe_text("metadata", message.metadata.as_deref(), metadata);
        self.options(message, options);
    }

    fn thread_control_metadata(&mut self, metadata: Option<&str>) {
        self.maybe_text("metadata", metadata, limits::THREAD_CONTROL_METADATA);
    }

    fn message(&mut self, message: &Message) {
        let contents = [
            message.text.is_some(),
            message.attachment.is_some(),
            message.attachments.is_some(),
            message.sticker_id.is_some(),
            message.template.is_some(),
        ];
        match contents.into_iter().filter(|&is_there| is_there).count() {
            1 => {}
            0 => self.invalid(
                "message",
                "empty; it takes a text, an attachment, attachments, a sticker_id or a template",
            ),
            _ => self.invalid(
                "message",
                "more than one of text, attachment, attachments, sticker_id and template",
            ),
        }
        let (text, images) = match self.platform {
            Platform::Messenger => (limits::TEXT, limits::IMAGES),
            Platform::Instagram => (limits::INSTAGRAM_TEXT, limits::INSTAGRAM_IMAGES),
        };
        self.maybe_text("text", message.text.as_deref(), text);
        if let Some(attachment) = &message.attachment {
            self.attachment(attachment);
        }
        if let Some(attachments) = &message.attachments {
            self.list("attachments", attachments, images, |walk, attachment| {
                walk.attachment(attachment);
                if !matches!(attachment, Attachment::Image(_)) {
                    walk.invalid("type", "several attachments are images only");
                }
            });
        }
        if let Some(template) = &message.template {
            self.at("template", |walk| template.check(walk));
        }
        if let Some(quick_replies) = &message.quick_replies {
            self.list(
                "quick_replies",
                quick_replies,
                limits::QUICK_REPLIES,
                |walk, quick_reply| {
                    QuickReply::check(quick_reply, walk);
                },
            );
        }
    }

    fn attachment(&mut self, attachment: &Attachment) {
        match attachment {
            Attachment::Image(source)
            | Attachment::Audio(source)
            | Attachment::Video(source)
            | Attachment::File(source) => source.check(self),
            Attachment::Template(template) => self.template(template),
            Attachment::LikeHeart => self.at("type", |walk| walk.only_on(Platform::Instagram, "like_heart")),
            Attachment::MediaShare { id } => {
                self.at("type", |walk| walk.only_on(Platform::Instagram, "MEDIA_SHARE"));
                self.required("id", id);
            }
        }
    }

    fn template(&mut self, template: &Template) {
        match template {
            Template::Button(template) => template.check(self),
            Template::Generic(template) => template.check(self),
            Template::Media(template) => template.check(self),
            Template::Receipt(template) => template.check(self),
            Template::Product(template) => template.check(self),
            Template::Coupon(template) => template.check(self),
            Template::ImageGrid(template) => template.check(self),
            Template::CustomerFeedback(template) => template.check(self),
            Template::CustomerInformation(template) => template.check(self),
            Template::InstantForm(template) => template.check(self),
            Template::NotificationMessages(template) => template.check(self),
            Template::OneTimeNotifReq(template) => template.check(self),
            #[cfg(feature = "legacy")]
            Template::BoardingPasses(template) => template.check(self),
            #[cfg(feature = "legacy")]
            Template::CheckIn(template) => template.check(self),
            #[cfg(feature = "legacy")]
            Template::Itinerary(template) => template.check(self),
            #[cfg(feature = "legacy")]
            Template::FlightUpdate(template) => template.check(self),
        }
    }
}
