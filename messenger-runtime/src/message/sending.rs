//! What sending has to know of a message, and the metadata it travels with.
//!
//! The outbox gives each message a key, by whose echo a send in doubt is settled. Key and the bot's own
//! metadata share the platform's one field: `KEY` or `KEY metadata`. A key is a digest of 32 digits, a
//! colon, and where the message stands: `7` for one that the bot sent by itself, `r7` in the reply of a turn,
//! `7.89abcdef` for one sent while a handler ran, with 8 digits of what it says.

use std::borrow::Cow;

use serde::{Serialize, Serializer};

use super::{
    LimitErrors, MediaKind, Message, Platform, SendOptions,
    attachment::{Attachment, Source},
    check::Walk,
    limits,
    words::Words,
};

impl Message {
    /// The kind of its media, and whether the platform has to fetch it before it answers.
    pub(crate) fn media_kind(&self) -> Option<(MediaKind, bool)> {
        let attachment = self.attachment.as_ref()?;
        let (Attachment::Image(source)
        | Attachment::Audio(source)
        | Attachment::Video(source)
        | Attachment::File(source)) = attachment
        else {
            return None;
        };
        let kind = match attachment {
            Attachment::Image(_) => MediaKind::Image,
            Attachment::Audio(_) => MediaKind::Audio,
            Attachment::Video(_) => MediaKind::Video,
            _ => MediaKind::File,
        };
        Some((kind, matches!(source, Source::Url { .. })))
    }
}

/// Checks a message that goes by itself, with what goes with it, for everything the platform would refuse.
pub(crate) fn check_sent(
    message: &Message,
    options: &SendOptions,
    platform: Platform,
) -> Result<(), LimitErrors> {
    let mut walk = Walk::new(platform);
    walk.send(message, options, limits::METADATA);
    walk.finish()
}

/// A message with the key of its row in the outbox.
pub(crate) struct Keyed<'a> {
    pub(crate) message: &'a Message,
    pub(crate) key: &'a str,
}

impl Serialize for Keyed<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Wire<'a> {
            #[serde(flatten)]
            message: Cow<'a, Message>,
            metadata: Cow<'a, str>,
        }
        let Self { message, key } = *self;
        let wire = match &message.metadata {
            None => Wire {
                message: Cow::Borrowed(message),
                metadata: key.into(),
            },
            Some(own) => Wire {
                metadata: format!("{key} {}", &**own).into(),
                message: Cow::Owned(Message {
                    metadata: None::<Words>,
                    ..message.clone()
                }),
            },
        };
        wire.serialize(serializer)
    }
}

/// The outbox's key at the beginning of an echo's metadata, and what the bot added to it.
pub(crate) fn split_key(metadata: &str) -> Option<(&str, Option<&str>)> {
    let (key, own) = match metadata.split_once(' ') {
        Some((key, own)) => (key, Some(own)),
        None => (metadata, None),
    };
    let (event, place) = key.split_once(':')?;
    let ordinal = match (place.strip_prefix('r'), place.split_once('.')) {
        (Some(ordinal), _) => ordinal,
        (None, Some((ordinal, said))) if is_hex(said, 8) => ordinal,
        (None, Some(_)) => return None,
        (None, None) => place,
    };
    let is_key =
        is_hex(event, 32) && !ordinal.is_empty() && ordinal.bytes().all(|byte| byte.is_ascii_digit());
    is_key.then_some((key, own))
}

fn is_hex(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::message::Reply;

    const KEY: &str = "0123456789abcdef0123456789abcdef:4294967295.01234567";

    fn keyed(message: &Message) -> serde_json::Value {
        serde_json::to_value(Keyed { message, key: KEY }).unwrap()
    }

    #[test]
    fn a_key_goes_alone_or_before_the_metadata_of_the_bot() {
        assert_eq!(keyed(&Message::text("a")), json!({"text": "a", "metadata": KEY}));
        assert_eq!(
            keyed(&Message::text("a").metadata("order 7")),
            json!({"text": "a", "metadata": format!("{KEY} order 7")})
        );
    }

    #[test]
    fn the_longest_key_and_metadata_fit_the_platform() {
        let with = |length| Message::text("a").metadata("x".repeat(length));
        let at_limit = with(limits::REPLY_METADATA.max);
        assert!(
            Reply::message(at_limit.clone())
                .check(Platform::Messenger)
                .is_ok()
        );
        assert_eq!(keyed(&at_limit)["metadata"].as_str().unwrap().len(), 999);
        let over = with(limits::REPLY_METADATA.max + 1);
        let reply = Reply::text("a").then(over.clone());
        assert_eq!(
            reply.check(Platform::Messenger).unwrap_err().to_string(),
            "MSG101 actions[1].metadata: 947 characters, at most 946"
        );
        let alone = |message| check_sent(&message, &SendOptions::default(), Platform::Messenger);
        assert!(alone(over).is_ok(), "a message of its own has no key");
        assert!(alone(with(limits::METADATA.max)).is_ok());
        assert!(alone(with(limits::METADATA.max + 1)).is_err());
    }

    #[test]
    fn keys_of_every_kind_are_known() {
        let event = "0123456789abcdef0123456789abcdef";
        for place in ["0", "12", "r0", "r12", "0.89abcdef", "12.00000000"] {
            let key = format!("{event}:{place}");
            assert_eq!(split_key(&key), Some((&*key, None)));
            assert_eq!(split_key(&format!("{key} own")), Some((&*key, Some("own"))));
        }
        for place in [
            "",
            "r",
            "x0",
            "r0.89abcdef",
            "0.",
            ".89abcdef",
            "0.89abcde",
            "0.89abcdeg",
            "-1",
        ] {
            assert_eq!(split_key(&format!("{event}:{place}")), None, "{place}");
        }
    }

    #[test]
    fn what_is_no_key_is_left_alone() {
        for other in [
            "",
            " ",
            "order 7",
            "0123:1",
            &KEY[..33],
            &KEY.replace('0', "g"),
            &format!("x{KEY}"),
        ] {
            assert_eq!(split_key(other), None, "{other}");
        }
    }

    proptest! {
        #[test]
        fn the_metadata_of_the_bot_comes_back_whole(own in "\\PC{0,40}") {
            let metadata = format!("{KEY} {own}");
            prop_assert_eq!(split_key(&metadata), Some((KEY, Some(own.as_str()))));
        }
    }
}
