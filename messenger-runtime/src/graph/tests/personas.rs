//! Personas, and the cursors that every list follows.

use futures_util::TryStreamExt as _;

use super::*;

fn page(ids: &[&str], after: Option<&str>) -> Reply {
    let data: Vec<_> = ids.iter().map(|id| json!({"id": id, "name": "Ana"})).collect();
    let mut body = json!({"data": data});
    if let Some(after) = after {
        body["paging"] =
            json!({"cursors": {"before": "QVFA", "after": after}, "next": "https://evil.example/"});
    }
    Reply::new(200, body.to_string())
}

#[tokio::test]
async fn personas_are_made_read_and_deleted() {
    let server = Server::start([
        Reply::new(200, r#"{"id":311884619589478}"#),
        Reply::new(
            200,
            r#"{"id":311884619589478,"name":"Ana","profile_picture_url":"https://cdn.example/a"}"#,
        ),
        Reply::new(200, r#"{"id":"5","name":null}"#),
        Reply::new(200, r#"{"name":"Ana"}"#),
        Reply::new(200, r#"{"success":true}"#),
        Reply::new(200, r#"{"success":false}"#),
    ])
    .await;
    let graph = server.graph();
    let id = graph
        .create_persona("Ana", "https://coffee.example/ana.png")
        .await
        .unwrap();
    assert_eq!(id, "311884619589478");
    let ana = graph.persona(&id).await.unwrap();
    assert_eq!(
        (&*ana.id, ana.name.as_deref(), ana.profile_picture_url.as_deref()),
        (&*id, Some("Ana"), Some("https://cdn.example/a"))
    );
    assert!(!format!("{ana:?}").contains("Ana"));
    assert_eq!(graph.persona("5").await.unwrap().name, None);
    assert_eq!(graph.persona("5").await.unwrap_err().id(), "MSG508");
    graph.delete_persona(&id).await.unwrap();
    assert_eq!(graph.delete_persona(&id).await.unwrap_err().id(), "MSG508");
    assert_eq!(
        server.lines(),
        [
            "POST /me/personas",
            "GET /311884619589478",
            "GET /5",
            "GET /5",
            "DELETE /311884619589478",
            "DELETE /311884619589478",
        ]
    );
    assert_eq!(
        server.asked()[0].json(),
        json!({"name": "Ana", "profile_picture_url": "https://coffee.example/ana.png"})
    );
}

#[tokio::test]
async fn what_cannot_be_a_persona_does_not_leave() {
    let server = Server::start([Reply::new(200, r#"{"id":"1"}"#)]).await;
    let graph = server.graph();
    let address = "MSG103 profile_picture_url: not an address that begins with https:// or http://";
    for url in ["", "ana.png", "https://", "ftp://coffee.example/ana.png"] {
        let error = graph.create_persona("Ana", url).await.unwrap_err();
        assert_eq!(error.id(), "MSG517");
        assert_eq!(error.limits().unwrap().to_string(), address);
    }
    let error = graph.create_persona("", "").await.unwrap_err();
    assert_eq!(
        error.limits().unwrap().to_string(),
        format!("MSG103 name: empty\n{address}")
    );
    let instagram = server.instagram();
    for error in [
        instagram.create_persona("Ana", "").await.unwrap_err(),
        instagram.persona("1").await.unwrap_err(),
        instagram.personas().all().await.unwrap_err(),
        instagram.delete_persona("1").await.unwrap_err(),
    ] {
        assert_eq!(error.unsupported().map(|what| what.feature), Some("personas"));
    }
    assert!(server.asked().is_empty());
}

#[tokio::test]
async fn a_list_follows_its_cursors_to_the_end() {
    let server = Server::start([
        page(&["1", "2"], Some("QVFB")),
        page(&["3"], Some("QVFC")),
        page(&["4"], None),
    ])
    .await;
    let all = server.graph().personas().limit(2).all().await.unwrap();
    let ids: Vec<_> = all.iter().map(|persona| &*persona.id).collect();
    assert_eq!(ids, ["1", "2", "3", "4"]);
    assert_eq!(
        server.lines(),
        [
            "GET /me/personas?limit=2",
            "GET /me/personas?limit=2&after=QVFB",
            "GET /me/personas?limit=2&after=QVFC",
        ]
    );
}

#[tokio::test]
async fn a_list_asks_for_every_page_with_its_token() {
    let server = Server::start([page(&["1"], Some("QVFB")), page(&["2"], None)]).await;
    let personas = server.graph().personas().token("ANOTHER".into());
    assert_eq!(personas.all().await.unwrap().len(), 2);
    let asked = server.asked();
    let tokens: Vec<_> = asked
        .iter()
        .map(|asked| asked.headers["authorization"].clone())
        .collect();
    assert_eq!(tokens, ["Bearer ANOTHER", "Bearer ANOTHER"]);
}

#[tokio::test]
async fn a_cursor_that_leads_to_itself_ends_the_list_with_an_error() {
    let server = Server::start([page(&["1"], Some("QVFB"))]).await;
    let error = server.graph().personas().all().await.unwrap_err();
    assert_eq!(error.id(), "MSG508");
    assert_eq!(
        server.asked().len(),
        2,
        "the first page, and what its cursor led to"
    );
}

#[tokio::test]
async fn a_page_without_a_next_one_ends_the_list() {
    for last in [
        Reply::new(200, r#"{"data":[],"paging":{"cursors":{"after":"QVFC"}}}"#),
        Reply::new(200, r#"{"data":[{"id":"2"}],"paging":{"cursors":{"after":""}}}"#),
        Reply::new(200, r#"{"data":[{"id":"2"}],"paging":null}"#),
        Reply::new(
            200,
            r#"{"data":[{"id":"2"}],"paging":{"cursors":{"before":"QVFA"}}}"#,
        ),
        Reply::new(200, r#"{"data":[],"paging":{"cursors":{"after":5}}}"#),
    ] {
        let server = Server::start([page(&["1"], Some("QVFB")), last]).await;
        server.graph().personas().all().await.unwrap();
        assert_eq!(server.asked().len(), 2);
    }
}

#[tokio::test]
async fn an_error_on_the_second_page_comes_after_the_first() {
    let server = Server::start([page(&["1"], Some("QVFB")), Reply::graph(190, None)]).await;
    let mut personas = server.graph().personas();
    assert_eq!(personas.next().await.unwrap().unwrap().id, "1");
    assert_eq!(personas.next().await.unwrap().unwrap_err().code(), Some(190));
    assert!(
        personas.next().await.is_none(),
        "nothing is known of what follows"
    );
    assert_eq!(server.asked().len(), 2);
    let error = server.graph().personas().all().await.unwrap_err();
    assert_eq!(error.code(), Some(190));
}

#[tokio::test]
async fn a_list_is_a_stream_and_begins_where_it_is_told() {
    let server = Server::start([page(&["3"], Some("QVFD")), page(&["4"], None)]).await;
    let ids: Vec<_> = server
        .graph()
        .personas()
        .after("QVFC")
        .into_stream()
        .map_ok(|persona| persona.id)
        .try_collect()
        .await
        .unwrap();
    assert_eq!(ids, ["3", "4"]);
    let first = server.graph().personas().page().await.unwrap();
    assert_eq!((first.items.len(), first.after), (1, None));
    assert_eq!(
        server.lines(),
        [
            "GET /me/personas?after=QVFC",
            "GET /me/personas?after=QVFD",
            "GET /me/personas",
        ]
    );
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config::with_cases(64))]

    #[test]
    fn whatever_a_page_says_a_list_ends(body in "\\PC{0,20}|\\{\"data\":\\[[0-9,{}\"a-z:]{0,20}\\],\"paging\":[0-9{}\"a-z:]{0,30}\\}") {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let asked = runtime.block_on(async {
            let server = Server::start([Reply::new(200, body)]).await;
            let mut personas = server.graph().once().personas();
            while personas.next().await.is_some() {}
            server.asked().len()
        });
        proptest::prop_assert!(asked <= 2);
    }
}
