//! What the platform's side remembers from one chat to the next on the same store: what can be tapped, and who has the
//! conversation.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use super::{answer::Choice, platform::Owner};

/// What is remembered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Noted {
    /// What can be tapped, by the numbers on the screen less one.
    pub(super) choices: Vec<Choice>,
    pub(super) owner: Owner,
    /// Whether the person has done anything, so that the platform has a conversation.
    pub(super) opened: bool,
    /// Whether somebody wrote from the inbox and has not given the conversation back.
    pub(super) agent_wrote: bool,
}

/// The file beside the store in which it stands.
#[derive(Debug)]
pub(super) struct Notes {
    path: Option<PathBuf>,
    written: Option<Noted>,
}

impl Notes {
    /// Nothing is remembered.
    pub(super) const fn none() -> Self {
        Self {
            path: None,
            written: None,
        }
    }

    /// Beside the store in `file`, and what stands there. Notes without their store are those of another conversation.
    pub(super) fn beside(file: &Path) -> (Self, io::Result<Option<Noted>>) {
        let mut path = file.as_os_str().to_owned();
        path.push(".chat");
        let path = PathBuf::from(path);
        let noted = if file.exists() { read(&path) } else { Ok(None) };
        let notes = Self {
            path: Some(path),
            written: None,
        };
        (notes, noted)
    }

    /// Writes it down, unless it stands there already. After a failure no more is written.
    pub(super) fn write(&mut self, noted: Noted) -> io::Result<()> {
        let Some(path) = &self.path else {
            return Ok(());
        };
        if self.written.as_ref() == Some(&noted) {
            return Ok(());
        }
        let ended = replace(path, &noted);
        match ended {
            Ok(()) => self.written = Some(noted),
            Err(_) => self.path = None,
        }
        ended
    }
}

fn read(path: &Path) -> io::Result<Option<Noted>> {
    match fs::read(path) {
        Ok(json) => Ok(serde_json::from_slice(&json)?),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// In one step, since the process may be killed at any time.
fn replace(path: &Path, noted: &Noted) -> io::Result<()> {
    let new = path.with_extension("chat-new");
    private(&new)?.write_all(&serde_json::to_vec(noted)?)?;
    fs::rename(new, path)
}

/// A file that only its owner reads: payloads may carry what a person said.
fn private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
