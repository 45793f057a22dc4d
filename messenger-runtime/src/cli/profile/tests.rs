//! What is compared, planned and written as code; the commands themselves are tested with a real program
//! against a platform with a memory, in the coffee shop's `tests/profile.rs`.

use proptest::prelude::*;

use super::{plan::Step, *};
use crate::{
    graph::{Command, IceBreaker, Menu, MenuItem},
    message::{RawCommand, RawPayload, Webview, WebviewHeight},
    routing::{Route, RouteKind},
};

const MENU: ProfileProperty = ProfileProperty::PersistentMenu;
const BUTTON: ProfileProperty = ProfileProperty::GetStarted;

fn payload(text: &str) -> RawPayload {
    RawPayload(text.to_owned())
}

fn menu() -> MessengerProfile {
    MessengerProfile::new().menu([MenuItem::postback("Coffee", payload("COFFEE"))])
}

fn button(profile: MessengerProfile) -> MessengerProfile {
    profile.get_started(payload("GET_STARTED"))
}

fn plan(page: &MessengerProfile, code: &MessengerProfile, prune: bool) -> Result<Vec<String>, String> {
    let diff = Diff::new(page, code, prune);
    Plan::new(page, code, &diff, Platform::Messenger).map(|plan| plan.words())
}

fn shown(page: &MessengerProfile, code: &MessengerProfile) -> String {
    let mut out = ask::Page::plain();
    Diff::new(page, code, false).show(&mut out);
    out.text
}

#[test]
fn the_button_is_set_before_the_menu_and_deleted_after_it() {
    let (none, all) = (MessengerProfile::new(), button(menu()));
    assert_eq!(
        plan(&none, &all, false).unwrap(),
        ["set get_started", "set persistent_menu"]
    );
    assert_eq!(
        plan(&all, &none, true).unwrap(),
        ["deleted persistent_menu", "deleted get_started"]
    );
    assert_eq!(plan(&all, &none, false).unwrap(), [""; 0], "left alone");
    assert_eq!(plan(&all, &all, true).unwrap(), [""; 0]);
}

#[test]
fn what_does_not_depend_on_one_another_goes_in_one_call() {
    let page = button(MessengerProfile::new().account_linking_url("https://a.example"));
    let code = button(menu()).greeting("Hi!").commands(vec![]);
    assert_eq!(
        plan(&page, &code, true).unwrap(),
        [
            "set greeting, persistent_menu, commands",
            "deleted account_linking_url"
        ]
    );
    let domains = menu().whitelisted_domains(["https://a.example"]).greeting("Hi!");
    assert_eq!(
        plan(&button(MessengerProfile::new()), &button(domains), false).unwrap(),
        ["set greeting, whitelisted_domains", "set persistent_menu"]
    );
}

#[test]
fn at_most_five_calls_of_the_ten_are_made() {
    let page = button(menu())
        .account_linking_url("https://a.example")
        .greeting("Hi!");
    let code = MessengerProfile::new()
        .greeting("Hello!")
        .whitelisted_domains(["https://a.example"]);
    let calls = plan(&page, &code, true).unwrap();
    assert_eq!(
        calls,
        [
            "set greeting, whitelisted_domains",
            "deleted persistent_menu",
            "deleted get_started, account_linking_url"
        ]
    );
}

#[test]
fn a_menu_without_a_button_is_refused_before_anything_is_written() {
    let none = MessengerProfile::new();
    let why = plan(&none, &menu(), false).unwrap_err();
    assert!(why.contains("`.get_started(welcome {})`"), "{why}");
    // The page's own button is there, unless it is to be pruned.
    let page = button(MessengerProfile::new());
    assert_eq!(plan(&page, &menu(), false).unwrap(), ["set persistent_menu"]);
    plan(&page, &menu(), true).unwrap_err();
    // The page has a menu that the code does not speak of, and its button would go.
    let diff = Diff::new(&menu(), &none, false);
    Plan::new(&menu(), &none, &diff, Platform::Messenger).unwrap_err();
    let diff = Diff::new(&none, &menu(), false);
    Plan::new(&none, &menu(), &diff, Platform::Instagram).unwrap();
}

#[test]
fn what_is_the_same_to_the_platform_is_no_difference() {
    let domain = |text: &str| MessengerProfile::new().whitelisted_domains([text]);
    let url = |webview| {
        let item = MenuItem::webview("Hours", "https://a.example", webview);
        MessengerProfile::new().menu([item])
    };
    let same = [
        (domain("https://a.example"), domain("https://A.example/")),
        (url(Webview::default()), url(Webview::height(WebviewHeight::Full))),
    ];
    for (page, code) in same {
        assert!(
            Diff::new(&page, &code, true).is_empty(),
            "{}",
            shown(&page, &code)
        );
    }
    let tall = url(Webview::height(WebviewHeight::Tall));
    assert!(!Diff::new(&url(Webview::default()), &tall, true).is_empty());
}

#[test]
fn lines_that_both_have_stay_in_their_order() {
    let of = |titles: &[&str]| {
        let items = titles
            .iter()
            .map(|title| MenuItem::postback(*title, payload("P")));
        MessengerProfile::new().menu(items.collect::<Vec<_>>())
    };
    assert_eq!(
        shown(&of(&["a", "b", "c", "d"]), &of(&["b", "x", "d", "a"])),
        "~ persistent_menu\n  ~ default\n    \
           - \"a\" sends P\n    \
         \x20 \"b\" sends P\n    \
           - \"c\" sends P\n    \
           + \"x\" sends P\n    \
         \x20 \"d\" sends P\n    \
           + \"a\" sends P\n"
    );
}

#[test]
fn a_line_is_one_line() {
    let page = MessengerProfile::new()
        .greeting("one\ntwo")
        .menu(Menu::new([MenuItem::postback("A", payload("x\ny"))]).composer_input_disabled());
    assert_eq!(
        shown(&MessengerProfile::new(), &page),
        "+ greeting\n  + default\n    + \"one\\ntwo\"\n\
         + persistent_menu\n  + default\n    + people can tap only\n    + \"A\" sends \"x\\ny\"\n"
    );
}

#[test]
fn instagram_gets_its_menu_and_its_ice_breakers() {
    let mut code = button(menu())
        .greeting("Hi!")
        .menu_in(
            "fr_FR",
            Menu::new([MenuItem::webview(
                "A",
                "https://a.example",
                Webview::height(WebviewHeight::Tall),
            )])
            .composer_input_disabled(),
        )
        .ice_breakers([IceBreaker::new("What?", payload("W"))])
        .commands([Command::new(RawCommand("menu".to_owned()), "Shows it")]);
    assert_eq!(
        leave_out(&mut code),
        [
            "get_started",
            "greeting",
            "commands",
            "composer_input_disabled",
            "webview_height_ratio"
        ]
    );
    assert!(code.has(MENU) && !code.has(BUTTON));
    code.check(Platform::Instagram).unwrap();
    assert_eq!(leave_out(&mut code), [""; 0]);
}

const ROUTES: &[Route] = &[
    Route::__new(
        RouteKind::GetStarted,
        "GET_STARTED",
        "welcome",
        "src/main.rs",
        1,
        false,
    ),
    Route::__new(
        RouteKind::Text,
        "coffee",
        "catalog::show",
        "src/main.rs",
        2,
        false,
    ),
    Route::__new(
        RouteKind::Postback,
        "COFFEE",
        "catalog::show",
        "src/main.rs",
        2,
        false,
    ),
    Route::__new(RouteKind::Payload, "BUY:{sku}", "buy", "src/main.rs", 3, false),
    Route::__new(RouteKind::Payload, "BUY", "buy", "src/main.rs", 3, false),
    Route::__new(
        RouteKind::Command,
        "flights|f",
        "flights",
        "src/main.rs",
        4,
        false,
    ),
    Route::__new(RouteKind::Postback, "", "old", "src/main.rs", 5, false),
];

#[test]
fn code_names_handlers_where_their_new_buttons_carry_the_payload() {
    let profile = button(MessengerProfile::new())
        .menu(
            Menu::new([
                MenuItem::postback("Coffee", payload("COFFEE")),
                MenuItem::postback("Buy", payload("BUY:moka")),
                MenuItem::postback("Old", payload("BUY")),
                MenuItem::webview(
                    "Seats",
                    "https://a.example",
                    Webview::height(WebviewHeight::Tall).hide_share(),
                ),
            ])
            .composer_input_disabled(),
        )
        .commands_in(
            "fr_FR",
            [
                Command::new(RawCommand("flights".to_owned()), "Vols"),
                Command::new(RawCommand("f".to_owned()), "Vols"),
            ],
        )
        .whitelisted_domains(["https://a.example"]);
    assert_eq!(
        code::function(&profile, &code::Handlers::new(ROUTES)),
        r#"use messenger_runtime::{
    graph::{Command, Menu, MenuItem, MessengerProfile},
    message::{RawCommand, RawPayload, Webview, WebviewHeight},
};

fn profile() -> MessengerProfile {
    MessengerProfile::new()
        .get_started(welcome {})
        .menu(Menu::new([
            MenuItem::postback("Coffee", catalog::show {}),
            MenuItem::postback("Buy", RawPayload("BUY:moka".to_owned())),
            MenuItem::postback("Old", RawPayload("BUY".to_owned())),
            MenuItem::webview("Seats", "https://a.example", Webview::height(WebviewHeight::Tall).hide_share()),
        ]).composer_input_disabled())
        .commands_in("fr_FR", [
            Command::new(flights {}, "Vols"),
            Command::new(RawCommand("f".to_owned()), "Vols"),
        ])
        .whitelisted_domains(["https://a.example"])
}
"#
    );
    let empty = code::function(&MessengerProfile::new(), &code::Handlers::new(ROUTES));
    assert_eq!(
        empty,
        "use messenger_runtime::graph::MessengerProfile;\n\n\
         fn profile() -> MessengerProfile {\n    MessengerProfile::new()\n}\n"
    );
}

#[test]
fn what_cannot_be_declared_any_more_is_a_comment_and_the_rest_is_code() {
    let nested = serde_json::json!({
        "type": "nested", "title": "More", "call_to_actions": [{"url": "https://a.example/*/b"}],
    });
    let page = serde_json::json!({"persistent_menu": [
        {"locale": "default", "call_to_actions": [
            {"type": "web_url", "title": "A", "url": "https://a.example", "webview_height_ratio": "FULL"},
            nested,
            {"type": "web_url", "title": "B", "url": "https://b.example", "messenger_extensions": true},
        ]},
        {"locale": "fr_FR", "call_to_actions": [{"type": "phone_number", "title": "C", "payload": "+1"}]},
    ]});
    let page: MessengerProfile = serde_json::from_value(page).unwrap();
    assert_eq!(
        code::function(&page, &code::Handlers::new(ROUTES)),
        r#"use messenger_runtime::{
    graph::{MenuItem, MessengerProfile},
    message::{Webview, WebviewHeight},
};

fn profile() -> MessengerProfile {
    MessengerProfile::new()
        .menu([
            MenuItem::webview("A", "https://a.example", Webview::height(WebviewHeight::Full)),
            /* no longer possible in a menu: {"call_to_actions":[{"url":"https://a.example/ * /b"}],"title":"More","type":"nested"} */
            MenuItem::webview("B", "https://b.example", Webview::default().extensions_without_fallback()),
        ])
        /* no longer possible in a menu: {"payload":"+1","title":"C","type":"phone_number"} */
}
"#
    );
    // What that code says.
    let code = MessengerProfile::new().menu([
        MenuItem::webview("A", "https://a.example", Webview::height(WebviewHeight::Full)),
        MenuItem::webview(
            "B",
            "https://b.example",
            Webview::default().extensions_without_fallback(),
        ),
    ]);
    code.check(Platform::Messenger).unwrap();
}

/// A profile with each property missing, or one way, or another.
fn some_profile() -> impl Strategy<Value = MessengerProfile> {
    prop::collection::vec(0_u8..3, PROPERTIES.len()).prop_map(|choices| {
        let mut profile = MessengerProfile::new();
        for (property, choice) in PROPERTIES.into_iter().zip(choices) {
            let text = ["", "https://a.example", "https://b.example"][usize::from(choice)];
            if choice == 0 {
                continue;
            }
            profile = match property {
                ProfileProperty::GetStarted => profile.get_started(payload(text)),
                ProfileProperty::Greeting => profile.greeting_in("fr_FR", text),
                ProfileProperty::PersistentMenu => profile.menu([MenuItem::url("A", text)]),
                ProfileProperty::IceBreakers => profile.ice_breakers([IceBreaker::new(text, payload("A"))]),
                ProfileProperty::Commands => {
                    profile.commands([Command::new(RawCommand("a".to_owned()), text)])
                }
                ProfileProperty::WhitelistedDomains => profile.whitelisted_domains([text]),
                _ => profile.account_linking_url(text),
            };
        }
        profile
    })
}

/// Does what the platform does with a call, under its rules.
fn take(step: &Step, page: &MessengerProfile) -> MessengerProfile {
    let mut properties = serde_json::to_value(page).unwrap();
    let all = properties.as_object_mut().unwrap();
    match step {
        Step::Set(profile, _) => {
            let new = serde_json::to_value(profile).unwrap();
            assert!(!profile.has(MENU) || page.has(BUTTON), "a menu before its button");
            all.extend(new.as_object().unwrap().clone());
        }
        Step::Delete(properties) => {
            assert!(
                !properties.contains(&BUTTON) || !page.has(MENU),
                "a button before its menu"
            );
            for property in properties {
                assert!(all.remove(property.name()).is_some(), "nothing to delete");
            }
        }
    }
    serde_json::from_value(properties).unwrap()
}

proptest! {
    /// Whatever a page has and a bot declares: the calls keep the platform's rules, are at most four, and
    /// leave nothing to be done.
    #[test]
    fn a_push_ends_where_it_should(mut page in some_profile(), code in some_profile(), prune: bool) {
        // No page has a menu without a button.
        if page.has(MENU) && !page.has(BUTTON) {
            page = button(page);
        }
        let before = page.clone();
        let diff = Diff::new(&page, &code, prune);
        let Ok(plan) = Plan::new(&page, &code, &diff, Platform::Messenger) else {
            prop_assert!(!code.has(BUTTON) && (prune || !page.has(BUTTON)));
            return Ok(());
        };
        prop_assert!(plan.steps().len() <= 4);
        for step in plan.steps() {
            page = take(step, &page);
        }
        prop_assert!(Diff::new(&page, &code, prune).is_empty());
        for property in PROPERTIES {
            prop_assert_eq!(page.has(property), code.has(property) || (before.has(property) && !prune));
        }
    }
}
