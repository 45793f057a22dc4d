//! What the pages outside the code claim: their links lead somewhere, their compiler output is rustc's.

use std::{
    fs,
    path::{Path, PathBuf},
};

const PAGES: [&str; 6] = [
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "docs/errors.md",
    "docs/flows.md",
    "docs/migration.md",
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the workspace")
        .to_owned()
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The targets of a page's links within the project: `[text](target)`.
fn links(page: &str) -> impl Iterator<Item = &str> {
    let targets = page
        .split("](")
        .skip(1)
        .filter_map(|rest| Some(rest.split_once(')')?.0));
    targets.filter(|target| !target.contains("://"))
}

/// The name that a heading is linked by.
fn anchor(heading: &str) -> String {
    let kept = heading
        .chars()
        .filter(|c| c.is_alphanumeric() || " -_".contains(*c));
    kept.collect::<String>().to_lowercase().replace(' ', "-")
}

#[test]
fn every_link_leads_to_a_file_or_a_heading() {
    let mut count = 0;
    for name in PAGES {
        let path = root().join(name);
        let page = read(&path);
        let anchors: Vec<_> = page
            .lines()
            .filter(|line| line.starts_with('#'))
            .map(|line| anchor(line.trim_start_matches('#').trim()))
            .collect();
        for target in links(&page) {
            let found = match target.strip_prefix('#') {
                Some(heading) => anchors.iter().any(|anchor| anchor == heading),
                None => path.with_file_name("").join(target).exists(),
            };
            assert!(found, "{name} links to {target}, which is not there");
            count += 1;
        }
    }
    assert!(count > 20, "only {count} links were found");
}

#[test]
fn the_readme_shows_the_compilers_own_words() {
    let cases = fs::read_dir(root().join("tests/ui/fail")).expect("the compile cases");
    let outputs: Vec<_> = cases
        .map(|case| case.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "stderr"))
        .map(|path| read(&path))
        .collect();
    let readme = read(&root().join("README.md"));
    let shown: Vec<_> = readme
        .split("```text\n")
        .skip(1)
        .filter_map(|rest| Some(rest.split_once("\n```")?.0))
        .filter(|block| block.starts_with("error"))
        .collect();
    assert_eq!(shown.len(), 4);
    for block in shown {
        assert!(
            outputs.iter().any(|output| output.starts_with(block)),
            "no compile case prints\n{block}"
        );
    }
}
