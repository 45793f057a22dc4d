//! The same content is uploaded once.

use std::time::SystemTime;

use super::*;
use crate::{
    Clock,
    graph::{AttachmentCache, MemoryAttachmentCache},
    message::Media,
};

/// A clock that stands still until it is moved.
#[derive(Debug)]
struct Standing(Mutex<SystemTime>);

impl Standing {
    fn new() -> Arc<Self> {
        Arc::new(Self(Mutex::new(SystemTime::UNIX_EPOCH + Duration::from_hours(1))))
    }
    fn moves(&self, time: Duration) {
        *self.0.lock().unwrap() += time;
    }
}

impl Clock for Standing {
    fn now(&self) -> SystemTime {
        *self.0.lock().unwrap()
    }
}

fn id(id: &str) -> Reply {
    Reply::new(200, json!({"attachment_id": id}).to_string())
}

fn logo() -> Upload {
    Upload::image(Source::bytes("logo.png", PNG))
}

#[tokio::test]
async fn what_was_uploaded_is_known_by_page_platform_kind_and_content() {
    let server = Server::start([
        id("1"),
        id("2"),
        id("3"),
        id("4"),
        id("5"),
        id("6"),
        id("7"),
        id("8"),
    ])
    .await;
    let client = server.client().build().unwrap();
    let page = client.page("42");
    let file = Temporary::new("logo.png", PNG);
    let renamed = Temporary::new("other.png", PNG);
    let bill = |name| Upload::file(Source::bytes(name, PNG));
    let address = |url| Upload::image(Source::url(url));
    for _ in 0..2 {
        for (graph, upload, known) in [
            (&page, logo(), "1"),
            (&page, Upload::image(Source::file(&file.0)), "1"),
            (&page, Upload::image(Source::file(&renamed.0)), "1"),
            (&page, Upload::image(Source::bytes("logo.png", "other")), "2"),
            (&client.page("43"), logo(), "3"),
            (&client.instagram("42"), logo(), "4"),
            (&page, bill("a.pdf"), "5"),
            (&page, bill("b.pdf"), "6"),
            (&page, address("https://coffee.example/a.png"), "7"),
            (&page, address("https://coffee.example/b.png"), "8"),
        ] {
            assert_eq!(graph.attachment_id(upload).await.unwrap(), known);
        }
    }
    let asked = server.asked();
    assert_eq!(asked.len(), 8);
    assert_eq!(
        parts(&asked[0])[0].json()["attachment"]["payload"]["is_reusable"],
        true
    );
}

#[tokio::test]
async fn an_id_is_used_for_90_days() {
    let server = Server::start([id("1"), id("2")]).await;
    let clock = Standing::new();
    let client = server.client().clock(clock.clone()).build().unwrap();
    let graph = client.page("42");
    graph.attachment_id(logo()).await.unwrap();
    clock.moves(Duration::from_hours(90 * 24) - Duration::from_secs(1));
    assert_eq!(graph.attachment_id(logo()).await.unwrap(), "1");
    clock.moves(Duration::from_secs(1));
    assert_eq!(graph.attachment_id(logo()).await.unwrap(), "2");
    assert_eq!(graph.attachment_id(logo()).await.unwrap(), "2");
    assert_eq!(server.asked().len(), 2);
}

#[tokio::test]
async fn those_who_ask_at_once_share_one_upload() {
    let slow = Reply {
        delay: Duration::from_millis(50),
        ..id("1")
    };
    let server = Server::start([slow, id("2")]).await;
    let graph = server.graph();
    let asking = (0..20).map(|_| {
        let graph = graph.clone();
        tokio::spawn(async move { graph.attachment_id(logo()).await.unwrap() })
    });
    let asking: Vec<_> = asking.collect();
    for asked in asking {
        assert_eq!(asked.await.unwrap(), "1");
    }
    assert_eq!(server.asked().len(), 1);
}

#[tokio::test]
async fn who_gives_up_leaves_the_upload_to_those_who_wait() {
    let slow = Reply {
        delay: Duration::from_millis(100),
        ..id("1")
    };
    let server = Server::start([slow, id("2")]).await;
    let graph = server.graph();
    let first = graph.attachment_id(logo());
    tokio::time::timeout(Duration::from_millis(30), first)
        .await
        .unwrap_err();
    // Nobody waits any more, so the upload is begun anew.
    assert_eq!(graph.attachment_id(logo()).await.unwrap(), "2");

    let server = Server::start([
        Reply {
            delay: Duration::from_millis(100),
            ..id("3")
        },
        id("4"),
    ])
    .await;
    let graph = server.graph();
    let impatient = tokio::spawn({
        let graph = graph.clone();
        async move { graph.attachment_id(logo()).await }
    });
    tokio::time::sleep(Duration::from_millis(20)).await;
    let patient = tokio::spawn(async move { graph.attachment_id(logo()).await });
    tokio::time::sleep(Duration::from_millis(20)).await;
    impatient.abort();
    assert_eq!(patient.await.unwrap().unwrap(), "3");
    assert_eq!(server.asked().len(), 1);
}

#[tokio::test]
async fn a_failure_is_not_kept() {
    let server = Server::start([Reply::graph(100, None), id("1")]).await;
    let graph = server.graph();
    assert_eq!(graph.attachment_id(logo()).await.unwrap_err().code(), Some(100));
    assert_eq!(graph.attachment_id(logo()).await.unwrap(), "1");
}

#[tokio::test]
async fn an_id_that_the_platform_no_longer_knows_is_forgotten() {
    let server = Server::start([
        id("1"),
        Reply::graph(100, Some(2_018_109)),
        Reply::graph(100, Some(2_018_074)),
        id("2"),
    ])
    .await;
    let graph = server.graph();
    let known = graph.attachment_id(logo()).await.unwrap();
    let send = || graph.send("7", Media::attachment_id(MediaKind::Image, &*known));
    send().await.unwrap_err();
    assert_eq!(
        graph.attachment_id(logo()).await.unwrap(),
        "1",
        "it was something else"
    );
    send().await.unwrap_err();
    assert_eq!(graph.attachment_id(logo()).await.unwrap(), "2");
    graph.forget_attachment("2").await;
    assert_eq!(graph.attachment_id(logo()).await.unwrap(), "2", "uploaded again");
    assert_eq!(server.asked().len(), 5);
}

#[tokio::test]
async fn ids_can_be_kept_elsewhere() {
    let server = Server::start([id("1"), id("2")]).await;
    let cache = Arc::new(MemoryAttachmentCache::default());
    for _ in 0..2 {
        let client = server.client().attachment_cache(cache.clone()).build().unwrap();
        assert_eq!(client.page("42").attachment_id(logo()).await.unwrap(), "1");
    }
    let key = "messenger/image/";
    let kept = format!("{key}{}", "0".repeat(64));
    assert_eq!(cache.get("42", &kept).await, None);
    assert_eq!(server.asked().len(), 1);
}

#[tokio::test]
async fn a_stream_is_not_known_again() {
    let server = Server::start([id("1"), id("2")]).await;
    let graph = server.graph();
    for known in ["1", "2"] {
        let stream = Upload::audio(Source::stream("voice.m4a", 5, &b"sound"[..]));
        assert_eq!(graph.attachment_id(stream).await.unwrap(), known);
    }
}

#[tokio::test]
async fn a_file_that_was_written_to_meanwhile_is_not_kept() {
    let slow = Reply {
        delay: Duration::from_millis(100),
        ..id("1")
    };
    let server = Server::start([slow, id("2"), id("3")]).await;
    let graph = server.graph();
    let file = Temporary::new("logo.png", PNG);
    let upload = || Upload::image(Source::file(&file.0));
    let write = async {
        while server.asked().is_empty() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        std::fs::write(&file.0, "something longer than what was there").unwrap();
    };
    let (first, ()) = tokio::join!(graph.attachment_id(upload()), write);
    assert_eq!(first.unwrap(), "1");
    std::fs::write(&file.0, PNG).unwrap();
    assert_eq!(
        graph.attachment_id(upload()).await.unwrap(),
        "2",
        "1 may be of either"
    );
    assert_eq!(graph.attachment_id(upload()).await.unwrap(), "2");
}

#[tokio::test]
async fn a_refused_id_is_forgotten_whichever_way_it_was_sent() {
    let refused = || Reply::graph(100, Some(2_018_074));
    let part = json!([{"code": 400, "body": refused().body}]).to_string();
    let server = Server::start([
        id("1"),
        refused(),
        id("2"),
        refused(),
        id("3"),
        refused(),
        id("4"),
        Reply::new(200, part),
        id("5"),
    ])
    .await;
    let graph = server.graph();
    let media = async || {
        let id = graph.attachment_id(logo()).await.unwrap();
        (id.clone(), Media::attachment_id(MediaKind::Image, id))
    };
    let (known, logo) = media().await;
    assert_eq!(known, "1");
    graph.send("7", logo).request().send().await.unwrap_err();
    let (known, logo) = media().await;
    assert_eq!(known, "2");
    graph.private_reply_to_comment("7_8", logo).await.unwrap_err();
    let (known, logo) = media().await;
    assert_eq!(known, "3");
    let body = json!({"recipient": {"id": "7"}, "message": crate::message::Message::from(logo)});
    graph.send_body(body.to_string().into()).await.unwrap_err();
    let (known, logo) = media().await;
    assert_eq!(known, "4");
    let mut batch = graph.batch();
    batch.add(graph.send("7", logo));
    assert_eq!(batch.await.unwrap().errors().count(), 1);
    assert_eq!(media().await.0, "5");
}
