//! Uploading the same content once.

use std::time::{Duration, SystemTime};

use serde_json::Value;

use super::{CachedAttachment, Upload};
use crate::{
    graph::{Graph, GraphError, call::Call, client::Inner, sign::Page},
    message::{MediaKind, Platform},
};

/// How long the platform keeps an id.
const KEPT: Duration = Duration::from_hours(90 * 24);
/// The platform's code and subcode for an attachment id that it does not know.
const UNKNOWN_ID: (Option<i64>, Option<i64>) = (Some(100), Some(2_018_074));

impl Upload {
    /// By what it is known again; a stream is not.
    async fn key(&self, platform: Platform) -> Result<Option<String>, GraphError> {
        self.check(platform)?;
        let Some(digest) = self.source.digest(self.kind).await? else {
            return Ok(None);
        };
        let platform = match platform {
            Platform::Messenger => "messenger",
            Platform::Instagram => "instagram",
        };
        let kind = match self.kind {
            MediaKind::Image => "image",
            MediaKind::Audio => "audio",
            MediaKind::Video => "video",
            MediaKind::File => "file",
        };
        Ok(Some(format!("{platform}/{kind}/{}", hex::encode(digest))))
    }
}

impl Graph {
    /// The attachment id of this content: uploaded the first time, known from then on, for 90 days.
    ///
    /// Known by page, platform, kind and the SHA-256 of the content, files also by their name, an address by
    /// itself: what changes behind an address is not noticed. Whoever asks for the same content while it is
    /// being uploaded waits for that upload. A file is read each time, to know it; a stream cannot be known
    /// again and is uploaded each time. The ids are kept by the client's
    /// [`AttachmentCache`](super::AttachmentCache), in memory unless set.
    ///
    /// An id that the platform no longer takes (code 100, subcode 2018074) is forgotten when a send fails for
    /// it, alone or in a batch; [`forget_attachment`](Self::forget_attachment) forgets one by hand.
    ///
    /// ```
    /// # use messenger_runtime::{graph::{Graph, GraphError, Source, Upload}, message::{Media, MediaKind}};
    /// # async fn example(graph: Graph, psid: &str) -> Result<(), GraphError> {
    /// let id = graph.attachment_id(Upload::image(Source::file("assets/menu.png"))).await?;
    /// graph.send(psid, Media::attachment_id(MediaKind::Image, id)).await?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`upload`](Self::upload). A failure is not kept.
    ///
    /// Platform: Attachment Upload API, <https://developers.facebook.com/documentation/business-messaging/messenger-platform/send-messages/saving-assets>
    pub async fn attachment_id(&self, upload: Upload) -> Result<String, GraphError> {
        let upload = upload.reusable(true);
        let stamp = upload.source.stamp().await;
        let Some(key) = upload.key(self.platform()).await? else {
            return self.upload(upload).await;
        };
        if let Some(id) = self.known_attachment(&key).await {
            return Ok(id);
        }
        let flight = self.inner().uploads.join(self.page_id(), &key, || {
            let (graph, key) = (self.clone(), key.clone());
            Box::pin(async move {
                // Another upload may have landed since.
                if let Some(id) = graph.known_attachment(&key).await {
                    return Ok(id);
                }
                let uploaded = graph.inner().clock.now();
                let source = upload.source.clone();
                let id = graph.upload(upload).await?;
                // What was written to meanwhile may be something else than what the key names.
                if source.stamp().await == stamp {
                    let attachment = CachedAttachment {
                        id: id.clone(),
                        uploaded,
                    };
                    graph
                        .inner()
                        .attachments
                        .put(graph.page_id(), &key, attachment)
                        .await;
                }
                Ok(id)
            })
        });
        flight.await
    }

    async fn known_attachment(&self, key: &str) -> Option<String> {
        let kept = self.inner().attachments.get(self.page_id(), key).await?;
        is_good(kept.uploaded, self.inner().clock.now()).then_some(kept.id)
    }

    /// Forgets an attachment id of this page: its content is uploaded again when it is asked for next.
    pub async fn forget_attachment(&self, id: &str) {
        self.inner().attachments.forget(self.page_id(), id).await;
    }
}

impl Inner {
    /// Forgets the attachment ids that a call of `page` sent, where it was refused for one of them.
    pub(in crate::graph) async fn forget_refused(&self, page: &Page, call: &Call, error: &GraphError) {
        if (error.code(), error.subcode()) != UNKNOWN_ID {
            return;
        }
        let mut ids = Vec::new();
        let body = call.body.text();
        if let Some(body) = body.and_then(|body| serde_json::from_slice(&body).ok()) {
            find_ids(&body, &mut ids);
        }
        for id in ids {
            self.attachments.forget(&page.id, &id).await;
        }
    }
}

/// Whether an id from then still works. One from the future is of a clock that was wrong.
fn is_good(uploaded: SystemTime, now: SystemTime) -> bool {
    now.duration_since(uploaded).is_ok_and(|age| age < KEPT)
}

fn find_ids(value: &Value, ids: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                match value {
                    Value::String(id) if name == "attachment_id" => ids.push(id.clone()),
                    other => find_ids(other, ids),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| find_ids(item, ids)),
        _ => {}
    }
}
