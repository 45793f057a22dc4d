//! Handlers that do not end well.

use super::{Handled, Scene, call};
use crate::{
    Bot,
    message::Reply,
    routing::{Captures, HandlerError, Outcome, RouteKind},
    store::Cause,
};

/// How much of an error's text a dead letter keeps, in characters.
const CAUSE_CHARACTERS: usize = 500;

impl<B: Bot> Scene<'_, B> {
    /// Counts and logs the error and lets `#[on_error]` answer; the event is kept with the error. An error of
    /// that handler itself is only counted and logged.
    pub(super) async fn on_error(&self, handler: &'static str, error: HandlerError) -> Handled {
        self.note(handler, &error);
        self.workspace.discard();
        let failed = Some(cause_of(&error));
        let reply = self.answer_to(error).await;
        Handled {
            reply,
            failed,
            ..Handled::default()
        }
    }

    async fn answer_to(&self, error: HandlerError) -> Reply {
        let router = &self.engine.router;
        for &index in router.of_kind(RouteKind::Error) {
            let context = self.context(Some(error.clone()));
            let Ok(running) = call(router.entry(index), &context, &Captures::none()) else {
                continue;
            };
            let handler = router.entry(index).route.handler;
            return match self
                .guard((index, handler), running)
                .await
                .and_then(|outcome| self.checked(outcome))
            {
                Ok(Outcome::Reply(reply)) => reply,
                Ok(Outcome::Continue) => Reply::default(),
                Err(error) => {
                    self.note(handler, &error);
                    Reply::default()
                }
            };
        }
        Reply::default()
    }

    fn note(&self, handler: &'static str, error: &HandlerError) {
        let counters = &self.engine.counters;
        match error {
            HandlerError::Rejected(_) => &counters.rejected,
            HandlerError::Failed(_) => &counters.failed,
            HandlerError::Panicked => &counters.panicked,
            HandlerError::TimedOut(_) => &counters.timed_out,
            HandlerError::Limits(_) => &counters.over_limits,
        }
        .one();
        tracing::error!(
            conversation = ?self.workspace.conversation(),
            handler,
            event = self.event.name(),
            cause = error.code(),
            "{error}"
        );
    }
}

/// What a dead letter says of an error. The text of a handler's own error is the user's: it is kept, for
/// whoever looks at the dead letter, but not all of it if it is long.
fn cause_of(error: &HandlerError) -> Cause {
    let (code, text) = (error.code(), error.to_string());
    let text = text
        .strip_prefix(code)
        .map_or(&*text, |text| text.trim_start_matches([':', ' ']));
    Cause::new(code, text.chars().take(CAUSE_CHARACTERS).collect::<String>())
}
