//! Each limit of this room, met and passed.

use super::*;
use crate::{
    graph::{MeLink, MenuItem, ModerationAction, NlpConfigs, Request},
    limit_cases::Case,
    message::limits,
};

fn client() -> Client {
    Client::builder(Keys::new("TOKEN", "secret")).build().unwrap()
}

fn messenger() -> Graph {
    client().page("42")
}

fn instagram() -> Graph {
    client().instagram("17841")
}

/// What is wrong with a request before it leaves.
fn errors<T>(request: Request<T>) -> String {
    request.call.err().map_or_else(String::new, |error| {
        error
            .limits()
            .map_or_else(|| error.to_string(), ToString::to_string)
    })
}

fn long(length: usize) -> String {
    "x".repeat(length)
}

pub(crate) const CASES: &[Case] = &[
    Case {
        limit: limits::PERSONA_NAME,
        check: |n| errors(messenger().create_persona(&long(n), "https://coffee.example/a.png")),
        over: "MSG101 name: 51 characters, at most 50",
        under: Some("MSG103 name: empty"),
    },
    Case {
        limit: limits::THREAD_CONTROL_METADATA,
        check: |n| errors(messenger().pass_thread_control("7", None, Some(&long(n)))),
        over: "MSG101 metadata: 1000 characters, at most 999",
        under: None,
    },
    Case {
        limit: limits::EXTENDED_THREAD_CONTROL,
        check: |n| errors(messenger().extend_thread_control("7", Duration::from_secs(n as u64))),
        over: "MSG102 duration: 604801 seconds, 1 to 604800",
        under: Some("MSG102 duration: 0 seconds, 1 to 604800"),
    },
    Case {
        limit: limits::NLP_N_BEST,
        check: |n| {
            let configs = NlpConfigs::default().n_best(u8::try_from(n).unwrap());
            errors(messenger().set_nlp_configs(&configs))
        },
        over: "MSG102 n_best: 9 items, 1 to 8",
        under: Some("MSG102 n_best: 0 items, 1 to 8"),
    },
    Case {
        limit: limits::INSTAGRAM_MODERATED_USERS,
        check: |n| {
            let people = vec!["7"; n];
            errors(instagram().moderate_conversations(people, [ModerationAction::BlockUser]))
        },
        over: "MSG102 user_ids: 11 items, 1 to 10",
        under: Some("MSG102 user_ids: 0 items, 1 to 10"),
    },
    Case {
        limit: limits::INSTAGRAM_MODERATION_ACTIONS,
        check: |n| {
            let actions = vec![ModerationAction::BlockUser; n];
            errors(instagram().moderate_conversations(["7"], actions))
        },
        over: "MSG102 actions: 3 items, 1 to 2",
        under: Some("MSG102 actions: 0 items, 1 to 2"),
    },
    Case {
        limit: limits::BATCH,
        check: |n| {
            let graph = messenger();
            let mut batch = graph.batch();
            for n in 0..n {
                batch.add(graph.profile(&n.to_string()));
            }
            let refused = batch.wire().err();
            refused.map_or_else(String::new, |error| error.limits().expect("a limit").to_string())
        },
        over: "MSG102 batch: 51 items, 1 to 50",
        under: Some("MSG102 batch: 0 items, 1 to 50"),
    },
    Case {
        limit: limits::REF,
        check: |n| {
            let refused = MeLink::messenger("42").reference(long(n)).err();
            refused.map_or_else(String::new, |errors| errors.to_string())
        },
        over: "MSG101 ref: 2084 characters, at most 2083",
        under: Some("MSG103 ref: empty"),
    },
];

#[test]
fn every_call_that_takes_metadata_checks_it() {
    let graph = messenger();
    let metadata = long(1000);
    let metadata = Some(&*metadata);
    for said in [
        errors(graph.pass_thread_control_to_inbox("7", metadata)),
        errors(graph.take_thread_control("7", metadata)),
        errors(graph.request_thread_control("7", metadata)),
        errors(graph.release_thread_control("7", metadata)),
    ] {
        assert_eq!(said, "MSG101 metadata: 1000 characters, at most 999");
    }
}

#[test]
fn control_is_kept_for_whole_seconds() {
    let graph = messenger();
    let most = Duration::from_hours(7 * 24);
    assert_eq!(
        errors(graph.extend_thread_control("7", most + Duration::from_millis(999))),
        ""
    );
    for wrong in [Duration::from_millis(999), Duration::MAX] {
        assert!(errors(graph.extend_thread_control("7", wrong)).ends_with(" seconds, 1 to 604800"));
    }
}

#[test]
fn every_call_about_a_person_needs_their_id() {
    let client = client();
    let graph = &client.page("42");
    let second = Duration::from_secs(1);
    for (said, path) in [
        (errors(graph.pass_thread_control("", None, None)), "recipient.id"),
        (
            errors(graph.pass_thread_control_to_inbox("", None)),
            "recipient.id",
        ),
        (errors(graph.take_thread_control("", None)), "recipient.id"),
        (errors(graph.request_thread_control("", None)), "recipient.id"),
        (errors(graph.release_thread_control("", None)), "recipient.id"),
        (errors(graph.extend_thread_control("", second)), "recipient.id"),
        (errors(graph.thread_owner("")), "recipient"),
        (errors(graph.unlink_account("")), "psid"),
        (errors(graph.user_menu("")), "psid"),
        (
            errors(graph.set_user_menu("", [MenuItem::url("a", "https://coffee.example")])),
            "psid",
        ),
        (errors(graph.delete_user_menu("")), "psid"),
        (errors(graph.conversations_with("").page()), "user_id"),
    ] {
        assert_eq!(said, format!("MSG103 {path}: empty"));
    }
    assert_eq!(
        errors(graph.pass_thread_control("7", Some(""), None)),
        "MSG103 target_app_id: empty"
    );
}
