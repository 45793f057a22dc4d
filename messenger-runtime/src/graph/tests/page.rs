//! The page itself.

use super::*;
use crate::graph::{MessagingFeatureStatus, PageField};

#[tokio::test]
async fn a_page_says_what_it_is_asked() {
    let server = Server::start([
        Reply::new(200, r#"{"name":"Bot Demo","id":1895382890692546}"#),
        Reply::new(
            200,
            json!({"id": "1", "name": "Coffee", "username": "coffee", "category": "Coffee shop",
                "link": "https://facebook.com/coffee", "instagram_business_account": {"id": 17_841},
                "fan_count": 12})
            .to_string(),
        ),
        Reply::new(
            200,
            r#"{"name":7,"instagram_business_account":"17841","id":null}"#,
        ),
        Reply::new(200, "true"),
    ])
    .await;
    let graph = server.graph();
    let page = graph.page_info([]).await.unwrap();
    assert_eq!(
        (page.id.as_deref(), page.name.as_deref()),
        (Some("1895382890692546"), Some("Bot Demo"))
    );
    let page = graph
        .page_info([
            PageField::Id,
            PageField::Name,
            PageField::Username,
            PageField::Category,
            PageField::Link,
            PageField::InstagramBusinessAccount,
            PageField::Other("fan_count".to_owned()),
        ])
        .await
        .unwrap();
    assert_eq!(
        (
            page.username.as_deref(),
            page.category.as_deref(),
            page.link.as_deref(),
            page.instagram_business_account.as_deref()
        ),
        (
            Some("coffee"),
            Some("Coffee shop"),
            Some("https://facebook.com/coffee"),
            Some("17841")
        )
    );
    assert_eq!(page.other.len(), 1);
    assert_eq!(page.other["fan_count"], 12);
    let debug = format!("{page:?}");
    assert!(debug.contains("fan_count") && !debug.contains("12"), "{debug}");
    let odd = graph.page_info([]).await.unwrap();
    assert_eq!(
        (odd.id, odd.name, odd.instagram_business_account),
        (None, None, None)
    );
    assert_eq!(graph.page_info([]).await.unwrap_err().id(), "MSG508");
    assert_eq!(
        server.lines()[..2],
        [
            "GET /me",
            "GET /me?fields=id%2Cname%2Cusername%2Ccategory%2Clink%2Cinstagram_business_account%2Cfan_count"
        ]
    );
}

#[tokio::test]
async fn a_page_says_which_features_it_has() {
    let server = Server::start([
        Reply::new(
            200,
            r#"{"messaging_feature_status":{"hop_v2":true,"msgr_multi_app":false,"ig_multi_app":"yes"},"id":"1"}"#,
        ),
        Reply::new(200, r#"{"id":"1"}"#),
    ])
    .await;
    let graph = server.graph();
    let status = graph.messaging_feature_status().await.unwrap();
    assert_eq!(
        (status.hop_v2, status.msgr_multi_app, status.ig_multi_app),
        (Some(true), Some(false), None)
    );
    assert_eq!(
        graph.messaging_feature_status().await.unwrap(),
        MessagingFeatureStatus::default()
    );
    assert_eq!(server.lines(), ["GET /me?fields=messaging_feature_status"; 2]);
}

#[tokio::test]
async fn reviews_of_features_are_read() {
    let server = Server::start([
        Reply::new(
            200,
            r#"{"data":[{"feature":"subscription_messaging","status":"approved"},{"feature":"x"}]}"#,
        ),
        Reply::graph(100, None),
    ])
    .await;
    let graph = server.graph();
    let reviews = graph.messaging_feature_review().await.unwrap();
    assert_eq!(
        (reviews[0].feature.as_str(), reviews[0].status.as_deref()),
        ("subscription_messaging", Some("approved"))
    );
    assert_eq!(reviews[1].status, None);
    assert_eq!(
        graph.messaging_feature_review().await.unwrap_err().code(),
        Some(100)
    );
    assert_eq!(server.lines(), ["GET /me/messaging_feature_review"; 2]);
}
