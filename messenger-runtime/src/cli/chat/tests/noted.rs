//! Two chats on one store are one conversation.

use std::{env, fs, path::PathBuf, process};

use super::{Parrot, kept, transcript};
use crate::{Bot as _, store::StoreLocation};

/// A file of its own, and what stands beside it.
struct Talk(PathBuf);

impl Talk {
    fn new() -> Self {
        let name = format!("chat-{}-{:x}", process::id(), fastrand::u64(..));
        let directory = env::temp_dir().join(name);
        fs::create_dir(&directory).unwrap();
        Self(directory)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    fn says(&self, lines: &str) -> String {
        let store = StoreLocation::Sqlite(self.file("talk.db"));
        kept(Parrot::stateless(), Some(store), lines, false)
    }
}

impl Drop for Talk {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn the_next_chat_on_a_store_taps_what_the_last_one_showed() {
    let talk = Talk::new();
    assert!(
        talk.says("buttons\n")
            .ends_with("[1] A  [2] B (https://parrot.example)\n")
    );
    // The second act of another chat is no duplicate of the first one's second.
    assert_eq!(
        talk.says("1\nhi\n"),
        "you    1  (taps A)\nbot    You tapped PAYLOAD:A\n\nyou    hi\nbot    You said hi\n"
    );
    assert_eq!(
        talk.says("/ref table-7\n"),
        "you    /ref table-7  (follows a link)\n       (no answer)\n"
    );
    // Without a store nothing is known.
    let forgotten = transcript(Parrot::stateless(), "1\n", false);
    assert_eq!(
        forgotten,
        "you    1\n!      there is nothing to tap yet; =1 sends 1 as a text\n"
    );
}

#[test]
fn who_has_the_conversation_is_known_in_the_next_chat() {
    let talk = Talk::new();
    let _ = talk.says("/agent I am Bob\n");
    assert_eq!(
        talk.says("hi\n/agent\nhi\n"),
        "\
you    hi
       (no answer: the bot is quiet while a human writes; /agent gives the conversation back)

you    /agent
       (the inbox gives the conversation back to the bot)

you    hi
bot    You said hi
"
    );
}

#[test]
fn notes_that_are_broken_or_of_another_conversation_are_not_used() {
    let talk = Talk::new();
    let _ = talk.says("buttons\n");
    let (store, notes) = (talk.file("talk.db"), talk.file("talk.db.chat"));
    let noted = fs::read(&notes).unwrap();
    fs::write(&notes, "[").unwrap();
    let text = talk.says("1\n");
    assert!(
        text.starts_with("!      what could be tapped in the last chat is forgotten"),
        "{text}"
    );
    assert!(
        text.ends_with("!      there is nothing to tap yet; =1 sends 1 as a text\n"),
        "{text}"
    );
    fs::write(&notes, noted).unwrap();
    assert_eq!(
        talk.says("1\n"),
        "you    1  (taps A)\nbot    You tapped PAYLOAD:A\n"
    );
    fs::remove_file(store).unwrap();
    for of_store in ["talk.db-wal", "talk.db-shm"] {
        let _ = fs::remove_file(talk.file(of_store));
    }
    assert_eq!(
        talk.says("1\n"),
        "you    1\n!      there is nothing to tap yet; =1 sends 1 as a text\n"
    );
}
