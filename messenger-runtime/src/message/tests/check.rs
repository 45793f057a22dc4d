//! The check finds what breaks a limit, all of it and nothing else.

use proptest::{prelude::*, sample::subsequence};

use super::arbitrary;
use crate::message::*;

/// A fault to inject, with the code and path it must be found under.
type Fault = (&'static str, &'static str, fn(&mut Parts));

/// A reply of four messages, in parts so that faults do not hide each other.
#[derive(Debug, Clone)]
struct Parts {
    text: String,
    quick_replies: Vec<QuickReply>,
    button_text: String,
    buttons: Vec<Button>,
    cards: Vec<Card>,
    receipt: Receipt,
}

impl Parts {
    fn reply(self) -> Reply {
        Reply::text(self.text)
            .quick_replies(self.quick_replies)
            .then(Reply::buttons(self.button_text, self.buttons))
            .then(Reply::carousel(self.cards))
            .then(Reply::receipt(self.receipt))
    }
}

fn long(length: usize) -> String {
    "x".repeat(length)
}

fn raw(payload: impl Into<String>) -> RawPayload {
    RawPayload(payload.into())
}

const FAULTS: &[Fault] = &[
    ("MSG101", "actions[0].text", |parts| parts.text = long(2000)),
    ("MSG102", "actions[0].quick_replies", |parts| {
        parts.quick_replies.resize(14, QuickReply::phone());
    }),
    ("MSG101", "actions[0].quick_replies[0].title", |parts| {
        parts.quick_replies[0] = QuickReply::text(long(21), raw("A"));
    }),
    ("MSG103", "actions[0].quick_replies[1].title", |parts| {
        parts.quick_replies[1] = QuickReply::text("", raw("B"));
    }),
    ("MSG101", "actions[0].quick_replies[2].payload", |parts| {
        parts.quick_replies[2] = QuickReply::text("C", raw(long(1001)));
    }),
    ("MSG103", "actions[0].quick_replies[3].image_url", |parts| {
        parts.quick_replies[3] = QuickReply::email().image("https://example.com/a.png");
    }),
    ("MSG101", "actions[1].text", |parts| parts.button_text = long(641)),
    ("MSG102", "actions[1].buttons", |parts| {
        parts.buttons.push(Button::account_unlink());
    }),
    ("MSG101", "actions[1].buttons[0].title", |parts| {
        parts.buttons[0] = Button::url("🍰".repeat(11), "https://example.com");
    }),
    ("MSG103", "actions[1].buttons[1].payload", |parts| {
        parts.buttons[1] = Button::call("Call", "0123 456");
    }),
    ("MSG103", "actions[1].buttons[2].url", |parts| {
        parts.buttons[2] = Button::account_link("ftp://example.com");
    }),
    ("MSG102", "actions[2].elements", |parts| {
        let card = Card::new("More").subtitle("than fit");
        parts.cards.resize(11, card);
    }),
    ("MSG101", "actions[2].elements[0].title", |parts| {
        parts.cards[0].title = Words::new(long(104));
    }),
    ("MSG103", "actions[2].elements[0].subtitle", |parts| {
        parts.cards[0].subtitle = Some(Words::new(""));
    }),
    ("MSG103", "actions[2].elements[0].default_action.url", |parts| {
        parts.cards[0] = parts.cards[0].clone().default_action("https://");
    }),
    ("MSG103", "actions[2].elements[1]", |parts| {
        parts.cards[1] = Card::new("Bare");
    }),
    ("MSG102", "actions[2].elements[2].buttons", |parts| {
        parts.cards[2] = parts.cards[2].clone().buttons(Vec::new());
    }),
    ("MSG103", "actions[3].recipient_name", |parts| {
        parts.receipt.recipient_name = Words::default();
    }),
    ("MSG103", "actions[3].order_number", |parts| {
        parts.receipt.order_number = Words::default();
    }),
    ("MSG103", "actions[3].payment_method", |parts| {
        parts.receipt.payment_method = Words::default();
    }),
    ("MSG103", "actions[3].summary.total_tax", |parts| {
        let currency = parts.receipt.total_cost().currency();
        parts.receipt.summary.total_tax = Some(Money::new(i64::MIN, currency));
    }),
    ("MSG103", "actions[3].address.city", |parts| {
        parts.receipt.address = Some(Address::new("1 Rue", "", "69001", "ARA", "FR"));
    }),
    ("MSG102", "actions[3].elements", |parts| {
        let item = ReceiptItem::new("Cup", parts.receipt.total_cost());
        parts.receipt.elements.resize(101, item);
    }),
];

fn parts() -> impl Strategy<Value = Parts> {
    let cards = prop::collection::vec(arbitrary::card(), 3..=3);
    (
        arbitrary::text(800),
        arbitrary::text(640),
        cards,
        arbitrary::receipt(),
    )
        .prop_map(|(text, button_text, cards, receipt)| Parts {
            text,
            quick_replies: vec![QuickReply::phone(); 4],
            button_text,
            buttons: vec![Button::account_unlink(); 3],
            cards,
            receipt,
        })
}

pub(super) fn found(reply: &Reply, platform: Platform) -> Vec<(&'static str, String)> {
    let errors = reply.check(platform).err();
    errors
        .iter()
        .flatten()
        .map(|error| (error.code(), error.path().to_owned()))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn a_reply_within_the_limits_passes(reply in arbitrary::reply()) {
        prop_assert_eq!(reply.check(Platform::Messenger), Ok(()));
    }

    #[test]
    fn exactly_the_injected_violations_are_found(
        mut parts in parts(),
        faults in subsequence(FAULTS.to_vec(), 0..=FAULTS.len()),
    ) {
        for (_, _, inject) in &faults {
            inject(&mut parts);
        }
        let mut found = found(&parts.reply(), Platform::Messenger);
        let mut expected: Vec<_> = faults.iter().map(|(code, path, _)| (*code, (*path).to_owned())).collect();
        found.sort();
        expected.sort();
        prop_assert_eq!(found, expected);
    }
}

#[test]
fn errors_say_what_where_and_how_much() {
    let card = || Card::new("Fine").subtitle("Fine");
    let reply = Reply::carousel([card(), card(), card(), Card::new(long(104)).buttons(vec![])]);
    let errors = reply.check(Platform::Messenger).unwrap_err();
    assert_eq!(
        errors.to_string(),
        "MSG101 elements[3].title: 104 characters, at most 80\n\
         MSG102 elements[3].buttons: 0 items, 1 to 3"
    );
    let (limit, got) = errors.iter().next().and_then(LimitError::limit).unwrap();
    assert_eq!((limit, got), (limits::CARD_TITLE, 104));
}

#[test]
fn a_media_template_takes_what_the_platform_has() {
    let check = |media, platform| found(&Reply::media(media, [Button::account_unlink()]), platform);
    let at = |code, path: &str| (code, format!("elements[0].{path}"));
    let upload = Media::attachment_id(MediaKind::Image, "1");
    assert_eq!(
        check(upload, Platform::Instagram),
        [
            ("MSG104", "template_type".to_owned()),
            at("MSG104", "buttons[0].type")
        ]
    );
    let wrong = Media::file("https://notfacebook.com/a.pdf").reusable();
    assert_eq!(
        check(wrong, Platform::Messenger),
        [
            at("MSG103", "media_type"),
            at("MSG103", "url"),
            at("MSG103", "is_reusable")
        ]
    );
    assert!(check(Media::image("https://facebook.com/a"), Platform::Messenger).is_empty());
}

#[test]
fn instagram_counts_bytes_and_has_less() {
    let on_instagram = |reply: &Reply| found(reply, Platform::Instagram);
    assert!(on_instagram(&Reply::text("é".repeat(500))).is_empty());
    let text = Reply::text("é".repeat(501));
    assert!(text.check(Platform::Messenger).is_ok());
    assert_eq!(
        text.check(Platform::Instagram).unwrap_err().to_string(),
        "MSG101 text: 1002 bytes, at most 1000"
    );
    let receipt = Reply::receipt(Receipt::new("Ada", "1", "Cash", Money::new(1, Currency::EUR)));
    assert_eq!(
        receipt.check(Platform::Instagram).unwrap_err().to_string(),
        "MSG104 template_type: Instagram has no receipt template"
    );
    let buttons = Reply::buttons(
        "a",
        [
            Button::call("Call", "+15105551234"),
            Button::account_link("https://a.example"),
            Button::account_unlink(),
        ],
    );
    let all: Vec<_> = (0..3).map(|n| ("MSG104", format!("buttons[{n}].type"))).collect();
    assert_eq!(on_instagram(&buttons), all);
    let email = Reply::text("a").quick_replies([QuickReply::phone(), QuickReply::email()]);
    assert_eq!(
        on_instagram(&email),
        [("MSG104", "quick_replies[1].content_type".to_owned())]
    );
}

#[test]
fn what_a_reply_could_not_send_is_reported_at_once() {
    let too_long = Some(long(limits::THREAD_CONTROL_METADATA.max + 1));
    let at_limit = Some(long(limits::THREAD_CONTROL_METADATA.max));
    let pass = |metadata: &Option<String>| Action::PassThreadControl {
        target_app_id: None,
        metadata: metadata.clone(),
    };
    let take = |metadata: &Option<String>| Action::TakeThreadControl {
        metadata: metadata.clone(),
    };
    let noted = Message::text("a").metadata(long(limits::REPLY_METADATA.max + 1));
    let reply = Reply::message(noted)
        .then(pass(&too_long))
        .then(take(&too_long))
        .then(Reply::text("a").tag(MessageTag::CustomerFeedback))
        .then(Reply::text("a").persona("").reply_to(""))
        .then(Reply::default().pass_to(""));
    for platform in [Platform::Messenger, Platform::Instagram] {
        let found = found(&reply, platform);
        for at in [
            "[0].metadata",
            "[1].metadata",
            "[2].metadata",
            "[3].tag",
            "[4].persona_id",
            "[4].reply_to.mid",
            "[5].target_app_id",
        ] {
            let path = format!("actions{at}");
            assert!(found.iter().any(|(_, found)| *found == path), "{path}");
        }
    }
    let fine = Reply::from(pass(&at_limit)).then(take(&at_limit));
    assert_eq!(fine.check(Platform::Messenger), Ok(()));
}
