//! The Messenger profile: what is asked, what is understood, what is refused.

pub(crate) mod limits;
mod reading;

use super::*;
use crate::{
    graph::{Command, IceBreaker, Localized, Menu, MenuItem, MessengerProfile, ProfileProperty},
    message::{RawCommand, RawPayload, Webview, WebviewHeight},
};

fn payload(text: &str) -> RawPayload {
    RawPayload(text.to_owned())
}

/// Every property that can be set.
fn whole() -> MessengerProfile {
    MessengerProfile::new()
        .get_started(payload("START"))
        .greeting("Hi {{user_first_name}}!")
        .greeting_in("fr_FR", "Bonjour !")
        .menu(
            Menu::new([
                MenuItem::postback("Coffee", payload("COFFEE")),
                MenuItem::webview(
                    "Seats",
                    "https://coffee.example/seats",
                    Webview::height(WebviewHeight::Tall).extensions("https://coffee.example"),
                ),
            ])
            .composer_input_disabled(),
        )
        .menu_in("fr_FR", [MenuItem::url("Horaires", "https://coffee.example/fr")])
        .ice_breakers([IceBreaker::new("What do you sell?", payload("COFFEE"))])
        .commands([Command::new(RawCommand("menu".to_owned()), "Shows the menu")])
        .whitelisted_domains(["https://coffee.example"])
        .account_linking_url("https://coffee.example/in")
}

fn wire() -> Value {
    json!({
        "get_started": {"payload": "START"},
        "greeting": [
            {"locale": "default", "text": "Hi {{user_first_name}}!"},
            {"locale": "fr_FR", "text": "Bonjour !"},
        ],
        "persistent_menu": [
            {"locale": "default", "composer_input_disabled": true, "call_to_actions": [
                {"type": "postback", "title": "Coffee", "payload": "COFFEE"},
                {"type": "web_url", "title": "Seats", "url": "https://coffee.example/seats",
                 "webview_height_ratio": "tall", "messenger_extensions": true,
                 "fallback_url": "https://coffee.example"},
            ]},
            {"locale": "fr_FR", "composer_input_disabled": false, "call_to_actions": [
                {"type": "web_url", "title": "Horaires", "url": "https://coffee.example/fr"},
            ]},
        ],
        "ice_breakers": [
            {"locale": "default", "call_to_actions": [{"question": "What do you sell?", "payload": "COFFEE"}]},
        ],
        "commands": [
            {"locale": "default", "commands": [{"name": "menu", "description": "Shows the menu"}]},
        ],
        "whitelisted_domains": ["https://coffee.example"],
        "account_linking_url": "https://coffee.example/in",
    })
}

async fn success() -> Server {
    Server::start([Reply::new(200, r#"{"result":"success"}"#)]).await
}

#[tokio::test]
async fn the_whole_profile_is_set_and_read_back() {
    let server = Server::start([
        Reply::new(200, r#"{"result":"success"}"#),
        Reply::new(200, json!({"data": [wire()]}).to_string()),
    ])
    .await;
    let graph = server.graph();
    graph.set_messenger_profile(&whole()).await.unwrap();
    assert_eq!(
        graph.messenger_profile(ProfileProperty::ALL).await.unwrap(),
        whole()
    );
    let asked = server.asked();
    assert_eq!(
        (asked[0].method.as_str(), asked[0].uri.path(), asked[0].json()),
        ("POST", "/v25.0/me/messenger_profile", wire())
    );
    assert_eq!(asked[1].method, Method::GET);
    let query = asked[1].uri.query().unwrap();
    assert!(
        query.starts_with(
            "fields=get_started%2Cgreeting%2Cpersistent_menu%2Cice_breakers%2Ccommands%2C\
             whitelisted_domains%2Caccount_linking_url%2Csubject_to_new_eu_privacy_rules&"
        ),
        "{query}"
    );
}

#[tokio::test]
async fn every_property_is_set_alone() {
    let server = success().await;
    let graph = server.graph();
    let all = whole();
    graph.set_get_started(payload("START")).await.unwrap();
    graph.set_greeting(all.greeting.unwrap()).await.unwrap();
    graph
        .set_persistent_menu(all.persistent_menu.unwrap())
        .await
        .unwrap();
    graph.set_ice_breakers(all.ice_breakers.unwrap()).await.unwrap();
    graph.set_commands(all.commands.unwrap()).await.unwrap();
    graph
        .set_whitelisted_domains(["https://coffee.example"])
        .await
        .unwrap();
    graph
        .set_account_linking_url("https://coffee.example/in")
        .await
        .unwrap();
    let wire = wire();
    let each: Vec<_> = server.asked().iter().map(Asked::json).collect();
    let properties = &ProfileProperty::ALL[..7];
    let expected: Vec<_> = properties
        .iter()
        .map(|property| json!({property.name(): wire[property.name()]}))
        .collect();
    assert_eq!(each, expected);
}

#[tokio::test]
async fn a_value_without_locales_is_for_everybody() {
    let server = success().await;
    let graph = server.graph();
    graph.set_greeting("Hi!").await.unwrap();
    graph
        .set_persistent_menu([MenuItem::postback("A", payload("A"))])
        .await
        .unwrap();
    let asked = server.asked();
    assert_eq!(
        asked[0].json(),
        json!({"greeting": [{"locale": "default", "text": "Hi!"}]})
    );
    assert_eq!(
        asked[1].json(),
        json!({"persistent_menu": [{
            "locale": "default", "composer_input_disabled": false,
            "call_to_actions": [{"type": "postback", "title": "A", "payload": "A"}],
        }]})
    );
}

#[tokio::test]
async fn every_property_is_read_alone_and_is_none_where_it_is_not_set() {
    let server = Server::start([Reply::new(200, json!({"data": [wire()]}).to_string())]).await;
    let (graph, all) = (server.graph(), whole());
    assert_eq!(graph.get_started().await.unwrap(), all.get_started);
    assert_eq!(graph.greeting().await.unwrap(), all.greeting);
    assert_eq!(graph.persistent_menu().await.unwrap(), all.persistent_menu);
    assert_eq!(graph.ice_breakers().await.unwrap(), all.ice_breakers);
    assert_eq!(graph.commands().await.unwrap(), all.commands);
    assert_eq!(
        graph.whitelisted_domains().await.unwrap(),
        all.whitelisted_domains
    );
    assert_eq!(
        graph.account_linking_url().await.unwrap(),
        all.account_linking_url
    );
    assert_eq!(graph.subject_to_new_eu_privacy_rules().await.unwrap(), None);
    let fields: Vec<_> = server
        .asked()
        .iter()
        .map(|asked| asked.uri.query().unwrap().split('&').next().unwrap().to_owned())
        .collect();
    let expected: Vec<_> = ProfileProperty::ALL
        .iter()
        .map(|property| format!("fields={}", property.name()))
        .collect();
    assert_eq!(fields, expected);

    let server = Server::start([Reply::new(200, r#"{"data":[]}"#)]).await;
    let graph = server.graph();
    assert_eq!(graph.greeting().await.unwrap(), None);
    assert_eq!(graph.persistent_menu().await.unwrap(), None);
    let empty = graph.messenger_profile(ProfileProperty::ALL).await.unwrap();
    assert_eq!(empty, MessengerProfile::new());
}

#[tokio::test]
async fn properties_are_deleted_by_name() {
    let server = Server::start([
        Reply::new(200, r#"{"result":"success"}"#),
        Reply::new(200, r#"{"success":"true"}"#),
    ])
    .await;
    let graph = server.graph();
    graph
        .delete_messenger_profile([ProfileProperty::WhitelistedDomains, ProfileProperty::Greeting])
        .await
        .unwrap();
    graph.delete_ice_breakers().await.unwrap();
    graph.delete_get_started().await.unwrap();
    graph.delete_greeting().await.unwrap();
    graph.delete_persistent_menu().await.unwrap();
    graph.delete_commands().await.unwrap();
    graph.delete_whitelisted_domains().await.unwrap();
    graph.delete_account_linking_url().await.unwrap();
    let asked = server.asked();
    assert!(asked.iter().all(|asked| asked.method == Method::DELETE));
    let fields: Vec<_> = asked
        .iter()
        .map(|asked| asked.json()["fields"].to_string())
        .collect();
    assert_eq!(
        fields,
        [
            r#"["whitelisted_domains","greeting"]"#,
            r#"["ice_breakers"]"#,
            r#"["get_started"]"#,
            r#"["greeting"]"#,
            r#"["persistent_menu"]"#,
            r#"["commands"]"#,
            r#"["whitelisted_domains"]"#,
            r#"["account_linking_url"]"#,
        ]
    );
}

#[tokio::test]
async fn the_menu_of_a_person_is_set_read_and_deleted() {
    let menu = json!([{
        "locale": "default", "composer_input_disabled": false,
        "call_to_actions": [{"type": "postback", "title": "Orders", "payload": "ORDERS"}],
    }]);
    let read = json!({"data": [{"user_level_persistent_menu": menu, "page_level_persistent_menu": []}]});
    let server = Server::start([
        Reply::new(200, r#"{"result":"success"}"#),
        Reply::new(200, read.to_string()),
        Reply::new(200, r#"{"data":[]}"#),
        Reply::new(200, r#"{"result":"success"}"#),
    ])
    .await;
    let graph = server.graph();
    let items = [MenuItem::postback("Orders", payload("ORDERS"))];
    graph.set_user_menu("7", items.clone()).await.unwrap();
    assert_eq!(graph.user_menu("7").await.unwrap(), Some(Localized::from(items)));
    assert_eq!(graph.user_menu("7").await.unwrap(), None);
    graph.delete_user_menu("7").await.unwrap();
    let asked = server.asked();
    assert!(
        asked
            .iter()
            .all(|asked| asked.uri.path() == "/v25.0/me/custom_user_settings")
    );
    assert_eq!(asked[0].json(), json!({"psid": "7", "persistent_menu": menu}));
    assert!(asked[1].uri.query().unwrap().starts_with("psid=7&"));
    assert_eq!(asked[3].method, Method::DELETE);
    let query = asked[3].uri.query().unwrap();
    assert!(
        query.starts_with("psid=7&params=%5B%22persistent_menu%22%5D&"),
        "{query}"
    );
}

#[tokio::test]
async fn instagram_is_named_and_its_gaps_stop_a_call() {
    let server = Server::start([Reply::new(200, r#"{"result":"success"}"#)]).await;
    let graph = server.client().build().unwrap().instagram("17841");
    graph
        .set_ice_breakers([IceBreaker::new("What?", payload("W"))])
        .await
        .unwrap();
    graph.delete_persistent_menu().await.unwrap();
    let asked = server.asked();
    assert_eq!(asked.len(), 2);
    for asked in &asked {
        assert!(asked.uri.query().unwrap().starts_with("platform=instagram&"));
    }
    let item = || MenuItem::postback("A", payload("A"));
    let tall = MenuItem::webview("A", "https://a.example", Webview::height(WebviewHeight::Tall));
    let closed = Menu::new([item()]).composer_input_disabled();
    let command = Command::new(RawCommand("menu".to_owned()), "Shows it");
    let refused = [
        (graph.set_persistent_menu(closed).await, "composer_input_disabled"),
        (graph.set_persistent_menu([tall]).await, "webview_height_ratio"),
        (graph.set_commands([command]).await, "commands"),
        (graph.delete_commands().await, "commands"),
        (graph.commands().await.map(drop), "commands"),
        (graph.set_user_menu("7", [item()]).await, "menu for one person"),
        (graph.delete_user_menu("7").await, "menu for one person"),
        (graph.user_menu("7").await.map(drop), "menu for one person"),
    ];
    for (result, feature) in refused {
        let error = result.unwrap_err();
        assert_eq!(error.id(), "MSG516", "{feature}");
        assert_eq!(error.unsupported().map(|what| what.feature), Some(feature));
    }
    assert_eq!(server.asked().len(), 2, "nothing left");
}

#[tokio::test]
async fn what_breaks_a_limit_does_not_leave() {
    let server = success().await;
    let graph = server.graph();
    let error = graph.set_greeting("x".repeat(161)).await.unwrap_err();
    assert_eq!(error.id(), "MSG517");
    let error = graph.set_persistent_menu(Localized::default()).await.unwrap_err();
    assert!(
        error.to_string().contains("no menu for the locale `default`"),
        "{error}"
    );
    let error = graph
        .set_user_menu("7", Vec::<MenuItem>::new())
        .await
        .unwrap_err();
    assert!(error.to_string().contains("0 items, 1 to 20"), "{error}");
    let nothing = graph.set_messenger_profile(&MessengerProfile::new()).await;
    assert_eq!(nothing.unwrap_err().id(), "MSG503");
    assert!(server.asked().is_empty());
}
