//! Files: uploaded for later, or sent at once.
//!
//! What there is, from the simplest on:
//!
//! * [`Graph::send_file`] sends a file, or what is at an address, in one call.
//! * [`Graph::upload`] leaves it with the platform and answers an attachment id, good for 90 days.
//! * [`Graph::attachment_id`] does so once for the same content, and from then on knows the id.
//!
//! Files and streams are read while they are sent and never held in memory. What the platform would refuse
//! for its size or its type does not leave.
//!
//! Platform: Attachment Upload API, <https://developers.facebook.com/documentation/business-messaging/messenger-platform/send-messages/saving-assets>

mod cache;
mod form;
mod kinds;
mod reuse;
mod source;

use std::time::Duration;

pub use cache::{AttachmentCache, CachedAttachment, MemoryAttachmentCache};
pub(super) use form::FileForm;
use reqwest::Method;
use serde_json::{Value, json};
use source::Content;
pub use source::Source;

use super::{Graph, GraphError, Request, answer::Id, client::ME};
use crate::message::{Fields, LimitErrors, Media, MediaKind, Platform};

/// How long a call may take in which 25 MB travel, or in which the platform fetches a film: it gives that
/// 75 seconds.
pub(super) const UPLOAD_TIME: Duration = Duration::from_secs(120);

/// A picture, sound, film or file, and where it comes from.
///
/// | | Messenger | Instagram |
/// |---|---|---|
/// | image | 8 MB | 8 MB |
/// | audio | 25 MB | 25 MB; AAC, M4A, WAV or MP4 |
/// | video | 25 MB | 25 MB; MP4, OGG, AVI, MOV or `WebM` |
/// | file | 25 MB | 25 MB; PDF |
///
/// A MB is 1,048,576 bytes. The type comes from the name's extension, unless
/// [`Source::content_type`] gives it. On Instagram a file's name has ASCII characters only.
///
/// ```
/// use messenger_runtime::graph::{Source, Upload};
///
/// let logo = Upload::image(Source::file("assets/logo.png"));
/// let receipt = Upload::file(Source::bytes("receipt.pdf", b"%PDF-1.7".as_slice()));
/// let film = Upload::video(Source::url("https://coffee.example/roasting.mp4"));
/// ```
///
/// Platform: Attachment Upload API, <https://developers.facebook.com/documentation/business-messaging/messenger-platform/send-messages/saving-assets>
#[derive(Debug, Clone)]
#[must_use = "an upload is made by `Graph::upload` or `Graph::send_file`"]
pub struct Upload {
    pub(super) kind: MediaKind,
    pub(super) source: Source,
    pub(super) reusable: Option<bool>,
}

impl Upload {
    /// Media of this kind.
    pub fn new(kind: MediaKind, source: Source) -> Self {
        Self {
            kind,
            source,
            reusable: None,
        }
    }

    /// A picture.
    pub fn image(source: Source) -> Self {
        Self::new(MediaKind::Image, source)
    }

    /// Sound.
    pub fn audio(source: Source) -> Self {
        Self::new(MediaKind::Audio, source)
    }

    /// A film.
    pub fn video(source: Source) -> Self {
        Self::new(MediaKind::Video, source)
    }

    /// A file.
    pub fn file(source: Source) -> Self {
        Self::new(MediaKind::File, source)
    }

    /// Whether the attachment id can be sent again and again (`is_reusable`). Unless said, an upload's can,
    /// and a message that carries its file has none.
    pub fn reusable(self, reusable: bool) -> Self {
        Self {
            reusable: Some(reusable),
            ..self
        }
    }

    /// What is at an address, as a message has it.
    pub(super) fn media(&self) -> Option<Media> {
        let Content::Url(url) = &self.source.content else {
            return None;
        };
        let media = Media::url(self.kind, &**url);
        Some(match self.reusable {
            Some(true) => media.reusable(),
            Some(false) | None => media,
        })
    }

    /// Looks at all that is known before the content is read.
    pub(super) fn check(&self, platform: Platform) -> Result<(), LimitErrors> {
        let source = &self.source;
        match &source.content {
            Content::Url(url) => {
                return Fields::default().url("url", url).finish();
            }
            Content::Bytes(bytes) => kinds::check_size(self.kind, bytes.len() as u64)?,
            Content::Stream(stream) => kinds::check_size(self.kind, stream.len)?,
            // The file is looked at when it is opened.
            Content::File(_) => {}
        }
        kinds::check(
            platform,
            self.kind,
            &source.name,
            &source.content_type_for(self.kind),
        )
    }

    /// The `message` of the upload, with the payload that says where the content is.
    fn message(&self, mut payload: Value) -> Value {
        payload["is_reusable"] = self.reusable.unwrap_or(true).into();
        json!({"attachment": {"type": self.kind, "payload": payload}})
    }
}

impl Graph {
    /// Leaves a picture, sound, film or file with the platform; answers its attachment id, which
    /// [`Media::attachment_id`](crate::message::Media::attachment_id) sends. The id belongs to the page and
    /// is good for 90 days.
    ///
    /// Tried again wherever that may help, except a stream of which a part has left. The call may take two
    /// minutes, or the client's own time-out where that is longer.
    ///
    /// ```
    /// # use messenger_runtime::{graph::{Graph, GraphError, Source, Upload}, message::{Media, MediaKind}};
    /// # async fn example(graph: Graph) -> Result<(), GraphError> {
    /// let id = graph.upload(Upload::image(Source::file("assets/menu.png"))).await?;
    /// graph.send("1254459154682919", Media::attachment_id(MediaKind::Image, id)).await?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// MSG517 where the file is too large, empty, or of a type that the platform does not take for this
    /// kind; MSG503 where it cannot be read. Otherwise any [`GraphError`].
    ///
    /// Platform: Attachment Upload API, <https://developers.facebook.com/documentation/business-messaging/messenger-platform/send-messages/saving-assets>
    pub fn upload(&self, upload: Upload) -> Request<String> {
        let platform = self.platform();
        let draft = self
            .draft(Method::POST, [ME, "message_attachments"])
            .check(upload.check(platform))
            .at_least(UPLOAD_TIME)
            .repeatable();
        let instagram = (platform == Platform::Instagram).then_some("instagram");
        let draft = if let Content::Url(url) = &upload.source.content {
            let mut body = json!({"message": upload.message(json!({"url": &**url}))});
            if let Some(platform) = instagram {
                body["platform"] = platform.into();
            }
            draft.json(&body)
        } else {
            let message = upload.message(json!({}));
            let form = FileForm::new(upload).part("message", message).file();
            draft.multipart(match instagram {
                Some(platform) => form.part("platform", platform.into()),
                None => form,
            })
        };
        draft.reads(|answer| {
            #[derive(serde::Deserialize)]
            struct Uploaded {
                #[serde(default)]
                attachment_id: Id,
            }
            let uploaded: Uploaded = answer.object()?;
            let id = uploaded.attachment_id.named();
            id.ok_or_else(|| answer.unexpected("the answer has no attachment_id"))
        })
    }
}

/// What could not be read, as an error of the call.
fn unreadable(error: std::io::Error) -> GraphError {
    GraphError::request("the content of the upload cannot be read", Some(error.into()))
}
