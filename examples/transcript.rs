//! Transcripts: conversations as text, held with the real program.
//!
//! A transcript is script and expectation in one: its `you` lines are typed into `chat --plain`, and the output must be
//! the transcript again. To write one, begin with the `you` lines and run the test with `TRANSCRIPTS=write`.
//!
//! The tests of the examples share this file: `#[path = "../../transcript.rs"] mod transcript;`.

use std::{
    fs,
    io::Write as _,
    path::Path,
    process::{Command, Stdio},
};

/// The program, about to chat through pipes.
pub(crate) fn chatting(program: &Path) -> Command {
    let mut command = Command::new(program);
    command
        .args(["chat", "--plain"])
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// What the program prints when these lines are typed.
pub(crate) fn said(mut chatting: Command, lines: &str) -> String {
    let mut program = chatting.spawn().expect("the program starts");
    let mut input = program.stdin.take().expect("its input is a pipe");
    input.write_all(lines.as_bytes()).expect("it reads");
    drop(input);
    let ended = program.wait_with_output().expect("it ends");
    assert_eq!(String::from_utf8_lossy(&ended.stderr), "");
    assert!(ended.status.success(), "{}", ended.status);
    String::from_utf8(ended.stdout).expect("a conversation is text")
}

/// The lines that a transcript says were typed, each with its end.
pub(crate) fn typed(transcript: &str) -> Vec<String> {
    let lines = transcript.lines().filter_map(|line| line.strip_prefix("you    "));
    lines
        .map(|line| line.split("  (").next().unwrap_or(line).to_owned() + "\n")
        .collect()
}

/// Whether transcripts are written, not compared.
pub(crate) fn is_to_be_written() -> bool {
    std::env::var_os("TRANSCRIPTS").is_some_and(|wish| wish == "write")
}

/// Panics at the first line that differs.
pub(crate) fn assert_same(file: &Path, expected: &str, actual: &str) {
    let same = expected
        .lines()
        .zip(actual.lines())
        .take_while(|(a, b)| a == b)
        .count();
    let from_there = |text: &str| text.lines().skip(same).take(6).collect::<Vec<_>>().join("\n");
    assert!(
        expected == actual,
        "{}, line {} of the conversation: expected\n{}\nbut the program printed\n{}\n",
        file.display(),
        same + 1,
        from_there(expected),
        from_there(actual),
    );
}

/// The conversation that the head of a source file shows, and the lines of the file around it.
pub(crate) struct Head<'s> {
    before: &'s str,
    pub(crate) transcript: String,
    after: &'s str,
}

impl<'s> Head<'s> {
    /// `None` where it shows none. It begins after the line that calls `chat`, and ends with its code block.
    pub(crate) fn of(source: &'s str) -> Option<Self> {
        let begin = source.find(" -- chat\n")? + " -- chat\n".len();
        let end = begin + source[begin..].find("//! ```\n")?;
        let (before, rest) = source.split_at(begin);
        let (block, after) = rest.split_at(end - begin);
        let lines = block.lines().map(|line| {
            let line = line.strip_prefix("//!").unwrap_or(line);
            line.strip_prefix(' ').unwrap_or(line).to_owned() + "\n"
        });
        Some(Self {
            before,
            transcript: lines.collect(),
            after,
        })
    }

    /// The source with another conversation at its head.
    pub(crate) fn showing(&self, transcript: &str) -> String {
        let lines = transcript
            .lines()
            .map(|line| format!("//! {line}").trim_end().to_owned() + "\n");
        self.before.to_owned() + &lines.collect::<String>() + self.after
    }
}

/// Compares the conversation at the head of a source file with one that was held, or writes it there.
pub(crate) fn assert_head_shows(file: &Path, held: impl FnOnce(&str) -> String) {
    let source = fs::read_to_string(file).expect("the source is there");
    let head =
        Head::of(&source).unwrap_or_else(|| panic!("{}: no transcript stands at its head", file.display()));
    let actual = held(&head.transcript);
    if is_to_be_written() {
        fs::write(file, head.showing(&actual)).expect("the source can be written");
    } else {
        assert_same(file, &head.transcript, &actual);
    }
}
