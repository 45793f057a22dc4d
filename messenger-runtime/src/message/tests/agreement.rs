//! Any message that validates has the platform's shape, and no other message validates.

use proptest::{prelude::*, sample::Index, test_runner::TestCaseError};
use serde_json::Value;

use super::{arbitrary, shape::shape};
use crate::message::{LimitErrors, Message, Platform, SendOptions, check_sent, limits};

/// A change to one value of a message.
#[derive(Debug, Clone)]
enum Change {
    Text(String),
    Length(usize),
    Number(u8),
    Flip,
    Remove,
    /// Takes another message's members over.
    Merge,
}

fn change() -> impl Strategy<Value = Change> {
    let lengths = vec![
        0, 1, 20, 21, 45, 46, 80, 81, 500, 640, 641, 999, 1000, 1001, 1999, 2000,
    ];
    let text =
        (prop::sample::select(lengths), any::<bool>(), any::<bool>()).prop_map(|(length, wide, url)| {
            let start = if url { "https://" } else { "" };
            let letter = if wide { "é" } else { "x" };
            format!("{start}{}", letter.repeat(length))
        });
    prop_oneof![
        4 => text.prop_map(Change::Text),
        3 => prop::sample::select(vec![0, 1, 2, 3, 4, 6, 7, 10, 11, 13, 14, 30, 31, 100, 101]).prop_map(Change::Length),
        1 => (0..9_u8).prop_map(Change::Number),
        1 => Just(Change::Flip),
        2 => Just(Change::Remove),
        1 => Just(Change::Merge),
    ]
}

impl Change {
    fn fits(&self, value: &Value) -> bool {
        match self {
            Self::Text(_) => value.is_string(),
            Self::Length(_) => value.is_array(),
            Self::Number(_) => value.is_number(),
            Self::Flip => value.is_boolean(),
            Self::Remove => value.is_object(),
            Self::Merge => false,
        }
    }

    fn apply(self, value: &mut Value, pick: &Index) {
        match (self, value) {
            (Self::Text(text), value) => *value = text.into(),
            (Self::Number(number), value) => *value = number.into(),
            (Self::Flip, Value::Bool(flag)) => *flag = !*flag,
            (Self::Length(length), Value::Array(list)) if !list.is_empty() => {
                *list = list.iter().cycle().take(length).cloned().collect();
            }
            (Self::Remove, Value::Object(object)) if !object.is_empty() => {
                let key = object.keys().nth(pick.index(object.len())).cloned();
                object.retain(|other, _| Some(other) != key.as_ref());
            }
            _ => {}
        }
    }
}

/// The pointers to every value that `fits`.
fn places(value: &Value, path: String, fits: &dyn Fn(&Value) -> bool, found: &mut Vec<String>) {
    match value {
        Value::Array(list) => {
            for (n, item) in list.iter().enumerate() {
                places(item, format!("{path}/{n}"), fits, found);
            }
        }
        Value::Object(object) => {
            for (key, item) in object {
                places(item, format!("{path}/{key}"), fits, found);
            }
        }
        _ => {}
    }
    if fits(value) {
        found.push(path);
    }
}

fn changed(message: &Message, other: &Message, changes: Vec<(Change, Index)>) -> Value {
    let mut value = serde_json::to_value(message).unwrap();
    for (change, pick) in changes {
        if let (Change::Merge, Some(message)) = (&change, value.as_object_mut()) {
            let other = serde_json::to_value(other).unwrap();
            message.extend(other.as_object().unwrap().clone());
            continue;
        }
        let mut found = Vec::new();
        places(&value, String::new(), &|value| change.fits(value), &mut found);
        if !found.is_empty() {
            let place = value.pointer_mut(pick.get::<String>(&found)).unwrap();
            change.apply(place, &pick);
        }
    }
    value
}

/// The check of a message that goes by itself.
fn alone(message: &Message, platform: Platform) -> Result<(), LimitErrors> {
    check_sent(message, &SendOptions::default(), platform)
}

/// That `message` is written as it is read.
fn survives(message: &Message, value: Value) -> Result<(), TestCaseError> {
    let text = serde_json::to_string(message).unwrap();
    prop_assert_eq!(&serde_json::from_str::<Message>(&text).unwrap(), message);
    prop_assert_eq!(&serde_json::from_value::<Message>(value).unwrap(), message);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn any_message_that_validates_has_the_platforms_shape(message in arbitrary::message(limits::METADATA)) {
        prop_assert_eq!(alone(&message, Platform::Messenger), Ok(()));
        let value = serde_json::to_value(&message).unwrap();
        prop_assert_eq!(shape(&value, Platform::Messenger), Ok(()), "{}", value);
        survives(&message, value)?;
    }

    /// Both ways: the check refuses nothing that the platform takes, and takes nothing it refuses.
    #[test]
    fn the_check_and_the_shape_agree(
        message in arbitrary::message(limits::METADATA),
        other in arbitrary::message(limits::METADATA),
        changes in prop::collection::vec((change(), any::<Index>()), 0..3),
    ) {
        let value = changed(&message, &other, changes);
        let Ok(message) = serde_json::from_value::<Message>(value) else {
            return Ok(());
        };
        let value = serde_json::to_value(&message).unwrap();
        for platform in [Platform::Messenger, Platform::Instagram] {
            let checked = alone(&message, platform);
            let shape = shape(&value, platform);
            prop_assert_eq!(checked.is_ok(), shape.is_ok(), "{:?}: {:?} but {:?}: {}", platform, checked, shape, value);
        }
        survives(&message, value)?;
    }
}
