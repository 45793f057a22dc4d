//! Forms as they arrive, and files to send.

use std::{io::Write as _, path::PathBuf};

use super::*;

/// One part of a form: its headers, and what it holds.
#[derive(Debug, PartialEq)]
pub(super) struct Part {
    pub(super) headers: Vec<String>,
    pub(super) content: Vec<u8>,
}

impl Part {
    pub(super) fn name(&self) -> &str {
        let (_, rest) = self.headers[0].split_once(" name=\"").unwrap();
        rest.split_once('"').unwrap().0
    }
    pub(super) fn text(&self) -> &str {
        str::from_utf8(&self.content).unwrap()
    }
    pub(super) fn json(&self) -> Value {
        serde_json::from_slice(&self.content).unwrap()
    }
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

/// The parts of a form, read as strictly as its standard says.
pub(super) fn parts(asked: &Asked) -> Vec<Part> {
    let kind = asked.header("content-type").unwrap();
    let boundary = kind.strip_prefix("multipart/form-data; boundary=").unwrap();
    let delimiter = format!("\r\n--{boundary}");
    let body = [b"\r\n", &asked.body[..]].concat();
    let length: usize = asked.header("content-length").unwrap().parse().unwrap();
    assert_eq!(length, asked.body.len());
    let mut parts = Vec::new();
    let mut rest = &body[find(&body, delimiter.as_bytes()).unwrap() + delimiter.len()..];
    while let Some(part) = rest.strip_prefix(b"\r\n") {
        let end = find(part, delimiter.as_bytes()).unwrap();
        let head = find(part, b"\r\n\r\n").unwrap();
        let headers = str::from_utf8(&part[..head]).unwrap();
        parts.push(Part {
            headers: headers.split("\r\n").map(str::to_owned).collect(),
            content: part[head + 4..end].to_vec(),
        });
        rest = &part[end + delimiter.len()..];
    }
    assert_eq!(rest, b"--\r\n");
    parts
}

pub(super) fn names(parts: &[Part]) -> Vec<&str> {
    parts.iter().map(Part::name).collect()
}

/// A file that is gone with the test.
pub(super) struct Temporary(pub(super) PathBuf);

impl Temporary {
    pub(super) fn new(name: &str, content: &[u8]) -> Self {
        let folder =
            std::env::temp_dir().join(format!("uploads-{}-{:x}", std::process::id(), fastrand::u64(..)));
        std::fs::create_dir(&folder).unwrap();
        let path = folder.join(name);
        std::fs::File::create(&path).unwrap().write_all(content).unwrap();
        Self(path)
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        std::fs::remove_dir_all(self.0.parent().unwrap()).unwrap();
    }
}
