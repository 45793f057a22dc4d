//! What goes with the messages of a reply, and the page's reactions.

use super::Reply;
use crate::message::{Action, MessageTag, NotificationType, ReplyTo, SendOptions, SenderAction, WhenInDoubt};

impl Reply {
    /// Sends the messages so far under the name and picture of a persona, by its id. Not on Instagram.
    ///
    /// Platform: Personas, <https://developers.facebook.com/documentation/business-messaging/messenger-platform/send-messages/personas>
    pub fn persona(self, id: impl Into<String>) -> Self {
        let id = id.into();
        self.each_option(|options| options.persona_id = Some(id.clone()))
    }

    /// Whether the person's device makes itself heard for the messages so far.
    pub fn notification_type(self, kind: NotificationType) -> Self {
        self.each_option(|options| options.notification_type = Some(kind))
    }

    /// Sends the messages so far outside the 24 hour window, under a tag that allows it.
    ///
    /// [`MessageTag::CustomerFeedback`] goes with the customer feedback template only, and a utility template
    /// goes without a tag; [`check`](Self::check) refuses both.
    pub fn tag(self, tag: MessageTag) -> Self {
        self.each_option(|options| options.tag = Some(tag))
    }

    /// Shows the last message so far as the reply to the message with this `mid`.
    ///
    /// ```
    /// # use messenger_runtime::message::Reply;
    /// let reply = Reply::text("This one?").reply_to("m_AG5Hz2Uq7tuwNEhXfYYKj8mJEM");
    /// ```
    pub fn reply_to(mut self, mid: impl Into<String>) -> Self {
        let last = self.actions.iter_mut().rev().find_map(|action| match action {
            Action::Send { options, .. } => Some(options),
            _ => None,
        });
        if let Some(options) = last {
            options.reply_to = Some(ReplyTo { mid: mid.into() });
        }
        self
    }

    /// Never shows the last message so far twice: where nobody knows whether it arrived, it is not sent again
    /// but becomes a dead letter (MSG623). See [`WhenInDoubt`].
    ///
    /// ```
    /// # use messenger_runtime::message::Reply;
    /// let reply = Reply::text("Your one code for the raffle: 4711").at_most_once();
    /// ```
    pub fn at_most_once(mut self) -> Self {
        let last = self.actions.iter_mut().rev().find_map(|action| match action {
            Action::Send { when_in_doubt, .. } => Some(when_in_doubt),
            _ => None,
        });
        if let Some(when_in_doubt) = last {
            *when_in_doubt = WhenInDoubt::GiveUp;
        }
        self
    }

    /// Puts a reaction under the message with this `mid`: any emoji on Messenger, `love` on Instagram.
    pub fn react(mid: impl Into<String>, reaction: impl Into<String>) -> Self {
        Self::from(Action::SenderAction(SenderAction::React {
            message_id: mid.into(),
            reaction: reaction.into(),
        }))
    }

    /// Takes the page's reaction away from the message with this `mid`.
    pub fn unreact(mid: impl Into<String>) -> Self {
        Self::from(Action::SenderAction(SenderAction::Unreact {
            message_id: mid.into(),
        }))
    }

    fn each_option(mut self, change: impl Fn(&mut SendOptions)) -> Self {
        for action in &mut self.actions {
            if let Action::Send { options, .. } = action {
                change(options);
            }
        }
        self
    }
}
