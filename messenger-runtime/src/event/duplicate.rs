//! By what an event is known when it arrives twice.

use std::{borrow::Cow, mem};

use sha2::{Digest as _, Sha256};

use super::{Event, json::Reader, kind::Kind};

/// The key of an event: page, channel, kind and mid where the mid is the event's own, else its content.
pub(super) fn key(event: &Event<'_>) -> [u8; 16] {
    let mut hash = Sha256::new();
    for part in [
        event.object.as_str(),
        event.channel.as_str(),
        event.field().unwrap_or_default(),
        event.page(),
    ] {
        write_part(&mut hash, part.as_bytes());
    }
    match own_mid(event) {
        Some((state, mid)) => {
            hash.update(state);
            write_part(&mut hash, event.kind.name().as_bytes());
            write_part(&mut hash, mid.as_bytes());
        }
        None => {
            hash.update([0]);
            hash.update(canonical(event.raw.as_str()));
        }
    }
    let digest: [u8; 32] = hash.finalize().into();
    let mut key = [0; 16];
    key.copy_from_slice(&digest[..16]);
    key
}

/// The mid that names this very event, and whether it still stands or was taken back since. Receipts,
/// reactions and edits carry the mid of another message.
fn own_mid<'e>(event: &'e Event<'_>) -> Option<([u8; 1], &'e str)> {
    let (state, mid) = match &event.kind {
        Kind::Postback(postback) => (1, postback.mid.as_deref()?),
        kind => {
            let message = kind.message()?;
            (1 + u8::from(message.is_deleted), message.mid.as_deref()?)
        }
    };
    (!mid.is_empty()).then_some(([state], mid))
}

/// Lengths first, so that no two lists of parts read the same.
fn write_part(hash: &mut Sha256, part: &[u8]) {
    hash.update((part.len() as u64).to_le_bytes());
    hash.update(part);
}

/// Above this many bytes a container is represented by its digest, so that nesting costs no more than it
/// has bytes.
const WRITTEN_OUT: usize = 512;

/// A container being read: its members so far, each in canonical form.
struct Open<'a> {
    is_object: bool,
    key: Cow<'a, str>,
    members: Vec<(Cow<'a, str>, Vec<u8>)>,
}

/// The canonical form of a JSON value: the same whatever the whitespace, the escapes and the order of keys.
///
/// Containers are closed from the inside out with a stack of their own: nesting is limited by nothing but
/// the size of the body.
fn canonical(json: &str) -> Vec<u8> {
    let mut reader = Reader::new(json);
    let mut open: Vec<Open<'_>> = Vec::new();
    loop {
        let mut finished = match reader.peek() {
            first @ (b'{' | b'[') => {
                let is_object = first == b'{' && reader.enter_object();
                if !is_object {
                    reader.enter_array();
                }
                open.push(Open {
                    is_object,
                    key: Cow::Borrowed(""),
                    members: Vec::new(),
                });
                None
            }
            b'"' => Some(tagged(b'"', reader.scalar().unwrap_or_default().as_bytes())),
            _ => Some(tagged(b'0', reader.skip().as_bytes())),
        };
        // Hand what is finished to what surrounds it, until something is left to read.
        loop {
            let Some(parent) = open.last_mut() else {
                return finished.unwrap_or_default();
            };
            if let Some(value) = finished.take() {
                parent.members.push((mem::take(&mut parent.key), value));
            }
            let has_more = if parent.is_object {
                let key = reader.next_key();
                let has_key = key.is_some();
                parent.key = key.unwrap_or_default();
                has_key
            } else {
                reader.next_element()
            };
            if has_more {
                break;
            }
            finished = open.pop().map(Open::close);
        }
    }
}

impl Open<'_> {
    fn close(mut self) -> Vec<u8> {
        if self.is_object {
            self.members.sort();
        }
        let mut content = Vec::new();
        for (key, value) in &self.members {
            if self.is_object {
                content.extend(tagged(b'"', key.as_bytes()));
            }
            content.extend(value);
        }
        let tag = if self.is_object { b'{' } else { b'[' };
        if content.len() > WRITTEN_OUT {
            let digest: [u8; 32] = Sha256::digest(&content).into();
            return tagged(tag ^ 0x80, &digest);
        }
        tagged(tag, &content)
    }
}

fn tagged(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(content.len() + 9);
    bytes.push(tag);
    bytes.extend((content.len() as u64).to_le_bytes());
    bytes.extend(content);
    bytes
}
