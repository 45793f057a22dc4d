//! The preloaded part, and how a program under it speaks to it.

use std::{
    ffi::OsStr,
    fs, io,
    path::{Path, PathBuf},
    process::Command,
};

use crate::TempDir;

/// The compiled shim.
#[derive(Debug)]
pub struct Shim {
    library: PathBuf,
    _dir: TempDir,
}

impl Shim {
    /// Compiles it with the system's C compiler.
    ///
    /// # Errors
    ///
    /// There is no C compiler, or it failed.
    pub fn compile() -> io::Result<Self> {
        let dir = TempDir::new("shim")?;
        let library = dir.path().join("shim.so");
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("shim.c");
        let compiled = Command::new("cc")
            .args(["-shared", "-fPIC", "-O2", "-o"])
            .arg(&library)
            .arg(source)
            .arg("-ldl")
            .status()?;
        if !compiled.success() {
            return Err(io::Error::other("cc could not compile tests/disk/shim.c"));
        }
        Ok(Self { library, _dir: dir })
    }

    /// A command whose changes below `dir` are recorded in `record`, or only counted where that is `None`; then
    /// syncing costs nothing.
    #[must_use]
    pub fn command(&self, program: impl AsRef<OsStr>, dir: &Path, record: Option<&Path>) -> Command {
        let mut command = Command::new(program);
        command.env("LD_PRELOAD", &self.library).env("DISK_DIR", dir);
        match record {
            Some(record) => command.env("DISK_LOG", record),
            None => command.env("DISK_FAST", "1"),
        };
        command
    }

    /// As [`command`](Self::command) with a record, but syncing costs nothing, and so less is written at once.
    #[must_use]
    pub fn fast_command(&self, program: impl AsRef<OsStr>, dir: &Path, record: &Path) -> Command {
        let mut command = self.command(program, dir, Some(record));
        command.env("DISK_FAST", "1");
        command
    }
}

/// How a change fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The disk is broken.
    Eio,
    /// The disk is full.
    Enospc,
    /// The disk is broken, which shows when it is told to sync; [`changes`] then counts syncs alone.
    Sync,
}

impl Fault {
    /// The name by which the shim knows it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Eio => "EIO",
            Self::Enospc => "ENOSPC",
            Self::Sync => "SYNC",
        }
    }
}

/// Asks the shim for something, by the error that an impossible deletion gives.
fn ask(dir: &Path, what: &str) -> io::Error {
    fs::remove_file(dir.join(what)).expect_err("nothing has such a name")
}

/// Notes in the record that `what` has been acknowledged.
pub fn acknowledge(dir: &Path, what: &str) {
    ask(dir, &format!(".ack/{what}"));
}

/// Has the `at`th change from now on fail, and begins to count anew. Zero has none fail.
pub fn fail(dir: &Path, fault: Fault, at: u64) {
    ask(dir, &format!(".fail/{}/{at}", fault.name()));
}

/// How many changes there have been since [`fail`](fail()) was last called.
///
/// # Panics
///
/// Without the shim.
#[must_use]
pub fn changes(dir: &Path) -> u64 {
    let count = ask(dir, ".count")
        .raw_os_error()
        .expect("the shim answers by a number");
    u64::try_from(count).expect("a count is never negative")
}
