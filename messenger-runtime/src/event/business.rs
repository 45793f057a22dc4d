//! Shopping, forms and feedback, calls, marketing messages, and what happens on the page itself.

use std::borrow::Cow;

use super::{
    field::{Private, payload},
    json::Raw,
    time::Timestamp,
};

payload! {
    /// A cart the person sent.
    ///
    /// Platform: <https://developers.facebook.com/documentation/business-messaging/messenger-platform/webhooks/webhook-events/send_cart>
    pub struct Order<'a> {
        /// What is in it.
        products: Vec<OrderedProduct<'a>> = "products",
        /// What the person added.
        note: Option<Private<'a>> = "note",
    }

    /// One line of an [`Order`].
    pub struct OrderedProduct<'a> {
        /// The product's id.
        id: Option<Cow<'a, str>> = "id",
        /// The seller's own id.
        retailer_id: Option<Cow<'a, str>> = "retailer_id",
        /// Its name.
        name: Option<Private<'a>> = "name",
        /// The price of one, in units of the currency.
        unit_price: Option<f64> = "unit_price",
        /// The currency, as in ISO 4217.
        currency: Option<Cow<'a, str>> = "currency",
        /// How many.
        quantity: Option<u64> = "quantity",
    }

    /// A click in a coupon template. On the wire its key is `template`.
    pub struct Coupon<'a> {
        /// `coupon`.
        kind: Option<Cow<'a, str>> = "type",
        /// The payload of the template.
        payload: Option<Private<'a>> = "payload",
        /// The code.
        coupon_code: Option<Private<'a>> = "coupon_code",
    }

    /// An answered customer feedback template. On the wire its key is `messaging_feedback`.
    ///
    /// Platform: <https://developers.facebook.com/documentation/business-messaging/messenger-platform/send-messages/templates/customer-feedback-template>
    pub struct CustomerFeedback<'a> {
        /// Its screens.
        feedback_screens: Vec<FeedbackScreen<'a>> = "feedback_screens",
    }

    /// One screen of a feedback template.
    pub struct FeedbackScreen<'a> {
        /// Which one, from 0.
        screen_id: Option<Cow<'a, str>> = "screen_id",
        /// The answers by question id.
        questions: Vec<(Cow<'a, str>, Option<FeedbackAnswer<'a>>)> = "questions",
    }

    /// An answer in a feedback template.
    pub struct FeedbackAnswer<'a> {
        /// `csat`, `nps` or `ces`.
        kind: Option<Cow<'a, str>> = "type",
        /// The score.
        payload: Option<Private<'a>> = "payload",
        /// What the person added, with `type` and `payload`.
        follow_up: Option<Raw<'a>> = "follow_up",
    }

    /// A filled-in customer information template.
    pub struct CustomerInformation<'a> {
        /// Its screens.
        screens: Vec<InformationScreen<'a>> = "screens",
    }

    /// One screen of a customer information template.
    pub struct InformationScreen<'a> {
        /// Which one.
        screen_id: Option<Cow<'a, str>> = "screen_id",
        /// What was filled in.
        responses: Vec<InformationResponse<'a>> = "responses",
    }

    /// One field of a customer information template.
    pub struct InformationResponse<'a> {
        /// The field, such as `country`.
        key: Option<Cow<'a, str>> = "key",
        /// What was filled in.
        value: Option<Private<'a>> = "value",
    }

    /// The answers of a lead form in the conversation. The event's referral names the advertisement.
    pub struct Lead<'a> {
        /// Questions and answers.
        data: Vec<LeadAnswer<'a>> = "data",
    }

    /// One question of a lead form.
    pub struct LeadAnswer<'a> {
        /// The question.
        question: Option<Private<'a>> = "question",
        /// The answer.
        answer: Option<Private<'a>> = "answer",
    }

    /// An instant form was filled in.
    pub struct Form<'a> {
        /// The form's id.
        id: Option<Cow<'a, str>> = "id",
    }

    /// A round of an Instant Game was played. A relic.
    pub struct GamePlay<'a> {
        /// The game.
        game_id: Option<Cow<'a, str>> = "game_id",
        /// The player, as the game knows them.
        player_id: Option<Cow<'a, str>> = "player_id",
        /// `SOLO`, `THREAD` or `GROUP`.
        context_type: Option<Cow<'a, str>> = "context_type",
        /// The conversation or group played in.
        context_id: Option<Cow<'a, str>> = "context_id",
        /// The score.
        score: Option<f64> = "score",
        /// The payload set by the game.
        payload: Option<Private<'a>> = "payload",
    }

    /// Who did something on the page. The id is not one to send messages to.
    pub struct Actor<'a> {
        /// Their id.
        id: Option<Cow<'a, str>> = "id",
        /// Their name.
        name: Option<Private<'a>> = "name" | "username",
    }

    /// A comment of the page in a group.
    pub struct GroupFeed<'a> {
        /// Who wrote it.
        from: Option<Actor<'a>> = "from",
        /// The group.
        group_id: Option<Cow<'a, str>> = "group_id",
        /// The comment.
        comment_id: Option<Cow<'a, str>> = "comment_id",
        /// What it answers.
        parent_id: Option<Cow<'a, str>> = "parent_id",
        /// The post.
        post_id: Option<Cow<'a, str>> = "post_id",
        /// `comment`.
        item: Option<Cow<'a, str>> = "item",
        /// `add`, ...
        verb: Option<Cow<'a, str>> = "verb",
        /// What was written.
        message: Option<Private<'a>> = "message",
        /// When, in seconds.
        created_time: Option<Timestamp> = "created_time",
    }

    /// Something changed on the page: the `value` of a `changes` item.
    ///
    /// Each field has its own keys; those of posts, comments and leads are here, the others in `raw`.
    ///
    /// Platform: <https://developers.facebook.com/docs/graph-api/webhooks/reference/page>
    pub struct Change<'a> {
        /// What changed: `comment`, `post`, `reaction`, `photo`, `like`, ...
        item: Option<Cow<'a, str>> = "item",
        /// How: `add`, `edited`, `remove`, `hide`, ...
        verb: Option<Cow<'a, str>> = "verb",
        /// Who did it.
        from: Option<Actor<'a>> = "from",
        /// Who did it, in older shapes.
        sender_id: Option<Cow<'a, str>> = "sender_id",
        /// The post.
        post_id: Option<Cow<'a, str>> = "post_id",
        /// The comment; on Instagram it may be `id`.
        comment_id: Option<Cow<'a, str>> = "comment_id",
        /// The comment or post above it.
        parent_id: Option<Cow<'a, str>> = "parent_id",
        /// The id of the thing itself, where it has no name of its own.
        id: Option<Cow<'a, str>> = "id",
        /// What was written.
        message: Option<Private<'a>> = "message" | "text",
        /// The lead of a lead form.
        leadgen_id: Option<Cow<'a, str>> = "leadgen_id",
        /// The lead form.
        form_id: Option<Cow<'a, str>> = "form_id",
        /// When, in seconds.
        created_time: Option<Timestamp> = "created_time",
    }

    /// A call begins, rings, changes or ends.
    ///
    /// Platform: <https://developers.facebook.com/documentation/business-messaging/messenger-platform/calling/webhooks>
    pub struct Call<'a> {
        /// The call's id.
        id: Option<Cow<'a, str>> = "id",
        /// `connect`, `call_status`, `media_update` or `terminate`.
        event: Option<Cow<'a, str>> = "event",
        /// Who calls.
        from: Option<Cow<'a, str>> = "from",
        /// Who is called.
        to: Option<Cow<'a, str>> = "to",
        /// The person, in a `call_status`.
        recipient_id: Option<Cow<'a, str>> = "recipient_id",
        /// `business_initiated` or `user_initiated`.
        call_direction: Option<Cow<'a, str>> = "call_direction",
        /// `ringing` or `accepted`, in a `call_status`.
        call_status: Option<Cow<'a, str>> = "call_status",
        /// `Completed` or `Failed`, in a `terminate`.
        status: Option<Cow<'a, str>> = "status",
        /// The offer or answer of the media session.
        session: Option<Raw<'a>> = "session",
        /// When it happened, in seconds.
        timestamp: Option<Timestamp> = "timestamp",
        /// When the call began, in seconds.
        start_time: Option<Timestamp> = "start_time",
        /// When the call ended, in seconds.
        end_time: Option<Timestamp> = "end_time",
        /// How long it took, in seconds.
        duration: Option<u64> = "duration",
    }

    /// A person allowed or refused calls.
    pub struct CallPermissionReply<'a> {
        /// The answer.
        response: Option<Cow<'a, str>> = "response",
        /// When the permission ends.
        expiration_timestamp: Option<Timestamp> = "expiration_timestamp",
    }

    /// What became of a marketing message: sent, delivered, read, clicked, or not delivered. The event's
    /// name tells which.
    ///
    /// Platform: <https://developers.facebook.com/documentation/business-messaging/messenger-platform/marketing-messages-on-messenger/send-messages>
    pub struct MarketingMessage<'a> {
        /// The person; hidden for subscribers from custom audiences.
        recipient_id: Option<Cow<'a, str>> = "recipient_id",
        /// The page.
        page_id: Option<Cow<'a, str>> = "page_id",
        /// The app.
        app_id: Option<Cow<'a, str>> = "app_id",
        /// The business.
        business_id: Option<Cow<'a, str>> = "business_id",
        /// The message; not in reads.
        mid: Option<Cow<'a, str>> = "mid",
        /// The campaign.
        message_id: Option<Cow<'a, str>> = "message_id",
        /// The message, across its events; not in clicks.
        marketing_message_tracking_id: Option<Cow<'a, str>> = "marketing_message_tracking_id",
        /// The token of the subscription.
        messenger_subscription_token: Option<Private<'a>> = "messenger_subscription_token",
        /// Why it was not delivered.
        error_message: Option<Private<'a>> = "error_message",
        /// When.
        timestamp: Option<Timestamp> = "timestamp",
        /// The field, where it stands inside.
        field: Option<Cow<'a, str>> = "field",
    }
}
