//! What people do beside writing: taps, links, opt-ins, reactions, receipts, changes of owner.

use std::borrow::Cow;

use super::{
    field::{Field, Private, Value, payload, words},
    json::{Raw, Reader},
    time::Timestamp,
};

payload! {
    /// A tap on a button, the menu, an ice breaker or *Get Started*.
    ///
    /// Platform: <https://developers.facebook.com/documentation/business-messaging/messenger-platform/webhooks/webhook-events/messaging_postbacks>
    pub struct Postback<'a> {
        /// The id of the message the tap makes in the conversation.
        mid: Option<Cow<'a, str>> = "mid",
        /// What stood on the button.
        title: Option<Private<'a>> = "title",
        /// The button's payload. In standby, and in apps that did not send the button, it is absent.
        payload: Option<Private<'a>> = "payload",
        /// The link or advertisement, when the tap opened the conversation.
        referral: Option<Box<Referral<'a>>> = "referral",
    }

    /// The link, QR code, advertisement or plugin through which a person came.
    ///
    /// Platform: <https://developers.facebook.com/documentation/business-messaging/messenger-platform/webhooks/webhook-events/messaging_referrals>
    pub struct Referral<'a> {
        /// The `ref` of the link: letters, digits, `-`, `_` and `=`.
        reference: Option<Private<'a>> = "ref",
        /// `SHORTLINK` (Instagram also `SHORTLINKS`), `ADS`, `CUSTOMER_CHAT_PLUGIN`, ...
        source: Option<Cow<'a, str>> = "source",
        /// `OPEN_THREAD`; of a lead form `LEAD_COMPLETE` or `LEAD_INCOMPLETE`.
        kind: Option<Cow<'a, str>> = "type",
        /// The advertisement.
        ad_id: Option<Cow<'a, str>> = "ad_id",
        /// The page that held the link.
        referer_uri: Option<Private<'a>> = "referer_uri",
        /// Whether the person used the chat plugin without an account.
        is_guest_user: bool = "is_guest_user",
        /// What the advertisement showed.
        ads_context_data: Option<Box<AdsContext<'a>>> = "ads_context_data",
        /// The product the conversation began from.
        product: Option<ProductReference<'a>> = "product",
    }

    /// What an advertisement showed.
    pub struct AdsContext<'a> {
        /// Its title.
        ad_title: Option<Private<'a>> = "ad_title",
        /// Its picture.
        photo_url: Option<Private<'a>> = "photo_url",
        /// Its video.
        video_url: Option<Private<'a>> = "video_url",
        /// The post it belongs to.
        post_id: Option<Cow<'a, str>> = "post_id",
        /// The product it offers.
        product_id: Option<Cow<'a, str>> = "product_id",
        /// The automated flow it starts.
        flow_id: Option<Cow<'a, str>> = "flow_id",
    }

    /// A product of the catalogue.
    pub struct ProductReference<'a> {
        /// The product's id.
        id: Option<Cow<'a, str>> = "id",
    }

    /// Messages reached the person's device.
    ///
    /// Platform: <https://developers.facebook.com/documentation/business-messaging/messenger-platform/webhooks/webhook-events/message-deliveries>
    pub struct Delivery<'a> {
        /// Their ids; often absent.
        mids: Vec<Cow<'a, str>> = "mids",
        /// Everything sent before this was delivered.
        watermark: Option<Timestamp> = "watermark",
    }

    /// The person read the conversation.
    ///
    /// Platform: <https://developers.facebook.com/documentation/business-messaging/messenger-platform/webhooks/webhook-events/message-reads>
    pub struct Read<'a> {
        /// Everything sent before or at this was read (pages).
        watermark: Option<Timestamp> = "watermark",
        /// The message that was read (Instagram).
        mid: Option<Cow<'a, str>> = "mid",
    }

    /// A reaction to a message was set or taken back.
    ///
    /// Platform: <https://developers.facebook.com/documentation/business-messaging/messenger-platform/webhooks/webhook-events/message-reactions>
    pub struct Reaction<'a> {
        /// Set, or taken back. Instagram may leave it out.
        action: Option<ReactionAction<'a>> = "action",
        /// `smile`, `angry`, `sad`, `wow`, `love`, `like`, `dislike`, `other`; may be absent when taken back.
        reaction: Option<Cow<'a, str>> = "reaction",
        /// The emoji itself.
        emoji: Option<Private<'a>> = "emoji",
        /// The message reacted to.
        mid: Option<Cow<'a, str>> = "mid",
    }

    /// A person edited a message. Up to five times are allowed.
    ///
    /// Platform: <https://developers.facebook.com/documentation/business-messaging/messenger-platform/webhooks/webhook-events/message-edits>
    pub struct MessageEdit<'a> {
        /// The message that was edited.
        mid: Option<Cow<'a, str>> = "mid",
        /// Its text now.
        text: Option<Private<'a>> = "text",
        /// How often it has been edited.
        num_edit: Option<u64> = "num_edit" | "num_edits",
    }

    /// A person agreed to receive something: marketing messages, one notification, or the checkbox.
    ///
    /// Platform: <https://developers.facebook.com/documentation/business-messaging/messenger-platform/webhooks/webhook-events/messaging_optins>
    pub struct Optin<'a> {
        /// `notification_messages` or `one_time_notif_req`; the checkbox has none.
        kind: Option<Cow<'a, str>> = "type",
        /// The `ref` of the plugin.
        reference: Option<Private<'a>> = "ref",
        /// The person, as the checkbox names them. There is no sender then.
        user_ref: Option<Cow<'a, str>> = "user_ref",
        /// The payload of the request.
        payload: Option<Private<'a>> = "payload",
        /// The title of the request.
        title: Option<Private<'a>> = "title",
        /// The token to send marketing messages with.
        notification_messages_token: Option<Private<'a>> = "notification_messages_token",
        /// The token for the one notification.
        one_time_notif_token: Option<Private<'a>> = "one_time_notif_token",
        /// The person's time zone.
        notification_messages_timezone: Option<Cow<'a, str>> = "notification_messages_timezone",
        /// `DAILY`, `WEEKLY` or `MONTHLY`, in old tokens.
        notification_messages_frequency: Option<Cow<'a, str>> = "notification_messages_frequency",
        /// `STOP NOTIFICATIONS` or `RESUME NOTIFICATIONS`.
        notification_messages_status: Option<Cow<'a, str>> = "notification_messages_status",
        /// What the messages are about.
        notification_messages_topic: Option<Private<'a>> = "notification_messages_topic",
        /// When the token ends.
        token_expiry_timestamp: Option<Timestamp> = "token_expiry_timestamp",
        /// `REFRESHED` or `NOT_REFRESHED`.
        user_token_status: Option<Cow<'a, str>> = "user_token_status",
    }

    /// A person linked their account with the business, or undid it.
    ///
    /// Platform: <https://developers.facebook.com/documentation/business-messaging/messenger-platform/webhooks/webhook-events/messaging_account_linking>
    pub struct AccountLinking<'a> {
        /// Linked or unlinked.
        status: Option<LinkStatus<'a>> = "status",
        /// The code from the login page.
        authorization_code: Option<Private<'a>> = "authorization_code",
    }

    /// The page broke a policy, or is forgiven.
    ///
    /// Platform: <https://developers.facebook.com/documentation/business-messaging/messenger-platform/webhooks/webhook-events/messaging_policy_enforcement>
    pub struct PolicyEnforcement<'a> {
        /// `warning`, `block` or `unblock`.
        action: Option<Cow<'a, str>> = "action",
        /// Why; absent for `unblock`.
        reason: Option<Private<'a>> = "reason",
    }

    /// A conversation changes its owner, or an app asks for it.
    ///
    /// Platform: <https://developers.facebook.com/documentation/business-messaging/messenger-platform/conversation-routing>
    pub struct ThreadControl<'a> {
        /// The app that had it.
        previous_owner_app_id: Option<Cow<'a, str>> = "previous_owner_app_id",
        /// The app that has it now.
        new_owner_app_id: Option<Cow<'a, str>> = "new_owner_app_id",
        /// The app that asks for it.
        requested_owner_app_id: Option<Cow<'a, str>> = "requested_owner_app_id",
        /// Whatever the other app wants to say.
        metadata: Option<Private<'a>> = "metadata",
        /// Where some deliveries put the metadata instead.
        thread_control_metadata: Option<ThreadControlMetadata<'a>> = "thread_control_metadata",
    }

    /// The other home of [`ThreadControl::metadata`].
    pub struct ThreadControlMetadata<'a> {
        /// Whatever the other app wants to say.
        text: Option<Private<'a>> = "text",
    }

    /// A person rated an answer of the bot with a thumb.
    pub struct ResponseFeedback<'a> {
        /// `Good response` or `Bad response`.
        feedback: Option<Cow<'a, str>> = "feedback",
        /// The message that was rated.
        mid: Option<Cow<'a, str>> = "mid",
    }
}

impl ThreadControl<'_> {
    /// What the other app wants to say, wherever it stands.
    #[must_use]
    pub fn metadata(&self) -> Option<&str> {
        let elsewhere = || self.thread_control_metadata.as_ref()?.text.as_deref();
        self.metadata.as_deref().or_else(elsewhere)
    }
}

impl Reaction<'_> {
    /// Whether a reaction was taken back.
    #[must_use]
    pub fn is_unreact(&self) -> bool {
        self.action == Some(ReactionAction::Unreact)
    }
}

words! {
    /// What happened to a reaction.
    pub enum ReactionAction {
        /// It was set.
        React = "react",
        /// It was taken back.
        Unreact = "unreact",
    }

    /// What happened to a linked account.
    pub enum LinkStatus {
        /// It was linked.
        Linked = "linked",
        /// The link was undone.
        Unlinked = "unlinked",
    }
}

/// The roles of this app and others at the page.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct AppRoles<'a> {
    /// An app's id and its roles, such as `primary_receiver`.
    pub roles: Vec<(Cow<'a, str>, Vec<Cow<'a, str>>)>,
    /// The object as it arrived.
    pub raw: Raw<'a>,
}

impl<'a> Value<'a> for AppRoles<'a> {
    type Owned = AppRoles<'static>;

    fn read(reader: &mut Reader<'a>) -> Option<Self> {
        let mark = reader.mark();
        if reader.peek() != b'{' {
            reader.skip();
            return None;
        }
        let roles = Field::read(reader);
        Some(Self {
            roles,
            raw: Raw::from(reader.since(mark)),
        })
    }

    fn into_owned(self) -> Self::Owned {
        AppRoles {
            roles: Field::into_owned(self.roles),
            raw: Value::into_owned(self.raw),
        }
    }
}
