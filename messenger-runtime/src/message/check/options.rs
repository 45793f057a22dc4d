//! What goes with a message, and what is shown without one.

use super::Walk;
use crate::message::{Message, MessageTag, MessagingType, SendOptions, SenderAction, ThreadControl};

impl Walk {
    pub(super) fn options(&mut self, message: &Message, options: &SendOptions) {
        if let Some(persona) = &options.persona_id {
            self.at("persona_id", |walk| walk.messenger_only("personas"));
            self.required("persona_id", persona);
        }
        if options.tag == Some(MessageTag::CustomerFeedback) {
            self.at("tag", |walk| walk.messenger_only("tag CUSTOMER_FEEDBACK"));
        }
        if options.messaging_type == Some(MessagingType::Utility) {
            self.at("messaging_type", |walk| walk.messenger_only("utility messages"));
        }
        self.contradictions(message, options);
        if let Some(reply_to) = &options.reply_to {
            self.required("reply_to.mid", &reply_to.mid);
        }
        if let Some(ThreadControl::Pass { app_id }) = &options.thread_control {
            self.maybe_required("thread_control.app_id", app_id.as_deref());
        }
    }

    /// The reason for sending has to agree with what is sent.
    fn contradictions(&mut self, message: &Message, options: &SendOptions) {
        if message.is_utility() {
            if !matches!(options.messaging_type, None | Some(MessagingType::Utility)) {
                self.invalid(
                    "messaging_type",
                    "a utility template goes as UTILITY only; leave the type out",
                );
            }
            if options.tag.is_some() {
                self.invalid("tag", "a utility template goes without a tag; leave it out");
            }
            return;
        }
        match options.messaging_type {
            Some(MessagingType::Utility) => self.invalid(
                "messaging_type",
                "UTILITY is for utility templates only; send one (`Message::utility`), or another type",
            ),
            Some(MessagingType::MessageTag) if options.tag.is_none() => self.invalid(
                "tag",
                "missing; MESSAGE_TAG needs HUMAN_AGENT or CUSTOMER_FEEDBACK",
            ),
            _ => {}
        }
        if options.tag == Some(MessageTag::CustomerFeedback) && !message.is_customer_feedback() {
            self.invalid(
                "tag",
                "CUSTOMER_FEEDBACK goes with the customer feedback template only; send that, or no tag",
            );
        }
    }

    pub(super) fn sender_action(&mut self, action: &SenderAction) {
        match action {
            SenderAction::React { message_id, reaction } => {
                self.required("payload.message_id", message_id);
                self.required("payload.reaction", reaction);
                if reaction != "love" {
                    self.at("payload.reaction", |walk| {
                        walk.messenger_only("reaction but `love`");
                    });
                }
            }
            SenderAction::Unreact { message_id } => self.required("payload.message_id", message_id),
            SenderAction::TypingOn | SenderAction::TypingOff | SenderAction::MarkSeen => {}
        }
    }
}
