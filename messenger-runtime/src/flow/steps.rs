//! What `#[flow(..)]` writes of the steps, and what a step may return.

use std::sync::Arc;

use super::{Flow, ListedFlow, Retry, Said};
use crate::{
    BoxFuture, Texts,
    message::{BoxError, IntoReply, QuickReply, Reply, limits},
    routing::{Context, HandlerError, dialog::Begun, fold::eq_folded},
};

/// The steps of a flow as functions, in a bot whose state is `S`.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no flow of this bot",
    label = "not a flow, or its steps take what this bot does not have",
    note = "write `#[flow(start = ..)]` above the `impl` that holds its steps"
)]
pub trait Steps<S>: Sized {
    /// What the step says before it is answered.
    fn prompt(&self, step: &str, texts: &Texts) -> Reply;

    /// What the step offers, and the keys of what is said where an answer does not fit.
    fn offers(step: &str) -> (Vec<QuickReply>, &'static [&'static str]);

    /// The flow that the step begins.
    fn begins(&self, step: &str) -> Result<Option<Begun>, serde_json::Error>;

    /// Whether the step can take it as an answer.
    fn takes(step: &str, said: &Said<'_>) -> bool;

    /// Reads the answer, where the step asks, and runs its function.
    fn run<'a>(
        &'a mut self,
        step: &'a str,
        said: &'a Said<'a>,
        context: &'a Context<'a, S>,
    ) -> BoxFuture<'a, Result<Went, HandlerError>>;

    /// Runs the function for an end that the steps do not lead to; `None` where there is none.
    fn ends<'a>(
        &'a mut self,
        how: Broken,
        context: &'a Context<'a, S>,
    ) -> Option<BoxFuture<'a, Result<Went, HandlerError>>>;

    /// Runs the function for a flow of this type that cannot be read; `None` where there is none.
    fn unreadable<'a>(context: &'a Context<'a, S>) -> Option<BoxFuture<'a, Result<Went, HandlerError>>>;
}

/// How a flow ends that does not come to one of its ends.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Broken {
    /// By its `cancel` words, by a handler, or because another flow begins.
    Cancelled,
    /// Nobody answered in time.
    Expired,
}

/// What came of a step.
#[doc(hidden)]
#[derive(Debug)]
pub enum Went {
    /// It says something and leads to another step.
    On { says: Reply, to: &'static str },
    /// It asks again.
    Again(Retry),
    /// The flow is over.
    Over(Reply),
}

/// Where a step goes on; the `Next` of each step is one.
#[doc(hidden)]
pub trait NextStep {
    fn step(self) -> &'static str;
}

/// What a step may return: its `Next`, a reply and its `Next`, or a `Result` of these.
///
/// The error of the `Result` is a [`Retry`](struct@Retry), which asks again, or a boxed error, which goes to `#[on_error]` and
/// leaves the flow where it was.
#[diagnostic::on_unimplemented(
    message = "a step cannot return `{Self}`",
    label = "not a way on",
    note = "return `Next`, `(reply, Next)`, or a `Result` of one of them with the error `Retry` or `Box<dyn Error + Send + Sync>`"
)]
pub trait IntoStep {
    #[doc(hidden)]
    fn into_step(self) -> Result<Went, HandlerError>;
}

impl<N: NextStep> IntoStep for N {
    fn into_step(self) -> Result<Went, HandlerError> {
        Ok(Went::On {
            says: Reply::default(),
            to: self.step(),
        })
    }
}

impl<R: Into<Reply>, N: NextStep> IntoStep for (R, N) {
    fn into_step(self) -> Result<Went, HandlerError> {
        let (says, next) = self;
        Ok(Went::On {
            says: says.into(),
            to: next.step(),
        })
    }
}

impl<T: IntoStep> IntoStep for Result<T, Retry> {
    fn into_step(self) -> Result<Went, HandlerError> {
        match self {
            Ok(next) => next.into_step(),
            Err(retry) => Ok(Went::Again(retry)),
        }
    }
}

impl<T: IntoStep> IntoStep for Result<T, BoxError> {
    fn into_step(self) -> Result<Went, HandlerError> {
        match self {
            Ok(next) => next.into_step(),
            Err(error) => Err(HandlerError::Failed(Arc::from(error))),
        }
    }
}

/// What an end says.
#[doc(hidden)]
pub fn over(out: impl IntoReply) -> Result<Went, HandlerError> {
    out.into_reply()
        .map(Went::Over)
        .map_err(|error| HandlerError::Failed(Arc::from(error)))
}

/// The flow that a step begins within its own.
#[doc(hidden)]
pub fn begun<F: Flow + ListedFlow>(flow: &F) -> Result<Option<Begun>, serde_json::Error> {
    super::entry::begun(flow).map(Some)
}

/// What a flow came to that a step has begun.
#[doc(hidden)]
pub fn came_to<F: Flow>(said: &Said<'_>) -> Result<F, HandlerError> {
    serde_json::from_str(said.result_text()).map_err(|error| HandlerError::Failed(Arc::new(error)))
}

/// What a function may be that asks the question of a step: it takes the flow, or the flow and the [`Texts`] in the
/// language of the person, and gives a text or a [`Reply`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not ask a question of `{F}`",
    label = "not a question",
    note = "a question is a text, or a function like `fn(&{F}) -> Reply` or `fn(&{F}, &Texts) -> Reply`"
)]
pub trait Question<'f, F, M> {
    #[doc(hidden)]
    fn ask(self, flow: &'f F, texts: &'f Texts) -> Reply;
}

impl<'f, F: 'f, R: Into<Reply>, Q: FnOnce(&'f F) -> R> Question<'f, F, (R,)> for Q {
    fn ask(self, flow: &'f F, _: &'f Texts) -> Reply {
        self(flow).into()
    }
}

impl<'f, F: 'f, R: Into<Reply>, Q: FnOnce(&'f F, &'f Texts) -> R> Question<'f, F, (Texts, R)> for Q {
    fn ask(self, flow: &'f F, texts: &'f Texts) -> Reply {
        self(flow, texts).into()
    }
}

/// What a function asks.
#[doc(hidden)]
pub fn asked<'f, F, M>(question: impl Question<'f, F, M>, flow: &'f F, texts: &'f Texts) -> Reply {
    question.ask(flow, texts)
}

/// What a step says in the language of the person; `in_code` is its text in the code.
#[doc(hidden)]
#[must_use]
pub fn prompt(texts: &Texts, key: &str, arguments: &[(&str, &str)], in_code: String) -> String {
    let mut phrase = texts.get(key).within(limits::TEXT);
    for (name, value) in arguments {
        phrase = phrase.with(name, value);
    }
    phrase.or(in_code)
}

/// The options of a step, by the keys of their titles.
#[doc(hidden)]
#[must_use]
pub fn options(keyed: &[(&str, &str)]) -> Vec<QuickReply> {
    keyed
        .iter()
        .map(|(key, option)| QuickReply::answer(*option, option).key(*key))
        .collect()
}

/// What was said, with the option whose title in the person's language was typed.
#[doc(hidden)]
#[must_use]
pub fn meant<'e>(said: &Said<'e>, keyed: &[(&str, &'static str)]) -> Said<'e> {
    let (None, Some(text)) = (said.value(), said.text()) else {
        return *said;
    };
    let is_meant = |(key, option): &&(&str, &str)| {
        title_in(said.texts(), key, option).is_some_and(|title| eq_folded(text, title.trim()))
    };
    match keyed.iter().find(is_meant) {
        Some((_, option)) => said.with_value(option),
        None => *said,
    }
}

/// The title of a quick reply in the person's language. One without letters, like `2`, is the same in most, and nothing
/// is amiss where a catalogue does not have it.
pub(super) fn title_in(texts: &Texts, key: &str, in_code: &str) -> Option<String> {
    let phrase = texts.get(key).within(limits::QUICK_REPLY_TITLE);
    phrase.optional(!has_letters(in_code)).find()
}

/// Whether a text is one of some language.
pub(crate) fn has_letters(text: &str) -> bool {
    text.chars().any(char::is_alphabetic)
}

/// A question with what is offered below it, unless it brings quick replies of its own. Titles that have a key are those
/// of the person's language.
#[doc(hidden)]
pub fn offering(texts: &Texts, question: impl Into<Reply>, offers: Vec<QuickReply>) -> Reply {
    let offers = offers.into_iter().map(|offer| {
        let title = offer.keyed().and_then(|(key, title)| title_in(texts, key, title));
        offer.titled(title)
    });
    let offers: Vec<_> = offers.collect();
    let question = question.into();
    let offers_already = question
        .messages()
        .last()
        .is_none_or(|message| !message.offered().is_empty());
    if offers.is_empty() || offers_already {
        question
    } else {
        question.quick_replies(offers)
    }
}
