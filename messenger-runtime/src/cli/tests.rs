use std::{ffi::OsString, process::ExitCode};

use clap::CommandFactory as _;

use super::*;
use crate::{
    config::Config,
    routing::{Route, RouteKind},
    store::{MemoryStore, StoreError},
};

struct Bare;

impl Bot for Bare {
    type State = ();
    const ROUTES: &'static [Route] = &[Route::__new(
        RouteKind::Fallback,
        "",
        "sorry",
        "src/main.rs",
        7,
        false,
    )];
    const TABLE: crate::__private::Table<()> = crate::__private::Table {
        entries: &[],
        postback: |_| None,
        quick_reply: |_| None,
    };
}

/// A bot whose state must not be made.
fn bare() -> BotBuilder<Bare> {
    Bare::with(|| -> std::future::Ready<()> { panic!("this command needs no state") })
}

#[test]
fn the_definition_is_consistent() {
    named(Cli::command(), "bot").debug_assert();
}

#[test]
fn commands_without_a_state_make_none() {
    for command in [
        &["bot", "routes"][..],
        &["bot", "routes", "--json"],
        &["bot", "graph"],
        &["bot", "graph", "--format", "svg"],
        &["bot", "match", "hi"],
        &["bot", "--help"],
    ] {
        assert_eq!(bare().cli_from(command), ExitCode::SUCCESS, "{command:?}");
    }
}

#[test]
fn mistakes_in_the_command_end_with_2() {
    for command in [
        &["bot", "fly"][..],
        &["bot", "match"],
        &["bot", "graph", "--format", "png"],
        &["bot", "graph", "--flow", "Checkout"],
        &["bot", "serve", "--addr", "here"],
        &["bot", "chat", "--store", ""],
        &["bot", "chat", "--store", ":memory:"],
        &["bot", "chat", "--store", "postgres://db/shop"],
        &["bot", "chat", "--locale", "German, please"],
        &["bot", "profile"],
        &["bot", "profile", "diff", "--yes"],
        &["bot", "subscribe", "--callback-url", "http://shop.example"],
    ] {
        assert_eq!(bare().cli_from(command), ExitCode::from(2), "{command:?}");
    }
}

#[test]
fn a_bot_with_a_store_of_its_own_is_not_given_another() {
    let bot = bare().store(MemoryStore::new());
    assert_eq!(
        bot.cli_from(["bot", "chat", "--store", "talk.db"]),
        ExitCode::from(2)
    );
}

#[test]
fn a_bot_that_declares_no_profile_is_told_how() {
    let config = Config::builder()
        .access_token("token")
        .app_secret("secret")
        .verify_token("word")
        .build()
        .expect("nothing is missing");
    for command in ["diff", "push"] {
        let bot = bare().config(config.clone());
        assert_eq!(bot.cli_from(["bot", "profile", command]), ExitCode::from(2));
    }
}

#[test]
fn settings_end_with_2_and_the_rest_with_1() {
    let settings = Config::from_vars(|_| None).expect_err("nothing is set");
    let code = |error: StartError| Failure::from(error).exit_code();
    assert_eq!(code(settings.into()), ExitCode::from(2));
    assert_eq!(code(WebhookError::NoAppSecret.into()), ExitCode::from(2));
    let busy = WebhookError::Bind {
        address: "here".to_owned(),
        source: io::ErrorKind::AddrInUse.into(),
    };
    assert_eq!(code(busy.into()), ExitCode::FAILURE);
    assert_eq!(code(StartError::State("no database".into())), ExitCode::FAILURE);
    let broken = StoreError::Broken("no more fsync".to_owned());
    assert_eq!(code(StartError::Broken(broken)), ExitCode::FAILURE);
    let refused = || GraphError::refused(100, None);
    let midway = Failure::Midway {
        error: refused(),
        note: "half".to_owned(),
    };
    for failure in [refused().into(), midway, Failure::Command("no".to_owned())] {
        assert_eq!(failure.exit_code(), ExitCode::from(2), "{failure}");
    }
    assert_eq!(
        Failure::from(ChatError::Terminal(io::ErrorKind::Other.into())).exit_code(),
        ExitCode::FAILURE
    );
}

#[test]
fn every_help_shows_examples_with_the_name_of_the_program() {
    let commands = [
        &["/opt/shop", "--help"][..],
        &["/opt/shop", "chat", "--help"],
        &["/opt/shop", "serve", "--help"],
        &["/opt/shop", "graph", "--help"],
        &["/opt/shop", "profile", "--help"],
        &["/opt/shop", "profile", "diff", "--help"],
        &["/opt/shop", "profile", "push", "--help"],
        &["/opt/shop", "profile", "pull", "--help"],
        &["/opt/shop", "subscribe", "--help"],
    ];
    for command in commands {
        let arguments: Vec<OsString> = command.iter().map(Into::into).collect();
        let help = parse(&name(&arguments), &arguments)
            .expect_err("help is not a command")
            .to_string();
        assert!(help.contains("Examples:\n  shop "), "{help}");
        assert!(!help.contains("{bin}"), "{help}");
        assert!(help.lines().all(|line| line.chars().count() <= 80), "{help}");
    }
}

#[test]
fn a_program_without_a_name_is_a_bot() {
    assert_eq!(name(&[]), "bot");
    assert_eq!(name(&["target/debug/coffee-shop".into()]), "coffee-shop");
}
