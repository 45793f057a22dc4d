//! Who holds the conversation: passing, taking and giving back control of a thread.
//!
//! Platform: Conversation routing, <https://developers.facebook.com/documentation/business-messaging/messenger-platform/conversation-routing>

use std::time::Duration;

use reqwest::Method;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    Graph, GraphError,
    client::ME,
    transport::{Answer, Call, Repeat},
};

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
struct Done {
    success: Option<bool>,
}

impl Graph {
    /// Hands the thread of the person `psid` to another app: `target_app_id`, or [`PAGE_INBOX`] for the
    /// people of the page, or `None` for the default app. `metadata` (under 1000 characters) reaches the
    /// other app with the event.
    ///
    /// # Errors
    ///
    /// Any [`GraphError`]; code 100/2018164 for a wrong app id.
    pub async fn pass_thread_control(
        &self,
        psid: &str,
        target_app_id: Option<&str>,
        metadata: Option<&str>,
    ) -> Result<(), GraphError> {
        // A second pass would fail, for the thread is no longer ours.
        self.thread_control(
            "pass_thread_control",
            psid,
            target_app_id,
            metadata,
            Repeat::OnlyIfNotArrived,
        )
        .await
    }

    /// Takes the thread of the person `psid` from whichever app holds it. Needs conversation routing to be
    /// configured and this app to be allowed to.
    ///
    /// # Errors
    ///
    /// Any [`GraphError`].
    pub async fn take_thread_control(&self, psid: &str, metadata: Option<&str>) -> Result<(), GraphError> {
        self.thread_control("take_thread_control", psid, None, metadata, Repeat::Freely)
            .await
    }

    /// Asks the app that holds the thread of the person `psid` for it.
    ///
    /// # Errors
    ///
    /// Any [`GraphError`].
    pub async fn request_thread_control(&self, psid: &str, metadata: Option<&str>) -> Result<(), GraphError> {
        self.thread_control(
            "request_thread_control",
            psid,
            None,
            metadata,
            Repeat::OnlyIfNotArrived,
        )
        .await
    }

    /// Lets go of the thread of the person `psid`; it becomes idle, and the default app answers next.
    ///
    /// # Errors
    ///
    /// Any [`GraphError`].
    pub async fn release_thread_control(&self, psid: &str, metadata: Option<&str>) -> Result<(), GraphError> {
        self.thread_control(
            "release_thread_control",
            psid,
            None,
            metadata,
            Repeat::OnlyIfNotArrived,
        )
        .await
    }

    /// Keeps the thread of the person `psid` for this long, at most 7 days, counted in whole seconds.
    ///
    /// # Errors
    ///
    /// Any [`GraphError`].
    pub async fn extend_thread_control(&self, psid: &str, duration: Duration) -> Result<(), GraphError> {
        let body = Extend {
            recipient: Person { id: psid },
            duration: duration.as_secs(),
        };
        done(&self.post("extend_thread_control", &body, Repeat::Freely).await?)
    }

    /// The app that holds the thread of the person `psid`; `None` while the thread is idle, and for apps
    /// that may not know.
    ///
    /// # Errors
    ///
    /// Any [`GraphError`].
    pub async fn thread_owner(&self, psid: &str) -> Result<Option<String>, GraphError> {
        let mut url = self.inner().url([ME, "thread_owner"])?;
        url.query_pairs_mut().append_pair("recipient", psid);
        let call = Call {
            method: Method::GET,
            url,
            body: None,
            repeat: Repeat::Freely,
            token: None,
        };
        let answer: Value = self.call(call).await?.object()?;
        Ok(match answer.pointer("/data/0/thread_owner/app_id") {
            Some(Value::String(id)) => Some(id.clone()),
            Some(Value::Number(id)) => Some(id.to_string()),
            _ => None,
        })
    }

    async fn thread_control(
        &self,
        edge: &str,
        psid: &str,
        target_app_id: Option<&str>,
        metadata: Option<&str>,
        repeat: Repeat,
    ) -> Result<(), GraphError> {
        let body = Body {
            recipient: Person { id: psid },
            target_app_id,
            metadata,
        };
        done(&self.post(edge, &body, repeat).await?)
    }
}

fn done(answer: &Answer) -> Result<(), GraphError> {
    match answer.object::<Done>()?.success {
        Some(false) => Err(answer.unexpected("the platform answered that it did not succeed")),
        _ => Ok(()),
    }
}
