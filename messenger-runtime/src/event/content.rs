//! Who, when and what: the questions that an event answers whatever its kind is.

use super::{Attachment, Event, Kind, Message, Referral, Timestamp};

impl<'a> Event<'a> {
    /// The sender's id: a person's, or in echoes the page's.
    #[must_use]
    pub fn sender_id(&self) -> Option<&str> {
        self.sender_id.as_deref()
    }

    /// The recipient's id: the page's, or in echoes a person's.
    #[must_use]
    pub fn recipient_id(&self) -> Option<&str> {
        self.recipient_id.as_deref()
    }

    /// The name a chat or checkbox plugin gave a person who has no id yet.
    #[must_use]
    pub fn user_ref(&self) -> Option<&str> {
        let of_optin = match &self.kind {
            Kind::Optin(optin) => optin.user_ref.as_deref(),
            _ => None,
        };
        self.user_ref.as_deref().or(of_optin)
    }

    /// With whom the conversation is: the sender, or the recipient of what the page sent; the `user_ref` of
    /// those without an id; who calls or is called. Events of the page itself have nobody.
    #[must_use]
    pub fn person(&self) -> Option<&str> {
        match &self.kind {
            Kind::Call(call) => {
                let parties = [
                    call.from.as_deref(),
                    call.to.as_deref(),
                    call.recipient_id.as_deref(),
                ];
                parties.into_iter().flatten().find(|&id| id != self.page())
            }
            Kind::MarketingMessage(message) => message.recipient_id.as_deref(),
            _ => {
                let is_from_page = self.is_echo() || self.sender_id() == Some(self.page());
                let id = if is_from_page {
                    self.recipient_id()
                } else {
                    self.sender_id()
                };
                id.or(self.user_ref())
            }
        }
    }

    /// The id of the message it is, or that it is about.
    #[must_use]
    pub fn mid(&self) -> Option<&str> {
        match &self.kind {
            Kind::Postback(postback) => postback.mid.as_deref(),
            Kind::Read(read) => read.mid.as_deref(),
            Kind::Reaction(reaction) => reaction.mid.as_deref(),
            Kind::MessageEdit(edit) => edit.mid.as_deref(),
            Kind::ResponseFeedback(feedback) => feedback.mid.as_deref(),
            Kind::MarketingMessage(message) => message.mid.as_deref(),
            kind => kind.message()?.mid.as_deref(),
        }
    }

    /// What was written, in a message or by editing one.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match &self.kind {
            Kind::MessageEdit(edit) => edit.text.as_deref(),
            kind => kind.message()?.text.as_deref(),
        }
    }

    /// The payload of a postback or quick reply.
    #[must_use]
    pub fn payload(&self) -> Option<&str> {
        match &self.kind {
            Kind::Postback(postback) => postback.payload.as_deref(),
            kind => kind.message()?.quick_reply.as_ref()?.payload.as_deref(),
        }
    }

    /// What stood on the button, in a postback; of a quick reply the text says it.
    #[must_use]
    pub fn title(&self) -> Option<&str> {
        match &self.kind {
            Kind::Postback(postback) => postback.title.as_deref(),
            _ => None,
        }
    }

    /// The referral, wherever it stands: alone, beside a message, or inside a message or postback.
    #[must_use]
    pub fn referral(&self) -> Option<&Referral<'a>> {
        let inside = match &self.kind {
            Kind::Referral(referral) => Some(&**referral),
            Kind::Postback(postback) => postback.referral.as_deref(),
            kind => kind.message().and_then(|message| message.referral.as_deref()),
        };
        inside.or(self.referral.as_deref())
    }

    /// The `ref` of the referral or of a plugin's opt-in.
    #[must_use]
    pub fn reference(&self) -> Option<&str> {
        match &self.kind {
            Kind::Optin(optin) if optin.reference.is_some() => optin.reference.as_deref(),
            _ => self.referral()?.reference.as_deref(),
        }
    }

    /// The message, where it is one (an echo is).
    #[must_use]
    pub fn message(&self) -> Option<&Message<'a>> {
        self.kind.message()
    }

    /// The message's attachments.
    #[must_use]
    pub fn attachments(&self) -> &[Attachment<'a>] {
        self.message().map_or(&[], |message| &message.attachments)
    }

    /// When it happened. Receipts may have no time.
    #[must_use]
    pub fn timestamp(&self) -> Option<Timestamp> {
        let own = match &self.kind {
            Kind::GroupFeed(comment) => comment.created_time,
            Kind::MarketingMessage(message) => message.timestamp,
            _ => None,
        };
        self.timestamp.or(own)
    }
}
