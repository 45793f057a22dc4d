//! Account linking: whom a login page may believe, where it may lead, and the calls around it.

use proptest::prelude::*;
use url::form_urlencoded;

use super::{requests::PROOF, *};
use crate::graph::{AccountLinking, AccountLinkingError};

fn from(redirect_uri: &str) -> Result<AccountLinking, AccountLinkingError> {
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("account_linking_token", "ARQ")
        .append_pair("redirect_uri", redirect_uri)
        .finish();
    AccountLinking::from_query(&query)
}

#[test]
fn the_code_joins_what_the_address_already_has() {
    for (redirect_uri, linked) in [
        (
            "https://facebook.com/messenger_platform/account_linking",
            "https://facebook.com/messenger_platform/account_linking?authorization_code=a%2Bb",
        ),
        (
            "https://www.facebook.com/messenger_platform/account_linking?x=1",
            "https://www.facebook.com/messenger_platform/account_linking?x=1&authorization_code=a%2Bb",
        ),
        (
            "https://messenger.com/messenger_platform/account_linking?",
            "https://messenger.com/messenger_platform/account_linking?authorization_code=a%2Bb",
        ),
        (
            "https://m.facebook.com/messenger_platform/account_linking/?x=%20&",
            "https://m.facebook.com/messenger_platform/account_linking/?x=%20&authorization_code=a%2Bb",
        ),
        (
            "https://www.messenger.com/messenger_platform/account_linking/?x=1#top?",
            "https://www.messenger.com/messenger_platform/account_linking/?x=1&authorization_code=a%2Bb#top?",
        ),
        (
            "https://www.messenger.com/messenger_platform/account_linking#top",
            "https://www.messenger.com/messenger_platform/account_linking?authorization_code=a%2Bb#top",
        ),
    ] {
        let linking = from(redirect_uri).unwrap();
        assert_eq!(linking.linked("a+b"), linked);
        assert_eq!(linking.not_linked(), redirect_uri);
        assert_eq!(format!("{linking:?}"), "AccountLinking");
    }
}

#[test]
fn nobody_is_led_elsewhere() {
    for redirect_uri in [
        "https://evil.example/",
        "https://facebook.com.evil.example/",
        "https://notfacebook.com/",
        "https://evil.example/facebook.com",
        "https://evil.example\\@facebook.com/",
        "https://evil.example%2F@facebook.com/",
        "https://facebook.com@evil.example/",
        "https://user:word@facebook.com/",
        "https://facebook.com:8443/",
        "https://l.facebook.com/l.php?u=https%3A%2F%2Fevil.example",
        "https://lm.facebook.com/l.php?u=x",
        "http://facebook.com/",
        "javascript:alert(1)//facebook.com",
        "//facebook.com/",
        "/facebook.com",
        "facebook.com",
        "https://facebook.com/\r\nLocation: https://evil.example",
        "https://evil.example\t.facebook.com/",
        "https://faceb\u{43e}ok.com/",
        "https://facebook.com./",
        "https://apps.facebook.com/messenger_platform/account_linking",
        "https://evil.example/messenger_platform/account_linking",
    ] {
        for redirect_uri in [
            redirect_uri.to_owned(),
            format!("{redirect_uri}/messenger_platform/account_linking"),
        ] {
            let error = from(&redirect_uri).unwrap_err().to_string();
            assert!(
                error.starts_with("MSG519: ") && error.ends_with("redirect nowhere"),
                "{redirect_uri}: {error}"
            );
        }
    }
}

#[test]
fn only_the_page_that_ends_the_linking_is_led_to() {
    for path in [
        "/l.php?u=https%3A%2F%2Fevil.example",
        "/flx/warn/?u=https%3A%2F%2Fevil.example",
        "/",
        "",
        "/messenger_platform/account_linkings",
        "/messenger_platform/account_linking/../../l.php",
        "/messenger_platform/account_linking/%2E%2E/%2e%2e/l.php",
        "/messenger_platform/account_linking/evil",
        "/l.php?u=/messenger_platform/account_linking",
        "/l.php#/messenger_platform/account_linking",
        "//messenger_platform/account_linking",
        "/MESSENGER_PLATFORM/ACCOUNT_LINKING",
    ] {
        let error = from(&format!("https://www.facebook.com{path}"))
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("`/messenger_platform/account_linking`"),
            "{path}: {error}"
        );
    }
}

#[test]
fn each_parameter_is_there_once() {
    let good = "redirect_uri=https%3A%2F%2Ffacebook.com%2Fmessenger_platform%2Faccount_linking";
    for (query, why) in [
        (String::new(), "there is no `account_linking_token`"),
        (good.to_owned(), "there is no `account_linking_token`"),
        (
            format!("account_linking_token=&{good}"),
            "there is no `account_linking_token`",
        ),
        ("account_linking_token=T".to_owned(), "there is no `redirect_uri`"),
        (
            format!("account_linking_token=T&{good}&{good}"),
            "there are two `redirect_uri`",
        ),
        (
            format!("account_linking_token=T&account_linking_token=U&{good}"),
            "there are two `account_linking_token`",
        ),
    ] {
        let error = AccountLinking::from_query(&query).unwrap_err().to_string();
        assert!(error.contains(why), "{query}: {error}");
    }
    AccountLinking::from_query(&format!("other=1&account_linking_token=T&{good}")).unwrap();
}

proptest! {
    #[test]
    fn whatever_is_accepted_leads_to_the_platform(text in ".*", host in "[a-z.@:/\\\\#?-]{0,20}") {
        for redirect_uri in [text.clone(), format!("https://{host}facebook.com{text}"),
            format!("https://{host}facebook.com/messenger_platform/account_linking{text}"), format!("https://facebook.com{host}/messenger_platform/account_linking")] {
            if let Ok(linking) = from(&redirect_uri) {
                for leads_to in [linking.linked("code"), linking.not_linked().to_owned()] {
                    let url = url::Url::parse(&leads_to).unwrap();
                    let host = url.host_str().unwrap();
                    prop_assert!(["facebook.com", "www.facebook.com", "m.facebook.com"].contains(&host), "{}", leads_to);
                    prop_assert!(url.path().starts_with("/messenger_platform/account_linking"), "{}", leads_to);
                    prop_assert_eq!(url.scheme(), "https");
                }
                let linked = url::Url::parse(&linking.linked("c&o=d")).unwrap();
                let code = linked.query_pairs().find(|(name, _)| name == "authorization_code").unwrap();
                prop_assert_eq!(code.1, "c&o=d");
            }
        }
        let _ = AccountLinking::from_query(&text);
    }
}

#[tokio::test]
async fn the_person_behind_a_token_is_asked_for() {
    let server = Server::start([
        Reply::new(200, r#"{"id":42,"recipient":7}"#),
        Reply::new(200, r#"{"recipient":"7"}"#),
        Reply::new(200, r#"{"id":"42"}"#),
        Reply::new(
            400,
            r#"{"error":{"code":10303,"message":"Invalid account_linking_token ARQ-canary"}}"#,
        ),
    ])
    .await;
    let graph = server.graph();
    let token = SecretString::from("ARQ-canary");
    let person = graph.account_linking_recipient(&token).await.unwrap();
    assert_eq!(
        (person.page_id.as_deref(), person.recipient.as_str()),
        (Some("42"), "7")
    );
    let person = graph.account_linking_recipient(&token).await.unwrap();
    assert_eq!((person.page_id, person.recipient.as_str()), (None, "7"));
    assert_eq!(
        graph.account_linking_recipient(&token).await.unwrap_err().id(),
        "MSG508"
    );
    let error = graph.account_linking_recipient(&token).await.unwrap_err();
    assert_eq!(error.code(), Some(10303));
    assert!(!format!("{error:?} {error}").contains("canary"), "{error:?}");
    let asked = &server.asked()[0];
    assert_eq!((asked.method.as_str(), asked.uri.path()), ("GET", "/v25.0/me"));
    assert_eq!(
        asked.uri.query().unwrap(),
        format!("fields=recipient&account_linking_token=ARQ-canary&appsecret_proof={PROOF}")
    );
}

#[tokio::test]
async fn an_account_is_unlinked() {
    let server = Server::start([Reply::new(200, r#"{"result":"unlink account success"}"#)]).await;
    server.graph().unlink_account("7").await.unwrap();
    let asked = &server.asked()[0];
    assert_eq!(
        (asked.method.as_str(), asked.uri.path()),
        ("POST", "/v25.0/me/unlink_accounts")
    );
    assert_eq!(asked.json(), json!({"psid": "7"}));
    let instagram = server.client().build().unwrap().instagram("17");
    assert_eq!(instagram.unlink_account("7").await.unwrap_err().id(), "MSG516");
    assert_eq!(server.asked().len(), 1);
}
