//! Who a person is, on Messenger and on Instagram.

use super::{requests::PROOF, *};
use crate::graph::{Profile, ProfileField};

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
    assert_eq!(
        (profile.id(), profile.profile_pic()),
        (Some("7"), Some("https://cdn.example/p.jpg"))
    );
    assert!(
        !format!("{profile:?}").contains("Ann"),
        "Debug shows which fields, not what they say"
    );
    assert_eq!(graph.profile("7").await.unwrap(), Profile::default());
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
            .starts_with("fields=id%2Cname%2Cfirst_name%2Clast_name%2Cprofile_pic&")
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
async fn a_field_that_the_app_may_not_see_costs_it_no_other() {
    let server = Server::start([
        Reply::graph(200, None),
        Reply::new(200, r#"{"first_name":"Ann"}"#),
        Reply::graph(100, Some(2_018_218)),
        Reply::graph(10, None),
        Reply::graph(10, None),
    ])
    .await;
    let fields = [ProfileField::FirstName, ProfileField::Locale];
    let graph = server.client().profile_fields(fields).build().unwrap().page("42");
    for _ in 0..2 {
        assert_eq!(graph.profile_cached("7").await.unwrap().first_name(), Some("Ann"));
    }
    assert_eq!(server.asked().len(), 2, "what may be seen is kept");
    graph.profile_cached("8").await.unwrap_err();
    assert_eq!(
        server.asked().len(),
        3,
        "nobody of this id: that is no matter of fields"
    );
    graph.profile_cached("9").await.unwrap_err();
    let asked = server.asked();
    let fields = |at: usize| {
        asked[at]
            .uri
            .query()
            .unwrap_or_default()
            .split('&')
            .next()
            .map(str::to_owned)
    };
    assert_eq!(fields(0).as_deref(), Some("fields=first_name%2Clocale"));
    assert_eq!(fields(1).as_deref(), Some("fields=first_name"));
    assert_eq!(asked.len(), 5);
}

#[tokio::test]
async fn a_call_chooses_its_own_fields() {
    let server = Server::start([
        Reply::new(200, r#"{"id":7,"timezone":-7}"#),
        Reply::new(200, r#"{"id":"7"}"#),
    ])
    .await;
    let graph = server.graph();
    let fields = [ProfileField::Timezone, ProfileField::Id];
    let profile = graph.profile_with("7", fields).await.unwrap();
    assert_eq!((profile.id(), profile.timezone()), (Some("7"), Some(-7.0)));
    assert_eq!(format!("{profile:?}"), "Profile{Id, Timezone}");
    graph.profile_with("7", []).await.unwrap();
    assert_eq!(server.lines(), ["GET /7?fields=timezone%2Cid", "GET /7"]);
}

#[tokio::test]
async fn instagram_is_asked_only_for_what_it_has() {
    let server = Server::start([Reply::new(200, r#"{"name":"Ann","id":"7"}"#)]).await;
    let instagram = server.instagram();
    assert_eq!(instagram.profile("7").await.unwrap().name(), Some("Ann"));
    assert_eq!(
        instagram.profile_cached("7").await.unwrap().name(),
        Some("Ann"),
        "the cache serves both platforms"
    );
    let line = "GET /7?fields=id%2Cname%2Cprofile_pic";
    assert_eq!(server.lines(), [line, line]);
    for (field, name) in [
        (ProfileField::FirstName, "first_name"),
        (ProfileField::LastName, "last_name"),
        (ProfileField::Locale, "locale"),
        (ProfileField::Timezone, "timezone"),
        (ProfileField::Gender, "gender"),
    ] {
        let error = instagram
            .profile_with("7", [ProfileField::Name, field])
            .await
            .unwrap_err();
        assert_eq!(error.id(), "MSG516");
        assert_eq!(error.unsupported().map(|what| what.feature), Some(name));
    }
    assert_eq!(server.asked().len(), 2, "nothing unsupported left");
}

#[tokio::test]
async fn instagram_has_a_profile_of_its_own() {
    let server = Server::start([
        Reply::new(
            200,
            json!({"id": 7, "name": "Ann Lee", "username": "ann", "profile_pic": "https://cdn.example/p.jpg",
                "follower_count": 52, "is_verified_user": false, "is_user_follow_business": true,
                "is_business_follow_user": false, "new": {}})
            .to_string(),
        ),
        Reply::new(
            200,
            json!({"name": null, "follower_count": "many", "is_verified_user": 1}).to_string(),
        ),
        Reply::new(200, "[]"),
    ])
    .await;
    let instagram = server.instagram();
    let profile = instagram.instagram_profile("7").await.unwrap();
    assert_eq!(
        (
            profile.id.as_deref(),
            profile.name.as_deref(),
            profile.username.as_deref()
        ),
        (Some("7"), Some("Ann Lee"), Some("ann"))
    );
    assert_eq!(profile.profile_pic.as_deref(), Some("https://cdn.example/p.jpg"));
    assert_eq!(
        (
            profile.follower_count,
            profile.is_verified_user,
            profile.is_user_follow_business,
            profile.is_business_follow_user
        ),
        (Some(52), Some(false), Some(true), Some(false))
    );
    let debug = format!("{profile:?}");
    assert!(!debug.contains("Ann") && !debug.contains("ann"), "{debug}");
    let bare = instagram.instagram_profile("7").await.unwrap();
    assert_eq!(
        (bare.id, bare.name, bare.follower_count, bare.is_verified_user),
        (None, None, None, None)
    );
    assert_eq!(instagram.instagram_profile("7").await.unwrap_err().id(), "MSG508");
    assert_eq!(
        server.lines()[0],
        "GET /7?fields=name%2Cusername%2Cprofile_pic%2Cfollower_count%2Cis_verified_user%2C\
         is_user_follow_business%2Cis_business_follow_user"
    );
    let error = server.graph().instagram_profile("7").await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "MSG516: Messenger has no profiles of Instagram; do without it on this platform"
    );
    assert_eq!(server.asked().len(), 3);
}

#[tokio::test]
async fn those_who_ask_for_one_person_at_once_share_the_look_up() {
    let slow = |reply: Reply| Reply {
        delay: Duration::from_millis(50),
        ..reply
    };
    let server = Server::start([
        slow(Reply::new(200, r#"{"first_name":"Ann"}"#)),
        slow(Reply::graph(4, None)),
        Reply::new(200, "{}"),
    ])
    .await;
    let client = server.client().retry(Retry::none()).build().unwrap();
    let graph = client.page("42");
    let ask = async |psid: &'static str| {
        let asking = (0..20).map(|_| {
            let graph = graph.clone();
            tokio::spawn(async move { graph.profile_cached(psid).await.is_ok() })
        });
        let asked = futures_util::future::join_all(asking.collect::<Vec<_>>()).await;
        asked.into_iter().filter(|found| *found.as_ref().unwrap()).count()
    };
    assert_eq!((ask("7").await, server.asked().len()), (20, 1));
    assert_eq!((ask("8").await, server.asked().len()), (0, 2), "also a failure");
}

#[tokio::test]
async fn what_failed_on_the_way_is_not_remembered() {
    let cut = Reply {
        delay: Duration::from_millis(400),
        ..Reply::sent()
    };
    for (reply, id, again) in [
        (cut, "MSG506", 2),
        (Reply::new(502, "<html>"), "MSG509", 2),
        (Reply::new(429, "<html>"), "MSG509", 1),
        (Reply::graph(613, None), "MSG511", 1),
    ] {
        let server = Server::start([reply, Reply::new(200, "{}")]).await;
        let client = server
            .client()
            .retry(Retry::none())
            .timeout(Duration::from_millis(150));
        let graph = client.build().unwrap().page("42");
        assert_eq!(graph.profile_cached("7").await.unwrap_err().id(), id);
        assert_eq!(graph.profile_cached("7").await.is_ok(), again == 2, "{id}");
        assert_eq!(server.asked().len(), again, "{id}");
    }
}
