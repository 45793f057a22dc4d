//! Tokens, secrets and what people write stay out of everything that is printed.

use std::io::Write;

use super::*;
use crate::graph::{
    PrintHook, RequestHook, RequestView, ResponseView,
    call::{Body, Call, Pace, Repeat, Token},
    redact,
    transport::judge,
};

const TOKEN: &str = "EAACanaryToken0123456789";
/// A token that does not look like one.
const PLAIN_TOKEN: &str = "canary-plain-token";
const SECRET: &str = "canarysecret";
const TEXT: &str = "My canary text, don't print it: äöü \"quoted\"";

#[derive(Debug, Default)]
struct Seen(Mutex<Vec<String>>);

impl RequestHook for Seen {
    fn on_request(&self, request: &RequestView<'_>) {
        let RequestView {
            method,
            url,
            headers,
            body,
            attempt,
            ..
        } = request;
        self.0
            .lock()
            .unwrap()
            .push(format!("{method} {url} {headers:?} {body:?} {attempt}"));
    }
    fn on_response(&self, response: &ResponseView<'_>) {
        let ResponseView {
            method,
            url,
            status,
            body,
            attempt,
            ..
        } = response;
        self.0
            .lock()
            .unwrap()
            .push(format!("{method} {url} {status} {body} {attempt}"));
    }
}

#[derive(Clone, Default)]
pub(super) struct Sink(pub(super) Arc<Mutex<Vec<u8>>>);

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn no_token_is_printed_whatever_the_platform_answers() {
    for token in [TOKEN, PLAIN_TOKEN] {
        let proof = hex::encode(AppSecret::from(SECRET).sign(token.as_bytes()));
        let message = format!("Malformed access token {token} for {TEXT}, {proof}; access_token={token}");
        let answers = [
            (400, json!({"error": {"message": message, "type": "OAuthException", "code": 190, "fbtrace_id": token, "error_user_msg": TEXT}}).to_string()),
            (400, json!({"error": {"message": format!("(#100) the text '{TEXT}' is wrong"), "code": 100, "error_data": {"access_token": token, "blame": TEXT}}}).to_string()),
            (400, json!({"error": {"message": format!("(#100) begins {}...", TEXT.chars().take(20).collect::<String>()), "code": 100}}).to_string()),
            (500, format!("<html>Bearer {token} {TEXT}</html>")),
            (200, format!("{{\"access_token\":\"{token}\",\"text\":\"{TEXT}")),
            (200, json!([token, TEXT]).to_string()),
        ];
        for (status, body) in answers {
            let server = Server::start([Reply::new(status, &body).header("x-fb-trace-id", token)]).await;
            let (seen, sink) = (Arc::new(Seen::default()), Sink::default());
            let keys = Keys::new(token, SECRET);
            let hooks: [Arc<dyn RequestHook>; 2] =
                [Arc::clone(&seen) as _, Arc::new(PrintHook::to(sink.clone()))];
            let mut printed = String::new();
            for hook in hooks {
                let client = server.client_with(Arc::clone(&keys)).hook(hook);
                printed += &format!("{client:?}");
                let client = client.build().unwrap();
                let graph = client.page("42");
                let request = graph.send("7", TEXT);
                let error = request.clone().await.unwrap_err();
                let shown = format!(
                    "{client:?} {graph:?} {request:?} {error} {error:?} {error:#?} {:?} {:?}",
                    error.response(),
                    error.message()
                );
                assert!(!shown.contains("canary text"), "{shown}");
                printed += &shown;
                let raw = graph
                    .raw(Method::GET, token)
                    .query("access_token", token)
                    .query("input_token", token);
                printed += &format!("{raw:?}");
                if let Err(error) = raw.await {
                    printed += &format!("{error} {error:?}");
                }
            }
            printed += &seen.0.lock().unwrap().join("\n");
            printed += str::from_utf8(&sink.0.lock().unwrap()).unwrap();
            for secret in [token, SECRET, &proof] {
                assert!(!printed.contains(secret), "{status} {body}\n{printed}");
            }
        }
    }
}

#[tokio::test]
async fn transport_errors_do_not_print_the_url() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let client = Client::builder(Keys::new(TOKEN, SECRET))
        .origin(origin)
        .retry(quick())
        .build()
        .unwrap();
    let error = client
        .page("42")
        .raw(Method::GET, "me")
        .query("q", "canary")
        .await
        .unwrap_err();
    let mut printed = format!("{error} {error:?}");
    let mut source = std::error::Error::source(&error);
    while let Some(cause) = source {
        printed += &format!("{cause} {cause:?}");
        source = cause.source();
    }
    assert!(
        !printed.contains("appsecret_proof") && !printed.contains("canary"),
        "{printed}"
    );
    assert!(printed.contains("/v25.0/me"), "the path is told: {printed}");
}

#[tokio::test]
async fn an_error_names_no_person_and_its_path_is_there_to_be_asked_for() {
    let psid = "7770001112223334";
    let message = format!("Unsupported get request. Object with ID '{psid}' does not exist");
    let error = json!({"error": {"message": message, "type": "GraphMethodException", "code": 100}});
    let server = Server::start([Reply::new(400, error.to_string())]).await;
    let error = server.graph().profile(psid).await.unwrap_err();
    for printed in [error.to_string(), format!("{error:?}")] {
        assert!(printed.contains("GET /v25.0/*"), "{printed}");
        assert!(!printed.contains(psid), "{printed}");
    }
    assert_eq!(error.path(), Some(&*format!("/v25.0/{psid}")));
    let message = error.message().expect("a message");
    assert!(
        message.contains("does not exist") && !message.contains(psid),
        "{message}"
    );
}

#[tokio::test]
async fn a_hook_sees_requests_and_answers_with_masked_secrets() {
    let server = Server::start([Reply::graph(2, None), Reply::sent()]).await;
    let seen = Arc::new(Seen::default());
    let graph = server
        .client()
        .hook(Arc::clone(&seen) as _)
        .build()
        .unwrap()
        .page("42");
    graph.send("7", "hello").await.unwrap();
    let origin = &server.origin;
    let seen = seen.0.lock().unwrap();
    assert_eq!(seen.len(), 4);
    assert_eq!(
        seen[2],
        format!(
            "POST {origin}/v25.0/me/messages?appsecret_proof=[REDACTED] \
             [(\"authorization\", \"Bearer [REDACTED]\"), (\"content-type\", \"application/json\")] \
             Some(\"{{\\\"messaging_type\\\":\\\"UPDATE\\\",\\\"recipient\\\":{{\\\"id\\\":\\\"7\\\"}},\\\"message\\\":{{\\\"text\\\":\\\"hello\\\"}}}}\") 2"
        )
    );
    assert!(
        seen[3].ends_with(
            r#"messages?appsecret_proof=[REDACTED] 200 {"message_id":"m_1","recipient_id":"1"} 2"#
        )
    );
}

#[tokio::test]
async fn the_printing_hook_prints_request_and_answer() {
    let server = Server::start([Reply::sent()]).await;
    let sink = Sink::default();
    let graph = server
        .client()
        .hook(Arc::new(PrintHook::to(sink.clone())))
        .build()
        .unwrap()
        .page("42");
    graph.send("7", "hello").await.unwrap();
    let printed = String::from_utf8(sink.0.lock().unwrap().clone()).unwrap();
    let lines: Vec<_> = printed.lines().collect();
    assert_eq!(
        lines[0],
        format!(
            "> POST {}/v25.0/me/messages?appsecret_proof=[REDACTED]",
            server.origin
        )
    );
    assert_eq!(lines[1], "> authorization: Bearer [REDACTED]");
    assert_eq!(
        lines[3],
        r#"> {"messaging_type":"UPDATE","recipient":{"id":"7"},"message":{"text":"hello"}}"#
    );
    assert!(lines[4].starts_with("< 200 POST http://"), "{}", lines[4]);
    assert_eq!(lines[5], r#"< {"message_id":"m_1","recipient_id":"1"}"#);
}

#[test]
fn what_helps_to_find_the_mistake_is_kept() {
    let texts = redact::Texts::new(
        "",
        None,
        br#"{"recipient":{"id":"7"},"message":{"text":"no","attachment":{"type":"template"}}}"#,
    );
    for (message, kept) in [
        (
            "(#100) Param recipient['id'] must be a valid ID",
            "(#100) Param recipient['id'] must be a valid ID",
        ),
        (
            "(#100) No matching user found, not 'no'",
            "(#100) No matching user found, not '[...]'",
        ),
        (
            "The page's template isn't the user's",
            "The page's template isn't the user's",
        ),
        (
            "Unexpected 'a b' and \"c d\" in \"message\"",
            "Unexpected [...] and [...] in \"message\"",
        ),
        (
            "Error validating access token: Session has expired",
            "Error validating access token: Session has expired",
        ),
    ] {
        assert_eq!(redact::scrub_message(message, &texts, &[]), kept);
    }
    assert_eq!(
        redact::outline(
            br#"{"recipient":{"id":"7"},"messaging_type":"UPDATE","message":{"text":"secret"},"n":3}"#
        ),
        r#"{"message":{"text":"[6 characters]"},"messaging_type":"UPDATE","n":3,"recipient":{"id":"[1 characters]"}}"#
    );
}

#[test]
fn a_token_is_not_cut_in_two() {
    for padding in 2000..2060 {
        let body = format!("{} {PLAIN_TOKEN} {TOKEN}", "x".repeat(padding));
        let kept = redact::answer(body.as_bytes(), &redact::Texts::default(), &[PLAIN_TOKEN]);
        assert!(!kept.contains("canary") && !kept.contains("EAAC"), "{padding}");
        assert!(kept.len() < 2100);
    }
}

#[test]
fn a_token_is_found_in_whatever_form() {
    for (text, scrubbed) in [
        ("access_token=abc&x=1", "access_token=[REDACTED]&x=1"),
        ("ACCESS_TOKEN%3Dabc", "ACCESS_TOKEN%3D[REDACTED]"),
        (
            r#"{"access_token": "abc", "n": 1}"#,
            r#"{"access_token": "[REDACTED]", "n": 1}"#,
        ),
        (
            r#"{\"client_secret\":\"abc\"}"#,
            r#"{\"client_secret\":\"[REDACTED]\"}"#,
        ),
        ("Authorization: bearer abc", "Authorization: bearer [REDACTED]"),
        ("x EAABwzLixnjYBO1 y", "x [REDACTED] y"),
        ("IGAAabcdefgh", "[REDACTED]"),
        ("1234567890|abcdefghijklmnop_Q", "[REDACTED]"),
        ("fb_exchange_token=a.b", "fb_exchange_token=[REDACTED]"),
        (
            "nothing to hide: 263902037430900",
            "nothing to hide: 263902037430900",
        ),
    ] {
        assert_eq!(redact::scrub(text, &[]), scrubbed);
    }
}

proptest::proptest! {
    #[test]
    fn whatever_the_answer_it_is_judged_without_a_leak(
        status in 100..600_u16,
        (before, after) in ("\\PC{0,8}|[{}\\[\\]\":, \r\n\\\\\0]{0,8}|\\{\"error\":\\{\"code\":1,\"message\":\"", "\\PC{0,8}|\"\\}\\}|\"\\}"),
    ) {
        let call = Call {
            method: Method::POST,
            url: "http://127.0.0.1/v25.0/me/messages".parse().unwrap(),
            body: Body::Json(Bytes::from_static(br#"{"message":{"text":"I like canaries"}}"#)),
            repeat: Repeat::Freely,
            pace: Pace::Send,
            parts: Arc::default(),
            token: Token::Page,
            at_least: Duration::ZERO,
            secrets: Vec::new(),
        };
        let body = format!("{before}{PLAIN_TOKEN} I like canaries{after}");
        if let Some(error) = judge(status, &HeaderMap::new(), body.as_bytes(), &call, &[PLAIN_TOKEN]) {
            let printed = format!("{error} {error:?}");
            proptest::prop_assert!(!printed.contains("canar"), "{}", printed);
            proptest::prop_assert!(!printed.contains(['\n', '\r', '\0', '\u{1b}']), "{:?}", printed);
        } else {
            proptest::prop_assert!((200..300).contains(&status));
        }
    }

    #[test]
    fn a_text_that_an_answer_quotes_is_removed(text in "\\PC{8,40}", before in "\\PC{0,10}", after in "\\PC{0,10}") {
        let body = serde_json::to_vec(&json!({"message": {"text": text}})).unwrap();
        let cleaned = redact::scrub_message(&format!("{before}{text}{after}"), &redact::Texts::new("", None, &body), &[]);
        proptest::prop_assert!(!cleaned.contains(&text) || "[...]".contains(&text), "{}", cleaned);
    }
}
