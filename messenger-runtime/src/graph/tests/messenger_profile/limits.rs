//! The limits of a profile, each at the limit, one over, and with its text.

use super::payload;
use crate::{
    graph::{Command, IceBreaker, MenuItem, MessengerProfile},
    limit_cases::Case,
    message::{Platform, RawCommand, RawPayload, limits},
};

/// The one violation of a profile, as text.
pub(super) fn violation(profile: &MessengerProfile) -> String {
    let errors = profile.check(Platform::Messenger).unwrap_err();
    assert_eq!(errors.iter().count(), 1, "{errors}");
    errors.to_string()
}

/// What the check says; nothing where all is well.
fn said(profile: &MessengerProfile) -> String {
    let checked = profile.check(Platform::Messenger);
    checked.map_or_else(|errors| errors.to_string(), |()| String::new())
}

pub(crate) const CASES: &[Case] = &[
    Case {
        limit: limits::GREETING,
        check: |n| said(&MessengerProfile::new().greeting("x".repeat(n))),
        over: "MSG101 greeting[default].text: 161 characters, at most 160",
        under: Some("MSG103 greeting[default].text: empty"),
    },
    Case {
        limit: limits::MENU_ITEMS,
        check: |n| {
            let items = vec![MenuItem::postback("A", payload("A")); n];
            said(&MessengerProfile::new().menu(items))
        },
        over: "MSG102 persistent_menu[default].call_to_actions: 21 items, 1 to 20",
        under: Some("MSG102 persistent_menu[default].call_to_actions: 0 items, 1 to 20"),
    },
    Case {
        limit: limits::MENU_ITEM_TITLE,
        check: |n| said(&MessengerProfile::new().menu([MenuItem::url("x".repeat(n), "https://a.example")])),
        over: "MSG101 persistent_menu[default].call_to_actions[0].title: 31 characters, at most 30",
        under: Some("MSG103 persistent_menu[default].call_to_actions[0].title: empty"),
    },
    Case {
        limit: limits::ICE_BREAKERS,
        check: |n| {
            let questions = vec![IceBreaker::new("A?", payload("A")); n];
            said(&MessengerProfile::new().ice_breakers(questions))
        },
        over: "MSG102 ice_breakers[default].call_to_actions: 5 items, 1 to 4",
        under: Some("MSG102 ice_breakers[default].call_to_actions: 0 items, 1 to 4"),
    },
    Case {
        limit: limits::COMMANDS,
        check: |n| said(&MessengerProfile::new().commands(vec![command("a", "A"); n])),
        over: "MSG102 commands[default].commands: 101 items, 1 to 100",
        under: Some("MSG102 commands[default].commands: 0 items, 1 to 100"),
    },
    Case {
        limit: limits::COMMAND_NAME,
        check: |n| said(&MessengerProfile::new().commands([command(&"x".repeat(n), "A")])),
        over: "MSG101 commands[default].commands[0].name: 33 characters, at most 32",
        under: Some("MSG103 commands[default].commands[0].name: empty"),
    },
    Case {
        limit: limits::COMMAND_DESCRIPTION,
        check: |n| said(&MessengerProfile::new().commands([command("a", &"x".repeat(n))])),
        over: "MSG101 commands[default].commands[0].description: 65 characters, at most 64",
        under: Some("MSG103 commands[default].commands[0].description: empty"),
    },
    Case {
        limit: limits::WHITELISTED_DOMAINS,
        check: |n| said(&MessengerProfile::new().whitelisted_domains(vec!["https://coffee.example"; n])),
        over: "MSG102 whitelisted_domains: 51 items, 1 to 50",
        under: Some("MSG102 whitelisted_domains: 0 items, 1 to 50"),
    },
];

fn command(name: &str, description: &str) -> Command {
    Command::new(RawCommand(name.to_owned()), description)
}

#[test]
fn every_payload_keeps_its_limit() {
    type Make = fn(RawPayload) -> MessengerProfile;
    let cases: [(Make, &str); 3] = [
        (
            |payload| MessengerProfile::new().get_started(payload),
            "get_started.payload",
        ),
        (
            |payload| MessengerProfile::new().menu([MenuItem::postback("A", payload)]),
            "persistent_menu[default].call_to_actions[0].payload",
        ),
        (
            |payload| MessengerProfile::new().ice_breakers([IceBreaker::new("A?", payload)]),
            "ice_breakers[default].call_to_actions[0].payload",
        ),
    ];
    for (make, path) in cases {
        let of = |length| make(payload(&"x".repeat(length)));
        assert_eq!(said(&of(1000)), "");
        assert_eq!(
            said(&of(1001)),
            format!("MSG101 {path}: 1001 characters, at most 1000")
        );
        assert_eq!(said(&of(0)), format!("MSG103 {path}: empty"));
    }
}

#[test]
fn what_is_no_limit_is_checked_as_well() {
    let new = MessengerProfile::new;
    let item = || [MenuItem::postback("A", payload("A"))];
    assert_eq!(
        violation(&new().menu_in("fr_FR", item())),
        "MSG103 persistent_menu: no menu for the locale `default`, which everybody else sees"
    );
    assert_eq!(
        violation(&new().menu([MenuItem::url("A", "coffee.example")])),
        "MSG103 persistent_menu[default].call_to_actions[0].url: \
         not an address that begins with https:// or http://"
    );
    assert_eq!(
        violation(&new().commands([Command::new(RawCommand("/menu".to_owned()), "A")])),
        "MSG103 commands[default].commands[0].name: begins with a `/`, which people write but the name does not have"
    );
    assert_eq!(
        violation(&new().account_linking_url("http://coffee.example")),
        "MSG103 account_linking_url: not an address that begins with https://"
    );
    for domain in [
        "http://coffee.example",
        "coffee.example",
        "https://127.0.0.1",
        "https://[::1]",
        "https://localhost:3000",
    ] {
        assert_eq!(
            violation(&new().whitelisted_domains([domain])),
            "MSG103 whitelisted_domains[0]: not an https address of a domain, like https://coffee.example",
            "{domain}"
        );
    }
    new()
        .whitelisted_domains(["https://coffee.example/"])
        .check(Platform::Messenger)
        .unwrap();
}

/// The compiler's messages are literals, so this keeps them to the table.
#[test]
fn what_the_compiler_says_agrees_with_the_table() {
    let menu = include_str!("../../messenger_profile/menu.rs");
    let ice_breakers = include_str!("../../messenger_profile/ice_breakers.rs");
    let commands = include_str!("../../messenger_profile/commands.rs");
    let cases = [
        (menu, limits::MENU_ITEMS, "MenuItem"),
        (ice_breakers, limits::ICE_BREAKERS, "IceBreaker"),
        (commands, limits::COMMANDS, "Command"),
    ];
    for (source, limit, items) in cases {
        let range = format!("list of {} to {} `{items}`s\"", limit.min, limit.max);
        assert_eq!(source.matches(&range).count(), 2, "{range}");
        let lengths = source.rsplit_once("lists! {").unwrap().1;
        let lengths: Vec<usize> = lengths
            .trim_end()
            .trim_end_matches('}')
            .split_whitespace()
            .map(|length| length.parse().unwrap())
            .collect();
        assert!(lengths.into_iter().eq(limit.min..=limit.max), "{items}");
    }
}
