//! Voice calls.

use super::*;

const OFFER: &str = "v=0\r\na=ice-pwd:SECRET\r\n";

#[tokio::test]
async fn calls_are_taken_declined_ended_and_begun() {
    let server = Server::start([
        Reply::new(
            200,
            r#"{"success":true,"session":{"sdp_response":"v=0 A","sdp_renegotiation":"v=0 B"}}"#,
        ),
        Reply::new(
            200,
            r#"{"success":true,"id":"c_2","session":{"sdp_response":{"sdp_type":"answer","sdp":"v=0 C"}}}"#,
        ),
        Reply::new(200, r#"{"success":true}"#),
    ])
    .await;
    let graph = server.graph();
    let session = graph.accept_call("c_1", OFFER).await.unwrap();
    assert_eq!(
        (
            session.sdp_response.as_deref(),
            session.sdp_renegotiation.as_deref()
        ),
        (Some("v=0 A"), Some("v=0 B"))
    );
    let call = graph.connect_call("7", OFFER).await.unwrap();
    assert_eq!(
        (&*call.id, call.session.sdp_response.as_deref()),
        ("c_2", Some("v=0 C"))
    );
    assert_eq!(call.session.sdp_renegotiation, None);
    assert!(
        !format!("{session:?} {call:?}").contains("v=0"),
        "an SDP text holds a password"
    );
    graph.reject_call("c_1").await.unwrap();
    graph.terminate_call("c_1").await.unwrap();
    assert_eq!(
        graph.connect_call("7", OFFER).await.unwrap_err().id(),
        "MSG508",
        "no id"
    );
    let asked = server.asked();
    assert!(asked.iter().all(|asked| asked.decoded() == "POST /me/calls"));
    let bodies: Vec<_> = asked.iter().take(4).map(Asked::json).collect();
    let session = json!({"sdp_type": "offer", "sdp": OFFER});
    assert_eq!(
        bodies,
        [
            json!({"platform": "messenger", "call_id": "c_1", "action": "accept", "session": session}),
            json!({"platform": "messenger", "to": "7", "action": "connect", "session": session}),
            json!({"platform": "messenger", "call_id": "c_1", "action": "reject"}),
            json!({"platform": "messenger", "call_id": "c_1", "action": "terminate"}),
        ]
    );
}

#[tokio::test]
async fn a_call_that_did_not_succeed_is_an_error() {
    let server = Server::start([Reply::new(200, r#"{"success":false,"session":{}}"#)]).await;
    let graph = server.graph();
    assert_eq!(graph.accept_call("c_1", OFFER).await.unwrap_err().id(), "MSG508");
    assert_eq!(graph.connect_call("7", OFFER).await.unwrap_err().id(), "MSG508");
    assert_eq!(graph.reject_call("c_1").await.unwrap_err().id(), "MSG508");
    let error = graph.terminate_call("c_1").await.unwrap_err();
    assert!(!format!("{error:?}").contains("SECRET"));
}

#[tokio::test]
async fn instagram_has_no_calls() {
    let server = Server::start([Reply::new(200, r#"{"success":true}"#)]).await;
    let instagram = server.client().build().unwrap().instagram("178");
    let error = instagram.reject_call("c_1").await.unwrap_err();
    assert_eq!(error.unsupported().map(|what| what.feature), Some("calls"));
    assert_eq!(
        instagram.accept_call("c_1", OFFER).await.unwrap_err().id(),
        "MSG516"
    );
    assert!(server.asked().is_empty());
}
