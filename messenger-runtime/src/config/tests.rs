use std::collections::BTreeMap;

use proptest::prelude::*;
use secrecy::ExposeSecret as _;

use super::{settings::Setting, *};

type Vars<'a> = &'a [(&'a str, &'a str)];

const REQUIRED: [(&str, &str); 3] = [
    ("MESSENGER_ACCESS_TOKEN", "EAAtoken"),
    ("MESSENGER_APP_SECRET", "app-secret"),
    ("MESSENGER_VERIFY_TOKEN", "a word"),
];

fn from(vars: Vars<'_>) -> Result<Config, ConfigError> {
    let vars: BTreeMap<&str, &str> = vars.iter().copied().collect();
    Config::from_vars(|name| vars.get(name).map(|text| (*text).to_owned()))
}

/// The required settings and `vars`, which may replace them.
fn with(vars: Vars<'_>) -> Result<Config, ConfigError> {
    from(&[&REQUIRED[..], vars].concat())
}

fn config(vars: Vars<'_>) -> Config {
    with(vars).expect("the settings are right")
}

/// Code and name of each problem.
fn problems(config: Result<Config, ConfigError>) -> Vec<String> {
    let error = config.expect_err("there is a problem");
    error
        .problems()
        .iter()
        .map(|problem| format!("{} {}", problem.code(), problem.name()))
        .collect()
}

fn token(config: &Config, page: &str) -> Option<String> {
    config
        .provider
        .access_token(page)
        .map(|token| token.expose_secret().to_owned())
}

#[test]
fn what_is_required_is_enough() {
    let config = config(&[]);
    assert_eq!(token(&config, "1").as_deref(), Some("EAAtoken"));
    assert!(config.provider.serves("any page"));
    assert_eq!(config.provider.app_secrets().len(), 1);
    assert_eq!(config.provider.verify_token().expose_secret(), "a word");
    assert_eq!(config.provider.app_id(), None);
    assert_eq!(config.graph_origin, "https://graph.facebook.com");
    assert_eq!(config.graph_version, "v25.0");
    assert_eq!(config.address.to_string(), "127.0.0.1:3000");
    assert_eq!(config.webhook_path, "/webhook");
    assert_eq!(config.webhook, WebhookOptions::default());
    assert!(!config.debug && config.app_secret_proof);
    assert_eq!(config.warnings, [""; 0]);
}

#[test]
fn every_problem_is_reported_at_once_with_what_is_expected() {
    let all = problems(from(&[
        ("MESSENGER_ACCESS_TOKEN", "  "),
        ("PORT", "70000"),
        ("MESSENGER_GRAPH_VERSION", "latest"),
        ("MESSENGER_PAGE_ID", "my page"),
        ("MESSENGER_DEBUG", "maybe"),
    ]));
    assert_eq!(
        all,
        [
            "MSG001 MESSENGER_ACCESS_TOKEN",
            "MSG002 MESSENGER_PAGE_ID",
            "MSG001 MESSENGER_APP_SECRET",
            "MSG001 MESSENGER_VERIFY_TOKEN",
            "MSG002 PORT",
            "MSG002 MESSENGER_GRAPH_VERSION",
            "MSG002 MESSENGER_DEBUG",
        ]
    );
    let error = with(&[("MESSENGER_GRAPH_VERSION", "latest"), ("PORT", "x")]).expect_err("two are wrong");
    assert_eq!(
        error.to_string(),
        "the configuration has 2 problems:\n  \
         MSG002: PORT is not what it should be\n    expected: a port, 0 to 65535\n  \
         MSG002: MESSENGER_GRAPH_VERSION is not what it should be\n    \
         expected: a version of the Graph API, like `v25.0`"
    );
}

#[test]
fn the_names_of_other_libraries_are_read() {
    let config = from(&[
        ("FACEBOOK_PAGE_ID", "12"),
        ("FACEBOOK_PAGE_ACCESS_TOKEN", "EAAold"),
        ("FACEBOOK_APP_ID", "34"),
        ("FACEBOOK_APP_SECRET", "old"),
        ("FACEBOOK_VERIFY_TOKEN", "word"),
        ("MESSENGER_PORT", "1337"),
        ("MESSENGER_APP_ENDPOINT", "hook"),
    ])
    .expect("the settings are right");
    assert_eq!(
        (token(&config, "12").as_deref(), token(&config, "13")),
        (Some("EAAold"), None)
    );
    assert!(config.provider.serves("12") && !config.provider.serves("13"));
    assert_eq!(config.provider.app_id().as_deref(), Some("34"));
    assert_eq!(
        (config.address.to_string(), &*config.webhook_path),
        ("0.0.0.0:1337".to_owned(), "/hook")
    );
    assert_eq!(config.warnings, [""; 0]);
    // A problem is told by the name that the value came from.
    assert_eq!(
        problems(with(&[("FACEBOOK_APP_ID", "x")])),
        ["MSG002 FACEBOOK_APP_ID"]
    );
}

#[test]
fn of_two_names_the_first_wins_and_the_other_is_mentioned() {
    let config = config(&[
        ("FACEBOOK_ACCESS_TOKEN", "EAAother"),
        ("FACEBOOK_APP_SECRET", "app-secret"),
        ("FACEBOOK_VERIFY_TOKEN", ""),
        ("MESSENGER_ADDR", "127.0.0.1:8080"),
        ("PORT", "3000"),
    ]);
    assert_eq!(token(&config, "1").as_deref(), Some("EAAtoken"));
    assert_eq!(config.address.to_string(), "127.0.0.1:8080");
    assert_eq!(
        config.warnings,
        [
            "FACEBOOK_ACCESS_TOKEN differs from MESSENGER_ACCESS_TOKEN, which is used",
            "PORT differs from MESSENGER_ADDR, which is used",
        ]
    );
}

#[test]
fn several_pages_have_one_token_or_one_each() {
    let one = config(&[("MESSENGER_PAGE_ID", "1, 2")]);
    assert_eq!(
        [token(&one, "1"), token(&one, "2")],
        [Some("EAAtoken".into()), Some("EAAtoken".into())]
    );
    let each = config(&[
        ("MESSENGER_PAGE_ID", "1,2"),
        ("MESSENGER_ACCESS_TOKEN", "EAA1, EAA2"),
    ]);
    assert_eq!(
        [token(&each, "1"), token(&each, "2")],
        [Some("EAA1".into()), Some("EAA2".into())]
    );
    assert!(!each.provider.serves("3"));
    let twice = with(&[
        ("MESSENGER_PAGE_ID", "1,1"),
        ("MESSENGER_ACCESS_TOKEN", "EAA1,EAA2"),
    ]);
    assert_eq!(problems(twice), ["MSG002 MESSENGER_PAGE_ID"]);
    let by_hand = Config::builder().page("1", "EAA1").page("1", "EAA2");
    let by_hand = by_hand.app_secret("secret").verify_token("word").build();
    assert_eq!(problems(by_hand), ["MSG002 MESSENGER_PAGE_ID"]);
    for pages in ["1,2,3", "1", ""] {
        let config = with(&[
            ("MESSENGER_PAGE_ID", pages),
            ("MESSENGER_ACCESS_TOKEN", "EAA1,EAA2"),
        ]);
        assert_eq!(problems(config), ["MSG003 MESSENGER_ACCESS_TOKEN"], "{pages}");
    }
}

#[test]
fn a_rotation_has_several_app_secrets() {
    let config = config(&[("MESSENGER_APP_SECRET", "new, old")]);
    let secrets = config.provider.app_secrets();
    let tag = crate::AppSecret::from("old").sign(b"body");
    assert_eq!(
        secrets
            .iter()
            .map(|secret| secret.verify(b"body", &tag))
            .collect::<Vec<_>>(),
        [false, true]
    );
}

#[test]
fn values_are_read_as_people_write_them() {
    let address = |text| config(&[("MESSENGER_ADDR", text)]).address.to_string();
    assert_eq!(address("localhost:8080"), "127.0.0.1:8080");
    assert_eq!(address("[::]:0"), "[::]:0");
    assert_eq!(
        config(&[("MESSENGER_GRAPH_VERSION", "26.0")]).graph_version,
        "v26.0"
    );
    assert!(config(&[("MESSENGER_DEBUG", "TRUE")]).debug);
    assert_eq!(config(&[("MESSENGER_WEBHOOK_PATH", "/a/b")]).webhook_path, "/a/b");
    let callback = "https://shop.example:8443/webhook?shop=1";
    assert_eq!(
        config(&[("MESSENGER_CALLBACK_URL", callback)])
            .callback_url
            .as_deref(),
        Some(callback)
    );
    assert_eq!(config(&[]).callback_url, None);
    let origin = |text| {
        let config = config(&[("MESSENGER_GRAPH_ORIGIN", text)]);
        (config.graph_origin, config.warnings.len())
    };
    assert_eq!(
        origin("http://127.0.0.1:7000/"),
        ("http://127.0.0.1:7000".to_owned(), 0)
    );
    assert_eq!(
        origin("http://localhost:7000"),
        ("http://localhost:7000".to_owned(), 0)
    );
    assert_eq!(
        origin("http://emulator:7000"),
        ("http://emulator:7000".to_owned(), 1)
    );
    assert_eq!(
        origin("https://GRAPH.facebook.com"),
        ("https://graph.facebook.com".to_owned(), 0)
    );
}

#[test]
fn what_cannot_be_meant_is_refused() {
    let wrong: [(&str, &[&str]); 11] = [
        (
            "MESSENGER_ACCESS_TOKEN",
            &["\"EAAtoken\"", "EAA token", "EAA\ntoken", "EAAtökén", ",", "EAA,"],
        ),
        ("MESSENGER_APP_SECRET", &["'secret'", "se cret", "a,,b"]),
        ("MESSENGER_VERIFY_TOKEN", &["\"word\"", "a\u{7}b"]),
        (
            "MESSENGER_PAGE_ID",
            &["EAAtoken", "-1", "1,", "1, 1", "123456789012345678901"],
        ),
        ("MESSENGER_APP_ID", &["1,2", "x"]),
        (
            "MESSENGER_ADDR",
            &[
                "3000",
                ":3000",
                "no-such-host.invalid:80",
                "under_score:80",
                "localhost:",
                "localhost:+1",
                "1.2.3.4",
            ],
        ),
        ("PORT", &["-1", "65536", "+80", "\\\\.\\pipe\\x"]),
        (
            "MESSENGER_WEBHOOK_PATH",
            &["/{id}", "/a?b", "/a b", "//", "https://a/b"],
        ),
        (
            "MESSENGER_CALLBACK_URL",
            &[
                "shop.example/webhook",
                "http://shop.example/webhook",
                "https://u:p@shop.example",
                "https://shop.example/#top",
            ],
        ),
        (
            "MESSENGER_GRAPH_ORIGIN",
            &[
                "graph.facebook.com",
                "ftp://a",
                "https://u:p@a",
                "https://a/v25.0",
                "https://a?b",
                "https://a#b",
            ],
        ),
        (
            "MESSENGER_GRAPH_VERSION",
            &["v25", "v25.", "v.0", "vv1.0", "v1.0/me", "v1234.0"],
        ),
    ];
    for (name, texts) in wrong {
        for text in texts {
            assert_eq!(
                problems(with(&[(name, text)])),
                [format!("MSG002 {name}")],
                "{text}"
            );
        }
    }
}

#[test]
fn what_is_set_by_hand_goes_before_variables() {
    let vars = |name: &str| match name {
        "MESSENGER_ACCESS_TOKEN" | "MESSENGER_APP_SECRET" | "MESSENGER_VERIFY_TOKEN" => {
            Some("var".to_owned())
        }
        "PORT" => Some("1".to_owned()),
        "MESSENGER_PAGE_ID" => Some("9".to_owned()),
        _ => None,
    };
    let config = Config::builder()
        .page("1", "EAA1")
        .page("2", "EAA2")
        .app_secret("new")
        .app_secret("old")
        .address(([127, 0, 0, 1], 80))
        .debug(true)
        .vars(vars)
        .verify_token("hand")
        .build()
        .expect("the settings are right");
    assert_eq!(
        [token(&config, "2"), token(&config, "9")],
        [Some("EAA2".into()), None]
    );
    assert_eq!(config.provider.app_secrets().len(), 2);
    assert_eq!(config.provider.verify_token().expose_secret(), "hand");
    assert_eq!((config.address.port(), config.debug), (80, true));
    let wrong = Config::builder()
        .page("one", "EAA 1")
        .app_secret("")
        .verify_token("")
        .build();
    assert_eq!(
        problems(wrong),
        [
            "MSG002 MESSENGER_PAGE_ID",
            "MSG002 MESSENGER_ACCESS_TOKEN",
            "MSG002 MESSENGER_APP_SECRET",
            "MSG002 MESSENGER_VERIFY_TOKEN"
        ]
    );
}

#[test]
fn with_a_provider_of_ones_own_nothing_else_is_required() {
    let provider = config(&[]).provider;
    let own = Config::builder()
        .provider(provider)
        .vars(|_| None)
        .build()
        .expect("a provider is enough");
    assert_eq!(token(&own, "1").as_deref(), Some("EAAtoken"));
}

#[test]
fn the_documented_table_holds_every_name() {
    let page = include_str!("mod.rs");
    for setting in Setting::ALL {
        let names: Vec<String> = setting.names().iter().map(|name| format!("`{name}`")).collect();
        let row = page
            .lines()
            .find(|line| line.starts_with(&format!("//! | {} |", names[0])));
        let row = row.unwrap_or_else(|| panic!("no row for {}", names[0]));
        assert!(
            row.ends_with(&format!("| {} |", names[1..].join(", ")).replace("|  |", "| |")),
            "{row}"
        );
    }
}

proptest! {
    /// Whatever is in whichever variable, nothing that can be printed repeats it.
    #[test]
    fn no_value_is_ever_printed(
        values in prop::collection::vec("[#$%&][a-zA-Z0-9 ,\"']{6,12}[#$%&]", Setting::ALL.len() * 3),
        present in prop::collection::vec(any::<bool>(), Setting::ALL.len() * 3),
    ) {
        let names = || Setting::ALL.into_iter().flat_map(|setting| setting.names().iter().copied());
        let vars: BTreeMap<&str, &String> = names()
            .zip(&values)
            .zip(&present)
            .filter_map(|(pair, present)| present.then_some(pair))
            .collect();
        let builder = Config::builder().vars(|name| vars.get(name).map(|text| (*text).clone()));
        let mut printed = format!("{builder:?}");
        match builder.build() {
            Ok(config) => printed += &format!("{config:?}"),
            Err(error) => printed += &format!("{error} {error:?}"),
        }
        for value in vars.values() {
            prop_assert!(!printed.contains(value.as_str()), "{value} is in {printed}");
        }
        let config = Config::builder()
            .page("1", &*values[0].replace([' ', ',', '"', '\''], "x"))
            .app_secret(&*values[1].replace([' ', ',', '"', '\''], "x"))
            .verify_token(&*values[2]);
        let printed = format!("{config:?} {:?}", config.clone().build().expect("the settings are right"));
        for value in &values[..3] {
            prop_assert!(!printed.contains(&value.replace([' ', ',', '"', '\''], "x")));
        }
        prop_assert!(!printed.contains(values[2].as_str()));
    }
}
