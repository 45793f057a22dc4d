//! What goes with a message, and what is shown without one.

use super::Walk;
use crate::message::{MessageTag, MessagingType, SendOptions, SenderAction};

impl Walk {
    pub(super) fn options(&mut self, options: &SendOptions) {
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
        if let Some(reply_to) = &options.reply_to {
            self.required("reply_to.mid", &reply_to.mid);
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
