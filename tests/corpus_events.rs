//! Every body of the corpus through the parser.

use messenger_runtime::event::{Event, Webhook};

use crate::corpus_expect::{differences, events, hostile, is_known, stored, webhooks};

#[test]
fn bodies_of_the_platform_are_read_as_they_are_meant() {
    let mut wrong = Vec::new();
    for case in webhooks() {
        let events = events(case.body.get().as_bytes());
        if case.expect.is_ignored() {
            if !events.is_empty() {
                wrong.push(format!("{}: is no business of ours", case.id));
            }
            continue;
        }
        if events.len() != case.expect.events.len() {
            wrong.push(format!("{}: {} events", case.id, events.len()));
        }
        for (expected, event) in case.expect.events.iter().zip(&events) {
            wrong.extend(
                differences(expected, event)
                    .into_iter()
                    .map(|what| format!("{}: {what}", case.id)),
            );
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn hostile_bodies_end_as_they_may() {
    let mut wrong = Vec::new();
    for case in hostile() {
        let body = case.body();
        let outcomes = case.outcomes();
        let Ok(webhook) = Webhook::parse(&body) else {
            if !outcomes.iter().any(|outcome| outcome.starts_with('4')) {
                wrong.push(format!("{}: refused", case.id));
            }
            continue;
        };
        if webhook.object().is_none() || webhook.items().is_empty() {
            let is_fine =
                |outcome: &&str| outcome.starts_with("ignored") || outcome.starts_with("dispatches 0");
            if !outcomes.iter().any(is_fine) {
                wrong.push(format!("{}: ignored", case.id));
            }
            continue;
        }
        let events: Vec<_> = webhook.into_items().into_iter().map(Event::parse).collect();
        let known = events.iter().filter(|event| is_known(event)).count();
        let may_be_unknown = |outcome: &&str| outcome.ends_with("as unknown");
        let Some(counts) = case.events else {
            if !outcomes.iter().any(|outcome| outcome.starts_with("dispatches")) {
                wrong.push(format!("{}: dispatched", case.id));
            }
            continue;
        };
        let all = counts.known + counts.unknown;
        let of_messaging = events
            .iter()
            .filter(|event| event.channel().as_str() != "changes")
            .count();
        if of_messaging != all
            && outcomes != ["dispatches 0 events", "dispatches 1 events", "ignored-200/404"]
        {
            let changes = format!("dispatches {} change events", events.len());
            if !outcomes.contains(&changes.as_str()) {
                wrong.push(format!("{}: {} events, not {all}", case.id, events.len()));
            }
        } else if known < counts.known && !outcomes.iter().any(may_be_unknown) {
            wrong.push(format!("{}: {known} known events, not {}", case.id, counts.known));
        }
        for expected in &case.dispatch {
            if !events.iter().any(|event| differences(expected, event).is_empty()) {
                wrong.push(format!("{}: {expected:?} is missing in {events:?}", case.id));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn an_event_is_the_same_after_a_store_and_when_it_is_kept() {
    for case in webhooks() {
        let webhook = Webhook::parse(case.body.get().as_bytes()).expect("a body of the corpus");
        for item in webhook.items() {
            let event = Event::parse(item.clone());
            let again = Event::parse(stored(item));
            assert_eq!(event, again, "{}", case.id);
            assert_eq!(
                event.duplicate_key(),
                again.clone().into_owned().duplicate_key(),
                "{}",
                case.id
            );
            assert_eq!(event, again.into_owned(), "{}", case.id);
        }
    }
}

#[test]
fn no_debug_output_tells_what_people_wrote() {
    for case in webhooks() {
        for event in events(case.body.get().as_bytes()) {
            let shown = format!("{event:?} {:?}", event.kind());
            let secrets = [event.text(), event.payload(), event.title()];
            for secret in secrets.into_iter().flatten().filter(|secret| secret.len() > 4) {
                assert!(!shown.contains(secret), "{}: {shown}", case.id);
            }
        }
    }
}
