//! Voice calls between a person and the page: taking them, ending them, and calling a person.
//!
//! Only the signalling goes through the Graph API. Sound travels over WebRTC, which the bot's own media
//! stack speaks; the texts that set it up (SDP, RFC 4566) are passed on as they are.
//!
//! Platform: Calling, <https://developers.facebook.com/documentation/business-messaging/messenger-platform/calling>

use std::fmt;

use reqwest::Method;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Graph, GraphError, Request, answer::Answer, client::ME, request::Draft};

/// The feature's name, as errors say it.
const CALLS: &str = "calls";

/// What the platform answers to an offer.
///
/// `Debug` shows which texts there are: they hold the credentials of the call.
#[derive(Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct CallSession {
    /// The SDP answer, to be applied to the peer connection first.
    pub sdp_response: Option<String>,
    /// An SDP offer that may follow, to be applied second and answered locally.
    pub sdp_renegotiation: Option<String>,
}

impl fmt::Debug for CallSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallSession")
            .field("sdp_response", &self.sdp_response.is_some())
            .field("sdp_renegotiation", &self.sdp_renegotiation.is_some())
            .finish()
    }
}

/// A call that the page began.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct OutgoingCall {
    /// The id that its events bear and that [`Graph::terminate_call`] takes.
    pub id: String,
    /// What the platform answers to the offer.
    pub session: CallSession,
}

#[derive(Serialize)]
struct Body<'a> {
    platform: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    call_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<&'a str>,
    action: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    session: Option<Offer<'a>>,
}

#[derive(Serialize)]
struct Offer<'a> {
    sdp_type: &'static str,
    sdp: &'a str,
}

impl<'a> Offer<'a> {
    const fn new(sdp: &'a str) -> Self {
        Self {
            sdp_type: "offer",
            sdp,
        }
    }
}

/// An SDP text: bare, or within an object that also says its type.
fn sdp(value: &Value) -> Option<String> {
    let text = value.get("sdp").unwrap_or(value).as_str()?;
    Some(text.to_owned())
}

fn session(answer: &Answer) -> Result<CallSession, GraphError> {
    #[derive(Deserialize)]
    struct Wire {
        #[serde(default)]
        session: Value,
    }
    answer.done()?;
    let Wire { session } = answer.object()?;
    Ok(CallSession {
        sdp_response: session.get("sdp_response").and_then(sdp),
        sdp_renegotiation: session.get("sdp_renegotiation").and_then(sdp),
    })
}

impl Graph {
    /// Takes a call, by the id in its event, with an SDP offer of the bot's own peer connection. A call
    /// that is not taken within 60 seconds ends by itself.
    ///
    /// ```
    /// # use messenger_runtime::graph::{Graph, GraphError};
    /// # async fn example(graph: Graph, call_id: &str, offer: &str) -> Result<(), GraphError> {
    /// let session = graph.accept_call(call_id, offer).await?;
    /// assert!(session.sdp_response.is_some());
    /// # Ok(()) }
    /// ```
    pub fn accept_call(&self, call_id: &str, sdp_offer: &str) -> Request<CallSession> {
        self.call_action(&Body {
            call_id: Some(call_id),
            session: Some(Offer::new(sdp_offer)),
            ..Body::new("accept")
        })
        .reads(session)
    }

    /// Declines a call that was not taken yet.
    pub fn reject_call(&self, call_id: &str) -> Request<()> {
        self.call_action(&Body {
            call_id: Some(call_id),
            ..Body::new("reject")
        })
        .reads(Answer::done)
    }

    /// Ends a call.
    pub fn terminate_call(&self, call_id: &str) -> Request<()> {
        self.call_action(&Body {
            call_id: Some(call_id),
            ..Body::new("terminate")
        })
        .reads(Answer::done)
    }

    /// Calls the person `psid`, who must have allowed it before.
    pub fn connect_call(&self, psid: &str, sdp_offer: &str) -> Request<OutgoingCall> {
        self.call_action(&Body {
            to: Some(psid),
            session: Some(Offer::new(sdp_offer)),
            ..Body::new("connect")
        })
        .reads(|answer| {
            Ok(OutgoingCall {
                session: session(answer)?,
                id: answer.id()?,
            })
        })
    }

    fn call_action(&self, body: &Body<'_>) -> Draft {
        self.draft(Method::POST, [ME, "calls"])
            .messenger_only(CALLS)
            .json(body)
    }
}

impl Body<'_> {
    const fn new(action: &'static str) -> Self {
        Self {
            platform: "messenger",
            call_id: None,
            to: None,
            action,
            session: None,
        }
    }
}
