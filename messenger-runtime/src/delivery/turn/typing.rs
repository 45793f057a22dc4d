//! What a person sees while a handler takes its time.

use std::{
    pin::pin,
    time::{Duration, Instant},
};

use tokio::time::{sleep, timeout};

use super::Scene;
use crate::{
    Bot,
    delivery::chat::Chatter,
    message::{Recipient, SenderAction},
    routing::said_by_a_person,
};

/// How long the platform shows it, less the time in which it is shown again.
const SHOWN: Duration = Duration::from_secs(15);
/// How long a message of the handler is left alone before it is shown again.
const AGAIN: Duration = Duration::from_secs(1);
/// How long a handler that has ended waits for it to be taken, so that it does not come behind the reply.
const TAKEN: Duration = Duration::from_secs(2);

impl<B: Bot> Scene<'_, B> {
    /// Lets the turn run, and shows that the bot is typing once that takes long.
    pub(super) async fn with_typing<T>(
        &self,
        turn: impl Future<Output = T>,
        chatter: &Chatter,
        to: Option<&Recipient>,
    ) -> T {
        let (Some(mut after), Some(to)) = (self.engine.settings.typing_after, to) else {
            return turn.await;
        };
        if !said_by_a_person(self.event) || self.event.is_echo() || self.event.is_standby() {
            return turn.await;
        }
        let mut turn = pin!(turn);
        let mut shown = None;
        loop {
            tokio::select! {
                biased;
                ended = &mut turn => return ended,
                () = sleep(after) => {}
            }
            after = AGAIN;
            let sent = chatter.sent();
            let is_shown = |(at, then): (Instant, u32)| then == sent && at.elapsed() < SHOWN;
            if shown.is_some_and(is_shown) || self.engine.outgoing.is_paused(self.workspace.conversation()) {
                continue;
            }
            shown = Some((Instant::now(), sent));
            let mut typing = pin!(self.show_typing(to));
            tokio::select! {
                biased;
                ended = &mut turn => {
                    let _ = timeout(TAKEN, typing).await;
                    return ended;
                }
                () = &mut typing => {}
            }
        }
    }

    /// It is worth no second try, and nobody's turn fails by it.
    async fn show_typing(&self, to: &Recipient) {
        if let Err(error) = self.graph.once().sender_action(to, &SenderAction::TypingOn).await {
            let conversation = self.workspace.conversation();
            tracing::debug!(?conversation, cause = error.id(), %error, "typing could not be shown");
        }
    }
}
