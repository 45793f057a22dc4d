//! Every conversation in the head of `two-languages`, held again with the options that stand above it.
//!
//! To write them, begin with the `you` lines and run `TRANSCRIPTS=write cargo test -p flows`.

use std::{
    fs,
    io::Write as _,
    path::Path,
    process::{Command, Stdio},
};

/// What the program prints when these lines are typed.
fn chat(options: &str, lines: &str) -> String {
    let mut program = Command::new(env!("CARGO_BIN_EXE_two-languages"))
        .args(["chat", "--plain"])
        .args(options.split_whitespace())
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

/// The source with each of its conversations as the program holds it, and how many there are.
fn held(source: &str) -> (String, usize) {
    let (mut out, mut count, mut rest) = (String::new(), 0, source);
    while let Some(at) = rest.find(" -- chat") {
        let begin = at + rest[at..].find('\n').expect("a line has an end") + 1;
        let end = begin + rest[begin..].find("//! ```\n").expect("a block has an end");
        let options = rest[at + " -- chat".len()..begin].trim();
        let lines = rest[begin..end].lines().map(|line| {
            let line = line.strip_prefix("//!").unwrap_or(line);
            line.strip_prefix(' ').unwrap_or(line).to_owned() + "\n"
        });
        let said = chat(options, &typed(&lines.collect::<String>()));
        out.push_str(&rest[..begin]);
        out.extend(
            said.lines()
                .map(|line| format!("//! {line}").trim_end().to_owned() + "\n"),
        );
        rest = &rest[end..];
        count += 1;
    }
    out.push_str(rest);
    (out, count)
}

#[test]
fn each_person_is_spoken_to_in_their_language() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/bin/two-languages/main.rs");
    let source = fs::read_to_string(&path).expect("the source is there");
    let (actual, count) = held(&source);
    assert_eq!(count, 2, "conversations in the head");
    if std::env::var_os("TRANSCRIPTS").is_some_and(|wish| wish == "write") {
        fs::write(&path, &actual).expect("the source can be written");
        return;
    }
    let differs = source
        .lines()
        .zip(actual.lines())
        .enumerate()
        .find(|(_, (a, b))| a != b);
    assert_eq!(differs, None, "line, as it stands there, as it was said");
    assert_eq!(source, actual);
}
