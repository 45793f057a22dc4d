//! The areas of the API beside sending: threads, profiles, and any other call.

use super::{requests::PROOF, *};
use crate::graph::{PAGE_INBOX, ProfileField};

#[tokio::test]
async fn threads_are_passed_taken_asked_for_and_released() {
    let server = Server::start([Reply::new(200, r#"{"success":true}"#)]).await;
    let graph = server.graph();
    graph
        .pass_thread_control("7", Some(PAGE_INBOX), Some("why"))
        .await
        .unwrap();
    graph.pass_thread_control("7", None, None).await.unwrap();
    graph.take_thread_control("7", None).await.unwrap();
    graph.request_thread_control("7", Some("please")).await.unwrap();
    graph.release_thread_control("7", None).await.unwrap();
    graph
        .extend_thread_control("7", Duration::from_hours(1))
        .await
        .unwrap();
    let asked: Vec<_> = server
        .asked()
        .iter()
        .map(|asked| (asked.uri.path().to_owned(), asked.json()))
        .collect();
    let person = json!({"id": "7"});
    assert_eq!(
        asked,
        [
            (
                "/v25.0/me/pass_thread_control".to_owned(),
                json!({"recipient": person, "target_app_id": "263902037430900", "metadata": "why"})
            ),
            (
                "/v25.0/me/pass_thread_control".to_owned(),
                json!({"recipient": person})
            ),
            (
                "/v25.0/me/take_thread_control".to_owned(),
                json!({"recipient": person})
            ),
            (
                "/v25.0/me/request_thread_control".to_owned(),
                json!({"recipient": person, "metadata": "please"})
            ),
            (
                "/v25.0/me/release_thread_control".to_owned(),
                json!({"recipient": person})
            ),
            (
                "/v25.0/me/extend_thread_control".to_owned(),
                json!({"recipient": person, "duration": 3600})
            ),
        ]
    );
    let server = Server::start([Reply::new(200, r#"{"success":false}"#)]).await;
    assert_eq!(
        server
            .graph()
            .extend_thread_control("7", Duration::from_secs(1))
            .await
            .unwrap_err()
            .id(),
        "MSG508"
    );
    assert_eq!(
        server
            .graph()
            .take_thread_control("7", None)
            .await
            .unwrap_err()
            .id(),
        "MSG508"
    );
}

#[tokio::test]
async fn the_owner_of_a_thread_may_be_nobody() {
    let server = Server::start([
        Reply::new(
            200,
            r#"{"data":[{"thread_owner":{"app_id":"12","expiration":5}}]}"#,
        ),
        Reply::new(200, r#"{"data":[{"thread_owner":{"app_id":12}}]}"#),
        Reply::new(200, r#"{"data":[]}"#),
    ])
    .await;
    let graph = server.graph();
    assert_eq!(graph.thread_owner("7&8").await.unwrap().as_deref(), Some("12"));
    assert_eq!(graph.thread_owner("7").await.unwrap().as_deref(), Some("12"));
    assert_eq!(graph.thread_owner("7").await.unwrap(), None);
    let asked = &server.asked()[0];
    assert_eq!(
        (asked.method.as_str(), asked.uri.path()),
        ("GET", "/v25.0/me/thread_owner")
    );
    assert!(
        asked
            .uri
            .query()
            .unwrap()
            .starts_with("recipient=7%268&appsecret_proof=")
    );
}

#[tokio::test]
async fn profiles_hold_what_the_app_may_see() {
    let server = Server::start([
        Reply::new(200, json!({"id": "7", "name": "Ann Lee", "first_name": "Ann", "last_name": "Lee", "locale": "en_US",
            "timezone": -7, "gender": "female", "profile_pic": "https://cdn.example/p.jpg", "is_payment_enabled": true}).to_string()),
        Reply::new(200, "{}"),
        Reply::new(200, json!({"first_name": 5, "last_name": "", "timezone": "5.5", "gender": null, "locale": []}).to_string()),
        Reply::new(200, "[]"),
    ])
    .await;
    let graph = server
        .client()
        .profile_fields([ProfileField::FirstName, ProfileField::Locale])
        .build()
        .unwrap()
        .page("42");
    let profile = graph.profile("7").await.unwrap();
    assert_eq!(
        (profile.first_name(), profile.last_name(), profile.name()),
        (Some("Ann"), Some("Lee"), Some("Ann Lee"))
    );
    assert_eq!(
        (profile.locale(), profile.timezone(), profile.gender()),
        (Some("en_US"), Some(-7.0), Some("female"))
    );
    assert_eq!(profile.profile_pic(), Some("https://cdn.example/p.jpg"));
    assert!(
        !format!("{profile:?}").contains("Ann"),
        "Debug shows which fields, not what they say"
    );
    assert_eq!(
        graph.profile("7").await.unwrap(),
        crate::graph::Profile::default()
    );
    let odd = graph.profile("7").await.unwrap();
    assert_eq!(
        (odd.first_name(), odd.last_name(), odd.timezone()),
        (None, None, Some(5.5))
    );
    assert_eq!(graph.profile("7").await.unwrap_err().id(), "MSG508");

    let asked = &server.asked()[0];
    assert_eq!((asked.method.as_str(), asked.uri.path()), ("GET", "/v25.0/7"));
    assert_eq!(
        asked.uri.query(),
        Some(format!("fields=first_name%2Clocale&appsecret_proof={PROOF}").as_str())
    );
    assert_eq!(asked.header("authorization"), Some("Bearer TOKEN"));
    server.graph().profile("7").await.unwrap_err();
    assert!(
        server
            .asked()
            .last()
            .unwrap()
            .uri
            .query()
            .unwrap()
            .starts_with("fields=name%2Cfirst_name%2Clast_name%2Cprofile_pic&")
    );
}

#[tokio::test]
async fn a_cached_profile_is_asked_for_once_also_where_it_fails() {
    let server = Server::start([
        Reply::new(200, r#"{"first_name":"Ann"}"#),
        Reply::graph(100, Some(2_018_218)),
    ])
    .await;
    let client = server.client().build().unwrap();
    for _ in 0..3 {
        let profile = client.page("42").profile_cached("7").await.unwrap();
        assert_eq!(profile.first_name(), Some("Ann"));
    }
    assert_eq!(server.asked().len(), 1);
    for _ in 0..3 {
        assert_eq!(
            client.page("42").profile_cached("8").await.unwrap_err().subcode(),
            Some(2_018_218)
        );
    }
    assert_eq!(server.asked().len(), 2);
    client.page("43").profile_cached("7").await.unwrap_err();
    assert_eq!(
        server.asked().len(),
        3,
        "a person is known to a page, not to the app"
    );
    client.page("42").forget_profile("7");
    client.page("42").profile_cached("7").await.unwrap_err();
    assert_eq!(server.asked().len(), 4);
}

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
