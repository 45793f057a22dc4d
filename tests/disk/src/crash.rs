//! What may be on the disk after the power went.

use std::{
    collections::{BTreeMap, HashMap},
    fs, io,
    path::Path,
};

use fastrand::Rng;

use crate::{Change, Record};

/// What a disk writes in one piece.
const SECTOR: u64 = 512;

/// A cut of the power at one point of a record.
#[derive(Debug, Clone, Copy)]
pub struct Crash {
    /// How many changes of the record had happened.
    pub at: usize,
    /// Whether the disk forgets what it was told to sync.
    pub lying: bool,
}

/// A file, and what was done to it since it was last synced.
#[derive(Debug, Default)]
struct File<'a> {
    durable: Vec<u8>,
    pending: Vec<&'a Change>,
}

impl Crash {
    /// A cut at a point of `record` drawn from `random`, on an honest disk.
    #[must_use]
    pub fn of(record: &Record, random: &mut Rng) -> Self {
        Self::after(0, record, random)
    }

    /// The same after the first `begin` changes of the record.
    #[must_use]
    pub fn after(begin: usize, record: &Record, random: &mut Rng) -> Self {
        Self {
            at: random.usize(begin..=record.0.len()),
            lying: false,
        }
    }

    /// The same on a disk that lies about syncing.
    #[must_use]
    pub fn lying(self) -> Self {
        Self { lying: true, ..self }
    }

    /// What had been acknowledged by then.
    #[must_use]
    pub fn acknowledged(self, record: &Record) -> Vec<&str> {
        let acknowledged = record.0[..self.at].iter().filter_map(|change| match change {
            Change::Acknowledged(what) => Some(what.as_str()),
            _ => None,
        });
        acknowledged.collect()
    }

    /// Writes the files below `dir`, as they may be found after the cut; which of the states that are
    /// possible is drawn from `random`.
    ///
    /// # Errors
    ///
    /// The files cannot be written.
    pub fn leave(self, record: &Record, random: &mut Rng, dir: &Path) -> io::Result<()> {
        let mut names: HashMap<u32, &str> = HashMap::new();
        let mut files: BTreeMap<&str, File<'_>> = BTreeMap::new();
        for change in &record.0[..self.at] {
            match change {
                Change::Open { file, name } => {
                    names.insert(*file, name);
                    files.entry(name).or_default();
                }
                Change::Write { file, .. } | Change::Truncate { file, .. } => {
                    if let Some(file) = names.get(file).and_then(|name| files.get_mut(name)) {
                        file.pending.push(change);
                    }
                }
                Change::Sync { file } => {
                    if let (false, Some(file)) =
                        (self.lying, names.get(file).and_then(|name| files.get_mut(name)))
                    {
                        file.sync();
                    }
                }
                Change::SyncFailed { file } => {
                    if let Some(file) = names.get(file).and_then(|name| files.get_mut(name)) {
                        file.sync_fails(random);
                    }
                }
                Change::Unlink { name } => {
                    files.remove(name.as_str());
                }
                Change::Acknowledged(_) => {}
            }
        }
        for (name, file) in files {
            // A directory was opened to be synced.
            if name.is_empty() || name == "." {
                continue;
            }
            let path = dir.join(name);
            if let Some(parent) = path.parent() {
                fs::create_dir_all(parent)?;
            }
            fs::write(path, file.after_the_cut(random))?;
        }
        Ok(())
    }
}

impl File<'_> {
    fn sync(&mut self) {
        for change in std::mem::take(&mut self.pending) {
            apply(&mut self.durable, change);
        }
    }

    /// Any part of it may have come to the disk. The rest never does: to the system it is written.
    fn sync_fails(&mut self, random: &mut Rng) {
        self.durable = std::mem::take(self).after_the_cut(random);
    }

    /// Everything synced, and of the rest any part, in any order.
    fn after_the_cut(mut self, random: &mut Rng) -> Vec<u8> {
        random.shuffle(&mut self.pending);
        let share = random.f64();
        for change in self.pending {
            match change {
                _ if random.f64() >= share => {}
                Change::Write { offset, data, .. } if random.bool() => {
                    tear(&mut self.durable, *offset, data, random);
                }
                change => apply(&mut self.durable, change),
            }
        }
        self.durable
    }
}

fn apply(content: &mut Vec<u8>, change: &Change) {
    match change {
        Change::Write { offset, data, .. } => write_at(content, *offset, data),
        Change::Truncate { size, .. } => content.resize(index(*size), 0),
        _ => {}
    }
}

/// Some of its sectors only.
fn tear(content: &mut Vec<u8>, offset: u64, data: &[u8], random: &mut Rng) {
    let mut at = 0;
    while at < data.len() {
        let begin = offset + at as u64;
        let until_the_next = index(SECTOR - begin % SECTOR).min(data.len() - at);
        if random.bool() {
            write_at(content, begin, &data[at..at + until_the_next]);
        }
        at += until_the_next;
    }
}

fn write_at(content: &mut Vec<u8>, offset: u64, data: &[u8]) {
    let begin = index(offset);
    let end = begin + data.len();
    if content.len() < end {
        content.resize(end, 0);
    }
    content[begin..end].copy_from_slice(data);
}

fn index(offset: u64) -> usize {
    usize::try_from(offset).expect("files of tests fit into memory")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::TempDir;

    fn record() -> Record {
        let write = |offset, byte| Change::Write {
            file: 1,
            offset,
            data: vec![byte; 1024],
        };
        Record(vec![
            Change::Open {
                file: 1,
                name: "f".to_owned(),
            },
            write(0, b'a'),
            Change::Sync { file: 1 },
            Change::Acknowledged("a".to_owned()),
            write(0, b'b'),
            write(1024, b'c'),
        ])
    }

    #[test]
    fn what_was_synced_stays_and_the_rest_may_be_torn() {
        let record = record();
        let mut seen = std::collections::HashSet::new();
        for seed in 0..200 {
            let dir = TempDir::new("crash").unwrap();
            let crash = Crash { at: 6, lying: false };
            crash
                .leave(&record, &mut Rng::with_seed(seed), dir.path())
                .unwrap();
            let content = fs::read(dir.path().join("f")).unwrap();
            assert!(content.len() >= 1024, "the synced bytes are there");
            assert!(content[..1024].iter().all(|byte| b"ab".contains(byte)));
            assert!(
                content
                    .chunks(512)
                    .all(|sector| sector.iter().all(|byte| *byte == sector[0]))
            );
            seen.insert(content.iter().step_by(512).copied().collect::<Vec<_>>());
            assert_eq!(crash.acknowledged(&record), ["a"]);
        }
        for possible in [&b"aa"[..], b"bb", b"ab", b"ba", b"aacc", b"bbcc", b"aa\0c"] {
            assert!(seen.contains(possible), "{possible:?} of {seen:?}");
        }
    }

    #[test]
    fn a_disk_that_lies_loses_what_was_synced() {
        let record = record();
        let lost = (0..50).any(|seed| {
            let dir = TempDir::new("lying").unwrap();
            let crash = Crash { at: 4, lying: true };
            crash
                .leave(&record, &mut Rng::with_seed(seed), dir.path())
                .unwrap();
            fs::read(dir.path().join("f")).unwrap().is_empty()
        });
        assert!(lost);
    }

    /// What a failed sync left out is missing for good, and so leaves a gap before what is synced after it.
    #[test]
    fn a_later_sync_does_not_make_up_for_one_that_failed() {
        let mut record = record();
        record.0.extend([
            Change::SyncFailed { file: 1 },
            Change::Write {
                file: 1,
                offset: 2048,
                data: vec![b'd'; 512],
            },
            Change::Sync { file: 1 },
        ]);
        let mut seen = std::collections::HashSet::new();
        for seed in 0..200 {
            let dir = TempDir::new("failed-sync").unwrap();
            let crash = Crash { at: 9, lying: false };
            crash
                .leave(&record, &mut Rng::with_seed(seed), dir.path())
                .unwrap();
            let content = fs::read(dir.path().join("f")).unwrap();
            assert_eq!(&content[2048..], [b'd'; 512], "the later sync holds");
            seen.insert(content.iter().step_by(512).copied().collect::<Vec<_>>());
        }
        for possible in [&b"aa\0\0d"[..], b"bbccd", b"aaccd"] {
            assert!(seen.contains(possible), "{possible:?} of {seen:?}");
        }
    }
}
