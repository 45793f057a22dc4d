use std::{collections::BTreeMap, sync::Arc};

use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    Json, SessionState, Sessions, StoredSessions, Workspace,
    stored::{read, write},
};
use crate::{
    SystemClock,
    event::Object,
    message::BoxError,
    store::{Conversation, TimerChange},
};

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct Cart {
    items: BTreeMap<String, Item>,
    total: i64,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct Item {
    quantity: u32,
    note: Option<String>,
}

impl SessionState for Cart {
    const NAME: &'static str = "cart";
    const VERSION: u32 = 2;

    fn migrate(version: u32, value: Value) -> Result<Self, BoxError> {
        if version.is_multiple_of(2) {
            return Err("an even version".into());
        }
        Ok(serde_json::from_value(value)?)
    }
}

fn json_of(text: &str) -> Json {
    serde_json::value::RawValue::from_string(text.to_owned())
        .unwrap()
        .into()
}

fn workspace(stored: StoredSessions) -> Arc<Workspace> {
    let conversation = Conversation {
        object: Object::Page,
        page: "1".into(),
        person: Some("2".into()),
    };
    Workspace::new(
        &Sessions::new(Arc::new(SystemClock), None, None),
        &Arc::new(conversation),
        [0; 16],
        false,
        &Arc::new(stored),
        None,
        None,
    )
}

#[test]
fn no_migration_says_what_to_write() {
    #[derive(Debug, Default, Serialize, Deserialize)]
    struct Plain(u8);
    impl SessionState for Plain {
        const NAME: &'static str = "plain";
    }
    let fault = read::<Plain>(&json_of(r#"{"version":9,"data":"secret"}"#)).unwrap_err();
    assert_eq!(
        fault.text(),
        "no migration from version 9 to version 1 is written (`SessionState::migrate`)"
    );
}

#[test]
fn timers_have_another_key_each_time_they_are_set() {
    let workspace = workspace(StoredSessions::new());
    workspace.begin();
    let timers = crate::Timers::of(&workspace);
    for _ in 0..3 {
        timers.set("a", std::time::Duration::ZERO);
        timers.set("b", std::time::Duration::MAX);
    }
    workspace.end().unwrap();
    timers.cancel("a");
    let changes = workspace.finish().timers;
    assert_eq!(changes.len(), 6, "the last came too late");
    let mut keys: Vec<_> = changes
        .iter()
        .map(|change| match change {
            TimerChange::Set { key, .. } => *key,
            TimerChange::Cancel { .. } => unreachable!(),
        })
        .collect();
    keys.sort_unstable();
    keys.dedup();
    assert_eq!(keys.len(), 6);
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "\\PC{0,6}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        let key = prop_oneof![
            Just("version".to_owned()),
            Just("data".to_owned()),
            Just("items".to_owned()),
            Just("total".to_owned()),
            "\\PC{0,4}",
        ];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(key, inner, 0..4).prop_map(|map| json!(map)),
        ]
    })
}

fn any_cart() -> impl Strategy<Value = Cart> {
    let item = (any::<u32>(), prop::option::of("\\PC{0,8}"));
    let item = item.prop_map(|(quantity, note)| Item { quantity, note });
    let items = prop::collection::btree_map("\\PC{0,8}", item, 0..5);
    (items, any::<i64>()).prop_map(|(items, total)| Cart { items, total })
}

proptest! {
    #[test]
    fn what_is_written_is_read_again(cart in any_cart()) {
        prop_assert_eq!(read::<Cart>(&write(&cart).unwrap()).unwrap(), cart);
    }

    /// Whatever is stored, it is read or kept aside as it is, and the handler has a value.
    #[test]
    fn nothing_stored_is_lost(
        stored in any_json(),
        version in 0_u32..4,
        enveloped: bool,
        changes: bool,
    ) {
        let stored = if enveloped { json!({"version": version, "data": stored}) } else { stored };
        let text = stored.to_string();
        let workspace = workspace(StoredSessions::from([("cart".to_owned(), json_of(&text))]));
        workspace.begin();
        let cart: Cart = workspace.take().unwrap();
        if changes {
            let changed = write(&Cart { total: cart.total.wrapping_add(1), ..cart }).unwrap();
            let given = super::GivenBack::Changed(changed);
            workspace.give_back(workspace.handler(), Cart::NAME, given);
        } else {
            workspace.give_back(workspace.handler(), Cart::NAME, super::GivenBack::Unchanged);
        }
        workspace.end().unwrap();
        let work = workspace.finish();
        if read::<Cart>(&json_of(&text)).is_ok() {
            prop_assert!(work.unreadable.is_empty());
            prop_assert_eq!(work.sessions.len(), usize::from(changes));
        } else {
            prop_assert_eq!(&work.unreadable[0].0, &text);
            prop_assert_eq!(work.unreadable[0].1.code.as_str(), "MSG603");
            prop_assert_eq!(work.sessions["cart"].is_some(), changes);
        }
    }

    /// A turn that fails keeps nothing, and so nothing aside.
    #[test]
    fn a_failed_turn_leaves_everything_as_it_was(stored in any_json()) {
        let text = stored.to_string();
        let workspace = workspace(StoredSessions::from([("cart".to_owned(), json_of(&text))]));
        workspace.begin();
        let _: Cart = workspace.take().unwrap();
        workspace.discard();
        let work = workspace.finish();
        prop_assert!(work.sessions.is_empty() && work.unreadable.is_empty() && work.timers.is_empty());
    }
}
