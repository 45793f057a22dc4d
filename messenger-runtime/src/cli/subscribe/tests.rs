use super::*;
use crate::routing::{Route, RouteKind};

const TEXT: [Route; 1] = [Route::__new(
    RouteKind::Text,
    "menu",
    "menu",
    "src/main.rs",
    7,
    false,
)];

fn side(now: &[&str], prune: bool) -> Side {
    let now: Vec<String> = now.iter().map(|&field| field.to_owned()).collect();
    Side::new(&now, Needed::by(&TEXT, Platform::Messenger), prune)
}

fn shown(side: &Side) -> String {
    let mut page = ask::Page::plain();
    side.show(&mut page);
    page.text
}

#[test]
fn what_the_bot_does_not_use_stays_unless_it_is_pruned() {
    let kept = side(&["feed", "messages"], false);
    assert!(kept.differs());
    assert_eq!(
        kept.will_be,
        ["feed", "message_echoes", "messages", "messaging_handovers"]
    );
    assert_eq!(
        shown(&kept),
        "  ? feed                 no route; --prune drops it\n  \
           + message_echoes       every bot\n  \
           = messages             every bot, on_text\n  \
           + messaging_handovers  every bot\n"
    );
    let pruned = side(
        &["feed", "message_echoes", "messages", "messaging_handovers"],
        true,
    );
    assert!(pruned.differs());
    assert_eq!(
        pruned.will_be,
        ["message_echoes", "messages", "messaging_handovers"]
    );
    assert!(shown(&pruned).starts_with("  - feed                 no route\n"));
}

#[test]
fn what_is_there_already_is_no_difference() {
    let same = ["messages", "messaging_handovers", "message_echoes"];
    assert!(!side(&same, false).differs());
    assert!(!side(&same, true).differs());
    assert!(
        !side(
            &["messages", "messaging_handovers", "message_echoes", "feed"],
            false
        )
        .differs()
    );
}

#[test]
fn an_address_that_is_switched_off_is_written_again() {
    let subscription = |active| -> Subscription {
        serde_json::from_value(serde_json::json!({
            "object": "page", "callback_url": "https://shop.example/webhook", "active": active,
        }))
        .unwrap()
    };
    let mut page = ask::Page::plain();
    let here = "https://shop.example/webhook";
    assert!(!show_address(&mut page, Some(&subscription(true)), here));
    assert!(show_address(&mut page, Some(&subscription(false)), here));
    assert!(show_address(
        &mut page,
        Some(&subscription(true)),
        "https://other.example/webhook"
    ));
    assert!(show_address(&mut page, None, here));
    assert_eq!(
        page.text,
        "  = to https://shop.example/webhook\n  \
           ~ to https://shop.example/webhook, which is switched off\n  \
           - to https://shop.example/webhook\n  \
           + to https://other.example/webhook\n  \
           + to https://shop.example/webhook\n"
    );
}
