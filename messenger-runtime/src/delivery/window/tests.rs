use std::sync::Arc;

use serde_json::{Value, json};

use super::*;
use crate::{
    event::Object,
    message::{MessageTag, Reply, UtilityTemplate},
    store::{Conversation, NewRow},
};

const OPENED: SystemTime = SystemTime::UNIX_EPOCH;

fn row(reply: Reply, to: Value, opened: Option<SystemTime>) -> Row {
    Row {
        conversation: Arc::new(Conversation {
            object: Object::Page,
            page: "1".into(),
            person: Some("2".into()),
        }),
        new: Arc::new(NewRow {
            key: "k".into(),
            to: serde_json::from_value(to).expect("a recipient"),
            action: reply.into_actions().remove(0),
        }),
        attempts: 0,
        doubts: 0,
        opened,
        epoch: 1,
    }
}

#[test]
fn each_kind_of_message_has_its_own_window() {
    let person = || json!({"id": "2"});
    let text = || Reply::text("a");
    let (day, week) = (Some(Duration::from_hours(24)), Some(Duration::from_hours(168)));
    let cases = [
        ("a text", text(), person(), day),
        ("a human", text().tag(MessageTag::HumanAgent), person(), week),
        (
            "feedback",
            text().tag(MessageTag::CustomerFeedback),
            person(),
            week,
        ),
        (
            "utility",
            Reply::utility(UtilityTemplate::new("shipped", "en")),
            person(),
            None,
        ),
        (
            "a token",
            text(),
            json!({"notification_messages_token": "t"}),
            None,
        ),
        (
            "a one-time token",
            text(),
            json!({"one_time_notif_token": "t"}),
            None,
        ),
        ("a private reply", text(), json!({"comment_id": "c"}), None),
        ("a checkbox", text(), json!({"user_ref": "r"}), None),
        ("typing", Reply::typing_on(), person(), None),
        ("handing over", Reply::default().hand_over(), person(), None),
    ];
    for (name, reply, to, window) in cases {
        let latest = not_after(&row(reply.clone(), to.clone(), Some(OPENED)));
        assert_eq!(latest, window.map(|window| OPENED + window - MARGIN), "{name}");
        assert_eq!(
            not_after(&row(reply, to, None)),
            None,
            "{name}, and nobody knows since when"
        );
    }
}
