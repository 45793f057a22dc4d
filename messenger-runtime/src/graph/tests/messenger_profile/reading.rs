//! What is read of a profile, as it was written and as it was not expected.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{limits::violation, payload};
use crate::{
    graph::{Command, IceBreaker, Localized, Menu, MenuItem, MessengerProfile},
    message::{RawCommand, Webview, WebviewHeight},
};

fn read(properties: Value) -> MessengerProfile {
    serde_json::from_value(properties).unwrap()
}

#[test]
fn ice_breakers_without_locales_are_for_everybody() {
    let flat = read(json!({"ice_breakers": [{"question": "What?", "payload": "W"}]}));
    let new = MessengerProfile::new().ice_breakers([IceBreaker::new("What?", payload("W"))]);
    assert_eq!(flat, new);
}

#[test]
fn what_is_odd_costs_itself_alone() {
    let profile = read(json!({
        "get_started": "START",
        "greeting": [{"text": "Hi!"}, {"locale": "fr_FR"}, 7],
        "persistent_menu": [{"locale": "default", "call_to_actions": [
            {"type": "nested", "title": "More", "call_to_actions": []},
            {"type": "postback", "title": "A", "payload": "A", "new_key": 1},
            "odd",
        ], "disabled_surfaces": []}],
        "ice_breakers": [],
        "commands": {},
        "whitelisted_domains": ["https://coffee.example", 7],
        "subject_to_new_eu_privacy_rules": true,
        "new_property": {},
    }));
    assert_eq!(profile.get_started, None);
    assert_eq!(profile.greeting, Some(Localized::from("Hi!")));
    let menu = profile.persistent_menu.as_ref().unwrap().get("default").unwrap();
    assert_eq!(menu.items.len(), 2);
    assert_eq!(menu.items[0].title(), Some("More"));
    assert_eq!((menu.items[0].payload(), menu.items[0].link()), (None, None));
    assert_eq!(menu.items[1].payload(), Some("A"));
    assert_eq!((&profile.ice_breakers, &profile.commands), (&None, &None));
    assert_eq!(
        profile.whitelisted_domains.as_deref(),
        Some(&["https://coffee.example".to_owned()][..])
    );
    assert_eq!(profile.subject_to_new_eu_privacy_rules, Some(true));
    assert_eq!(
        violation(&profile),
        "MSG103 persistent_menu[default].call_to_actions[0].type: \
         a menu is flat and takes web_url and postback items only"
    );
    // It is read alone.
    let sent = serde_json::to_value(&profile).unwrap();
    assert_eq!(sent.get("subject_to_new_eu_privacy_rules"), None);
}

fn item() -> impl Strategy<Value = MenuItem> {
    let height = prop::option::of(prop::sample::select(vec![
        WebviewHeight::Compact,
        WebviewHeight::Tall,
        WebviewHeight::Full,
    ]));
    prop_oneof![
        (".{1,15}", ".{1,20}").prop_map(|(title, text)| MenuItem::postback(title, payload(&text))),
        (".{1,15}", height).prop_map(|(title, height)| {
            let webview = height.map_or_else(Webview::default, Webview::height);
            MenuItem::webview(title, "https://coffee.example", webview)
        }),
    ]
}

fn locale() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["default", "fr_FR", "de_DE", "zh_HK"]).prop_map(str::to_owned)
}

fn localized<T: Clone + std::fmt::Debug>(
    value: impl Strategy<Value = T>,
) -> impl Strategy<Value = Option<Localized<T>>> {
    let values = prop::collection::vec((locale(), value), 1..4);
    prop::option::of(values.prop_map(Localized::from_iter))
}

fn profile() -> impl Strategy<Value = MessengerProfile> {
    let menu = (any::<bool>(), prop::collection::vec(item(), 1..20)).prop_map(|(disabled, items)| {
        let menu = Menu::new(items);
        if disabled {
            menu.composer_input_disabled()
        } else {
            menu
        }
    });
    let question =
        (".{1,80}", ".{1,20}").prop_map(|(question, text)| IceBreaker::new(question, payload(&text)));
    let command = ("[a-z]{1,32}", ".{1,32}").prop_map(|(name, text)| Command::new(RawCommand(name), text));
    (
        prop::option::of(".{1,20}"),
        localized(".{1,80}".prop_map(String::from)),
        localized(menu),
        localized(prop::collection::vec(question, 1..4)),
        localized(prop::collection::vec(command, 1..5)),
        prop::option::of(prop::collection::vec("https://[a-z]{1,9}\\.example", 1..5)),
    )
        .prop_map(
            |(start, greeting, menu, questions, commands, domains)| MessengerProfile {
                get_started: start,
                greeting,
                persistent_menu: menu,
                ice_breakers: questions,
                commands,
                whitelisted_domains: domains,
                ..MessengerProfile::new()
            },
        )
}

proptest! {
    #[test]
    fn a_profile_is_read_back_as_it_was_written(profile in profile()) {
        let wire = serde_json::to_string(&profile).unwrap();
        prop_assert_eq!(serde_json::from_str::<MessengerProfile>(&wire).unwrap(), profile);
    }

    #[test]
    fn any_answer_is_read(profile in profile(), cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..6)) {
        let mut wire = serde_json::to_value(&profile).unwrap();
        for cut in cuts {
            spoil(&mut wire, &cut);
        }
        let _read: MessengerProfile = serde_json::from_value(wire).unwrap();
    }
}

/// Puts a number in the place of some value below the top.
fn spoil(value: &mut Value, cut: &prop::sample::Index) {
    let inner: Vec<&mut Value> = match value {
        Value::Object(fields) => fields.values_mut().collect(),
        Value::Array(items) => items.iter_mut().collect(),
        _ => Vec::new(),
    };
    let count = inner.len();
    if count == 0 {
        return;
    }
    let chosen = inner.into_iter().nth(cut.index(count)).unwrap();
    if cut.index(7) < 3 {
        *chosen = json!(7);
    } else {
        spoil(chosen, cut);
    }
}
