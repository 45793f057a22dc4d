//! The load generator accepts a bot that does its job and refuses bots that do not.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::{Command, Output},
};

const BY_HAND: &str = env!("CARGO_BIN_EXE_by-hand");

fn load(bot: &Path, mode: &str) -> Output {
    Command::new(env!("CARGO_BIN_EXE_load"))
        .args(["--quick", "--scenario", "4x5", "--mode", mode, "--bot"])
        .arg(format!("bot={}", bot.display()))
        .output()
        .expect("the load generator starts")
}

/// The bot with a part of its environment changed.
fn spoilt(name: &str, environment: &str) -> PathBuf {
    let script = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&script, format!("#!/bin/sh\n{environment} exec '{BY_HAND}'\n"))
        .expect("the folder for tests is there");
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).expect("the script is ours");
    script
}

#[track_caller]
fn refuses(bot: &Path, mode: &str, why: &str) {
    let output = load(bot, mode);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains(why), "{said}");
}

#[test]
fn a_bot_that_does_its_job_is_measured() {
    for mode in ["in", "end-to-end"] {
        let output = load(Path::new(BY_HAND), mode);
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        let table = String::from_utf8_lossy(&output.stdout);
        assert!(table.contains("events/s until all handled"), "{table}");
    }
}

#[test]
fn a_bot_that_sends_nothing_is_refused() {
    refuses(&spoilt("silent", "NO_SEND=1"), "end-to-end", "missing");
}

#[test]
fn a_bot_that_sends_when_it_must_not_is_refused() {
    refuses(&spoilt("talkative", "NO_SEND=0"), "in", "wrong");
}

#[test]
fn a_bot_without_the_page_token_is_refused() {
    refuses(
        &spoilt("unauthorized", "PAGE_TOKEN=another"),
        "end-to-end",
        "without the page token",
    );
}

#[test]
fn a_bot_that_takes_signed_bodies_for_forged_is_refused() {
    refuses(
        &spoilt("distrustful", "APP_SECRET=another"),
        "end-to-end",
        "answers 403 to a signed body",
    );
}

#[test]
fn a_bot_that_does_not_start_is_refused() {
    refuses(&spoilt("lost", "PORT=none"), "in", "ended before it listened");
}
