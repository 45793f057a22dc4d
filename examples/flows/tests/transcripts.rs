//! Every program in `src/bin` is headed by a conversation with it, which is held again here.
//!
//! To write one, begin with its `you` lines and run `TRANSCRIPTS=write cargo test -p flows`.

#[path = "../../transcript.rs"]
mod transcript;

use std::{
    env::consts::EXE_EXTENSION,
    fs,
    path::{Path, PathBuf},
    thread,
};

use transcript::{assert_head_shows, chatting, said, typed};

/// The name of each program and the file with its head: `src/bin/NAME.rs` or `src/bin/NAME/main.rs`.
fn programs() -> Vec<(String, PathBuf)> {
    let bin = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/bin");
    let entries = fs::read_dir(bin).expect("the programs are there");
    let program = |path: PathBuf| {
        let name = path.file_stem()?.to_str()?.to_owned();
        let file = if path.is_dir() { path.join("main.rs") } else { path };
        Some((name, file))
    };
    entries
        .map(|entry| program(entry.expect("an entry").path()).expect("a name in UTF-8"))
        .collect()
}

#[test]
fn every_program_says_what_its_head_shows() {
    let programs = programs();
    assert!(programs.len() >= 4, "{programs:?}");
    let built = Path::new(env!("CARGO_BIN_EXE_survey"));
    thread::scope(|scope| {
        for (name, file) in &programs {
            scope.spawn(move || {
                let program = built.with_file_name(name).with_extension(EXE_EXTENSION);
                assert_head_shows(file, |transcript| {
                    said(chatting(&program), &typed(transcript).concat())
                });
            });
        }
    });
}
