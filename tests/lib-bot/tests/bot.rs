//! The bot of the library, seen from outside.

use lib_bot::{Shop, catalog};
use messenger_runtime::{
    event::{Event, Webhook},
    message::Postback as _,
    prelude::*,
};

fn explained(text: &str) -> String {
    let body = format!(
        r#"{{"object":"page","entry":[{{"id":"1","messaging":[
            {{"sender":{{"id":"2"}},"recipient":{{"id":"1"}},"message":{{"mid":"m","text":"{text}"}}}}]}}]}}"#
    );
    let webhook = Webhook::parse(body.as_bytes()).expect("the body is an event");
    Shop::explain(&Event::parse(webhook.items()[0].clone())).to_string()
}

#[test]
fn routes_of_every_file_are_in_order() {
    let routes: Vec<_> = Shop::ROUTES
        .iter()
        .filter(|route| route.handler != "gift")
        .map(|route| (route.handler, route.pattern))
        .collect();
    assert_eq!(Shop::ROUTES.len() > routes.len(), cfg!(feature = "gifts"));
    assert_eq!(
        routes,
        [
            ("welcome", "GET_STARTED"),
            ("catalog::show", "menu"),
            ("catalog::show", "SHOW"),
            ("catalog::buy", "BUY:{sku}:{qty=1}"),
            ("catalog::buy", "ORDER:{sku}"),
            ("catalog::buy", r"(?i)^(?<qty>\d{1,2}) (?<sku>\w+)$"),
            ("sorry", ""),
        ]
    );
    assert!(Shop::ROUTES[1].file.ends_with("catalog.rs"));
    assert_eq!(Shop::ROUTES[1].line, 10);
}

#[test]
fn texts_find_their_handlers() {
    assert!(explained("2 moka").contains("catalog::buy"));
    assert!(explained("menu").contains("catalog::show"));
    assert!(explained("hello").contains("sorry"));
}

#[test]
fn buttons_can_be_made_from_outside() {
    let payload = catalog::buy {
        sku: "moka".to_owned(),
        qty: 2,
    };
    assert_eq!(payload.payload(), "BUY:moka:2");
    let _button = Button::postback("Buy", payload);
}

#[tokio::test(flavor = "current_thread")]
async fn handlers_are_plain_functions() {
    assert_eq!(catalog::buy("moka".to_owned(), 2).await, "2 moka, coming.");
}
