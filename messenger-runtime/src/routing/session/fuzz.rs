//! A session as a store has kept it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    Json, SessionState,
    stored::{read, write},
};
use crate::message::BoxError;

#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
struct Cart {
    items: BTreeMap<String, u32>,
    #[serde(default)]
    note: Option<String>,
}

impl SessionState for Cart {
    const NAME: &'static str = "cart";
    const VERSION: u32 = 2;

    fn migrate(version: u32, value: Value) -> Result<Self, BoxError> {
        match version {
            1 => Ok(Self {
                items: serde_json::from_value(value)?,
                note: None,
            }),
            // A user's code can panic. Without the hook, by which a fuzzer takes it for its own.
            3 => std::panic::resume_unwind(Box::new("a panic of a user's")),
            other => Err(format!("version {other} is not known").into()),
        }
    }
}

/// It is read or its error says so, without quoting it; what was read comes back when it is written.
pub(crate) fn check(stored: &Json) {
    match read::<Cart>(stored) {
        Ok(cart) => {
            let written = write(&cart).expect("what was read can be written");
            assert_eq!(
                read::<Cart>(&written).expect("what was written can be read"),
                cart
            );
        }
        Err(fault) => {
            let text = fault.text();
            assert!(text.is_ascii() && text.len() < 200, "{text}");
        }
    }
}
