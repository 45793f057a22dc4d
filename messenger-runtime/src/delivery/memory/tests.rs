use proptest::prelude::*;

use super::*;
use crate::routing::Offered;

fn written(memory: &Memory) -> Vec<u8> {
    serde_json::to_vec(memory).unwrap()
}

#[test]
fn nothing_to_remember_is_cleared_and_nothing_new_is_not_written() {
    let empty = Memory::default();
    let mut paused = Memory::default();
    paused.pause(SystemTime::UNIX_EPOCH, Duration::from_secs(7));
    assert_eq!(empty.change_from(&empty, false), None);
    assert_eq!(empty.change_from(&paused, false), Some(StateChange::Clear));
    assert_eq!(
        paused.change_from(&empty, false),
        Some(StateChange::Set(br#"{"paused_until":7}"#.as_slice().into()))
    );
    assert_eq!(
        empty.change_from(&empty, true),
        Some(StateChange::Clear),
        "what could not be read goes"
    );
}

#[test]
fn a_state_that_is_no_text_is_kept_in_base64() {
    let (memory, damage) = Memory::decode(Some(b"\xff\x00"));
    assert_eq!(memory, Memory::default());
    assert_eq!(damage[0].body, r#"{"base64":"/wA="}"#);
}

fn any_offer() -> impl Strategy<Value = Offered> {
    ("\\PC{0,8}", "\\PC{0,8}").prop_map(|(title, payload)| Offered { title, payload })
}

fn any_raw() -> impl Strategy<Value = Json> {
    prop_oneof![
        "\\PC{0,8}".prop_map(|text| json!(text)),
        any::<i64>().prop_map(|number| json!([number])),
        any::<u32>().prop_map(|version| json!({"version": version, "data": {"a": [null, true]}})),
    ]
    .prop_map(|value| RawValue::from_string(value.to_string()).unwrap().into())
}

fn any_flow() -> impl Strategy<Value = Kept> {
    let flow = (
        "\\PC{0,8}",
        "\\PC{0,8}",
        any_raw(),
        any::<(u32, u32, Option<u64>, bool)>(),
    )
        .prop_map(|(flow, step, data, (version, failed, expires, suspended))| Kept {
            flow,
            version,
            step,
            data,
            failed,
            expires,
            suspended,
            within: None,
        });
    prop::collection::vec(flow, 1..4).prop_map(|flows| {
        let within = |within: Option<Kept>, flow| {
            Some(Kept {
                within: within.map(Box::new),
                ..flow
            })
        };
        flows.into_iter().fold(None, within).expect("there is one")
    })
}

fn any_memory() -> impl Strategy<Value = Memory> {
    (
        prop::collection::vec(any_offer(), 0..3),
        any::<Option<u64>>(),
        prop::option::of(any_flow()),
        prop::option::of("[a-z]{2}_[A-Z]{2}"),
        prop::collection::btree_map("\\PC{0,8}", any_raw(), 0..4),
        prop::collection::btree_map("x\\PC{0,8}", any_raw(), 0..3),
    )
        .prop_map(
            |(offered, paused_until, flow, language, sessions, others)| Memory {
                offered,
                paused_until,
                flow,
                language: language.map(Arc::from),
                sessions: Arc::new(sessions),
                others,
            },
        )
}

proptest! {
    #[test]
    fn what_is_written_is_read_again(memory in any_memory()) {
        let (read, damage) = Memory::decode(Some(&written(&memory)));
        prop_assert!(damage.is_empty());
        prop_assert_eq!(read, memory);
    }

    /// Whatever the store has, it is read or kept aside whole.
    #[test]
    fn no_byte_is_lost(bytes in prop_oneof![
        prop::collection::vec(any::<u8>(), 0..64),
        "\\PC{0,64}".prop_map(String::into_bytes),
        "[\\[\\]{}\":,0-9a-z ]{0,64}".prop_map(String::into_bytes),
    ]) {
        let (memory, damage) = Memory::decode(Some(&bytes));
        if let [Damage { part: None, body, .. }] = &damage[..] {
            let body: serde_json::Value = serde_json::from_str(body).unwrap();
            let kept = match (body["text"].as_str(), body["base64"].as_str()) {
                (Some(text), None) => text.as_bytes().to_vec(),
                (None, Some(base64)) => STANDARD.decode(base64).unwrap(),
                other => panic!("{other:?}"),
            };
            prop_assert_eq!(kept, bytes);
            prop_assert_eq!(memory, Memory::default());
        } else {
            prop_assert!(serde_json::from_slice::<serde_json::Value>(&bytes).is_ok());
        }
    }

    /// A part that cannot be read is kept aside as it is, and the others are as they were.
    #[test]
    fn a_broken_part_takes_no_other_with_it(memory in any_memory(), broken in 0_usize..3, text in "\\PC{0,8}") {
        let part = ["offered", "paused_until", "sessions"][broken];
        let mut state: serde_json::Value = serde_json::from_slice(&written(&memory)).unwrap();
        state[part] = json!({ "broken": null, &text: [text] });
        if part == "sessions" {
            state[part] = json!(text);
        }
        let (read, damage) = Memory::decode(Some(state.to_string().as_bytes()));
        prop_assert_eq!(damage.len(), 1);
        prop_assert_eq!(damage[0].part, Some(part));
        prop_assert_eq!(&damage[0].body, &state[part].to_string());
        let expected = match broken {
            0 => Memory { offered: Vec::new(), ..memory },
            1 => Memory { paused_until: None, ..memory },
            _ => Memory { sessions: Arc::default(), ..memory },
        };
        prop_assert_eq!(read, expected);
    }
}
