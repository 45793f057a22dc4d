//! Each limit of this room, met and passed.

use std::time::Duration;

use serde_json::json;

use crate::{limit_cases::Case, message::*};

fn long(length: usize) -> String {
    "x".repeat(length)
}

fn raw(length: usize) -> RawPayload {
    RawPayload(long(length))
}

fn messenger(message: impl Into<Message>) -> String {
    errors(message, Platform::Messenger)
}

fn instagram(message: impl Into<Message>) -> String {
    errors(message, Platform::Instagram)
}

fn errors(message: impl Into<Message>, platform: Platform) -> String {
    let checked = Reply::message(message).check(platform);
    checked.err().map(|errors| errors.to_string()).unwrap_or_default()
}

fn quick_reply(title: usize, payload: usize) -> Message {
    Message::text("a").quick_replies([QuickReply::text(long(title), raw(payload))])
}

fn button(title: usize, payload: usize) -> Message {
    Message::buttons("a", [Button::postback(long(title), raw(payload))])
}

fn images(count: usize) -> Message {
    Message::images(vec![Media::image("https://coffee.example/a.png"); count])
}

fn card() -> Card {
    Card::new("a").subtitle("a")
}

/// A grid of `count` pictures, the first `heroes` of them large.
fn grid(count: usize, heroes: usize) -> ImageGrid {
    ImageGrid::new((0..count).map(|n| {
        let image = GridImage::url("https://coffee.example/a.png");
        if n < heroes { image.hero() } else { image }
    }))
}

/// A template that the builders make with one element, with `count` of them.
fn elements(template_type: &str, element: &serde_json::Value, count: usize) -> Message {
    let elements = vec![element; count];
    let payload = json!({"template_type": template_type, "elements": elements});
    serde_json::from_value(json!({"attachment": {"type": "template", "payload": payload}})).unwrap()
}

pub(crate) const CASES: &[Case] = &[
    Case {
        limit: limits::TEXT,
        check: |n| messenger(long(n)),
        over: "MSG101 text: 2000 characters, at most 1999",
        under: Some("MSG103 text: empty"),
    },
    Case {
        limit: limits::INSTAGRAM_TEXT,
        check: |n| instagram(long(n)),
        over: "MSG101 text: 1001 bytes, at most 1000",
        under: Some("MSG103 text: empty"),
    },
    Case {
        limit: limits::METADATA,
        check: |n| {
            let message = Message::text("a").metadata(long(n));
            let checked = check_sent(&message, &SendOptions::default(), Platform::Messenger);
            checked.err().map(|errors| errors.to_string()).unwrap_or_default()
        },
        over: "MSG101 metadata: 1000 characters, at most 999",
        under: None,
    },
    Case {
        limit: limits::REPLY_METADATA,
        check: |n| messenger(Message::text("a").metadata(long(n))),
        over: "MSG101 metadata: 947 characters, at most 946",
        under: None,
    },
    Case {
        limit: limits::IMAGES,
        check: |n| messenger(images(n)),
        over: "MSG102 attachments: 31 items, 1 to 30",
        under: Some("MSG102 attachments: 0 items, 1 to 30"),
    },
    Case {
        limit: limits::INSTAGRAM_IMAGES,
        check: |n| instagram(images(n)),
        over: "MSG102 attachments: 11 items, 1 to 10",
        under: Some("MSG102 attachments: 0 items, 1 to 10"),
    },
    Case {
        limit: limits::QUICK_REPLIES,
        check: |n| messenger(Message::text("a").quick_replies(vec![QuickReply::phone(); n])),
        over: "MSG102 quick_replies: 14 items, 1 to 13",
        under: Some("MSG102 quick_replies: 0 items, 1 to 13"),
    },
    Case {
        limit: limits::QUICK_REPLY_TITLE,
        check: |n| messenger(quick_reply(n, 1)),
        over: "MSG101 quick_replies[0].title: 21 characters, at most 20",
        under: Some("MSG103 quick_replies[0].title: empty"),
    },
    Case {
        limit: limits::PAYLOAD,
        check: |n| messenger(button(1, n)),
        over: "MSG101 buttons[0].payload: 1001 characters, at most 1000",
        under: Some("MSG103 buttons[0].payload: empty"),
    },
    Case {
        limit: limits::BUTTON_TITLE,
        check: |n| messenger(button(n, 1)),
        over: "MSG101 buttons[0].title: 21 characters, at most 20",
        under: Some("MSG103 buttons[0].title: empty"),
    },
    Case {
        limit: limits::PAUSE,
        check: |n| {
            let pause = Duration::from_secs(n.try_into().unwrap());
            let checked = Reply::text("a").pause(pause).then("b").check(Platform::Messenger);
            checked.err().map(|errors| errors.to_string()).unwrap_or_default()
        },
        over: "MSG102 actions[1].pause: 61 seconds, 0 to 60",
        under: None,
    },
    Case {
        limit: limits::AUDIO_CALL_DAYS,
        check: |n| {
            let days = u8::try_from(n).unwrap();
            messenger(Message::buttons("a", [Button::audio_call_for("Call", days)]))
        },
        over: "MSG102 buttons[0].expires_in_days: 8 days, 1 to 7",
        under: Some("MSG102 buttons[0].expires_in_days: 0 days, 1 to 7"),
    },
    Case {
        limit: limits::BUTTONS,
        check: |n| messenger(Message::buttons("a", vec![Button::account_unlink(); n])),
        over: "MSG102 buttons: 4 items, 1 to 3",
        under: Some("MSG102 buttons: 0 items, 1 to 3"),
    },
    Case {
        limit: limits::BUTTON_TEMPLATE_TEXT,
        check: |n| messenger(Message::buttons(long(n), [Button::account_unlink()])),
        over: "MSG101 text: 641 characters, at most 640",
        under: Some("MSG103 text: empty"),
    },
    Case {
        limit: limits::ELEMENTS,
        check: |n| messenger(Carousel::new(vec![card(); n])),
        over: "MSG102 elements: 11 items, 1 to 10",
        under: Some("MSG102 elements: 0 items, 1 to 10"),
    },
    Case {
        limit: limits::CARD_TITLE,
        check: |n| messenger(Card::new(long(n)).subtitle("a")),
        over: "MSG101 elements[0].title: 81 characters, at most 80",
        under: Some("MSG103 elements[0].title: empty"),
    },
    Case {
        limit: limits::CARD_SUBTITLE,
        check: |n| messenger(Card::new("a").subtitle(long(n))),
        over: "MSG101 elements[0].subtitle: 81 characters, at most 80",
        under: Some("MSG103 elements[0].subtitle: empty"),
    },
    Case {
        limit: limits::MEDIA_ELEMENTS,
        check: |n| {
            messenger(elements(
                "media",
                &json!({"media_type": "image", "attachment_id": "1"}),
                n,
            ))
        },
        over: "MSG102 elements: 2 items, 1 to 1",
        under: Some("MSG102 elements: 0 items, 1 to 1"),
    },
    Case {
        limit: limits::PRODUCTS,
        check: |n| messenger(ProductTemplate::new(vec!["1"; n])),
        over: "MSG102 elements: 11 items, 1 to 10",
        under: Some("MSG102 elements: 0 items, 1 to 10"),
    },
    Case {
        limit: limits::COUPON_TITLE,
        check: |n| messenger(Coupon::code(long(n), "C")),
        over: "MSG101 title: 81 characters, at most 80",
        under: Some("MSG103 title: empty"),
    },
    Case {
        limit: limits::COUPON_SUBTITLE,
        check: |n| messenger(Coupon::code("a", "C").subtitle(long(n))),
        over: "MSG101 subtitle: 81 characters, at most 80",
        under: Some("MSG103 subtitle: empty"),
    },
    Case {
        limit: limits::IMAGE_GRID_ELEMENTS,
        check: |n| {
            let image = json!({"url": "https://coffee.example/a.png"});
            messenger(elements("image_grid", &json!({"images": [image, image]}), n))
        },
        over: "MSG102 elements: 2 items, 1 to 1",
        under: Some("MSG102 elements: 0 items, 1 to 1"),
    },
    Case {
        limit: limits::IMAGE_GRID_IMAGES,
        check: |n| messenger(grid(n, 0)),
        over: "MSG102 elements[0].images: 7 items, 2 to 6",
        under: Some("MSG102 elements[0].images: 1 items, 2 to 6"),
    },
    Case {
        limit: limits::IMAGE_GRID_HEROES,
        check: |n| messenger(grid(6, n)),
        over: "MSG102 elements[0].images.is_hero_image: 2 items, 0 to 1",
        under: None,
    },
    Case {
        limit: limits::IMAGE_GRID_TITLE,
        check: |n| messenger(grid(2, 0).title(long(n))),
        over: "MSG101 elements[0].title: 46 characters, at most 45",
        under: Some("MSG103 elements[0].title: empty"),
    },
    Case {
        limit: limits::IMAGE_GRID_SUBTITLE,
        check: |n| messenger(grid(2, 0).subtitle(long(n))),
        over: "MSG101 elements[0].subtitle: 81 characters, at most 80",
        under: Some("MSG103 elements[0].subtitle: empty"),
    },
    Case {
        limit: limits::RECEIPT_ELEMENTS,
        check: |n| {
            let money = Money::new(100, Currency::EUR);
            let items = vec![ReceiptItem::new("Cup", money); n];
            messenger(Receipt::new("Ada", "A-1", "Cash", money).items(items))
        },
        over: "MSG102 elements: 101 items, 0 to 100",
        under: None,
    },
];

#[test]
fn every_place_of_a_shared_limit_keeps_to_it() {
    let empty_or_long = |path: &str| {
        [
            format!("MSG103 {path}: empty"),
            format!("MSG101 {path}: 1001 characters, at most 1000"),
        ]
    };
    let action = |n| {
        let image = || GridImage::url("https://coffee.example/a.png");
        ImageGrid::new([image(), image().postback(raw(n), "a")])
    };
    let utility = |n| UtilityTemplate::new("order", "en").postback(raw(n));
    for (path, check) in [
        (
            "quick_replies[0].payload",
            (|n| messenger(quick_reply(1, n))) as fn(usize) -> String,
        ),
        ("payload", |n| messenger(Coupon::code("a", "C").payload(long(n)))),
        ("buttons[0].payload", |n| {
            let game = GamePlay::new().payload(long(n));
            messenger(Message::buttons("a", [Button::game_play("Play", game)]))
        }),
    ] {
        assert_eq!([check(0), check(1001)], empty_or_long(path));
        assert_eq!(check(1000), "");
    }
    let path = "elements[0].images[1].action.payload";
    assert_eq!(
        [messenger(action(0)), messenger(action(1001))],
        empty_or_long(path)
    );
    assert_eq!(messenger(action(1000)), "");
    let path = "template.components[0].parameters[0].payload";
    assert_eq!(
        [messenger(utility(0)), messenger(utility(1001))],
        empty_or_long(path)
    );
    assert_eq!(messenger(utility(1000)), "");

    let four = vec![Button::url("a", "https://coffee.example"); 4];
    let film = Media::attachment_id(MediaKind::Video, "1");
    for message in [
        Message::from(card().buttons(four.clone())),
        MediaTemplate::new(film).buttons(four.clone()).into(),
        grid(2, 0).buttons(four).into(),
    ] {
        assert_eq!(messenger(message), "MSG102 elements[0].buttons: 4 items, 1 to 3");
    }
}
