//! Who holds the conversation: passing, taking and giving back control of a thread.
//!
//! Platform: Conversation routing, <https://developers.facebook.com/documentation/business-messaging/messenger-platform/conversation-routing>

use std::time::Duration;

use reqwest::Method;
use serde::{Deserialize, Serialize};

use super::{Graph, Request, answer::Id, client::ME, request::Draft};

/// The app id of a page's own inbox, where people of the page answer.
pub const PAGE_INBOX: &str = "263902037430900";

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
    thread_owner: Option<Owner>,
}

#[derive(Deserialize)]
struct Owner {
    #[serde(default)]
    app_id: Id,
}

impl Graph {
    /// Hands the thread of the person `psid` to another app: `target_app_id`, or [`PAGE_INBOX`] for the
    /// people of the page, or `None` for the default app. `metadata` (under 1000 characters) reaches the
    /// other app with the event.
    ///
    /// Code 100/2018164 refuses a wrong app id.
    pub fn pass_thread_control(
        &self,
        psid: &str,
        target_app_id: Option<&str>,
        metadata: Option<&str>,
    ) -> Request<()> {
        // A second pass would fail, for the thread is no longer ours.
        self.thread_control("pass_thread_control", psid, target_app_id, metadata)
            .reads(|answer| answer.done())
    }

    /// Takes the thread of the person `psid` from whichever app holds it. Needs conversation routing to be
    /// configured and this app to be allowed to.
    pub fn take_thread_control(&self, psid: &str, metadata: Option<&str>) -> Request<()> {
        self.thread_control("take_thread_control", psid, None, metadata)
            .repeatable()
            .reads(|answer| answer.done())
    }

    /// Asks the app that holds the thread of the person `psid` for it.
    pub fn request_thread_control(&self, psid: &str, metadata: Option<&str>) -> Request<()> {
        self.thread_control("request_thread_control", psid, None, metadata)
            .reads(|answer| answer.done())
    }

    /// Lets go of the thread of the person `psid`; it becomes idle, and the default app answers next.
    pub fn release_thread_control(&self, psid: &str, metadata: Option<&str>) -> Request<()> {
        self.thread_control("release_thread_control", psid, None, metadata)
            .reads(|answer| answer.done())
    }

    /// Keeps the thread of the person `psid` for this long, at most 7 days, counted in whole seconds.
    pub fn extend_thread_control(&self, psid: &str, duration: Duration) -> Request<()> {
        self.draft(Method::POST, [ME, "extend_thread_control"])
            .json(&Extend {
                recipient: Person { id: psid },
                duration: duration.as_secs(),
            })
            .repeatable()
            .reads(|answer| answer.done())
    }

    /// The app that holds the thread of the person `psid`; `None` while the thread is idle, and for apps
    /// that may not know.
    pub fn thread_owner(&self, psid: &str) -> Request<Option<String>> {
        self.draft(Method::GET, [ME, "thread_owner"])
            .query("recipient", psid)
            .reads(|answer| {
                let first: Option<Owned> = answer.first()?;
                Ok(first.and_then(|owned| owned.thread_owner?.app_id.0))
            })
    }

    fn thread_control(
        &self,
        edge: &str,
        psid: &str,
        target_app_id: Option<&str>,
        metadata: Option<&str>,
    ) -> Draft {
        self.draft(Method::POST, [ME, edge]).json(&Body {
            recipient: Person { id: psid },
            target_app_id,
            metadata,
        })
    }
}
