//! Messages: what a person wrote or sent, and the echoes of what the page sent.

use std::borrow::Cow;

use super::{
    field::{Field, Private, Value, payload, words},
    interaction::Referral,
    json::{Raw, Reader, member},
    time::Timestamp,
};

payload! {
    /// A message, or the echo of one.
    ///
    /// Platform: messages webhook, <https://developers.facebook.com/documentation/business-messaging/messenger-platform/webhooks/webhook-events/messages>
    pub struct Message<'a> {
        /// The message's id. A notice has none.
        mid: Option<Cow<'a, str>> = "mid",
        /// What was written; also there when attachments are.
        text: Option<Private<'a>> = "text",
        /// The tapped quick reply.
        quick_reply: Option<QuickReply<'a>> = "quick_reply",
        /// What it answers: a message, or on Instagram a story.
        reply_to: Option<Box<ReplyTo<'a>>> = "reply_to",
        /// Pictures, files, shared posts and so on.
        attachments: Vec<Attachment<'a>> = "attachments",
        /// The link, advertisement or product that opened the conversation.
        referral: Option<Box<Referral<'a>>> = "referral",
        /// Slash commands the person picked.
        commands: Vec<Command<'a>> = "commands",
        /// Whether the page itself sent it.
        is_echo: bool = "is_echo",
        /// Whether the person took it back. Nothing but the `mid` is left.
        is_deleted: bool = "is_deleted",
        /// Whether it is of a sort the platform does not pass on.
        is_unsupported: bool = "is_unsupported",
        /// In an echo, the app that sent it; absent or another app's when a person wrote in the inbox.
        app_id: Option<Cow<'a, str>> = "app_id",
        /// In an echo, the metadata it was sent with.
        metadata: Option<Private<'a>> = "metadata",
        /// A notice to the page's staff, such as the hand-back by Meta's business AI.
        admin_text: Option<Private<'a>> = "admin_text",
        /// The sticker, in messages from before August 2026.
        sticker_id: Option<Cow<'a, str>> = "sticker_id",
        /// What the platform's language processing found, if it is switched on.
        nlp: Option<Raw<'a>> = "nlp",
    }

    /// The quick reply that was tapped. Its title is the message's text.
    pub struct QuickReply<'a> {
        /// The payload; for phone numbers and e-mail addresses, the value.
        payload: Option<Private<'a>> = "payload",
    }

    /// What a message answers.
    pub struct ReplyTo<'a> {
        /// The message it answers.
        mid: Option<Cow<'a, str>> = "mid",
        /// Whether the person answers a message of their own.
        is_self_reply: bool = "is_self_reply",
        /// The story it answers (Instagram).
        story: Option<Story<'a>> = "story",
    }

    /// A story of the Instagram account.
    pub struct Story<'a> {
        /// The story's id.
        id: Option<Cow<'a, str>> = "id",
        /// Its picture or video. The link dies with the story; the media must not be kept.
        url: Option<Private<'a>> = "url",
    }

    /// A slash command.
    pub struct Command<'a> {
        /// Its name, without the slash.
        name: Option<Cow<'a, str>> = "name",
    }

    /// An appointment that is asked for, or answered.
    pub struct Booking<'a> {
        /// Its id.
        booking_id: Option<Cow<'a, str>> = "booking_id",
        /// `requested`, `confirmed`, `declined` or `cancelled`.
        status: Option<Cow<'a, str>> = "status",
        /// When it begins, in seconds.
        start_time: Option<Timestamp> = "start_time",
        /// When it ends, in seconds.
        end_time: Option<Timestamp> = "end_time",
        /// The time zone, as in the IANA's list.
        timezone: Option<Cow<'a, str>> = "timezone",
    }

    /// A product of the catalogue that was shared. Its details take the permission `catalog_management`.
    pub struct SharedProduct<'a> {
        /// The product's id.
        id: Option<Cow<'a, str>> = "id",
        /// The seller's own id.
        retailer_id: Option<Cow<'a, str>> = "retailer_id",
        /// Its picture.
        image_url: Option<Private<'a>> = "image_url",
        /// Its name.
        title: Option<Private<'a>> = "title",
        /// What stands below the name.
        subtitle: Option<Private<'a>> = "subtitle",
    }

    /// A place on the map.
    pub struct Coordinates<'a> {
        /// Degrees north.
        lat: Option<f64> = "lat",
        /// Degrees east.
        long: Option<f64> = "long",
    }
}

impl<'a> Message<'a> {
    /// The id of the sticker, where the message is one: the attachment's before the message's own.
    #[must_use]
    pub fn sticker_id(&self) -> Option<&str> {
        let attached = self
            .attachments
            .iter()
            .find_map(|attachment| attachment.sticker_id.as_deref());
        attached.or(self.sticker_id.as_deref())
    }

    /// The story it answers (Instagram).
    #[must_use]
    pub fn story(&self) -> Option<&Story<'a>> {
        self.reply_to.as_ref()?.story.as_ref()
    }

    /// The attachment that says what sort of message it is: a sticker if there is one, else the first.
    #[must_use]
    pub fn main_attachment(&self) -> Option<&Attachment<'a>> {
        let sticker = self
            .attachments
            .iter()
            .find(|attachment| attachment.kind == AttachmentKind::Sticker);
        sticker.or_else(|| self.attachments.first())
    }

    /// Calls an image a sticker where only the message says so.
    pub(super) fn settle_sticker(&mut self) {
        if self.sticker_id.is_some()
            && let [only] = self.attachments.as_mut_slice()
            && only.kind == AttachmentKind::Image
        {
            only.kind = AttachmentKind::Sticker;
        }
    }
}

words! {
    /// The sort of an attachment: the platform's `type`.
    ///
    /// An image that carries a `sticker_id` is a [`Sticker`](Self::Sticker), as the platform itself has it
    /// since August 2026.
    pub enum AttachmentKind {
        /// A picture.
        Image = "image",
        /// A video.
        Video = "video",
        /// A voice message or another sound.
        Audio = "audio",
        /// Any other file.
        File = "file",
        /// A place on the map.
        Location = "location",
        /// A sticker; the thumb is one.
        Sticker = "sticker",
        /// A template: a product that was shared, or in an echo what the page sent.
        Template = "template",
        /// A shared link, or something that cannot be passed on.
        Fallback = "fallback",
        /// A reel of the page.
        Reel = "reel",
        /// An Instagram reel.
        IgReel = "ig_reel",
        /// A post of the page.
        Post = "post",
        /// An Instagram post.
        IgPost = "ig_post",
        /// An Instagram post, as it was called until April 2026.
        Share = "share",
        /// A mention of the account in somebody's story (Instagram).
        StoryMention = "story_mention",
        /// A story that was passed on (Instagram).
        IgStory = "ig_story",
        /// A picture or video that vanishes once it is seen (Instagram).
        Ephemeral = "ephemeral",
        /// A request for an appointment, or the answer to one.
        AppointmentBooking = "appointment_booking",
    }
}

/// Something that was sent along.
///
/// Its `url` expires: fetch what you want to keep.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Attachment<'a> {
    /// The sort.
    pub kind: AttachmentKind<'a>,
    /// The `type` as it arrived; differs from the kind for stickers of before August 2026.
    pub type_name: Option<Cow<'a, str>>,
    /// Where it can be fetched from, or the link that was shared.
    pub url: Option<Private<'a>>,
    /// The title of a link, reel or post.
    pub title: Option<Private<'a>>,
    /// The sticker's id; the thumb is `369239263222822`.
    pub sticker_id: Option<Cow<'a, str>>,
    /// The id of the post, reel, story or booking.
    pub id: Option<Cow<'a, str>>,
    /// The place.
    pub coordinates: Option<Coordinates<'a>>,
    /// The payload as it arrived. In an echo, templates keep their elements and buttons here.
    pub payload: Option<Raw<'a>>,
    /// The attachment as it arrived.
    pub raw: Raw<'a>,
}

impl<'a> Attachment<'a> {
    pub(crate) fn into_owned(self) -> Attachment<'static> {
        Value::into_owned(self)
    }

    /// The appointment, in an [`AppointmentBooking`](AttachmentKind::AppointmentBooking).
    #[must_use]
    pub fn booking(&self) -> Option<Booking<'_>> {
        let payload = self
            .payload
            .as_ref()
            .filter(|_| self.kind == AttachmentKind::AppointmentBooking)?;
        Booking::read(&mut Reader::new(payload.as_str()))
    }

    /// The products that were shared; such an attachment is a [`Template`](AttachmentKind::Template).
    #[must_use]
    pub fn products(&self) -> Vec<SharedProduct<'_>> {
        let payload = self.payload.as_ref().map_or("", Raw::as_str);
        let elements = member(payload, "product").and_then(|product| member(product, "elements"));
        elements
            .map(|elements| Field::read(&mut Reader::new(elements)))
            .unwrap_or_default()
    }

    /// Reads the keys of the payload, and those of them that stand beside it.
    fn read_members(&mut self, reader: &mut Reader<'a>, inside_payload: bool) {
        while let Some(key) = reader.next_key() {
            match &*key {
                "type" if !inside_payload => self.type_name = reader.scalar(),
                "payload" if !inside_payload => {
                    let mark = reader.mark();
                    if reader.enter_object() {
                        self.read_members(reader, true);
                    }
                    let payload = reader.since(mark);
                    self.payload = (payload != "null").then(|| Raw::from(payload));
                }
                "url" | "URL" | "story_media_url" => read_into(&mut self.url, reader),
                "title" => read_into(&mut self.title, reader),
                "sticker_id" => read_into(&mut self.sticker_id, reader),
                "id" | "reel_video_id" | "ig_post_media_id" | "story_media_id" | "booking_id" => {
                    read_into(&mut self.id, reader);
                }
                "coordinates" => read_into(&mut self.coordinates, reader),
                _ => {
                    reader.skip();
                }
            }
        }
    }
}

/// Keeps what is there when the value is null: the same key may stand in the payload and beside it.
fn read_into<'a, T: Value<'a>>(field: &mut Option<T>, reader: &mut Reader<'a>) {
    if let Some(value) = T::read(reader) {
        *field = Some(value);
    }
}

impl<'a> Value<'a> for Attachment<'a> {
    type Owned = Attachment<'static>;

    fn read(reader: &mut Reader<'a>) -> Option<Self> {
        let mark = reader.mark();
        let mut this = Self {
            kind: AttachmentKind::Other(Cow::Borrowed("")),
            type_name: None,
            url: None,
            title: None,
            sticker_id: None,
            id: None,
            coordinates: None,
            payload: None,
            raw: Raw::default(),
        };
        if !reader.enter_object() {
            return None;
        }
        this.read_members(reader, false);
        this.raw = Raw::from(reader.since(mark));
        this.kind = AttachmentKind::from_word(this.type_name.clone().unwrap_or_default());
        if this.kind == AttachmentKind::Image && this.sticker_id.is_some() {
            this.kind = AttachmentKind::Sticker;
        }
        Some(this)
    }

    fn into_owned(self) -> Self::Owned {
        Attachment {
            kind: self.kind.into_owned(),
            type_name: Field::into_owned(self.type_name),
            url: Field::into_owned(self.url),
            title: Field::into_owned(self.title),
            sticker_id: Field::into_owned(self.sticker_id),
            id: Field::into_owned(self.id),
            coordinates: Field::into_owned(self.coordinates),
            payload: Field::into_owned(self.payload),
            raw: Value::into_owned(self.raw),
        }
    }
}
