//! A conversation keeps its place though the process is killed between any two of its turns.

use std::{
    fs,
    io::{BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf},
    process::Command,
    thread,
};

use crate::{
    PROGRAM, file,
    transcript::{chatting, said, typed},
};

/// What is typed to see that the turn before is over: what it did is stored by then.
const OVER: &str = "/help";

/// A store of its own, gone when dropped.
struct Store(PathBuf);

impl Store {
    fn new(name: &str) -> Self {
        let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
        fs::create_dir_all(&directory).expect("a directory can be made");
        Self(directory)
    }

    fn chatting(&self) -> Command {
        let mut command = chatting(PROGRAM.as_ref());
        command.arg("--store").arg(self.0.join("talk.db"));
        command
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// What the program prints until these turns are over; then it is killed.
fn said_until_killed(mut chatting: Command, turns: &[String]) -> String {
    let mut program = chatting.spawn().expect("the program starts");
    let mut input = program.stdin.take().expect("its input is a pipe");
    let lines = turns.concat() + OVER + "\n";
    input.write_all(lines.as_bytes()).expect("it reads");
    let mut output = BufReader::new(program.stdout.take().expect("its output is a pipe"));
    let mut said = String::new();
    let end = loop {
        let before = said.len();
        let read = output.read_line(&mut said).expect("a conversation is text");
        assert_ne!(read, 0, "the program ended by itself after\n{said}");
        if said[before..].trim_end() == format!("you    {OVER}") {
            break before;
        }
    };
    // SIGKILL, where there are signals.
    program.kill().expect("it still runs");
    let ended = program.wait().expect("it is gone");
    assert!(!ended.success());
    said.truncate(end);
    said
}

/// The conversation, the process killed after so many turns and started again.
fn held_with_a_kill(turns: &[String], killed_after: usize, chatting: impl Fn() -> Command) -> String {
    let (before, after) = turns.split_at(killed_after);
    said_until_killed(chatting(), before) + &said(chatting(), &after.concat())
}

/// Both transcripts, killed at each place between two turns: on one store, and with none.
fn held_with_every_kill(name: &str) {
    let whole = said(chatting(PROGRAM.as_ref()), &typed_in(name).concat());
    let turns = typed_in(name);
    let (turns, whole) = (&turns[..], &whole[..]);
    assert!(turns.len() > 5, "{name} is too short to tell anything");
    thread::scope(|scope| {
        for killed_after in 1..turns.len() {
            scope.spawn(move || {
                let store = Store::new(&format!("{name}-{killed_after}"));
                let kept = held_with_a_kill(turns, killed_after, || store.chatting());
                assert_eq!(kept, whole, "{name}, killed after {killed_after} turns");
                let lost = held_with_a_kill(turns, killed_after, || chatting(PROGRAM.as_ref()));
                assert_ne!(
                    lost, whole,
                    "{name}: nothing is lost without a store after {killed_after} turns"
                );
            });
        }
    });
}

fn typed_in(name: &str) -> Vec<String> {
    typed(&fs::read_to_string(file(name)).expect("the transcript is there"))
}

#[test]
fn a_checkout_keeps_its_place_wherever_the_process_is_killed() {
    held_with_every_kill("checkout");
}

#[test]
fn so_does_one_that_a_human_interrupts() {
    held_with_every_kill("interrupted");
}
