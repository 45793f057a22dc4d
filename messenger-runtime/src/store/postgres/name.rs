//! How conversations are named in the tables: `page/PAGE/PERSON`, `instagram/ACCOUNT`.

use crate::{event::Object, store::Conversation};

/// The name of a conversation. Slashes and percent signs in ids are escaped, so that no two share one.
pub(super) fn encode(conversation: &Conversation) -> Vec<u8> {
    let mut name = of_page(conversation.object, &conversation.page);
    if let Some(person) = &conversation.person {
        name.push(b'/');
        escape(person, &mut name);
    }
    name
}

/// The name of the page's own conversation, which begins those of its people.
pub(super) fn of_page(object: Object, page: &str) -> Vec<u8> {
    let mut name = Vec::with_capacity(48);
    name.extend_from_slice(object.as_str().as_bytes());
    name.push(b'/');
    escape(page, &mut name);
    name
}

/// The conversation of a name, or `None` where it is none.
pub(super) fn decode(name: &[u8]) -> Option<Conversation> {
    let mut parts = name.split(|byte| *byte == b'/');
    let object = [Object::Page, Object::Instagram]
        .into_iter()
        .find(|object| Some(object.as_str().as_bytes()) == parts.clone().next())?;
    parts.next();
    let page = unescape(parts.next()?)?.into();
    let person = match parts.next() {
        Some(person) => Some(unescape(person)?.into()),
        None => None,
    };
    parts
        .next()
        .is_none()
        .then_some(Conversation { object, page, person })
}

/// Says that these conversations wait for a version of the program that knows their names.
pub(super) fn of_another_version(names: &[&[u8]]) {
    tracing::warn!(
        conversations = names.len(),
        "MSG608: conversations are kept whose names only another version of this program can read; they wait for it"
    );
}

fn escape(text: &str, into: &mut Vec<u8>) {
    for byte in text.bytes() {
        match byte {
            b'%' => into.extend_from_slice(b"%25"),
            b'/' => into.extend_from_slice(b"%2F"),
            other => into.push(other),
        }
    }
}

fn unescape(text: &[u8]) -> Option<String> {
    String::from_utf8(text.to_vec())
        .ok()
        .map(|text| text.replace("%2F", "/").replace("%25", "%"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_name_gives_its_conversation_back(page in ".*", person in proptest::option::of(".*"), instagram: bool) {
            let conversation = Conversation {
                object: if instagram { Object::Instagram } else { Object::Page },
                page: page.into(),
                person: person.map(Into::into),
            };
            prop_assert_eq!(decode(&encode(&conversation)), Some(conversation));
        }

        #[test]
        fn any_bytes_decode_or_do_not(name in proptest::collection::vec(any::<u8>(), 0..40)) {
            let _ = decode(&name);
        }
    }

    #[test]
    fn a_slash_in_an_id_makes_no_other_conversation() {
        let of = |page: &str, person: Option<&str>| {
            encode(&Conversation {
                object: Object::Page,
                page: page.into(),
                person: person.map(Into::into),
            })
        };
        assert_ne!(of("1/2", None), of("1", Some("2")));
        assert_ne!(of("1%2F2", None), of("1/2", None));
    }
}
