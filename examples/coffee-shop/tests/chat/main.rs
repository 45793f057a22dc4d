//! The conversations in `tests/transcripts`, held with the real program.
//!
//! To write a new one, add `you` lines and run `TRANSCRIPTS=write cargo test -p coffee-shop`.

mod killed;
#[path = "../../../transcript.rs"]
mod transcript;

use std::{
    fs,
    path::{Path, PathBuf},
};

use transcript::{assert_head_shows, assert_same, chatting, is_to_be_written, said, typed};

const PROGRAM: &str = env!("CARGO_BIN_EXE_coffee-shop");

fn file(name: &str) -> PathBuf {
    let transcripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/transcripts");
    transcripts.join(name).with_extension("txt")
}

/// Holds the conversation again, and compares.
fn hold(name: &str) -> String {
    let file = file(name);
    let expected = fs::read_to_string(&file).expect("the transcript is there");
    let actual = said(chatting(PROGRAM.as_ref()), &typed(&expected).concat());
    if is_to_be_written() {
        fs::write(&file, &actual).expect("the transcript can be written");
    } else {
        assert_same(&file, &expected, &actual);
    }
    actual
}

#[test]
fn a_purchase_by_taps_is_the_one_that_the_program_promises() {
    let purchase = hold("purchase");
    let main = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/main.rs");
    assert_head_shows(&main, |_| purchase);
}

#[test]
fn words_do_what_taps_do() {
    hold("words");
}

#[test]
fn a_code_on_a_table_greets_by_its_number() {
    hold("table");
}

#[test]
fn a_link_of_ours_is_noticed() {
    hold("link");
}

#[test]
fn a_human_takes_over_and_gives_back() {
    hold("human");
}

#[test]
fn buttons_of_earlier_menus_are_answered() {
    hold("old-buttons");
}

#[test]
fn the_usual_is_what_was_ordered_last() {
    hold("usual");
}

#[test]
fn a_checkout_with_mistakes_questions_and_second_thoughts() {
    hold("checkout");
}

#[test]
fn a_checkout_goes_on_after_what_came_between() {
    hold("interrupted");
}
