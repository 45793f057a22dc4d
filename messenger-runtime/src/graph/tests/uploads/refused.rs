//! What does not leave: too large, of another type, or not to be read.

use super::*;
use crate::{
    limit_cases::Case,
    message::{Platform, limits},
};

/// What the check says to a stream of this length.
fn said(upload: fn(Source) -> Upload, name: &str, bytes: usize) -> String {
    let stream = Source::stream(name, bytes as u64, tokio::io::empty());
    let checked = upload(stream).check(Platform::Messenger);
    checked.err().map(|errors| errors.to_string()).unwrap_or_default()
}

pub(crate) const CASES: &[Case] = &[
    Case {
        limit: limits::IMAGE_FILE,
        check: |bytes| said(Upload::image, "a.png", bytes),
        over: "MSG101 filedata: 8388609 bytes, at most 8388608",
        under: Some("MSG103 filedata: empty"),
    },
    Case {
        limit: limits::MEDIA_FILE,
        check: |bytes| said(Upload::file, "a.pdf", bytes),
        over: "MSG101 filedata: 26214401 bytes, at most 26214400",
        under: Some("MSG103 filedata: empty"),
    },
];

#[tokio::test]
async fn what_is_too_large_or_of_another_type_does_not_leave() {
    let server = Server::start([uploaded()]).await;
    let graph = server.graph();
    let large = Temporary::new("large.png", b"");
    let mib = 1 << 20;
    std::fs::File::options()
        .write(true)
        .open(&large.0)
        .unwrap()
        .set_len(8 * mib + 1)
        .unwrap();
    let empty = Temporary::new("empty.pdf", b"");
    let zeros = || tokio::io::repeat(0);
    for (upload, words) in [
        (
            Upload::image(Source::file(&large.0)),
            "MSG101 filedata: 8388609 bytes, at most 8388608",
        ),
        (
            Upload::image(Source::bytes("a.png", vec![0; 8 * mib as usize + 1])),
            "MSG101 filedata: 8388609 bytes, at most 8388608",
        ),
        (
            Upload::video(Source::stream("a.mp4", 25 * mib + 1, zeros())),
            "MSG101 filedata: 26214401 bytes, at most 26214400",
        ),
        (Upload::file(Source::file(&empty.0)), "MSG103 filedata: empty"),
        (
            Upload::audio(Source::bytes("a.bin", PNG)),
            "MSG103 filedata: not of a type audio/*",
        ),
        (
            Upload::audio(Source::bytes("a.mp3", PNG).content_type("image/png")),
            "MSG103 filedata: not of a type audio/*",
        ),
        (
            Upload::image(Source::url("ftp://coffee.example/a.png")),
            "MSG103 url: not an address that begins with https:// or http://",
        ),
    ] {
        for error in [
            graph.upload(upload.clone()).await.unwrap_err(),
            graph.send_file("7", upload.clone()).await.unwrap_err(),
            graph.attachment_id(upload).await.unwrap_err(),
        ] {
            assert_eq!(error.id(), "MSG517", "{error}");
            assert_eq!(error.limits().unwrap().to_string(), words);
        }
    }
    let zip = Upload::file(Source::bytes("a.zip", PNG));
    let instagram = server.client().build().unwrap().instagram("17");
    let error = instagram.upload(zip.clone()).await.unwrap_err();
    assert_eq!(
        error.limits().unwrap().to_string(),
        "MSG103 filedata: Instagram takes PDF files only"
    );
    assert_eq!(server.asked().len(), 0);
    graph.upload(zip).await.unwrap();
}

#[tokio::test]
async fn a_file_that_cannot_be_read_does_not_leave() {
    let server = Server::start([uploaded()]).await;
    let folder = Temporary::new("a.png", PNG);
    for path in [
        folder.0.with_file_name("none.png"),
        folder.0.parent().unwrap().to_owned(),
    ] {
        let error = server
            .graph()
            .upload(Upload::file(Source::file(path)))
            .await
            .unwrap_err();
        assert_eq!(error.id(), "MSG503");
    }
    let wrong = Source::bytes("a.png", PNG).content_type("image/png\r\nX-Evil: 1");
    let error = server.graph().upload(Upload::image(wrong)).await.unwrap_err();
    assert_eq!(error.id(), "MSG503");
    assert_eq!(server.asked().len(), 0);
}
