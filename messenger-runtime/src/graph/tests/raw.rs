//! Any other call, and ids of unknown origin in paths.

use super::{requests::PROOF, *};

#[tokio::test]
async fn raw_calls_reach_everything_else() {
    let server = Server::start([
        Reply::new(200, r#"{"result":"success"}"#),
        Reply::new(200, "true"),
    ])
    .await;
    let graph = server.graph();
    let answer = graph
        .raw(Method::POST, "/me/messenger_profile")
        .query("platform", "messenger & more")
        .json(&json!({"greeting": []}))
        .await
        .unwrap();
    assert_eq!(answer, json!({"result": "success"}));
    assert_eq!(
        graph
            .raw(Method::DELETE, "99")
            .token("app|secret".to_owned().into())
            .await
            .unwrap(),
        true
    );
    let error = graph
        .raw(Method::GET, "me")
        .query("access_token", "abc")
        .await
        .unwrap_err();
    assert_eq!(error.id(), "MSG503", "no token goes into a URL");
    let asked = server.asked();
    assert_eq!(asked.len(), 2);
    assert_eq!(asked[0].uri.path(), "/v25.0/me/messenger_profile");
    assert_eq!(
        asked[0].uri.query(),
        Some(format!("platform=messenger+%26+more&appsecret_proof={PROOF}").as_str())
    );
    assert_eq!(asked[0].json(), json!({"greeting": []}));
    assert_eq!(
        (asked[1].method.as_str(), asked[1].header("authorization")),
        ("DELETE", Some("Bearer app|secret"))
    );
    assert_eq!(asked[1].header("content-type"), None);
}

#[tokio::test]
async fn an_id_stays_one_part_of_the_path() {
    let server = Server::start([Reply::new(200, "{}")]).await;
    let graph = server.graph();
    for (psid, path) in [
        ("../../etc/passwd\0", "/v25.0/..%2F..%2Fetc%2Fpasswd%00"),
        ("7?access_token=x#y", "/v25.0/7%3Faccess_token%3Dx%23y"),
        ("%2e%2e", "/v25.0/%252e%252e"),
        (".\t.", "/v25.0/.%09."),
        ("a\r\nHost: evil", "/v25.0/a%0D%0AHost%3A%20evil"),
        ("\\..\\", "/v25.0/%5C..%5C"),
        ("ä", "/v25.0/%C3%A4"),
    ] {
        graph.profile(psid).await.unwrap();
        assert_eq!(server.asked().last().unwrap().uri.path(), path);
    }
    let asked = server.asked().len();
    for psid in ["", ".", ".."] {
        assert_eq!(graph.profile(psid).await.unwrap_err().id(), "MSG503");
        assert_eq!(
            graph.raw(Method::GET, "me").segment(psid).await.unwrap_err().id(),
            "MSG503"
        );
    }
    assert_eq!(graph.raw(Method::GET, "a//b").await.unwrap_err().id(), "MSG503");
    assert_eq!(server.asked().len(), asked, "none of these left");
}

#[tokio::test]
async fn a_query_in_the_path_is_refused() {
    let server = Server::start([Reply::new(200, "{}")]).await;
    let graph = server.graph();
    for path in ["me?fields=id", "/me?", "?fields=id"] {
        let error = graph.raw(Method::GET, path).await.unwrap_err();
        assert_eq!(error.id(), "MSG503");
        assert!(error.to_string().contains("`.query(..)`"), "{error}");
    }
    assert_eq!(server.asked().len(), 0);
    graph
        .raw(Method::GET, "me")
        .segment("a?b")
        .query("q", "?")
        .await
        .unwrap();
    assert_eq!(server.lines(), ["GET /me/a%3Fb?q=%3F"]);
}

#[test]
fn whatever_an_id_holds_it_stays_below_the_version() {
    let client = Client::builder(Keys::new("TOKEN", "secret")).build().unwrap();
    let graph = client.page("42");
    proptest::proptest!(|(id in "\\PC{0,12}|[./%\\\\?#\t\r\n\0a]{0,6}")| {
        match graph.inner().url([&*id]) {
            Ok(url) => {
                proptest::prop_assert_eq!(url.host_str(), Some("graph.facebook.com"));
                proptest::prop_assert_eq!(url.path_segments().unwrap().count(), 2);
                proptest::prop_assert!(url.path().starts_with("/v25.0/"));
                proptest::prop_assert_eq!((url.query(), url.fragment()), (None, None));
            }
            Err(_) => proptest::prop_assert!(["", ".", ".."].contains(&&*id)),
        }
    });
}
