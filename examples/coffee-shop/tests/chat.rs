//! The conversations in `tests/transcripts`, held with the real program.
//!
//! A transcript is script and expectation in one: its `you` lines are typed, and the output must be the
//! transcript again. To write a new one, add `you` lines and run `TRANSCRIPTS=write cargo test -p coffee-shop`.

use std::{
    fs,
    io::Write as _,
    path::PathBuf,
    process::{Command, Stdio},
};

/// What the program prints when these lines are typed.
fn chat(lines: &str) -> String {
    let mut program = Command::new(env!("CARGO_BIN_EXE_coffee-shop"))
        .args(["chat", "--plain"])
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    program
        .stdin
        .take()
        .expect("its input is a pipe")
        .write_all(lines.as_bytes())
        .expect("it reads");
    let ended = program.wait_with_output().expect("it ends");
    assert_eq!(String::from_utf8_lossy(&ended.stderr), "");
    assert!(ended.status.success(), "{}", ended.status);
    String::from_utf8(ended.stdout).expect("a conversation is text")
}

/// The lines that a transcript says were typed.
fn typed(transcript: &str) -> String {
    let lines = transcript.lines().filter_map(|line| line.strip_prefix("you    "));
    lines
        .map(|line| line.split("  (").next().unwrap_or(line).to_owned() + "\n")
        .collect()
}

/// Holds the conversation again and compares.
fn hold(name: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/transcripts")
        .join(name)
        .with_extension("txt");
    let expected = fs::read_to_string(&path).expect("the transcript is there");
    let actual = chat(&typed(&expected));
    if std::env::var_os("TRANSCRIPTS").is_some_and(|wish| wish == "write") {
        fs::write(&path, &actual).expect("the transcript can be written");
        return actual;
    }
    let same = expected
        .lines()
        .zip(actual.lines())
        .take_while(|(a, b)| a == b)
        .count();
    assert!(
        expected == actual,
        "{name}.txt, line {}: expected\n{}\nbut the program printed\n{}\n",
        same + 1,
        expected.lines().skip(same).take(6).collect::<Vec<_>>().join("\n"),
        actual.lines().skip(same).take(6).collect::<Vec<_>>().join("\n"),
    );
    actual
}

#[test]
fn a_purchase_by_taps_is_the_one_that_the_program_promises() {
    let purchase = hold("purchase");
    let promised: String = include_str!("../src/main.rs")
        .lines()
        .map_while(|line| line.strip_prefix("//!"))
        .skip_while(|line| !line.contains("-- chat"))
        .skip(1)
        .take_while(|line| !line.contains("```"))
        .map(|line| line.strip_prefix(' ').unwrap_or(line).to_owned() + "\n")
        .collect();
    assert_eq!(
        promised, purchase,
        "the head of main.rs shows another conversation"
    );
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
