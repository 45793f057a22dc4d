//! What hangs on a message: media and templates.

use serde::{Deserialize, Serialize};

#[cfg(feature = "legacy")]
use super::airline::{BoardingPasses, CheckIn, FlightUpdate, Itinerary};
use super::{
    Carousel, Coupon, CustomerFeedback, CustomerInformation, ImageGrid, InstantForm, MediaTemplate,
    NotificationMessages, OneTimeNotifReq, ProductTemplate, Receipt,
    check::Walk,
    template::ButtonTemplate,
    words::{Words, is_false},
};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "payload", rename_all = "snake_case")]
pub(super) enum Attachment {
    Image(Source),
    Audio(Source),
    Video(Source),
    File(Source),
    Template(Template),
    LikeHeart,
    #[serde(rename = "MEDIA_SHARE")]
    MediaShare {
        id: Words,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum Source {
    Url {
        url: Words,
        #[serde(default, skip_serializing_if = "is_false")]
        is_reusable: bool,
    },
    Id {
        attachment_id: Words,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "template_type", rename_all = "snake_case")]
pub(super) enum Template {
    Button(Box<ButtonTemplate>),
    Generic(Box<Carousel>),
    Media(Box<MediaTemplate>),
    Receipt(Box<Receipt>),
    Product(Box<ProductTemplate>),
    Coupon(Box<Coupon>),
    ImageGrid(Box<ImageGrid>),
    CustomerFeedback(Box<CustomerFeedback>),
    CustomerInformation(Box<CustomerInformation>),
    InstantForm(Box<InstantForm>),
    NotificationMessages(Box<NotificationMessages>),
    OneTimeNotifReq(Box<OneTimeNotifReq>),
    #[cfg(feature = "legacy")]
    #[serde(rename = "airline_boardingpass")]
    BoardingPasses(Box<BoardingPasses>),
    #[cfg(feature = "legacy")]
    #[serde(rename = "airline_checkin")]
    CheckIn(Box<CheckIn>),
    #[cfg(feature = "legacy")]
    #[serde(rename = "airline_itinerary")]
    Itinerary(Box<Itinerary>),
    #[cfg(feature = "legacy")]
    #[serde(rename = "airline_update")]
    FlightUpdate(Box<FlightUpdate>),
}

impl Source {
    pub(super) fn check(&self, walk: &mut Walk) {
        match self {
            Self::Url { url, .. } => walk.url("url", url),
            Self::Id { attachment_id } => walk.required("attachment_id", attachment_id),
        }
    }
}

/// The kinds of media.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MediaKind {
    /// A picture.
    Image,
    /// Sound.
    Audio,
    /// A film.
    Video,
    /// A file; on Instagram a PDF.
    File,
}

/// A picture, sound, film or file, by its address or by the id of an upload.
///
/// The platform fetches an address within 10 s (a video within 75 s) and takes images up to 8 MB and
/// everything else up to 25 MB. Ids come from the Attachment Upload API, belong to the page and live
/// 90 days.
/// Platform: Send API, <https://developers.facebook.com/documentation/business-messaging/messenger-platform/send-messages>.
///
/// ```
/// use messenger_runtime::message::{Media, Message, Reply};
///
/// let menu = Media::image("https://coffee.example/menu.png").reusable();
/// assert_eq!(serde_json::to_value(Message::from(menu.clone()))?, serde_json::json!({
///     "attachment": {
///         "type": "image",
///         "payload": {"url": "https://coffee.example/menu.png", "is_reusable": true},
///     },
/// }));
/// let reply = Reply::message(menu).then(Reply::video("https://coffee.example/roasting.mp4"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Media {
    pub(super) kind: MediaKind,
    pub(super) source: Source,
}

impl Media {
    /// Media of this kind at an address.
    #[must_use]
    pub fn url(kind: MediaKind, url: impl Into<String>) -> Self {
        Self {
            kind,
            source: Source::Url {
                url: Words::new(url),
                is_reusable: false,
            },
        }
    }

    /// The picture at this address.
    #[must_use]
    pub fn image(url: impl Into<String>) -> Self {
        Self::url(MediaKind::Image, url)
    }

    /// The sound at this address.
    #[must_use]
    pub fn audio(url: impl Into<String>) -> Self {
        Self::url(MediaKind::Audio, url)
    }

    /// The film at this address.
    #[must_use]
    pub fn video(url: impl Into<String>) -> Self {
        Self::url(MediaKind::Video, url)
    }

    /// The file at this address.
    #[must_use]
    pub fn file(url: impl Into<String>) -> Self {
        Self::url(MediaKind::File, url)
    }

    /// Media uploaded before, by the id that the upload returned.
    #[must_use]
    pub fn attachment_id(kind: MediaKind, id: impl Into<String>) -> Self {
        Self {
            kind,
            source: Source::Id {
                attachment_id: Words::new(id),
            },
        }
    }

    /// Asks the platform to keep what it fetches and to return its `attachment_id`. An upload has its
    /// id already, so this changes nothing there.
    #[must_use]
    pub fn reusable(mut self) -> Self {
        if let Source::Url { is_reusable, .. } = &mut self.source {
            *is_reusable = true;
        }
        self
    }
}

impl From<Media> for Attachment {
    fn from(media: Media) -> Self {
        match media.kind {
            MediaKind::Image => Self::Image(media.source),
            MediaKind::Audio => Self::Audio(media.source),
            MediaKind::Video => Self::Video(media.source),
            MediaKind::File => Self::File(media.source),
        }
    }
}
