//! Texts in the person's language.

use std::{fmt, sync::Arc, time::Duration};

use super::profile::profile_of;
use crate::{
    BoxFuture, Context, FromContext, Rejection,
    catalog::{Arguments, Interpreter, Wanted, locale},
    event::Event,
    graph::Graph,
    message::limits::Limit,
    routing::session::{Locale, Workspace},
};

/// How long a turn waits for a profile before it goes on in the default language.
const PATIENCE: Duration = Duration::from_secs(3);

/// The texts of the bot's [catalogue](crate::catalog), in the language of the person.
///
/// The text in the code comes with the key, and stands where the catalogue has none or the bot no catalogue. What steps
/// of a [flow](mod@crate::flow) ask and offer comes from the catalogue by itself.
///
/// ```
/// use messenger_runtime::prelude::*;
///
/// #[on_get_started]
/// async fn welcome(profile: Profile, texts: Texts) -> String {
///     let name = profile.first_name().unwrap_or("there");
///     texts.get("welcome").with("name", name).or(format!("Hi {name}!"))
/// }
///
/// #[on_text(r"^(?i)speak (?<language>\w+)$")]
/// async fn speak(language: String, mut texts: Texts) -> String {
///     if texts.set_language(&language) {
///         texts.get("spoken").or("Now in your language.")
///     } else {
///         texts.get("unknown-language").or("Which language is that? Say one like “speak de”.")
///     }
/// }
/// # bot! { Shop; welcome, speak }
/// ```
#[derive(Clone)]
pub struct Texts {
    interpreter: Option<Arc<Interpreter>>,
    locale: Option<Arc<str>>,
    /// The handler that took it, which may choose a language.
    taken: Option<(Arc<Workspace>, u32)>,
}

/// A text that [`Texts::get`] looks for.
#[must_use = "`or` gives the text"]
pub struct Phrase<'t> {
    texts: &'t Texts,
    key: &'t str,
    arguments: Arguments<'t>,
    limit: Option<Limit>,
    is_optional: bool,
}

impl Texts {
    /// Without a catalogue: those in the code. What tests of handlers need, and what a bot without a catalogue has.
    #[must_use]
    pub const fn in_code() -> Self {
        Self {
            interpreter: None,
            locale: None,
            taken: None,
        }
    }

    /// Of the turn; nobody is looked up where there is no catalogue.
    pub(crate) async fn of(workspace: &Workspace, event: &Event<'_>, graph: &Graph) -> Self {
        let Some(interpreter) = workspace.interpreter() else {
            return Self::in_code();
        };
        let locale = match workspace.language() {
            Some(chosen) => Some(chosen),
            None => locale_of(workspace, event, graph).await,
        };
        Self {
            interpreter: Some(Arc::clone(interpreter)),
            locale,
            taken: None,
        }
    }

    /// The text of this key.
    pub fn get<'t>(&'t self, key: &'t str) -> Phrase<'t> {
        Phrase {
            texts: self,
            key,
            arguments: Arguments::new(),
            limit: None,
            is_optional: false,
        }
    }

    /// The language or locale that the person has chosen or their profile names, such as `de_DE`, else the
    /// [default language](crate::BotBuilder::default_language). `None` where there is neither, or no catalogue.
    #[must_use]
    pub fn locale(&self) -> Option<&str> {
        let default = || self.interpreter.as_ref()?.default_language();
        self.locale.as_deref().or_else(default)
    }

    /// The languages and locales that the catalogue has texts in, in the order of the alphabet. That of the code is
    /// among them only where the catalogue has it too.
    pub fn languages(&self) -> impl Iterator<Item = &str> {
        self.interpreter
            .iter()
            .flat_map(|interpreter| interpreter.locales())
    }

    /// Has the bot speak this language to the person from now on, whatever their profile says: `de`, `pt_BR`, or that of
    /// the code, of which the catalogue need not know. It is kept with the conversation and committed with the turn; of
    /// a handler that fails nothing stays.
    ///
    /// Gives whether it is the name of a language at all. Where it is not, such as a word that somebody typed, nothing
    /// changes; and without a catalogue there is nothing to change.
    pub fn set_language(&mut self, language: &str) -> bool {
        let Some(locale) = locale::normal(language).map(Arc::<str>::from) else {
            return false;
        };
        if let Some((workspace, handler)) = &self.taken {
            workspace.change_language(*handler, Some(Arc::clone(&locale)));
        }
        self.locale = Some(locale);
        true
    }

    /// Forgets the language that the person has chosen: from the next turn on it is that of their profile again.
    pub fn forget_language(&mut self) {
        if let Some((workspace, handler)) = &self.taken {
            workspace.change_language(*handler, None);
        }
    }
}

/// The locale of the person's profile, asked for once in a turn.
async fn locale_of(workspace: &Workspace, event: &Event<'_>, graph: &Graph) -> Option<Arc<str>> {
    if let Some(Locale(known)) = workspace.looked_up() {
        return known;
    }
    let profile = tokio::time::timeout(PATIENCE, profile_of(event, graph)).await;
    if profile.is_err() {
        tracing::warn!(
            "a profile was not there within {PATIENCE:?}; the turn goes on in the default language"
        );
    }
    let locale = profile.ok().and_then(|profile| locale::normal(profile.locale()?));
    let locale = locale.map(Arc::<str>::from);
    workspace.look_up(locale.clone());
    locale
}

impl<'t> Phrase<'t> {
    /// Gives it an argument, by the name that it has in the catalogue.
    pub fn with(mut self, name: &'t str, value: impl fmt::Display) -> Self {
        self.arguments.set(name, value);
        self
    }

    /// What the place takes where the text is to stand, such as
    /// [`limits::BUTTON_TITLE`](crate::message::limits::BUTTON_TITLE): one of the catalogue that is longer is told with
    /// its key (MSG332), and the text in the code stands.
    pub fn within(mut self, limit: Limit) -> Self {
        self.limit = Some(limit);
        self
    }

    /// Without telling where there is none.
    pub(crate) fn optional(mut self, is_optional: bool) -> Self {
        self.is_optional = is_optional;
        self
    }

    /// The text of the catalogue, else this one.
    pub fn or(self, in_code: impl Into<String>) -> String {
        self.find().unwrap_or_else(|| in_code.into())
    }

    /// The text of the catalogue, if it has one.
    pub(crate) fn find(self) -> Option<String> {
        let interpreter = self.texts.interpreter.as_ref()?;
        let wanted = Wanted {
            key: self.key,
            arguments: &self.arguments,
            refuses: &|text| too_long(self.limit?, text),
            is_optional: self.is_optional,
        };
        interpreter.text(self.texts.locale.as_deref(), wanted)
    }
}

/// What is wrong with a text for a place that takes so much.
pub(crate) fn too_long(limit: Limit, text: &str) -> Option<String> {
    let (got, Limit { max, unit, .. }) = (limit.measure(text), limit);
    (got > max).then(|| format!("it has {got} {unit}, and at most {max} fit"))
}

impl fmt::Debug for Texts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Texts").field(&self.locale()).finish()
    }
}

impl fmt::Debug for Phrase<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Phrase").field(&self.key).finish()
    }
}

impl<'a, S: Sync> FromContext<'a, S> for Texts {
    fn from_context(context: &'a Context<'a, S>) -> BoxFuture<'a, Result<Self, Rejection>> {
        Box::pin(async move {
            let Context {
                workspace,
                event,
                graph,
                ..
            } = context;
            let handler = workspace.handler();
            Ok(Self {
                taken: Some((Arc::clone(workspace), handler)),
                ..Self::of(workspace, event, graph).await
            })
        })
    }
}
