//! What each request is answered with.

use super::*;

const BODY: &[u8] = br#"{"object":"page","entry":[{"id":"1","time":1,"messaging":[{"message":{"mid":"m","text":"\u00e4\u00f6\u00e5 https:\/\/x.y \u003C\u0025\u0040"}}]}]}"#;
const TAG: &str = "sha256=2b1bbc4b3e34483c1b8a302e6d4aafa5ef5cd6291b7037093b393775a4875903";
const TAG_SHA1: &str = "sha1=31bc245ee636de0519db613ba07174e811133e9a";

#[tokio::test]
async fn a_right_signature_is_taken_byte_for_byte() {
    let bot = start(Kept::new(Taken::Stored), WebhookOptions::default()).await;
    let mut peer = Peer::connect(bot.address).await;
    let invalid_utf8 = b"{\"a\":\"\xff\xfe\"}".as_slice();
    for body in [
        BODY,
        invalid_utf8,
        b"[]",
        b"null",
        b"not JSON: the sink's business",
    ] {
        assert_eq!(peer.ask(signed(body)).await.status, 200);
    }
    let rotated = request(
        "POST",
        "/webhook",
        &[("X-Hub-Signature-256", &tag("next", BODY))],
        BODY,
    );
    assert_eq!(peer.ask(rotated).await.status, 200);
    let other_type = [
        ("X-Hub-Signature-256", TAG),
        ("Content-Type", "text/plain"),
        ("X-Hub-Signature", "sha1=00"),
    ];
    assert_eq!(
        peer.ask(request("POST", "/webhook?entry=1", &other_type, BODY))
            .await
            .status,
        200
    );
    let bodies = bot.sink.bodies.lock().expect("no test panics here").clone();
    assert_eq!(bodies.len(), 7);
    assert_eq!(
        [&bodies[0][..], &bodies[1][..], &bodies[6][..]],
        [BODY, invalid_utf8, BODY]
    );
}

#[tokio::test]
async fn a_chunked_body_is_signed_as_a_whole() {
    let bot = start(Kept::new(Taken::Stored), WebhookOptions::default()).await;
    let mut peer = Peer::connect(bot.address).await;
    let head = format!("POST /webhook HTTP/1.1\r\nhost: b\r\nx-hub-signature-256: {TAG}\r\n");
    peer.send(format!("{head}transfer-encoding: chunked\r\n\r\n"))
        .await;
    for chunk in BODY.chunks(50) {
        peer.send([format!("{:x}\r\n", chunk.len()).as_bytes(), chunk, b"\r\n"].concat())
            .await;
    }
    assert_eq!(peer.ask("0\r\n\r\n").await.status, 200);
    assert_eq!(bot.sink.bodies.lock().expect("no test panics here")[0], BODY);
}

#[tokio::test]
async fn everything_else_is_refused_and_never_reaches_the_sink() {
    let bot = start(Kept::new(Taken::Stored), WebhookOptions::default()).await;
    let reserialised = serde_json::from_slice::<serde_json::Value>(BODY)
        .expect("it is JSON")
        .to_string();
    let sha256 = "x-hub-signature-256";
    let wrong = tag("other", BODY);
    let upper = TAG.to_uppercase().replace("SHA256", "sha256");
    let trailing = format!("{TAG}zz");
    let junk = format!("junk{TAG}");
    let empty = tag("secret", b"");
    type Case<'a> = (&'a str, &'a str, Vec<(&'a str, &'a str)>, &'a [u8], u16);
    let cases: Vec<Case<'_>> = vec![
        ("no signature", "POST", vec![], BODY, 401),
        ("no signature, no body", "POST", vec![], b"", 401),
        ("no signature, not JSON", "POST", vec![], b"<", 401),
        ("another secret", "POST", vec![(sha256, &wrong)], BODY, 401),
        (
            "serialised again",
            "POST",
            vec![(sha256, TAG)],
            reserialised.as_bytes(),
            401,
        ),
        ("a changed body", "POST", vec![(sha256, TAG)], b"{}", 401),
        ("half a signature", "POST", vec![(sha256, &TAG[..40])], BODY, 401),
        ("an empty signature", "POST", vec![(sha256, "sha256=")], BODY, 401),
        ("an empty header", "POST", vec![(sha256, "")], BODY, 401),
        ("upper case", "POST", vec![(sha256, &upper)], BODY, 401),
        ("something after it", "POST", vec![(sha256, &trailing)], BODY, 401),
        ("something before it", "POST", vec![(sha256, &junk)], BODY, 401),
        ("twice", "POST", vec![(sha256, TAG), (sha256, TAG)], BODY, 401),
        (
            "SHA-1 alone",
            "POST",
            vec![("x-hub-signature", TAG_SHA1)],
            BODY,
            401,
        ),
        (
            "SHA-256 under the old name",
            "POST",
            vec![("x-hub-signature", TAG)],
            BODY,
            401,
        ),
        (
            "right SHA-1, wrong 256",
            "POST",
            vec![("x-hub-signature", TAG_SHA1), (sha256, &wrong)],
            BODY,
            401,
        ),
        ("a signed empty body", "POST", vec![(sha256, &empty)], b"", 400),
        ("PUT", "PUT", vec![(sha256, TAG)], BODY, 405),
        ("DELETE", "DELETE", vec![(sha256, TAG)], BODY, 405),
        ("PATCH", "PATCH", vec![], BODY, 405),
        ("OPTIONS", "OPTIONS", vec![], b"", 405),
        ("a method nobody knows", "BREW", vec![(sha256, TAG)], BODY, 405),
        ("GET with a body", "GET", vec![(sha256, TAG)], BODY, 403),
    ];
    // One connection takes them all: a refusal does no harm to the request that follows.
    let mut peer = Peer::connect(bot.address).await;
    for (name, method, headers, body, status) in cases {
        let answer = peer.ask(request(method, "/webhook", &headers, body)).await;
        assert_eq!(answer.status, status, "{name}");
        assert_eq!(answer.has("allow: get, post"), status == 405, "{name}");
        for secret in ["2b1bbc", "31bc24", "mid", "<"] {
            assert!(
                !answer.body.contains(secret) && !answer.head.contains(secret),
                "{name}: {answer:?}"
            );
        }
    }
    assert_eq!(
        peer.ask(request("POST", "/other", &[(sha256, TAG)], BODY))
            .await
            .status,
        404
    );
    assert_eq!(bot.sink.entered.load(Ordering::SeqCst), 0);
    assert_eq!(peer.ask(signed(BODY)).await.status, 200);
    assert_eq!(bot.sink.count(), 1);
}

#[tokio::test]
async fn sha1_is_taken_on_request_and_the_newer_one_decides() {
    let options = WebhookOptions {
        sha1: true,
        ..WebhookOptions::default()
    };
    let bot = start(Kept::new(Taken::Stored), options).await;
    let mut peer = Peer::connect(bot.address).await;
    let wrong = tag("other", BODY);
    let cases: [(&[(&str, &str)], u16); 4] = [
        (&[("x-hub-signature", TAG_SHA1)], 200),
        (
            &[("x-hub-signature", TAG_SHA1), ("x-hub-signature-256", TAG)],
            200,
        ),
        (
            &[("x-hub-signature", TAG_SHA1), ("x-hub-signature-256", &wrong)],
            401,
        ),
        (
            &[("x-hub-signature", TAG_SHA1), ("x-hub-signature", TAG_SHA1)],
            401,
        ),
    ];
    for (headers, status) in cases {
        assert_eq!(
            peer.ask(request("POST", "/webhook", headers, BODY)).await.status,
            status,
            "{headers:?}"
        );
    }
}

#[tokio::test]
async fn what_the_sink_says_is_what_the_platform_hears() {
    let answers = [
        (Taken::Stored, 200),
        (Taken::Ignored, 200),
        (Taken::NotJson, 400),
        (Taken::Full, 503),
        (Taken::Unavailable, 503),
        (Taken::Failed, 500),
    ];
    for (taken, status) in answers {
        let bot = start(Kept::new(taken), WebhookOptions::default()).await;
        let answer = Peer::connect(bot.address).await.ask(signed(BODY)).await;
        assert_eq!(
            (answer.status, answer.has("retry-after: 1")),
            (status, status == 503),
            "{taken:?}"
        );
    }
}

#[tokio::test]
async fn the_handshake_is_answered_once_and_as_text() {
    let bot = start(Kept::new(Taken::Stored), WebhookOptions::default()).await;
    let mut peer = Peer::connect(bot.address).await;
    let get = |query: &str| request("GET", &format!("/webhook{query}"), &[], b"");
    let script = "?hub.mode=subscribe&hub.verify_token=token&hub.challenge=%3Cscript%3Ealert(1)%3C/script%3E";
    for wrong in ["", "?hub.mode=subscribe&hub.verify_token=Token&hub.challenge=1"] {
        assert_eq!(peer.ask(get(wrong)).await.status, 403);
    }
    let answer = peer.ask(get(script)).await;
    assert_eq!((answer.status, &*answer.body), (200, "<script>alert(1)</script>"));
    assert!(answer.has("content-type: text/plain; charset=utf-8"));
    assert!(answer.has("x-content-type-options: nosniff"));
    let answer = peer
        .ask(get(
            "?hub.challenge=1158201444&hub.mode=subscribe&hub.verify_token=token",
        ))
        .await;
    assert_eq!((answer.status, &*answer.body), (200, "1158201444"));
    // HEAD would tell a right token from a wrong one without ever subscribing.
    let mut head = Peer::connect(bot.address).await;
    head.send(request("HEAD", &format!("/webhook{script}"), &[], b""))
        .await;
    let mut line = [0; 12];
    head.0.read_exact(&mut line).await.expect("it is answered");
    assert_eq!(&line, b"HTTP/1.1 405");
}

#[tokio::test]
async fn a_long_body_is_refused_and_the_answer_can_be_read() {
    let limits = Limits {
        body_bytes: 1000,
        ..Limits::default()
    };
    let bot = start(
        Kept::new(Taken::Stored),
        WebhookOptions {
            limits,
            ..WebhookOptions::default()
        },
    )
    .await;
    assert_eq!(
        Peer::connect(bot.address)
            .await
            .ask(signed(&[b'x'; 1000]))
            .await
            .status,
        200
    );
    assert_eq!(
        Peer::connect(bot.address)
            .await
            .ask(signed(&[b'x'; 1001]))
            .await
            .status,
        413
    );
    assert_eq!(
        Peer::connect(bot.address)
            .await
            .ask(signed(&vec![b'x'; 3 << 20]))
            .await
            .status,
        413
    );

    let mut endless = Peer::connect(bot.address).await;
    let head = format!("POST /webhook HTTP/1.1\r\nhost: b\r\nx-hub-signature-256: {TAG}\r\n");
    endless
        .send(format!("{head}transfer-encoding: chunked\r\n\r\n"))
        .await;
    for _ in 0..20 {
        endless.send(format!("64\r\n{}\r\n", "x".repeat(100))).await;
    }
    assert_eq!(endless.answer().await.map(|answer| answer.status), Some(413));
    assert_eq!(bot.sink.count(), 1);
}

#[tokio::test]
async fn strangers_fill_no_more_memory_than_allowed() {
    let limits = Limits {
        bodies_bytes: 1500,
        ..Limits::default()
    };
    let bot = start(
        Kept::new(Taken::Stored),
        WebhookOptions {
            limits,
            ..WebhookOptions::default()
        },
    )
    .await;
    let whole = signed(&[b'x'; 1000]);
    let mut slow = Peer::connect(bot.address).await;
    slow.send(&whole[..whole.len() - 10]).await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    let answer = Peer::connect(bot.address).await.ask(&whole).await;
    assert_eq!((answer.status, answer.has("retry-after: 1")), (503, true));
    assert_eq!(
        Peer::connect(bot.address).await.ask(signed(b"{}")).await.status,
        200
    );
    assert_eq!(slow.ask(&whole[whole.len() - 10..]).await.status, 200);
    assert_eq!(Peer::connect(bot.address).await.ask(&whole).await.status, 200);
}

#[tokio::test]
async fn a_long_header_is_refused() {
    let bot = start(Kept::new(Taken::Stored), WebhookOptions::default()).await;
    let padding = "x".repeat(Limits::default().header_bytes);
    let long = request("POST", "/webhook", &[("x-padding", &padding)], b"");
    assert_eq!(Peer::connect(bot.address).await.ask(long).await.status, 431);
    let garbage = Peer::connect(bot.address).await.ask("\u{1}\u{2}\r\n\r\n").await;
    assert_eq!(garbage.status, 400);
}

#[test]
fn without_secret_token_or_path_there_is_no_webhook() {
    let code = |secrets: &[&str], token, path: &str| {
        let made = router(
            Fixed::new(secrets, token),
            Kept::new(Taken::Stored),
            path,
            WebhookOptions::default(),
        );
        made.err().map(|error| {
            assert!(error.to_string().starts_with(&format!("{}: ", error.code())));
            error.code()
        })
    };
    assert_eq!(code(&["secret"], "token", "/a/b-c_d.e~f"), None);
    assert_eq!(code(&["secret"], "token", "/"), None);
    assert_eq!(code(&[], "token", "/webhook"), Some("MSG461"));
    assert_eq!(code(&["secret", ""], "token", "/webhook"), Some("MSG461"));
    assert_eq!(code(&["secret"], "", "/webhook"), Some("MSG462"));
    for path in [
        "", "webhook", "/{id}", "/{*rest}", "/a b", "//a", "/a?b", "/a#b", "/%41", "/ä",
    ] {
        assert_eq!(code(&["secret"], "token", path), Some("MSG463"), "{path}");
    }
}
