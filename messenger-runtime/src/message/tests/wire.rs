//! What stands on the wire is the platform's own JSON.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::arbitrary;
use crate::message::*;

#[track_caller]
fn is(message: impl Into<Message>, expected: Value) {
    let message = message.into();
    let json = serde_json::to_string(&message).unwrap();
    assert_eq!(serde_json::from_str::<Value>(&json).unwrap(), expected);
    assert_eq!(serde_json::from_value::<Message>(expected).unwrap(), message);
}

fn raw(payload: &str) -> RawPayload {
    RawPayload(payload.to_owned())
}

#[test]
fn text_with_quick_replies() {
    let message = Message::text("Pick a colour").quick_replies([
        QuickReply::text("Red", raw("R")).image("https://example.com/red.png"),
        QuickReply::text("Green", raw("G")),
        QuickReply::phone(),
        QuickReply::email(),
    ]);
    is(
        message,
        json!({"text": "Pick a colour", "quick_replies": [
            {"content_type": "text", "title": "Red", "payload": "R", "image_url": "https://example.com/red.png"},
            {"content_type": "text", "title": "Green", "payload": "G"},
            {"content_type": "user_phone_number"},
            {"content_type": "user_email"},
        ]}),
    );
}

#[test]
fn media() {
    is(
        Media::image("https://example.com/a.png").reusable(),
        json!({"attachment": {"type": "image", "payload": {"url": "https://example.com/a.png", "is_reusable": true}}}),
    );
    is(
        Media::audio("https://example.com/a.mp3"),
        json!({"attachment": {"type": "audio", "payload": {"url": "https://example.com/a.mp3"}}}),
    );
    is(
        Media::file("https://example.com/a.pdf"),
        json!({"attachment": {"type": "file", "payload": {"url": "https://example.com/a.pdf"}}}),
    );
    is(
        Media::attachment_id(MediaKind::Video, "1857777774821032"),
        json!({"attachment": {"type": "video", "payload": {"attachment_id": "1857777774821032"}}}),
    );
}

#[test]
fn button_template_with_every_button() {
    let message = |buttons: Vec<Button>| Message::buttons("What next?", buttons);
    let webview = Webview::height(WebviewHeight::Compact)
        .extensions("https://example.com/old")
        .hide_share();
    is(
        message(vec![
            Button::webview("Open", "https://example.com", webview),
            Button::url("Site", "https://example.com"),
            Button::postback("Menu", raw("MENU")),
            Button::call("Call", "+15105551234"),
            Button::account_link("https://example.com/login"),
            Button::account_unlink(),
        ]),
        json!({"attachment": {"type": "template", "payload": {
            "template_type": "button",
            "text": "What next?",
            "buttons": [
                {"type": "web_url", "title": "Open", "url": "https://example.com", "webview_height_ratio": "compact",
                 "messenger_extensions": true, "fallback_url": "https://example.com/old", "webview_share_button": "hide"},
                {"type": "web_url", "title": "Site", "url": "https://example.com"},
                {"type": "postback", "title": "Menu", "payload": "MENU"},
                {"type": "phone_number", "title": "Call", "payload": "+15105551234"},
                {"type": "account_link", "url": "https://example.com/login"},
                {"type": "account_unlink"},
            ],
        }}}),
    );
}

#[test]
fn media_template() {
    let upload = Media::attachment_id(MediaKind::Image, "1857777774821032");
    is(
        Message::media(upload, [Button::url("Site", "https://example.com")]),
        json!({"attachment": {"type": "template", "payload": {"template_type": "media", "elements": [
            {"media_type": "image", "attachment_id": "1857777774821032",
             "buttons": [{"type": "web_url", "title": "Site", "url": "https://example.com"}]},
        ]}}}),
    );
    let film = Media::video("https://www.facebook.com/coffee/videos/1");
    is(
        Message::media(film, [Button::account_unlink()]),
        json!({"attachment": {"type": "template", "payload": {"template_type": "media", "elements": [
            {"media_type": "video", "url": "https://www.facebook.com/coffee/videos/1",
             "buttons": [{"type": "account_unlink"}]},
        ]}}}),
    );
}

#[test]
fn generic_template() {
    let card = Card::new("Espresso")
        .subtitle("Strong")
        .image("https://example.com/e.jpg")
        .default_webview("https://example.com/e", Webview::height(WebviewHeight::Tall))
        .buttons([Button::postback("Buy", raw("BUY:espresso"))]);
    is(
        Carousel::new([card.clone(), Card::new("Lungo")]).sharable(),
        json!({"attachment": {"type": "template", "payload": {
            "template_type": "generic",
            "sharable": true,
            "elements": [
                {"title": "Espresso", "subtitle": "Strong", "image_url": "https://example.com/e.jpg",
                 "default_action": {"type": "web_url", "url": "https://example.com/e", "webview_height_ratio": "tall"},
                 "buttons": [{"type": "postback", "title": "Buy", "payload": "BUY:espresso"}]},
                {"title": "Lungo"},
            ],
        }}}),
    );
    is(
        card,
        json!({"attachment": {"type": "template", "payload": {"template_type": "generic", "elements": [
            {"title": "Espresso", "subtitle": "Strong", "image_url": "https://example.com/e.jpg",
             "default_action": {"type": "web_url", "url": "https://example.com/e", "webview_height_ratio": "tall"},
             "buttons": [{"type": "postback", "title": "Buy", "payload": "BUY:espresso"}]},
        ]}}}),
    );
}

#[test]
fn receipt() {
    let usd = |cents| Money::new(cents, Currency::USD);
    let receipt = Receipt::new("Stephane Crozatier", "12345678902", "Visa 2345", usd(5614))
        .merchant_name("Shirts")
        .order_url("https://example.com/order?id=123456")
        .timestamp(1_428_444_852)
        .sharable()
        .item(
            ReceiptItem::new("Classic White T-Shirt", usd(5050))
                .subtitle("100% Soft Cotton")
                .quantity(2)
                .image("https://example.com/w.png"),
        )
        .address(Address::new("1 Hacker Way", "Menlo Park", "94025", "CA", "US").street_2("Floor 2"))
        .subtotal(usd(7500))
        .shipping_cost(usd(495))
        .total_tax(usd(619))
        .adjustment(Adjustment::new("$10 off", usd(-1000)));
    is(
        receipt,
        json!({"attachment": {"type": "template", "payload": {
            "template_type": "receipt",
            "recipient_name": "Stephane Crozatier",
            "merchant_name": "Shirts",
            "order_number": "12345678902",
            "currency": "USD",
            "payment_method": "Visa 2345",
            "order_url": "https://example.com/order?id=123456",
            "timestamp": "1428444852",
            "sharable": true,
            "elements": [{"title": "Classic White T-Shirt", "subtitle": "100% Soft Cotton", "quantity": 2,
                          "price": 50.5, "currency": "USD", "image_url": "https://example.com/w.png"}],
            "address": {"street_1": "1 Hacker Way", "street_2": "Floor 2", "city": "Menlo Park",
                        "postal_code": "94025", "state": "CA", "country": "US"},
            "summary": {"subtotal": 75.00, "shipping_cost": 4.95, "total_tax": 6.19, "total_cost": 56.14},
            "adjustments": [{"name": "$10 off", "amount": -10.0}],
        }}}),
    );
}

#[test]
fn a_receipt_needs_no_more_than_the_platform_asks() {
    is(
        Receipt::new("Ada", "A-1", "Cash", Money::new(300, Currency::JPY)),
        json!({"attachment": {"type": "template", "payload": {
            "template_type": "receipt", "recipient_name": "Ada", "order_number": "A-1", "currency": "JPY",
            "payment_method": "Cash", "summary": {"total_cost": 300},
        }}}),
    );
}

#[test]
fn a_receipt_in_two_currencies_is_not_sent() {
    let receipt = Receipt::new("Ada", "A-1", "Cash", Money::new(300, Currency::JPY));
    let mixed = receipt.subtotal(Money::new(300, Currency::EUR));
    assert!(serde_json::to_string(&mixed).is_err());
    let errors = Reply::receipt(mixed).check(Platform::Messenger).unwrap_err();
    assert_eq!(
        errors.to_string(),
        "MSG103 summary.subtotal: not in the currency of the total"
    );
}

#[test]
fn actions() {
    let reply = Reply::mark_seen()
        .then(Reply::typing_on())
        .then("Hello")
        .then(Reply::typing_off())
        .take_control()
        .pass_to("123")
        .hand_over()
        .release_control();
    let stored = json!([
        {"sender_action": {"sender_action": "mark_seen"}},
        {"sender_action": {"sender_action": "typing_on"}},
        {"send": {"message": {"text": "Hello"}}},
        {"sender_action": {"sender_action": "typing_off"}},
        {"take_thread_control": {}},
        {"pass_thread_control": {"target_app_id": "123"}},
        {"pass_thread_control": {}},
        "release_thread_control",
    ]);
    assert_eq!(serde_json::to_value(&reply).unwrap(), stored);
    assert_eq!(serde_json::from_value::<Reply>(stored).unwrap(), reply);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn any_reply_survives_storage(reply in arbitrary::reply()) {
        let stored = serde_json::to_string(&reply).unwrap();
        prop_assert_eq!(&serde_json::from_str::<Reply>(&stored).unwrap(), &reply);
        let value = serde_json::to_value(&reply).unwrap();
        prop_assert_eq!(serde_json::from_value::<Reply>(value).unwrap(), reply);
    }
}
