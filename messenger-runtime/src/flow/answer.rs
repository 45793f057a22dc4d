//! What a person said to a question, and the types that can be read from it.

use std::time::{SystemTime, UNIX_EPOCH};

use super::{Misfit, Retry};
use crate::{
    Texts,
    event::{Attachment, Event, Timestamp},
    message::QuickReply,
    routing::session::Json,
};

/// A type that a step can ask for.
///
/// ```
/// use messenger_runtime::flow::{Answer, Retry, Said};
///
/// struct Table(u8);
///
/// impl Answer for Table {
///     fn read(said: &Said<'_>) -> Result<Self, Retry> {
///         match u8::read(said)? {
///             table @ 1..=20 => Ok(Table(table)),
///             _ => Err(Retry("Our tables have the numbers 1 to 20.")),
///         }
///     }
/// }
/// assert_eq!(Table::read(&Said::typed("7")).unwrap().0, 7);
/// assert!(Table::read(&Said::typed("21")).is_err());
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not something a person can answer",
    label = "not an answer",
    note = "a step takes `String`, a number, `EmailAddress`, `PhoneNumber`, `Attachments` or an enum with `#[derive(Choice)]`; for a type of your own implement `messenger_runtime::flow::Answer`"
)]
pub trait Answer: Sized + Send + 'static {
    /// Whether this kind of message can be an answer. Any other goes to its own handler, and the question is
    /// repeated. Unless written, what has a text can.
    #[must_use]
    fn takes(said: &Said<'_>) -> bool {
        said.text().is_some()
    }

    /// Reads the answer.
    ///
    /// # Errors
    ///
    /// What the person is told before the question comes again.
    fn read(said: &Said<'_>) -> Result<Self, Retry>;

    /// What is offered below the question, where its step has no `options`; at most 13.
    #[must_use]
    fn quick_replies() -> Vec<QuickReply> {
        Vec::new()
    }

    /// The keys of what the library says where an answer does not fit.
    #[doc(hidden)]
    #[must_use]
    fn misfits() -> &'static [&'static str] {
        &[]
    }
}

/// What a person said: a text, a tap, something sent along.
#[derive(Debug, Clone, Copy)]
pub struct Said<'e> {
    text: Option<&'e str>,
    value: Option<&'e str>,
    attachments: &'e [Attachment<'e>],
    moment: SystemTime,
    /// What a flow came to that the step has begun.
    result: &'e str,
    /// Those of the turn.
    texts: &'e Texts,
}

/// What is said outside of a turn.
static IN_CODE: Texts = Texts::in_code();

impl<'e> Said<'e> {
    /// A typed text, as tests of an [`Answer`] need it; said when 1970 began, unless [`at`](Self::at) says otherwise.
    #[must_use]
    pub fn typed(text: &'e str) -> Self {
        Self {
            text: Some(text.trim()).filter(|text| !text.is_empty()),
            ..Self::nothing()
        }
    }

    /// A tap on what was offered under this title, with this [value](QuickReply::answer).
    #[must_use]
    pub fn tapped(title: &'e str, value: &'e str) -> Self {
        Self {
            value: Some(value),
            ..Self::typed(title)
        }
    }

    /// Nothing: a step that does not ask.
    pub(crate) fn nothing() -> Self {
        Self {
            text: None,
            value: None,
            attachments: &[],
            moment: UNIX_EPOCH,
            result: "",
            texts: &IN_CODE,
        }
    }

    /// What a flow came to that the step has begun.
    pub(crate) fn result(result: &'e Json) -> Self {
        Self {
            result: result.text(),
            ..Self::nothing()
        }
    }

    pub(super) fn result_text(&self) -> &'e str {
        self.result
    }

    /// What `event` says; `value` is that of the option it taps, `now` the moment of an event that has none.
    pub(crate) fn by(event: &'e Event<'e>, value: Option<&'e str>, now: SystemTime) -> Self {
        Self {
            value,
            attachments: event.attachments(),
            moment: event.timestamp().map_or(now, Timestamp::system_time),
            ..Self::typed(event.text().unwrap_or_default())
        }
    }

    /// The same, said at another moment.
    #[must_use]
    pub fn at(self, moment: SystemTime) -> Self {
        Self { moment, ..self }
    }

    /// When it was said, by the platform's clock; by the bot's where the event has no time.
    #[must_use]
    pub fn moment(&self) -> SystemTime {
        self.moment
    }

    /// The same, with the texts of the turn.
    pub(crate) fn with_texts(self, texts: &'e Texts) -> Self {
        Self { texts, ..self }
    }

    /// The same, with the value of what was typed.
    pub(super) fn with_value(self, value: &'e str) -> Self {
        Self {
            value: Some(value),
            ..self
        }
    }

    /// The bot's texts in the language of the person, for the words of a [`Retry`](struct@Retry). Those in the code where nobody has
    /// said it in a turn.
    ///
    /// ```
    /// use messenger_runtime::flow::{Retry, Said};
    ///
    /// fn too_many(said: &Said<'_>) -> Retry {
    ///     Retry(said.texts().get("too-many").with("left", 5).or("We have only 5 left."))
    /// }
    /// assert!(too_many(&Said::typed("9")).misfit().is_none());
    /// ```
    #[must_use]
    pub fn texts(&self) -> &'e Texts {
        self.texts
    }

    /// The text without the space around it, or the title of what was tapped; never empty.
    #[must_use]
    pub fn text(&self) -> Option<&'e str> {
        self.text
    }

    /// The value of the option that was tapped; `None` for what was typed.
    #[must_use]
    pub fn value(&self) -> Option<&'e str> {
        self.value
    }

    /// What was sent along.
    #[must_use]
    pub fn attachments(&self) -> &'e [Attachment<'e>] {
        self.attachments
    }

    /// The value that was tapped, else the text.
    pub(super) fn words(&self) -> Option<&'e str> {
        self.value.or(self.text)
    }
}

/// Any text.
impl Answer for String {
    fn read(said: &Said<'_>) -> Result<Self, Retry> {
        said.words()
            .map(str::to_owned)
            .ok_or_else(|| Misfit::NoText.into())
    }

    fn misfits() -> &'static [&'static str] {
        &["Misfit-NoText"]
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::event::Webhook;

    #[test]
    fn it_was_said_when_the_platform_says_and_else_now() {
        let now = UNIX_EPOCH + Duration::from_secs(1_922_310_000);
        for (timestamp, moment) in [
            (r#""timestamp":1922223600000,"#, now - Duration::from_secs(86_400)),
            ("", now),
        ] {
            let body = format!(
                r#"{{"object":"page","entry":[{{"id":"1","messaging":[{{{timestamp}"sender":{{"id":"2"}},"message":{{"mid":"m","text":"today"}}}}]}}]}}"#
            );
            let webhook = Webhook::parse(body.as_bytes()).expect("a body");
            let event = Event::parse(webhook.items()[0].clone());
            assert_eq!(Said::by(&event, None, now).moment(), moment, "{timestamp}");
        }
    }

    #[test]
    fn a_text_is_taken_without_the_space_around_it() {
        assert_eq!(
            String::read(&Said::typed(" 12 Quay Street\n")).expect("a text"),
            "12 Quay Street"
        );
        assert_eq!(
            String::read(&Said::tapped("Home", "12 Quay Street")).expect("a tap"),
            "12 Quay Street"
        );
        for nothing in [Said::typed(""), Said::typed(" \n")] {
            assert!(!String::takes(&nothing));
            assert_eq!(
                String::read(&nothing).expect_err("no text").misfit(),
                Some(&Misfit::NoText)
            );
        }
    }
}
