//! The ids of one person with several apps and pages.

use super::{requests::PROOF, *};
use crate::graph::{IdFilter, UserField};

const APPS: &str = r#"{"data":[
    {"id": "10152", "app": {"category": "Business", "link": "https://apps.example/1", "name": "Game", "id": "1419"}},
    {"id": 10153, "app": {"id": 1420}},
    {"id": "10154"}
], "paging": {"cursors": {"before": "B"}}}"#;

#[tokio::test]
async fn ids_are_asked_for_with_and_without_a_filter() {
    let server = Server::start([
        Reply::new(200, APPS),
        Reply::new(
            200,
            r#"{"data":[{"id":"12345","page":{"id":"380","name":"Band","category":"Musician"}}]}"#,
        ),
    ])
    .await;
    let graph = server.graph();
    let found = graph.ids_for_apps("7", &IdFilter::new()).all().await.unwrap();
    let ids: Vec<_> = found
        .iter()
        .map(|one| (&*one.id, one.owner.as_ref().and_then(|owner| owner.id.as_deref())))
        .collect();
    assert_eq!(
        ids,
        [("10152", Some("1419")), ("10153", Some("1420")), ("10154", None)]
    );
    let owner = found[0].owner.as_ref().unwrap();
    assert_eq!(
        (
            owner.name.as_deref(),
            owner.category.as_deref(),
            owner.link.as_deref()
        ),
        (Some("Game"), Some("Business"), Some("https://apps.example/1"))
    );
    let found = graph
        .ids_for_pages("7", &IdFilter::new().app("1").page("2"))
        .all()
        .await
        .unwrap();
    assert_eq!(found[0].owner.as_ref().unwrap().name.as_deref(), Some("Band"));
    graph
        .user_field("7", UserField::IdsForApps, &IdFilter::new().page("5678"))
        .all()
        .await
        .unwrap();
    let asked = server.asked();
    assert_eq!(
        asked.iter().map(Asked::decoded).collect::<Vec<_>>(),
        [
            "GET /7/ids_for_apps",
            "GET /7/ids_for_pages?app=1&page=2",
            "GET /7/ids_for_apps?page=5678",
        ]
    );
    for asked in &asked {
        assert_eq!(asked.header("authorization"), Some("Bearer TOKEN"));
        assert!(
            asked
                .uri
                .query()
                .unwrap()
                .ends_with(&format!("appsecret_proof={PROOF}"))
        );
    }
}

#[tokio::test]
async fn an_id_of_the_app_is_asked_for_with_the_apps_token() {
    let server = Server::start([Reply::new(200, APPS)]).await;
    let app = server.with_app().app();
    assert_eq!(
        app.ids_for_pages("8", &IdFilter::new())
            .all()
            .await
            .unwrap()
            .len(),
        3
    );
    app.ids_for_apps("8", &IdFilter::new().app("1"))
        .all()
        .await
        .unwrap();
    let asked = server.asked();
    assert_eq!(asked[0].decoded(), "GET /8/ids_for_pages");
    assert_eq!(asked[1].decoded(), "GET /8/ids_for_apps?app=1");
    assert_eq!(asked[0].header("authorization"), Some("Bearer 99|secret"));

    let nameless = server.client().build().unwrap().app();
    let error = nameless
        .ids_for_pages("8", &IdFilter::new())
        .all()
        .await
        .unwrap_err();
    assert_eq!(error.id(), "MSG502");
}

#[tokio::test]
async fn instagram_matches_no_ids() {
    let server = Server::start([Reply::new(200, APPS)]).await;
    let instagram = server.client().build().unwrap().instagram("178");
    for list in [
        instagram.ids_for_apps("7", &IdFilter::new()),
        instagram.ids_for_pages("7", &IdFilter::new()),
    ] {
        let error = list.all().await.unwrap_err();
        assert_eq!(error.unsupported().map(|what| what.feature), Some("ID matching"));
    }
    assert!(server.asked().is_empty());
}
