//! What panics outside of a handler: the conversation goes on, and so do the others.

use messenger_runtime::{Capture, graph::RequestHook, graph::RequestView, prelude::*};
use messenger_tests::Stage;

/// Panics where its text is cut within a character.
struct Prefix(String);

impl Capture for Prefix {
    fn read(text: &str) -> Option<Self> {
        Some(Self(text[..3].to_owned()))
    }

    fn write(&self, out: &mut String) {
        out.push_str(&self.0);
    }
}

bot! {
    /// Has a capture that panics.
    Fragile;
    cut, hello, oops,
}

#[on_text(r"^cut (?<prefix>\w+)$")]
async fn cut(prefix: Prefix) -> String {
    prefix.0
}

#[fallback]
async fn hello() -> &'static str {
    "hello"
}

#[on_error]
async fn oops(error: HandlerError) -> Option<&'static str> {
    matches!(error, HandlerError::Panicked).then_some("oops")
}

#[tokio::test]
async fn a_capture_that_panics_goes_to_on_error() {
    let stage = Stage::of(Fragile::stateless()).await;
    for text in ["cut abcd", "cut ääb", "hello"] {
        stage.says(text).await;
    }
    assert_eq!(stage.texts(), ["abc", "oops", "hello"]);
    assert_eq!(stage.handle.counts().panicked, 1);
}

/// Panics at the second request.
#[derive(Debug, Default)]
struct Hook(std::sync::atomic::AtomicU32);

impl RequestHook for Hook {
    fn on_request(&self, _request: &RequestView<'_>) {
        let before = self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        assert_ne!(before, 1, "on purpose");
    }
}

#[tokio::test]
async fn a_request_hook_that_panics_costs_one_message() {
    let stage = Stage::of(Fragile::stateless().request_hook(Hook::default())).await;
    for _ in 0..3 {
        stage.says("hello").await;
    }
    assert_eq!(stage.texts(), ["hello", "hello"]);
    assert_eq!(stage.handle.counts().given_up, 1);
}
