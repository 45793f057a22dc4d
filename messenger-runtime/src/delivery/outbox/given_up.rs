//! Messages that were given up, for a bot that wants to say something else instead.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use crate::store::{Cause, Conversation};

/// What [`BotBuilder::on_given_up`](crate::BotBuilder::on_given_up) calls.
pub(crate) type GivenUpHook = Arc<dyn Fn(&GivenUp) + Send + Sync>;

/// A message or call that will not be sent any more and was kept as a [dead letter](crate::store::DeadLetter) of the
/// kind [`Message`](crate::store::DeadKind::Message).
#[derive(Debug, Clone)]
pub struct GivenUp {
    conversation: Arc<Conversation>,
    key: Arc<str>,
    cause: Cause,
}

impl GivenUp {
    /// Whom it was for. A private reply to a comment stands in the conversation of the page, which has no person.
    #[must_use]
    pub fn conversation(&self) -> &Conversation {
        &self.conversation
    }

    /// The [key](crate::store::DeadLetter::key) of its dead letter.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Why, as the dead letter has it; the error index has a page for each code.
    #[must_use]
    pub fn cause(&self) -> &Cause {
        &self.cause
    }

    /// Whether it came too late: the time in which the person may be written to was over, as this bot reckons
    /// (MSG621) or as the platform says (MSG513). A utility message may still be sent.
    #[must_use]
    pub fn is_too_late(&self) -> bool {
        ["MSG513", super::policy::WINDOW_CLOSED].contains(&&*self.cause.code)
    }
}

/// Tells the bot, whose code must not harm the sends behind it.
pub(super) fn tell(hook: &GivenUpHook, conversation: &Arc<Conversation>, key: &Arc<str>, cause: &Cause) {
    let given_up = GivenUp {
        conversation: Arc::clone(conversation),
        key: Arc::clone(key),
        cause: cause.clone(),
    };
    if catch_unwind(AssertUnwindSafe(|| hook(&given_up))).is_err() {
        tracing::error!(?conversation, "the hook of `on_given_up` panicked");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Object;

    #[test]
    fn too_late_is_what_the_bot_or_the_platform_says_of_the_window() {
        let given_up = |code: &str| GivenUp {
            conversation: Arc::new(Conversation {
                object: Object::Page,
                page: "1".into(),
                person: None,
            }),
            key: "k".into(),
            cause: Cause::new(code, "why"),
        };
        for (code, is_too_late) in [("MSG621", true), ("MSG513", true), ("MSG510", false)] {
            assert_eq!(given_up(code).is_too_late(), is_too_late, "{code}");
        }
    }
}
