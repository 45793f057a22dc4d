//! The reply a handler returns.

mod options;
mod timing;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::{
    Action, Buttons, Card, Carousel, Coupon, Elements, ImageGrid, LimitErrors, Media, MediaKind,
    MediaTemplate, Message, Platform, ProductTemplate, QuickReplies, Receipt, SenderAction, UtilityTemplate,
    check::Walk,
};

/// What a handler answers: an ordered list of [`Action`]s, by default none.
///
/// A constructor makes a reply of one action, [`then`](Self::then) joins two. Serialises to a list, so
/// that it can be stored until it is sent.
///
/// ```
/// use messenger_runtime::message::{QuickReply, Reply};
/// use serde_json::{json, to_value};
///
/// let reply = Reply::image("https://coffee.example/menu.png")
///     .then("Which address may we write to?")
///     .quick_replies([QuickReply::email()]);
/// assert_eq!(reply.actions().len(), 2);
/// assert_eq!(to_value(&reply)?, json!([
///     {"send": {"message": {"attachment": {
///         "type": "image", "payload": {"url": "https://coffee.example/menu.png"},
///     }}}},
///     {"send": {"message": {
///         "text": "Which address may we write to?",
///         "quick_replies": [{"content_type": "user_email"}],
///     }}},
/// ]));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
#[must_use = "a reply is sent only where a handler returns it"]
pub struct Reply {
    actions: Vec<Action>,
}

impl Reply {
    /// A text: fewer than 2000 characters on Messenger, at most 1000 bytes on Instagram.
    ///
    /// ```
    /// # use messenger_runtime::message::Reply;
    /// let reply = Reply::text("Hello!");
    /// ```
    pub fn text(text: impl Into<String>) -> Self {
        Self::message(Message::text(text))
    }

    /// Any message: a [`Message`], a [`Card`], a [`Media`], a template or a text.
    ///
    /// ```
    /// # use messenger_runtime::message::{Card, Reply};
    /// let reply = Reply::message(Card::new("Espresso").subtitle("18 g in, 36 g out"));
    /// ```
    pub fn message(message: impl Into<Message>) -> Self {
        Self::from(Action::from(message.into()))
    }

    /// A text of at most 640 characters with one to three buttons (the button template).
    ///
    /// ```
    /// # use messenger_runtime::message::{Button, Reply};
    /// let reply = Reply::buttons("We open at eight.", [Button::url("Find us", "https://coffee.example/map")]);
    /// ```
    ///
    /// A list that the compiler sees to be too long does not compile:
    ///
    /// ```compile_fail
    /// # use messenger_runtime::message::{Button, Reply};
    /// # let button = || Button::account_unlink();
    /// let reply = Reply::buttons("Choose", [button(), button(), button(), button()]);
    /// ```
    pub fn buttons(text: impl Into<String>, buttons: impl Buttons) -> Self {
        Self::message(Message::buttons(text, buttons))
    }

    /// One to ten cards side by side (the generic template).
    ///
    /// ```
    /// # use messenger_runtime::message::{Card, Reply};
    /// let roasts = ["House blend", "Yirgacheffe"];
    /// let cards: Vec<Card> = roasts.iter().map(|name| Card::new(*name).subtitle("250 g")).collect();
    /// let reply = Reply::carousel(cards);
    /// ```
    pub fn carousel(elements: impl Elements) -> Self {
        Self::message(Message::carousel(elements))
    }

    /// The picture at this address, up to 8 MB.
    pub fn image(url: impl Into<String>) -> Self {
        Self::message(Media::image(url))
    }

    /// The film at this address, up to 25 MB.
    pub fn video(url: impl Into<String>) -> Self {
        Self::message(Media::video(url))
    }

    /// The sound at this address, up to 25 MB.
    pub fn audio(url: impl Into<String>) -> Self {
        Self::message(Media::audio(url))
    }

    /// The file at this address, up to 25 MB.
    pub fn file(url: impl Into<String>) -> Self {
        Self::message(Media::file(url))
    }

    /// An image or a video with one to three buttons under it (the media template).
    ///
    /// ```
    /// # use messenger_runtime::message::{Button, Media, MediaKind, Reply};
    /// let film = Media::attachment_id(MediaKind::Video, "1857777774821032");
    /// let reply = Reply::media(film, [Button::url("How we roast", "https://coffee.example/roasting")]);
    /// ```
    pub fn media(media: Media, buttons: impl Buttons) -> Self {
        Self::message(Message::media(media, buttons))
    }

    /// Media uploaded before, by the id that the upload returned.
    ///
    /// ```
    /// # use messenger_runtime::message::{MediaKind, Reply};
    /// let reply = Reply::attachment_id(MediaKind::Image, "1857777774821032");
    /// ```
    pub fn attachment_id(kind: MediaKind, id: impl Into<String>) -> Self {
        Self::message(Media::attachment_id(kind, id))
    }

    /// A receipt, see [`Receipt`].
    pub fn receipt(receipt: Receipt) -> Self {
        Self::message(receipt)
    }

    /// Several pictures in one message: at most 30 on Messenger, at most 10 on Instagram.
    ///
    /// ```
    /// # use messenger_runtime::message::{Media, Reply};
    /// let reply = Reply::images([
    ///     Media::image("https://coffee.example/bag.jpg"),
    ///     Media::image("https://coffee.example/cup.jpg"),
    /// ]);
    /// ```
    pub fn images(images: impl IntoIterator<Item = Media>) -> Self {
        Self::message(Message::images(images))
    }

    /// A sticker of the platform, by its id.
    ///
    /// ```
    /// # use messenger_runtime::message::{Message, Reply};
    /// let reply = Reply::sticker(Message::LIKE_STICKER);
    /// ```
    pub fn sticker(id: u64) -> Self {
        Self::message(Message::sticker(id))
    }

    /// Products of the page's catalogue, see [`ProductTemplate`].
    pub fn product(products: ProductTemplate) -> Self {
        Self::message(products)
    }

    /// A coupon, see [`Coupon`].
    pub fn coupon(coupon: Coupon) -> Self {
        Self::message(coupon)
    }

    /// A grid of pictures, see [`ImageGrid`].
    pub fn image_grid(grid: ImageGrid) -> Self {
        Self::message(grid)
    }

    /// A message template of the page, see [`UtilityTemplate`].
    pub fn utility(template: UtilityTemplate) -> Self {
        Self::message(template)
    }

    /// Shows that the bot is typing, for 20 seconds or until its next message.
    pub fn typing_on() -> Self {
        Self::from(Action::SenderAction(SenderAction::TypingOn))
    }

    /// Stops showing that the bot is typing.
    pub fn typing_off() -> Self {
        Self::from(Action::SenderAction(SenderAction::TypingOff))
    }

    /// Marks the person's last message as seen.
    pub fn mark_seen() -> Self {
        Self::from(Action::SenderAction(SenderAction::MarkSeen))
    }

    /// Adds quick replies to the last message. Without any message they have nothing to stand under,
    /// which [`check`](Self::check) reports.
    ///
    /// ```
    /// # use messenger_runtime::message::{QuickReply, Reply};
    /// let reply = Reply::text("Your e-mail address?").quick_replies([QuickReply::email()]);
    /// ```
    pub fn quick_replies(mut self, quick_replies: impl QuickReplies) -> Self {
        let last = self.actions.iter_mut().rev().find_map(|action| match action {
            Action::Send { message, .. } => Some(message),
            _ => None,
        });
        if let Some(message) = last {
            *message = std::mem::take(message).quick_replies(quick_replies);
            return self;
        }
        self.then(Message::default().quick_replies(quick_replies))
    }

    /// Passes the conversation to the platform's inbox, where people answer, after what the reply
    /// already says.
    ///
    /// ```
    /// # use messenger_runtime::message::Reply;
    /// let reply = Reply::text("One moment, please.").hand_over();
    /// ```
    pub fn hand_over(self) -> Self {
        self.then(Action::PassThreadControl {
            target_app_id: None,
            metadata: None,
        })
    }

    /// Passes the conversation to another app, after what the reply already says.
    ///
    /// ```
    /// # use messenger_runtime::message::Reply;
    /// let reply = Reply::text("Our sales team will answer.").pass_to("948571239487");
    /// ```
    pub fn pass_to(self, app_id: impl Into<String>) -> Self {
        self.then(Action::PassThreadControl {
            target_app_id: Some(app_id.into()),
            metadata: None,
        })
    }

    /// Takes the conversation back from the app that has it.
    pub fn take_control(self) -> Self {
        self.then(Action::TakeThreadControl { metadata: None })
    }

    /// Gives the conversation up, so that the default app answers next.
    pub fn release_control(self) -> Self {
        self.then(Action::ReleaseThreadControl)
    }

    /// This reply, then the other.
    ///
    /// ```
    /// # use messenger_runtime::message::Reply;
    /// let reply = Reply::text("Hello!").then("What can we do for you?");
    /// ```
    pub fn then(mut self, other: impl Into<Self>) -> Self {
        self.actions.append(&mut other.into().actions);
        self
    }

    /// This reply with another in place of the first [`Action::Question`], or behind all where there is none. Any further
    /// one goes.
    pub(crate) fn asking(self, question: Self) -> Self {
        let mut question = Some(question.actions);
        let mut actions = Vec::with_capacity(self.actions.len());
        for action in self.actions {
            match action {
                Action::Question => actions.extend(question.take().into_iter().flatten()),
                other => actions.push(other),
            }
        }
        actions.extend(question.into_iter().flatten());
        Self { actions }
    }

    /// Whether there is nothing to do.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.actions.is_empty()
    }

    /// What the reply does, in order.
    #[must_use]
    pub fn actions(&self) -> &[Action] {
        &self.actions
    }

    /// What the reply does, in order.
    #[must_use]
    pub fn into_actions(self) -> Vec<Action> {
        self.actions
    }

    /// The messages of the reply, in order.
    pub fn messages(&self) -> impl Iterator<Item = &Message> {
        self.actions.iter().filter_map(|action| match action {
            Action::Send { message, .. } => Some(message),
            _ => None,
        })
    }

    /// Looks at everything the platform would refuse.
    ///
    /// # Errors
    ///
    /// Every violation, with its path in the platform's words. A path begins with `actions[n]` where
    /// the reply has several actions.
    ///
    /// ```
    /// use messenger_runtime::message::{Card, Platform, Reply};
    ///
    /// let reply = Reply::carousel([Card::new("x".repeat(104)).subtitle("Too long")]);
    /// let errors = reply.check(Platform::Messenger).unwrap_err();
    /// assert_eq!(errors.to_string(), "MSG101 elements[0].title: 104 characters, at most 80");
    /// ```
    pub fn check(&self, platform: Platform) -> Result<(), LimitErrors> {
        let mut walk = Walk::new(platform);
        match self.actions.as_slice() {
            [only] => walk.action(only),
            actions => walk.each("actions", actions, Walk::action),
        }
        walk.finish()
    }
}

impl From<Action> for Reply {
    fn from(action: Action) -> Self {
        Self {
            actions: vec![action],
        }
    }
}

macro_rules! one_message {
    ($($from:ty),*) => {
        $(
            impl From<$from> for Reply {
                fn from(message: $from) -> Self {
                    Self::message(message)
                }
            }
        )*
    };
}

one_message!(
    Message,
    &str,
    String,
    Card,
    Carousel,
    Coupon,
    ImageGrid,
    Media,
    MediaTemplate,
    ProductTemplate,
    Receipt,
    UtilityTemplate
);

impl From<Cow<'_, str>> for Reply {
    fn from(text: Cow<'_, str>) -> Self {
        Self::text(text)
    }
}

impl From<Vec<Message>> for Reply {
    fn from(messages: Vec<Message>) -> Self {
        messages.into_iter().map(Action::from).collect()
    }
}

impl FromIterator<Action> for Reply {
    fn from_iter<I: IntoIterator<Item = Action>>(actions: I) -> Self {
        Self {
            actions: actions.into_iter().collect(),
        }
    }
}
