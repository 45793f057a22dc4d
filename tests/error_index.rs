//! The error index and the source name the same codes.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the workspace")
        .to_owned()
}

/// Every `MSG` with three digits behind it.
fn codes(text: &str) -> BTreeSet<String> {
    let found = text.match_indices("MSG").filter_map(|(at, _)| {
        let code = text.get(at..at + 6)?;
        code.as_bytes()[3..]
            .iter()
            .all(u8::is_ascii_digit)
            .then(|| code.to_owned())
    });
    found.collect()
}

fn codes_under(folder: &Path, all: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
    {
        // Tests make up causes of their own.
        if entry.ends_with("tests") || entry.ends_with("tests.rs") {
            continue;
        }
        if entry.is_dir() {
            codes_under(&entry, all);
        } else if entry.extension().is_some_and(|extension| extension == "rs") {
            all.append(&mut codes(&fs::read_to_string(entry).expect("source is text")));
        }
    }
}

/// Every code of the crates of the project.
fn of_the_source() -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for entry in fs::read_dir(root())
        .expect("the workspace")
        .map(|entry| entry.expect("an entry").path())
    {
        let is_crate = entry
            .file_name()
            .is_some_and(|name| name.to_string_lossy().starts_with("messenger-"));
        if is_crate && entry.join("src").is_dir() {
            codes_under(&entry.join("src"), &mut all);
        }
    }
    all
}

/// The headings that stand in another section than that of their hundred, and sections that the table of
/// contents does not link to.
fn misplaced(index: &str) -> Vec<&str> {
    let mut hundred = "";
    let headings = index.lines().filter(|line| line.starts_with("##"));
    headings
        .filter(|line| {
            if let Some(section) = line.strip_prefix("## ") {
                hundred = section.get(..1).unwrap_or_default();
                let anchor = section.to_lowercase().replace(' ', "-").replace(':', "");
                return !index.contains(&format!("](#{anchor})"));
            }
            line.strip_prefix("### MSG")
                .is_some_and(|code| !code.starts_with(hundred))
        })
        .collect()
}

#[test]
fn what_stands_in_the_wrong_place_is_found() {
    let index = "[1xx](#1xx-a)\n## 1xx: a\n### MSG101: b\n### MSG201: c\n## 2xx: d\n";
    assert_eq!(misplaced(index), ["### MSG201: c", "## 2xx: d"]);
}

#[test]
fn every_code_has_one_entry_and_every_entry_a_code() {
    let index = fs::read_to_string(root().join("docs/errors.md")).expect("the error index");
    let headings: Vec<_> = index
        .lines()
        .filter_map(|line| line.strip_prefix("### ")?.get(..6))
        .collect();
    let entries: BTreeSet<_> = headings.iter().map(|&code| code.to_owned()).collect();
    assert_eq!(entries.len(), headings.len(), "a code stands twice");
    assert!(headings.is_sorted(), "in the order of their numbers");
    assert_eq!(
        misplaced(&index),
        Vec::<&str>::new(),
        "under the heading of others"
    );
    let source = of_the_source();
    assert!(source.len() > 30, "the source was not found: {source:?}");
    assert_eq!(
        source.difference(&entries).collect::<Vec<_>>(),
        Vec::<&String>::new(),
        "without an entry"
    );
    assert_eq!(
        entries.difference(&source).collect::<Vec<_>>(),
        Vec::<&String>::new(),
        "not in the source"
    );
}

#[test]
fn every_entry_says_why_and_what_to_do() {
    let index = fs::read_to_string(root().join("docs/errors.md")).expect("the error index");
    for entry in index.split("\n### ").skip(1) {
        let code = entry.get(..6).unwrap_or(entry);
        for part in ["**Why:**", "**Do:**"] {
            assert!(entry.contains(part), "{code} lacks {part}");
        }
    }
}
