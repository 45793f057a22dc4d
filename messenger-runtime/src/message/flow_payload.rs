//! Payloads that belong to flows: `%flow:Checkout:quantity:2`.
//!
//! A step's name and flow are written in front of the value when the question leaves. No handler's pattern can begin
//! like this: their `%` travels as `%25`.

use std::fmt::Display;

use serde_json::Value;

use super::Reply;

const RESERVED: &str = "%flow:";

/// The parts of such a payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FlowPayload<'p> {
    pub(crate) flow: &'p str,
    pub(crate) step: &'p str,
    pub(crate) value: &'p str,
}

impl<'p> FlowPayload<'p> {
    /// The payload of an answer before anybody knows to which question.
    pub(crate) fn answer(value: &impl Display) -> String {
        format!("{RESERVED}::{value}")
    }

    /// `None` where it is a handler's.
    pub(crate) fn read(payload: &'p str) -> Option<Self> {
        let mut parts = payload.strip_prefix(RESERVED)?.splitn(3, ':');
        Some(Self {
            flow: parts.next()?,
            step: parts.next().unwrap_or_default(),
            value: parts.next().unwrap_or_default(),
        })
    }

    /// Marks the answers that `reply` offers as those of a step, wherever in its messages they stand.
    pub(crate) fn mark(reply: Reply, flow: &str, step: &str) -> Result<Reply, serde_json::Error> {
        let mut actions = serde_json::to_value(&reply)?;
        if mark(&mut actions, flow, step) {
            serde_json::from_value(actions)
        } else {
            Ok(reply)
        }
    }

    pub(crate) fn write(self) -> String {
        let Self { flow, step, value } = self;
        format!("{RESERVED}{flow}:{step}:{value}")
    }
}

/// Whether there was one to mark.
fn mark(value: &mut Value, flow: &str, step: &str) -> bool {
    match value {
        Value::Object(fields) => fields
            .iter_mut()
            .fold(false, |marked, (name, field)| match field {
                Value::String(payload) if name == "payload" => {
                    let answer = FlowPayload::read(payload).filter(|read| read.flow.is_empty());
                    let Some(FlowPayload { value, .. }) = answer else {
                        return marked;
                    };
                    *payload = FlowPayload { flow, step, value }.write();
                    true
                }
                inner => mark(inner, flow, step) | marked,
            }),
        Value::Array(items) => items
            .iter_mut()
            .fold(false, |marked, item| mark(item, flow, step) | marked),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payload_comes_back_as_it_was() {
        for (flow, step, value) in [("Checkout", "quantity", "2"), ("A", "b", "x:y:%"), ("", "", "")] {
            let payload = FlowPayload { flow, step, value };
            assert_eq!(FlowPayload::read(&payload.write()), Some(payload));
        }
        let answer = FlowPayload::answer(&12);
        let read = FlowPayload::read(&answer).expect("a flow's");
        assert_eq!((read.flow, read.step, read.value), ("", "", "12"));
    }

    #[test]
    fn what_is_cut_short_is_still_a_flows() {
        for payload in ["%flow:", "%flow:A", "%flow:A:b"] {
            assert!(FlowPayload::read(payload).is_some(), "{payload}");
        }
        for payload in ["BUY:1", "%25flow:A", "flow:A:b:1", ""] {
            assert_eq!(FlowPayload::read(payload), None, "{payload}");
        }
    }
}
