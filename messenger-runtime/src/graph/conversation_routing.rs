//! Conversation routing: which app holds a person's thread, and how it passes from one to another.
//!
//! It replaced the handover protocol and kept its calls. Control lapses after 24 hours of silence; the
//! thread is idle then, and the default app answers next.
//!
//! Platform: Conversation routing, <https://developers.facebook.com/documentation/business-messaging/messenger-platform/conversation-routing>

use std::time::Duration;

use reqwest::Method;
use serde::{Deserialize, Serialize};

use super::{
    Graph, List, Request,
    answer::{self, Answer, lenient, lenient_id, maybe_id},
    client::ME,
    request::Draft,
};
use crate::message::{Fields, Platform, limits};

/// The app id of a page's inbox, where people of the page answer.
pub const PAGE_INBOX: &str = "263902037430900";

/// The app id of an Instagram account's inbox, where people of the account answer.
pub const INSTAGRAM_INBOX: &str = "1217981644879628";

/// The app id of lead ads, which holds a thread while a person answers their form.
pub const LEAD_ADS: &str = "413038776280800";

/// Who holds a thread.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct ThreadOwner {
    /// The app's id. Only the app itself and the default app are told.
    #[serde(default, deserialize_with = "maybe_id")]
    pub app_id: Option<String>,
    /// When control lapses, as the platform writes it.
    #[serde(default, deserialize_with = "lenient_id")]
    pub expiration: Option<String>,
}

/// An app that was a secondary receiver of the page under the handover protocol.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct SecondaryReceiver {
    /// The app's id, for [`Graph::pass_thread_control`].
    #[serde(deserialize_with = "answer::id")]
    pub id: String,
    /// The app's name.
    #[serde(default, deserialize_with = "lenient")]
    pub name: Option<String>,
}

#[derive(Serialize)]
struct Body<'a> {
    recipient: Person<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    target_app_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<&'a str>,
}

#[derive(Serialize)]
struct Extend<'a> {
    recipient: Person<'a>,
    duration: u64,
}

#[derive(Serialize)]
struct Person<'a> {
    id: &'a str,
}

#[derive(Deserialize)]
struct Owned {
    thread_owner: Option<ThreadOwner>,
}

impl Graph {
    /// Hands the thread of the person `psid` to another app: `target_app_id`, or `None` for the default app.
    /// `metadata` (fewer than 1000 characters) reaches the other app with the event.
    ///
    /// ```
    /// # use messenger_runtime::graph::{Graph, GraphError};
    /// # async fn example(graph: Graph, psid: &str) -> Result<(), GraphError> {
    /// graph.pass_thread_control(psid, Some("123456789012345"), Some("wants a refund")).await?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// MSG517 for an empty id and for metadata that is too long; MSG510 with code 100 and subcode 2018164 for a wrong app id.
    pub fn pass_thread_control(
        &self,
        psid: &str,
        target_app_id: Option<&str>,
        metadata: Option<&str>,
    ) -> Request<()> {
        // A second pass would fail, for the thread is no longer ours.
        self.thread_control("pass_thread_control", psid, target_app_id, metadata)
            .reads(Answer::done)
    }

    /// Hands the thread of the person `psid` to the people who answer from the inbox: [`PAGE_INBOX`], or
    /// [`INSTAGRAM_INBOX`] for an Instagram account.
    ///
    /// ```
    /// # use messenger_runtime::graph::{Graph, GraphError};
    /// # async fn example(graph: Graph, psid: &str) -> Result<(), GraphError> {
    /// graph.pass_thread_control_to_inbox(psid, Some("order 1042, second complaint")).await?;
    /// # Ok(()) }
    /// ```
    pub fn pass_thread_control_to_inbox(&self, psid: &str, metadata: Option<&str>) -> Request<()> {
        let inbox = match self.platform() {
            Platform::Messenger => PAGE_INBOX,
            Platform::Instagram => INSTAGRAM_INBOX,
        };
        self.pass_thread_control(psid, Some(inbox), metadata)
    }

    /// Takes the thread of the person `psid` from whichever app holds it. Needs conversation routing to be
    /// configured and this app to be allowed to.
    pub fn take_thread_control(&self, psid: &str, metadata: Option<&str>) -> Request<()> {
        self.thread_control("take_thread_control", psid, None, metadata)
            .repeatable()
            .reads(Answer::done)
    }

    /// Asks the app that holds the thread of the person `psid` for it. Only while conversation routing is
    /// not configured.
    pub fn request_thread_control(&self, psid: &str, metadata: Option<&str>) -> Request<()> {
        self.thread_control("request_thread_control", psid, None, metadata)
            .reads(Answer::done)
    }

    /// Lets go of the thread of the person `psid`; it becomes idle, and the default app answers next.
    pub fn release_thread_control(&self, psid: &str, metadata: Option<&str>) -> Request<()> {
        self.thread_control("release_thread_control", psid, None, metadata)
            .reads(Answer::done)
    }

    /// Keeps the thread of the person `psid` for this long instead of 24 hours: 1 second to 7 days, counted
    /// in whole seconds. Only the app that holds the thread can.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use messenger_runtime::graph::{Graph, GraphError};
    /// # async fn example(graph: Graph, psid: &str) -> Result<(), GraphError> {
    /// graph.extend_thread_control(psid, Duration::from_hours(72)).await?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// MSG517 for an empty id, for a longer time, and for less than a second.
    pub fn extend_thread_control(&self, psid: &str, duration: Duration) -> Request<()> {
        let duration = duration.as_secs();
        let seconds = usize::try_from(duration).unwrap_or(usize::MAX);
        self.draft(Method::POST, [ME, "extend_thread_control"])
            .check(
                Fields::default()
                    .required("recipient.id", psid)
                    .number("duration", seconds, limits::EXTENDED_THREAD_CONTROL)
                    .finish(),
            )
            .json(&Extend {
                recipient: Person { id: psid },
                duration,
            })
            .repeatable()
            .reads(Answer::done)
    }

    /// Who holds the thread of the person `psid`; `None` while the thread is idle.
    ///
    /// ```
    /// # use messenger_runtime::graph::{Graph, GraphError, PAGE_INBOX};
    /// # async fn example(graph: Graph, psid: &str) -> Result<(), GraphError> {
    /// let owner = graph.thread_owner(psid).await?;
    /// if owner.and_then(|owner| owner.app_id).as_deref() == Some(PAGE_INBOX) {
    ///     println!("a human answers");
    /// }
    /// # Ok(()) }
    /// ```
    pub fn thread_owner(&self, psid: &str) -> Request<Option<ThreadOwner>> {
        self.draft(Method::GET, [ME, "thread_owner"])
            .check(Fields::default().required("recipient", psid).finish())
            .query("recipient", psid)
            .reads(|answer| {
                let first: Option<Owned> = answer.first()?;
                Ok(first.and_then(|owned| owned.thread_owner))
            })
    }

    /// The secondary receivers of the page. A call of the handover protocol, for pages set up under it:
    /// conversation routing has a default app and entry points in their place.
    pub fn secondary_receivers(&self) -> List<SecondaryReceiver> {
        List::new(
            self.draft(Method::GET, [ME, "secondary_receivers"])
                .query("fields", "id,name"),
        )
    }

    fn thread_control(
        &self,
        edge: &str,
        psid: &str,
        target_app_id: Option<&str>,
        metadata: Option<&str>,
    ) -> Draft {
        let mut fields = Fields::default().required("recipient.id", psid).maybe_text(
            "metadata",
            metadata,
            limits::THREAD_CONTROL_METADATA,
        );
        if let Some(app) = target_app_id {
            fields = fields.required("target_app_id", app);
        }
        self.draft(Method::POST, [ME, edge])
            .check(fields.finish())
            .json(&Body {
                recipient: Person { id: psid },
                target_app_id,
                metadata,
            })
    }
}
