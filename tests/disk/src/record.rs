//! What a program did to its disk.

use std::{fs, io, path::Path};

/// One change, in the order in which they happened. Files are numbered by when they were opened; another process that
/// continues the record begins anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// A file of this name, below the directory, is `file` from now on.
    Open {
        /// The number.
        file: u32,
        /// The name.
        name: String,
    },
    /// Bytes were written.
    Write {
        /// The file.
        file: u32,
        /// Where they begin.
        offset: u64,
        /// The bytes.
        data: Vec<u8>,
    },
    /// The file has this size.
    Truncate {
        /// The file.
        file: u32,
        /// The size.
        size: u64,
    },
    /// What was done to the file until here is durable.
    Sync {
        /// The file.
        file: u32,
    },
    /// The file could not be synced. What was done to it since the last time stays readable, but no later sync makes
    /// it durable.
    SyncFailed {
        /// The file.
        file: u32,
    },
    /// The file of this name is gone.
    Unlink {
        /// The name.
        name: String,
    },
    /// The program has told somebody of this.
    Acknowledged(String),
}

/// What a program did to its disk, in order; also what several did, one after the other.
#[derive(Debug, Clone, Default)]
pub struct Record(pub Vec<Change>);

impl Record {
    /// Reads what the shim wrote.
    ///
    /// # Errors
    ///
    /// The file cannot be read, or is no record. An end in the middle of a change is one of these.
    pub fn read(path: &Path) -> io::Result<Self> {
        let bytes = fs::read(path)?;
        let mut rest = &bytes[..];
        let mut changes = Vec::new();
        while !rest.is_empty() {
            let change = next(&mut rest).ok_or_else(|| io::Error::other("the record is cut or damaged"))?;
            changes.push(change);
        }
        Ok(Self(changes))
    }
}

fn next(rest: &mut &[u8]) -> Option<Change> {
    let [kind] = take(rest)?;
    let file = u32::from_le_bytes(take(rest)?);
    let offset = u64::from_le_bytes(take(rest)?);
    let length = u32::from_le_bytes(take(rest)?) as usize;
    let (data, after) = rest.split_at_checked(length)?;
    *rest = after;
    let text = || String::from_utf8(data.to_vec()).ok();
    Some(match kind {
        b'O' => Change::Open { file, name: text()? },
        b'W' => Change::Write {
            file,
            offset,
            data: data.to_vec(),
        },
        b'T' => Change::Truncate { file, size: offset },
        b'S' => Change::Sync { file },
        b'E' => Change::SyncFailed { file },
        b'U' => Change::Unlink { name: text()? },
        b'A' => Change::Acknowledged(text()?),
        _ => return None,
    })
}

fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (head, after) = rest.split_first_chunk()?;
    *rest = after;
    Some(*head)
}
