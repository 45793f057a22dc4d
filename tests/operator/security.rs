//! Who is let in where a token is set. `messenger-runtime`'s own tests have the listener without one.

use messenger_runtime::{operator::OperatorError, prelude::*, store::MemoryStore};
use messenger_tests::{MockGraph, stage::complete};
use reqwest::Method;

use crate::stage::{Gate, TOKEN, Watch, Watched, with_dead_letters};

const GUARDED: [(&str, &str); 8] = [
    ("GET", "/"),
    ("GET", "/metrics"),
    ("GET", "/dead-letters"),
    ("GET", "/dead-letters/1"),
    ("POST", "/dead-letters/1/replay"),
    ("DELETE", "/dead-letters/1"),
    ("GET", "/people/20001/300001"),
    ("DELETE", "/people/20001/300001"),
];

#[tokio::test]
async fn without_the_token_nothing_is_told_and_nothing_happens() {
    let watch = Watch::of(with_dead_letters().await).await;
    let client = reqwest::Client::new();
    for (method, path) in GUARDED {
        let method: Method = method.parse().expect("a method");
        let url = format!("{}{path}", watch.operator);
        let almost = format!("Bearer {}", &TOKEN[1..]);
        for header in [
            None,
            Some("Bearer "),
            Some(&*almost),
            Some("Basic dG9rZW4="),
            Some(TOKEN),
        ] {
            let mut request = client.request(method.clone(), &url);
            if let Some(header) = header {
                request = request.header("authorization", header);
            }
            let answer = request.send().await.expect("an answer");
            assert_eq!(answer.status(), 401, "{method} {path} {header:?}");
            assert_eq!(answer.headers()["www-authenticate"], "Bearer");
            let text = answer.text().await.expect("a text");
            assert!(text.contains("MSG643") && !text.contains("300001"), "{text}");
        }
    }
    let (_, list) = watch.get("/dead-letters").await;
    assert_eq!(
        list["dead_letters"].as_array().map(Vec::len),
        Some(4),
        "all are still there"
    );
    for (method, path) in GUARDED {
        let (status, text) = watch.read(method.parse().expect("a method"), path).await;
        assert_ne!(status, 401, "with the token {method} {path} is answered: {text}");
        assert!(status < 500, "{method} {path}: {text}");
    }
}

#[tokio::test]
async fn documents_are_kept_by_nobody_on_their_way() {
    let watch = Watch::of(MemoryStore::new()).await;
    let request = reqwest::Client::new().get(format!("{}/dead-letters", watch.operator));
    let answer = request.bearer_auth(TOKEN).send().await.expect("an answer");
    assert_eq!(answer.headers()["cache-control"], "no-store");
    assert_eq!(answer.headers()["x-content-type-options"], "nosniff");
}

#[tokio::test]
async fn a_router_of_ones_own_needs_a_token_that_cannot_be_guessed() {
    let graph = MockGraph::start().await;
    let short = complete(&graph).operator_token("0123456789abcde").build();
    let problem = short.expect_err("15 characters are too few").to_string();
    assert!(problem.contains("MSG002: MESSENGER_OPERATOR_TOKEN"), "{problem}");
    assert!(!problem.contains("0123456789"), "{problem}");
    for token in [None, Some("0123456789abcde"), Some("0123456789abcdef")] {
        let mut config = complete(&graph).build().expect("complete settings");
        config.operator_token = token.map(Into::into);
        let service = Watched::with(async || Gate::default())
            .config(config)
            .start()
            .await;
        let router = service.expect("the bot starts").operator_router();
        let is_long = token.is_some_and(|token| token.len() == 16);
        assert_eq!(router.is_ok(), is_long, "{token:?}");
        if let Err(error) = router {
            assert!(matches!(error, OperatorError::NoToken), "{error}");
            assert_eq!(error.code(), "MSG641");
        }
    }
}
