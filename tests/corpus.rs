//! Every body of the corpora, signed and posted to a running bot, each on a fresh store.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use messenger_runtime::{event::Channel, prelude::*};
use messenger_tests::{
    Stage,
    corpus_expect::{HostileCase, Object, WebhookCase, differences, events, hostile, is_known, webhooks},
    sign,
    stage::SECRET,
};

/// Every event that reached a handler.
type Seen = Arc<Mutex<Vec<Event<'static>>>>;

bot! {
    /// Keeps every event.
    Keeper(Seen);
    keep,
}

#[on_event]
#[on_echo]
#[on_standby]
#[on_pass_thread_control]
#[on_take_thread_control]
#[on_request_thread_control]
#[on_app_roles]
async fn keep(event: Event<'_>, State(seen): State<Seen>) {
    seen.lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(event.into_owned());
}

async fn keeper() -> (Stage, Seen) {
    let seen = Seen::default();
    let state = Arc::clone(&seen);
    let no_pause = |config: &mut messenger_runtime::config::Config| config.human_pause = Duration::ZERO;
    (
        Stage::with(Keeper::with(async move || state), |settings| settings, no_pause).await,
        seen,
    )
}

/// Posts the body to a bot of its own: the status and what its handlers saw.
async fn post(body: &[u8], headers: &[(&str, &str)]) -> (u16, Vec<Event<'static>>) {
    let (stage, seen) = keeper().await;
    let mut request = reqwest::Client::new()
        .post(stage.url())
        .header("x-hub-signature-256", sign::sha256(SECRET, body))
        .timeout(Duration::from_secs(5))
        .body(body.to_vec());
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let status = request
        .send()
        .await
        .expect("an answer within 5 s")
        .status()
        .as_u16();
    stage.quiet().await;
    assert_alive(&stage, &seen).await;
    let events = seen.lock().unwrap_or_else(PoisonError::into_inner).clone();
    (status, events)
}

/// A good event is still handled; it leaves no trace in what was seen.
async fn assert_alive(stage: &Stage, seen: &Seen) {
    let before = seen.lock().unwrap_or_else(PoisonError::into_inner).len();
    stage.says("still there?").await;
    let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
    assert_eq!(seen.len(), before + 1, "the bot no longer handles events");
    seen.pop();
}

/// The events in the order of their body; turns of different people run side by side.
fn in_body_order<'e>(expected: &[Object], mut seen: Vec<Event<'e>>) -> Vec<Event<'e>> {
    let mut ordered = Vec::new();
    for expectation in expected {
        let fewest = (0..seen.len()).min_by_key(|&index| differences(expectation, &seen[index]).len());
        if let Some(index) = fewest {
            ordered.push(seen.remove(index));
        }
    }
    ordered.append(&mut seen);
    ordered
}

/// What is expected, without what the same body delivers a second time.
fn distinct(case: &WebhookCase) -> Vec<Object> {
    let mut known = HashSet::new();
    let keys: Vec<_> = events(case.body.get().as_bytes())
        .iter()
        .map(Event::duplicate_key)
        .collect();
    let expected = case.expect.events.iter().cloned().enumerate();
    expected
        .filter(|(index, _)| keys.get(*index).is_none_or(|key| known.insert(*key)))
        .map(|(_, event)| event)
        .collect()
}

async fn webhook_faults(case: &WebhookCase) -> Vec<String> {
    let (status, seen) = post(case.body.get().as_bytes(), &[]).await;
    let mut faults = Vec::new();
    if status != 200 {
        faults.push(format!("answered {status}"));
    }
    if case.expect.is_ignored() {
        if !seen.is_empty() {
            faults.push(format!(
                "{} events of a stranger's object reached handlers",
                seen.len()
            ));
        }
        return faults;
    }
    let expected = &distinct(case);
    if seen.len() != expected.len() {
        faults.push(format!(
            "{} events reached handlers, {} were expected",
            seen.len(),
            expected.len()
        ));
    }
    for (expectation, event) in expected.iter().zip(in_body_order(expected, seen)) {
        faults.extend(differences(expectation, &event));
    }
    faults
}

/// Whether what happened is one of the case's outcomes.
fn matches(outcome: &str, case: &HostileCase, status: u16, seen: &[Event<'_>]) -> bool {
    let messages = seen
        .iter()
        .filter(|event| event.channel() != Channel::Changes)
        .count();
    let known = seen.iter().filter(|event| is_known(event)).count();
    if let Some(count) = outcome.strip_prefix("dispatches ") {
        let mut words = count.split(' ');
        let count: usize = words.next().and_then(|word| word.parse().ok()).expect("a count");
        let is_about_changes = words.next() == Some("change");
        // An item that is no event may be surfaced as an unknown one, beside those that are counted.
        let most = count + case.events.map_or(0, |events| events.unknown);
        let counted = if is_about_changes { seen.len() } else { messages };
        return status == 200
            && (count..=most.max(count)).contains(&counted)
            && known <= counted.max(seen.len());
    }
    match outcome {
        "ignored-200/404" => matches!(status, 200 | 404) && seen.is_empty(),
        refused => refused.parse() == Ok(status) && seen.is_empty(),
    }
}

async fn hostile_faults(case: &HostileCase) -> Vec<String> {
    let headers: Vec<_> = case
        .headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let (status, seen) = post(&case.body(), &headers).await;
    let mut faults = Vec::new();
    if !case
        .outcomes()
        .into_iter()
        .any(|outcome| matches(outcome, case, status, &seen))
    {
        faults.push(format!(
            "answered {status} with {} events; acceptable: {:?}",
            seen.len(),
            case.outcomes()
        ));
    }
    if status == 200 {
        for wanted in &case.dispatch {
            if !seen.iter().any(|event| differences(wanted, event).is_empty()) {
                faults.push(format!("no handler saw {wanted:?}"));
            }
        }
    }
    faults
}

fn report(name: &str, count: usize, faults: &[String]) {
    println!("{name}: {count} bodies, {} with faults", faults.len());
    assert!(count > 0, "an empty corpus proves nothing");
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_body_the_platform_sends_is_understood() {
    let cases = webhooks();
    let mut faults = Vec::new();
    for case in &cases {
        let found = webhook_faults(case).await;
        if !found.is_empty() {
            faults.push(format!("{}: {}", case.id, found.join("; ")));
        }
    }
    report("webhooks", cases.len(), &faults);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_hostile_body_hurts() {
    let cases = hostile();
    let mut faults = Vec::new();
    for case in &cases {
        let found = hostile_faults(case).await;
        if !found.is_empty() {
            faults.push(format!("{}: {}", case.id, found.join("; ")));
        }
    }
    report("hostile", cases.len(), &faults);
}

/// Bodies that are too large for a file.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn large_bodies_are_refused_or_handled() {
    let text = |text: &str| {
        serde_json::json!({"object": "page", "entry": [{"id": "1", "messaging": [
            {"sender": {"id": "2"}, "recipient": {"id": "1"}, "message": {"mid": "m", "text": text}}]}]})
        .to_string()
    };
    let keys: String = (0..10_000).map(|key| format!("\"key{key}\":{key},")).collect();
    let many_keys = text("x").replacen("\"message\"", &format!("{keys}\"message\""), 1);
    let entries = format!(
        "{{\"object\":\"page\",\"entry\":[{}]}}",
        vec!["{}"; 100_000].join(",")
    );
    for (name, body, status, events) in [
        ("2 MB of text", text(&"x".repeat(2_000_000)), 413, 0),
        ("a payload of 100 kB", text(&"x".repeat(100_000)), 200, 1),
        ("a number", "12".to_owned(), 200, 0),
        ("nothing", "null".to_owned(), 200, 0),
        ("a list", "[]".to_owned(), 200, 0),
        ("a text", "\"x\"".to_owned(), 200, 0),
        ("no JSON", "x".to_owned(), 400, 0),
        ("blanks", " \n".to_owned(), 400, 0),
        ("a million brackets", "[".repeat(1_000_000), 400, 0),
        ("10,000 unknown keys", many_keys, 200, 1),
        ("100,000 entries", entries, 200, 0),
    ] {
        let (answered, seen) = post(body.as_bytes(), &[]).await;
        assert_eq!((answered, seen.len()), (status, events), "{name}");
    }
}
