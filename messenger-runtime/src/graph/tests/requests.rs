//! What is asked, and what is understood of the answers.

use super::*;
use crate::graph::{MessageTag, MessagingType, NotificationType, Sent, Source, Upload};

/// HMAC-SHA256 with the key `secret` of the message `TOKEN`.
pub(super) const PROOF: &str = "2356b17ae2860016a34575ada27f94b543ed2cbe59a85ba2e0c62dc4aba7a5c6";

#[tokio::test]
async fn a_message_is_posted_with_token_and_proof() {
    let server = Server::start([Reply::sent()]).await;
    let sent = server.graph().send("7", "hello").await.unwrap();
    assert_eq!(sent.message_id.as_deref(), Some("m_1"));
    assert_eq!(sent.recipient_id.as_deref(), Some("1"));

    let asked = &server.asked()[0];
    assert_eq!(asked.method, Method::POST);
    assert_eq!(asked.uri.path(), "/v25.0/me/messages");
    assert_eq!(
        asked.uri.query(),
        Some(format!("appsecret_proof={PROOF}").as_str())
    );
    assert_eq!(asked.header("authorization"), Some("Bearer TOKEN"));
    assert_eq!(asked.header("content-type"), Some("application/json"));
    assert!(
        asked
            .header("user-agent")
            .unwrap()
            .starts_with("messenger-runtime/")
    );
    assert_eq!(
        str::from_utf8(&asked.body).unwrap(),
        r#"{"messaging_type":"UPDATE","recipient":{"id":"7"},"message":{"text":"hello"}}"#
    );
}

#[tokio::test]
async fn a_message_can_carry_every_option() {
    let server = Server::start([Reply::sent()]).await;
    let graph = server.graph();
    let request = graph
        .send("7", "hello")
        .tag(MessageTag::HumanAgent)
        .notification_type(NotificationType::SilentPush)
        .persona("p1")
        .reply_to("m_0");
    request.await.unwrap();
    graph
        .send("7", "hello")
        .messaging_type(MessagingType::Response)
        .await
        .unwrap();
    let asked = server.asked();
    assert_eq!(
        asked[0].json(),
        json!({
            "messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT", "notification_type": "SILENT_PUSH",
            "persona_id": "p1", "reply_to": {"mid": "m_0"},
            "recipient": {"id": "7"}, "message": {"text": "hello"},
        })
    );
    assert_eq!(asked[1].json()["messaging_type"], "RESPONSE");
}

#[tokio::test]
async fn tokens_and_secrets_are_asked_for_anew() {
    let server = Server::start([Reply::sent()]).await;
    let keys = Keys::new("TOKEN", "secret");
    let graph = server.client_with(Arc::clone(&keys)).build().unwrap().page("42");
    graph.send("7", "hello").await.unwrap();
    *keys.token.lock().unwrap() = Some("1234567890".to_owned());
    *keys.secrets.lock().unwrap() = vec![AppSecret::from("1WDVGY78"), AppSecret::from("secret")];
    graph.send("7", "hello").await.unwrap();
    keys.secrets.lock().unwrap().clear();
    graph.send("7", "hello").await.unwrap();
    let asked = server.asked();
    assert_eq!(asked[1].header("authorization"), Some("Bearer 1234567890"));
    assert_eq!(
        asked[1].uri.query(),
        Some("appsecret_proof=4894f81b47c53ccf240a1130d119db2c69833eac9be09adeebc8e7226fb73e73")
    );
    assert_eq!(asked[2].uri.query(), None, "no secret, no proof");
}

#[tokio::test]
async fn the_proof_can_be_switched_off() {
    let server = Server::start([Reply::sent()]).await;
    let graph = server
        .client()
        .app_secret_proof(false)
        .build()
        .unwrap()
        .page("42");
    graph.send("7", "hello").await.unwrap();
    assert_eq!(server.asked()[0].uri.query(), None);
}

#[tokio::test]
async fn versions_and_origins_come_in_several_forms() {
    let server = Server::start([Reply::sent()]).await;
    for (origin, version, path) in [
        ("", "25.0", "/v25.0/me/messages"),
        ("/", "v25.0", "/v25.0/me/messages"),
        ("/", " v2.6 ", "/v2.6/me/messages"),
        ("/proxy/graph/", "V26.0", "/proxy/graph/v26.0/me/messages"),
    ] {
        let client = server
            .client()
            .origin(format!("{}{origin}", server.origin))
            .version(version);
        client
            .build()
            .unwrap()
            .page("42")
            .send("7", "hello")
            .await
            .unwrap();
        assert_eq!(server.asked().last().unwrap().uri.path(), path);
    }
    for version in [
        "",
        "v",
        "25",
        "25.0.1",
        "latest",
        "v25.0/me",
        "25.-1",
        "v25.0?x=1",
    ] {
        let error = server.client().version(version).build().unwrap_err();
        assert_eq!(error.id(), "MSG501", "{version}");
    }
    for origin in [
        "",
        "graph.facebook.com",
        "ftp://x",
        "http://a:hunter2@b",
        "https://x/?access_token=EAAB12345",
        "https://x/#y",
    ] {
        let error = server.client().origin(origin).build().unwrap_err();
        assert_eq!(error.id(), "MSG501", "{origin}");
        assert!(!format!("{error} {error:?}").contains("hunter2"));
        assert!(!format!("{error} {error:?}").contains("EAAB12345"));
    }
    assert!(server.client().timeout(Duration::ZERO).build().is_err());
}

#[tokio::test]
async fn answers_of_every_shape_are_understood() {
    let mid = |id: &str| Some(id.to_owned());
    let cases = [
        (
            json!({"recipient": {"id": "1", "message_id": "m"}}),
            Sent {
                recipient_id: mid("1"),
                message_id: mid("m"),
                attachment_id: None,
            },
        ),
        (
            json!({"message_id": "m"}),
            Sent {
                message_id: mid("m"),
                ..Sent::default()
            },
        ),
        (
            json!({"recipient_id": 12345678901234567_u64, "message_id": "m", "attachment_id": 5, "new": [{}]}),
            Sent {
                recipient_id: mid("12345678901234567"),
                message_id: mid("m"),
                attachment_id: mid("5"),
            },
        ),
        (
            json!({"recipient_id": null, "recipient": null, "message_id": "m", "error": null}),
            Sent {
                message_id: mid("m"),
                ..Sent::default()
            },
        ),
        (
            json!({"recipient_id": "7"}),
            Sent {
                recipient_id: mid("7"),
                ..Sent::default()
            },
        ),
    ];
    for (body, sent) in cases {
        let server = Server::start([Reply::new(200, body.to_string())]).await;
        assert_eq!(server.graph().send("7", "hello").await.unwrap(), sent, "{body}");
    }
}

#[tokio::test]
async fn an_answer_that_names_neither_message_nor_person_leaves_a_doubt() {
    for body in [
        "{}",
        r#"{"x":1}"#,
        r#"{"success":true}"#,
        r#"{"message_id":""}"#,
        r#"{"message_id":null,"recipient":{}}"#,
        r#"{"attachment_id":"5"}"#,
    ] {
        let server = Server::start([Reply::new(200, body)]).await;
        let graph = server.graph();
        let file = Upload::file(Source::bytes("a.pdf", "x"));
        for error in [
            graph.send("7", "hello").await.unwrap_err(),
            graph.send_file("7", file).await.unwrap_err(),
            graph.send_body(Bytes::from_static(b"{}")).await.unwrap_err(),
            graph.private_reply_to_post("7", "hello").await.unwrap_err(),
        ] {
            assert_eq!((error.id(), error.is_doubtful()), ("MSG508", true), "{body}");
        }
        assert_eq!(server.asked().len(), 4, "nothing is sent twice");
    }
}

#[tokio::test]
async fn sender_actions_have_no_messaging_type() {
    let server = Server::start([Reply::new(200, r#"{"recipient_id":"7"}"#)]).await;
    let sent = server
        .graph()
        .sender_action("7", &SenderAction::TypingOn)
        .await
        .unwrap();
    assert_eq!((sent.recipient_id.as_deref(), sent.message_id), (Some("7"), None));
    assert_eq!(
        server.asked()[0].json(),
        json!({"recipient": {"id": "7"}, "sender_action": "typing_on"})
    );
}

#[tokio::test]
async fn connections_are_used_again() {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let connections = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&connections);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            counted.fetch_add(1, Ordering::SeqCst);
            tokio::spawn(async move {
                let mut buffer = [0; 4096];
                while stream.read(&mut buffer).await.unwrap() > 0 {
                    stream
                        .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 18\r\n\r\n{\"message_id\":\"m\"}")
                        .await
                        .unwrap();
                }
            });
        }
    });
    let client = Client::builder(Keys::new("TOKEN", "secret"))
        .origin(origin)
        .build()
        .unwrap();
    for n in 0..20 {
        client.page(n.to_string()).send("7", "hello").await.unwrap();
    }
    assert_eq!(connections.load(Ordering::SeqCst), 1);
}
