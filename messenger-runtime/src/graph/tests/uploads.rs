//! Files that are uploaded, sent, and known again.

mod form;
pub(crate) mod refused;
mod reuse;

use form::{Temporary, names, parts};

use super::*;
use crate::{
    graph::{MessageTag, NotificationType, RequestHook, RequestView, Source, ThreadControl, Upload},
    message::{MediaKind, QuickReply},
};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\r\n--not the end\r\n";

fn uploaded() -> Reply {
    Reply::new(200, r#"{"attachment_id":"1857777774821032"}"#)
}

#[tokio::test]
async fn an_address_is_uploaded_as_json() {
    let server = Server::start([uploaded(), Reply::new(200, r#"{"attachment_id":12}"#)]).await;
    let film = || Upload::video(Source::url("https://coffee.example/a.mp4"));
    assert_eq!(server.graph().upload(film()).await.unwrap(), "1857777774821032");
    let instagram = server.client().build().unwrap().instagram("17");
    assert_eq!(instagram.upload(film().reusable(false)).await.unwrap(), "12");
    let asked = server.asked();
    assert_eq!(asked[0].method, Method::POST);
    assert_eq!(asked[0].uri.path(), "/v25.0/me/message_attachments");
    let message = |reusable| {
        json!({"attachment": {"type": "video", "payload":
            {"url": "https://coffee.example/a.mp4", "is_reusable": reusable}}})
    };
    assert_eq!(asked[0].json(), json!({"message": message(true)}));
    assert_eq!(
        asked[1].json(),
        json!({"message": message(false), "platform": "instagram"})
    );
}

#[tokio::test]
async fn bytes_are_uploaded_as_a_form() {
    let server = Server::start([uploaded()]).await;
    let logo = || Upload::image(Source::bytes("logo.png", PNG));
    server.graph().upload(logo()).await.unwrap();
    let instagram = server.client().build().unwrap().instagram("17");
    instagram.upload(logo().reusable(false)).await.unwrap();
    let asked = server.asked();
    assert_eq!(asked[0].header("authorization"), Some("Bearer TOKEN"));
    let form = parts(&asked[0]);
    assert_eq!(names(&form), ["message", "filedata"]);
    assert_eq!(
        form[0].text(),
        r#"{"attachment":{"payload":{"is_reusable":true},"type":"image"}}"#
    );
    assert_eq!(
        form[1].headers,
        [
            "Content-Disposition: form-data; name=\"filedata\"; filename=\"logo.png\"",
            "Content-Type: image/png"
        ]
    );
    assert_eq!(form[1].content, PNG);
    let form = parts(&asked[1]);
    assert_eq!(names(&form), ["message", "filedata", "platform"]);
    assert_eq!(
        form[0].json()["attachment"]["payload"],
        json!({"is_reusable": false})
    );
    assert_eq!(form[2].text(), "instagram");
}

#[tokio::test]
async fn a_message_with_a_file_keeps_everything_else() {
    let server = Server::start([Reply::sent()]).await;
    let sound = Upload::audio(Source::bytes("C:\\calls\\call.mp4", "sound")).reusable(true);
    let sent = server
        .graph()
        .send_file("7", sound)
        .tag(MessageTag::HumanAgent)
        .notification_type(NotificationType::SilentPush)
        .persona("p1")
        .reply_to("m_0")
        .thread_control(ThreadControl::Release)
        .quick_replies([QuickReply::email()])
        .metadata("call 7")
        .await
        .unwrap();
    assert_eq!(sent.message_id.as_deref(), Some("m_1"));
    let asked = &server.asked()[0];
    assert_eq!(asked.uri.path(), "/v25.0/me/messages");
    let form = parts(asked);
    assert_eq!(
        names(&form)[..4],
        ["message", "filedata", "messaging_type", "recipient"]
    );
    let part = |name: &str| form.iter().find(|part| part.name() == name).unwrap();
    assert_eq!(
        part("message").json(),
        json!({
            "attachment": {"type": "audio", "payload": {"is_reusable": true}},
            "quick_replies": [{"content_type": "user_email"}],
            "metadata": "call 7",
        })
    );
    assert_eq!(
        part("filedata").headers,
        [
            "Content-Disposition: form-data; name=\"filedata\"; filename=\"call.mp4\"",
            "Content-Type: audio/mp4"
        ]
    );
    assert_eq!(part("messaging_type").text(), "MESSAGE_TAG");
    assert_eq!(part("recipient").json(), json!({"id": "7"}));
    assert_eq!(part("tag").text(), "HUMAN_AGENT");
    assert_eq!(part("notification_type").text(), "SILENT_PUSH");
    assert_eq!(part("persona_id").text(), "p1");
    assert_eq!(part("reply_to").json(), json!({"mid": "m_0"}));
    assert_eq!(part("thread_control").json(), json!({"control_type": "release"}));
    assert_eq!(form.len(), 9);
}

#[tokio::test]
async fn a_message_with_a_file_goes_as_an_update_and_an_address_as_json() {
    let server = Server::start([Reply::sent()]).await;
    let graph = server.graph();
    let logo = Upload::image(Source::bytes("logo.png", PNG));
    graph.send_file("7", logo).await.unwrap();
    let film = Upload::video(Source::url("https://coffee.example/a.mp4")).reusable(true);
    graph.send_file("7", film).await.unwrap();
    let asked = server.asked();
    let form = parts(&asked[0]);
    assert_eq!(
        names(&form),
        ["message", "filedata", "messaging_type", "recipient"]
    );
    assert_eq!(form[0].text(), r#"{"attachment":{"payload":{},"type":"image"}}"#);
    assert_eq!(form[2].text(), "UPDATE");
    assert_eq!(
        asked[1].json()["message"],
        json!({"attachment": {"type": "video", "payload":
            {"url": "https://coffee.example/a.mp4", "is_reusable": true}}})
    );
}

#[tokio::test]
async fn a_file_is_opened_for_each_try() {
    let server = Server::start([Reply::graph(2, None), uploaded()]).await;
    let content: Vec<u8> = (0..200_000_u32).map(|n| n.to_le_bytes()[0]).collect();
    let file = Temporary::new("bill.pdf", &content);
    server
        .graph()
        .upload(Upload::file(Source::file(&file.0).named("receipt.pdf")))
        .await
        .unwrap();
    let asked = server.asked();
    assert_eq!(asked.len(), 2);
    for asked in &asked {
        let form = parts(asked);
        assert_eq!(form[1].content, content);
        assert!(form[1].headers[0].ends_with("filename=\"receipt.pdf\""));
    }
}

#[tokio::test]
async fn a_stream_is_sent_once() {
    let server = Server::start([Reply::graph(2, None), uploaded()]).await;
    let graph = server.graph();
    let voice = Upload::audio(Source::stream("voice.m4a", 5, &b"sound"[..]));
    let error = graph.upload(voice.clone()).await.unwrap_err();
    assert_eq!(
        error.code(),
        Some(2),
        "the answer itself, not what a second try would say"
    );
    assert_eq!(server.asked().len(), 1);
    assert_eq!(parts(&server.asked()[0])[1].text(), "sound");
    let error = graph.upload(voice).await.unwrap_err();
    assert_eq!(error.id(), "MSG503");
    assert!(error.to_string().contains("has been sent already"), "{error}");
    assert_eq!(server.asked().len(), 1);
}

#[tokio::test]
async fn a_stream_is_whole_until_its_first_byte_leaves() {
    let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", nobody.local_addr().unwrap());
    drop(nobody);
    let server = Server::start([uploaded()]).await;
    let voice = Upload::audio(Source::stream("voice.m4a", 5, &b"sound"[..]));
    let unreachable = server.client().origin(origin).build().unwrap().page("42");
    let error = unreachable.upload(voice.clone()).await.unwrap_err();
    assert_eq!(error.id(), "MSG504");
    server.graph().upload(voice).await.unwrap();
    assert_eq!(parts(&server.asked()[0])[1].text(), "sound");
}

#[tokio::test]
async fn a_stream_of_another_length_is_no_message() {
    let server = Server::start([Reply::sent()]).await;
    for (len, words) in [(4, "longer"), (6, "shorter")] {
        let voice = Upload::audio(Source::stream("voice.m4a", len, &b"sound"[..]));
        let error = server.graph().send_file("7", voice).await.unwrap_err();
        assert_eq!((error.id(), error.is_doubtful()), ("MSG503", false), "{error:?}");
        let source = std::error::Error::source(&error).unwrap().to_string();
        assert!(source.contains(words), "{source}");
    }
    assert_eq!(server.asked().len(), 0, "no whole request has arrived");
}

#[tokio::test]
async fn no_name_breaks_out_of_its_header() {
    let server = Server::start([uploaded()]).await;
    for (name, sent) in [
        (
            "a\"; name=\"message\"; x=\".png",
            "a%22; name=%22message%22; x=%22.png",
        ),
        ("a\r\n\r\n{}\r\n--x.png", "a%0D%0A%0D%0A{}%0D%0A--x.png"),
        ("../../menu café.png", "menu café.png"),
        ("", "file"),
    ] {
        let image = Source::bytes(name, PNG).content_type("image/png");
        server.graph().upload(Upload::image(image)).await.unwrap();
        let form = parts(server.asked().last().unwrap());
        assert_eq!(names(&form), ["message", "filedata"]);
        assert_eq!(
            form[1].headers,
            [
                format!("Content-Disposition: form-data; name=\"filedata\"; filename=\"{sent}\""),
                "Content-Type: image/png".to_owned(),
            ]
        );
        assert_eq!(form[1].content, PNG);
    }
}

#[tokio::test]
async fn errors_show_neither_words_nor_names_nor_content() {
    const WORDS: &str = "my secret words";
    let refusal = json!({"error": {"code": 100, "message": format!("(#100) bad metadata: {WORDS}")}});
    let server = Server::start([Reply::new(400, refusal.to_string())]).await;
    let file = Upload::file(Source::bytes(format!("{WORDS}.pdf"), WORDS));
    let request = server.graph().send_file("7", file.clone()).metadata(WORDS);
    let error = request.clone().await.unwrap_err();
    assert_eq!(error.code(), Some(100));
    for printed in [
        format!("{error} {error:?}"),
        format!("{request:?} {file:?}"),
        format!("{:?}", request.request()),
    ] {
        assert!(!printed.contains("secret"), "{printed}");
    }
    assert!(
        error
            .request_outline()
            .unwrap()
            .contains("\"messaging_type\":\"UPDATE\""),
        "{error:?}"
    );
}

#[tokio::test]
async fn an_answer_without_an_id_is_an_error() {
    let server = Server::start([Reply::new(200, "{}")]).await;
    let logo = Upload::new(MediaKind::Image, Source::bytes("logo.png", PNG));
    let error = server.graph().upload(logo).await.unwrap_err();
    assert_eq!(error.id(), "MSG508");
}

/// Remembers what it was shown.
#[derive(Debug, Default)]
struct Watching(Mutex<Vec<String>>);

impl RequestHook for Watching {
    fn on_request(&self, request: &RequestView<'_>) {
        self.0.lock().unwrap().push(request.body.unwrap().to_owned());
    }
}

#[tokio::test]
async fn a_hook_sees_the_parts_and_not_the_content() {
    let server = Server::start([Reply::sent()]).await;
    let hook = Arc::new(Watching::default());
    let graph = server.client().hook(hook.clone()).build().unwrap().page("42");
    let bill = Upload::file(Source::bytes("bill.pdf", "the content"));
    graph.send_file("7", bill).metadata("order 7").await.unwrap();
    let seen: Value = serde_json::from_str(&hook.0.lock().unwrap()[0]).unwrap();
    assert_eq!(
        seen,
        json!({
            "message": {"attachment": {"type": "file", "payload": {}}, "metadata": "order 7"},
            "filedata": {"filename": "bill.pdf", "content_type": "application/pdf"},
            "messaging_type": "UPDATE",
            "recipient": {"id": "7"},
        })
    );
}

/// The other end of a pipe may never be opened, so that whoever opens it first waits for ever.
#[cfg(unix)]
#[tokio::test]
async fn what_is_no_regular_file_is_not_opened() {
    let name = format!("pipe-{}-{:x}", std::process::id(), fastrand::u64(..));
    let pipe = std::env::temp_dir().join(name);
    let made = std::process::Command::new("mkfifo").arg(&pipe).status().unwrap();
    assert!(made.success());
    let server = Server::start([uploaded()]).await;
    let graph = server.graph();
    let upload = || Upload::file(Source::file(&pipe));
    let outcome = tokio::time::timeout(Duration::from_secs(5), async {
        [
            graph.attachment_id(upload()).await.unwrap_err(),
            graph.upload(upload()).await.unwrap_err(),
        ]
    })
    .await;
    // Opened for both ends at once, it lets go whoever waits.
    let _ = std::fs::OpenOptions::new().read(true).write(true).open(&pipe);
    std::fs::remove_file(&pipe).unwrap();
    for error in outcome.expect("nothing waits for the other end") {
        let source = std::error::Error::source(&error).unwrap().to_string();
        assert_eq!((error.id(), source.as_str()), ("MSG503", "it is no regular file"));
    }
    assert_eq!(server.asked().len(), 0);
}
