//! What the clients people come from send, against what this one sends for the same call.
//!
//! Each vector is a call of another client and the requests it made, recorded on loopback. The call is made
//! with this client against a recording server, and the requests are compared: method, path after the
//! version, query without token and proof, JSON body or multipart parts; for failures, that it fails alike.
//!
//! The vectors are this project's own (`fixtures.jsonl`) and those of `REQUEST_VECTORS=FILE`, or of the corpus
//! beside the checkout where there is one. Where the platform has moved on since the others were written, the
//! difference is a rule in `differences`, over the request's shape.

mod case;
mod compare;
mod differences;
mod peers;
mod recorder;
mod run;
mod vectors;

use std::{collections::BTreeMap, path::Path};

use compare::Today;
use recorder::Recorder;
use run::Failure;
use serde_json::json;
use vectors::{Grade, Request, Vector};

/// The corpus, where the checkout has one beside it.
const BESIDE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/corpus/requests.jsonl");
const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/parity/fixtures.jsonl");

#[derive(Default)]
struct Tally {
    passed: usize,
    left_out: BTreeMap<&'static str, usize>,
    rules: BTreeMap<&'static str, usize>,
    /// What the others take and refuse later, and what no type here can hold.
    unsaid: BTreeMap<String, usize>,
    failed: Vec<String>,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_request_is_the_same() {
    let mut tally = Tally::default();
    let mut files = vec![FIXTURES.to_owned()];
    match std::env::var("REQUEST_VECTORS") {
        Ok(file) => files.push(from_root(&file)),
        Err(_) if Path::new(BESIDE).exists() => files.push(BESIDE.to_owned()),
        Err(_) => {
            println!("there is no corpus beside the checkout; the project's own fixtures alone are compared");
        }
    }
    for file in files {
        let vectors = vectors::read(Path::new(&file));
        println!(
            "{}: {} vectors",
            Path::new(&file).file_name().unwrap_or_default().display(),
            vectors.len()
        );
        for vector in &vectors {
            judge(vector, &mut tally).await;
        }
    }
    let Tally {
        passed,
        left_out,
        rules,
        unsaid,
        failed,
    } = &tally;
    let mut idle = Vec::new();
    for rule in differences::RULES {
        match rules.get(rule.reason) {
            Some(times) => println!("rule, {times} times: {}", rule.reason),
            None => idle.push(rule.reason),
        }
    }
    for (what, times) in unsaid {
        println!("cannot be said, {times} times: {what}");
    }
    println!("cannot be said in types: {}", unsaid.values().sum::<usize>());
    let left: Vec<_> = left_out
        .iter()
        .map(|(grade, count)| format!("{count} {grade}"))
        .collect();
    println!(
        "{passed} passed, {} failed, left out: {}",
        failed.len(),
        left.join(", ")
    );
    assert!(failed.is_empty(), "\n{}", failed.join("\n"));
    assert!(
        idle.is_empty(),
        "these rules are never applied:\n{}",
        idle.join("\n")
    );
}

/// Tests run in their package's directory; a relative path is meant from the workspace's.
fn from_root(file: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    root.join(file).display().to_string()
}

async fn judge(vector: &Vector, tally: &mut Tally) {
    match vector.grade {
        Grade::Wire | Grade::Error => match differences_of(vector, tally).await {
            None => tally.passed += 1,
            Some(what) => tally.failed.push(format!("{}: {what}", vector.id)),
        },
        Grade::Retired => *tally.left_out.entry("retired").or_default() += 1,
        Grade::Avoid => *tally.left_out.entry("avoid").or_default() += 1,
    }
}

/// How this client's requests and outcome differ from what is expected of it; `None` if they do not.
async fn differences_of(vector: &Vector, tally: &mut Tally) -> Option<String> {
    let recorder = Recorder::start(vector).await;
    let outcome = run::run(vector, &recorder.origin).await;
    if matches!(outcome, Err(Failure::Unknown)) {
        return Some(format!("{} of {} is not mapped", vector.method, vector.system));
    }
    let sent = recorder.requests();
    let today = compare::today(vector, &mut tally.rules);
    if let Err(Failure::Unsaid(what)) = &outcome
        && (vector.fails || matches!(today, Today::Refused(_)))
    {
        *tally.unsaid.entry(what.clone()).or_default() += 1;
        return None;
    }
    let expected = match &today {
        Today::Refused(why) => {
            return match outcome {
                Err(error) if sent.is_empty() && error.is_own_refusal() => None,
                Err(error) => Some(format!(
                    "{why}: it should be refused before it is sent, but: {error}"
                )),
                Ok(()) => Some(format!("{why}: it should be refused, but it was taken: {sent:?}")),
            };
        }
        Today::Requests(expected) => expected,
    };
    let fails = vector.fails;
    match &outcome {
        Ok(()) if fails => return Some("it should fail".to_owned()),
        Err(error) if !fails => return Some(format!("it should not fail: {error}")),
        // What the platform would refuse may be refused before it is sent.
        Err(error) if sent.is_empty() && error.is_own_refusal() => return None,
        Err(Failure::Graph(error)) if vector.error_code.is_some() && error.code() != vector.error_code => {
            return Some(format!("code {:?} expected, but: {error}", vector.error_code));
        }
        _ => {}
    }
    if expected.len() != sent.len() {
        return Some(format!(
            "{} requests expected, {} sent: {sent:?}",
            expected.len(),
            sent.len()
        ));
    }
    let differences: Vec<_> = expected
        .iter()
        .zip(&sent)
        .flat_map(|(expected, sent)| compare::differences(expected, sent))
        .collect();
    (!differences.is_empty()).then(|| differences.join("; "))
}

/// A comparison that cannot fail proves nothing.
#[tokio::test]
async fn a_request_that_differs_is_told() {
    let fixtures = vectors::read(Path::new(FIXTURES));
    let fixture = |id: &str| {
        let found = fixtures.iter().find(|vector| vector.id == id);
        found.unwrap_or_else(|| panic!("there is no fixture {id}"))
    };
    type Change = fn(&mut Request);
    let changes: [(&str, &str, Change); 17] = [
        ("text", "method", |request| request.method.insert(0, 'X')),
        ("text", "path", |request| request.path.push('x')),
        ("text", "query", |request| {
            request.query.push(("x".to_owned(), "1".to_owned()));
        }),
        ("text", "body", |request| {
            request.body.as_mut().expect("it has a body")["x"] = 1.into();
        }),
        ("text", "token", |request| set(request, "access_token", "ANOTHER")),
        ("proof", "proof", |request| set(request, "appsecret_proof", "00")),
        ("profile-default", "fields of a person", |request| {
            set(request, "fields", "id,name");
        }),
        ("persona", "fields of a persona", |request| {
            set(request, "fields", "id,name");
        }),
        ("label-details", "fields of a label", |request| {
            set(request, "fields", "id,color");
        }),
        ("label-list", "fields of labels", |request| {
            set(request, "fields", "color");
        }),
        ("label-list", "path of labels", |request| {
            request.path = request.path.replace("custom_labels", "labels");
        }),
        ("page", "missing body", |request| {
            request.body = Some(json!({"x": 1}));
        }),
        ("image-bytes", "name of a part", |request| {
            request.parts[0].name.push('x');
        }),
        ("image-bytes", "content of a part", |request| {
            request.parts[0].content = "x".into();
        }),
        ("image-bytes", "type of a file", |request| {
            request.parts[1].content_type = Some("text/x".to_owned());
        }),
        ("image-bytes", "number of parts", |request| {
            request.parts.truncate(1);
        }),
        ("batch", "item", |request| {
            let items = request.body.as_mut().map(|body| &mut body["batch"]);
            items.expect("it has items")[0]["relative_url"] = "me/x".into();
        }),
    ];
    for (id, what, change) in changes {
        let mut changed = fixture(id).clone();
        assert_eq!(
            differences_of(&changed, &mut Tally::default()).await,
            None,
            "{id}"
        );
        change(&mut changed.requests[0]);
        let told = differences_of(&changed, &mut Tally::default()).await;
        assert!(told.is_some(), "{id}: the {what} differs, and nobody said so");
    }
}

fn set(request: &mut Request, name: &str, value: &str) {
    request.query.retain(|(key, _)| key != name);
    request.query.push((name.to_owned(), value.to_owned()));
}

/// A token in the URL would stand in every log.
#[test]
fn a_token_in_the_url_is_told() {
    let mut sent = Request::default();
    set(&mut sent, "access_token", "TOKEN");
    let expected = Request {
        path: "/".to_owned(),
        token: Some("TOKEN".to_owned()),
        ..Request::default()
    };
    assert_eq!(
        compare::differences(&expected, &sent),
        ["the token stands in the URL"]
    );
}

/// What only the label rule may rewrite, other calls answer for themselves.
#[test]
fn only_labels_are_asked_for_other_fields() {
    let read = Request {
        method: "GET".to_owned(),
        path: "/v6.0/300".to_owned(),
        query: vec![("fields".to_owned(), "name".to_owned())],
        ..Request::default()
    };
    let fixtures = vectors::read(Path::new(FIXTURES));
    for (method, fields) in [
        ("getLabelDetails", "page_label_name"),
        ("getPersona", "name"),
        ("getUserProfile", "name"),
    ] {
        let mut vector = fixtures[0].clone();
        vector.method = method.to_owned();
        vector.requests = vec![read.clone()];
        let Today::Requests(today) = compare::today(&vector, &mut BTreeMap::new()) else {
            panic!("{method} is refused");
        };
        assert_eq!(
            today[0].query,
            [("fields".to_owned(), fields.to_owned())],
            "{method}"
        );
    }
}

/// A refusal is this client's own: not that of a platform, of a network or of these tests.
#[tokio::test]
async fn a_refusal_is_the_clients_own() {
    let fixtures = vectors::read(Path::new(FIXTURES));
    let fixture = |id: &str| {
        let found = fixtures.iter().find(|vector| vector.id == id);
        found.expect("there is such a fixture").clone()
    };
    let failure = async |vector: &Vector, origin: &str| {
        let outcome = run::run(vector, origin).await;
        outcome.expect_err("it fails")
    };
    let nobody = "http://127.0.0.1:1";
    let lost = failure(&fixture("text"), nobody).await;
    assert!(!lost.is_own_refusal(), "{lost}");
    let too_large = failure(&fixture("batch-too-large"), nobody).await;
    assert!(too_large.is_own_refusal(), "{too_large}");
    for (why, own) in [
        (Failure::Told("a text is a text".to_owned()), true),
        (
            Failure::Told("data did not match any variant of untagged enum X".to_owned()),
            false,
        ),
        (Failure::Unsaid("there is no way".to_owned()), false),
        (Failure::Unknown, false),
    ] {
        assert_eq!(why.is_own_refusal(), own, "{why}");
    }
    // What cannot be said is no refusal where the call should be made.
    let mut unsaid = fixture("profile-default");
    unsaid.args = vec![json!("1001"), json!({"fields": ["shoe_size"]})];
    let mut tally = Tally::default();
    let told = differences_of(&unsaid, &mut tally).await.unwrap_or_default();
    assert!(told.starts_with("it should not fail: cannot be said"), "{told}");
    assert!(tally.unsaid.is_empty());
}

/// Nor one that takes any outcome.
#[tokio::test]
async fn an_outcome_that_differs_is_told() {
    let fixtures = vectors::read(Path::new(FIXTURES));
    let of_grade = |grade, id: &str| {
        let found = fixtures
            .iter()
            .find(|vector| vector.grade == grade && vector.id == id);
        found.expect("there is such a fixture").clone()
    };
    let told = async |vector: &Vector| {
        differences_of(vector, &mut Tally::default())
            .await
            .unwrap_or_default()
    };
    let mut sent = of_grade(Grade::Wire, "text");
    sent.fails = true;
    assert_eq!(told(&sent).await, "it should fail");
    sent.method = "sendTelegram".to_owned();
    assert_eq!(
        told(&sent).await,
        "sendTelegram of messaging-api-messenger@1.1.0 is not mapped"
    );
    let mut refused = of_grade(Grade::Error, "refused");
    refused.fails = false;
    assert!(told(&refused).await.starts_with("it should not fail"));
    refused.fails = true;
    refused.error_code = Some(190);
    assert!(told(&refused).await.starts_with("code Some(190) expected"));
    let mut twice = of_grade(Grade::Wire, "text");
    twice.requests.push(twice.requests[0].clone());
    assert!(told(&twice).await.starts_with("2 requests expected, 1 sent"));
    let mut too_large = of_grade(Grade::Error, "batch-too-large");
    too_large.fails = false;
    assert!(told(&too_large).await.starts_with("it should not fail"));
}

/// Every method of the others is mapped and has a fixture, or is retired; the migration page names each.
#[tokio::test]
async fn every_method_of_the_others_has_a_place() {
    let migration = include_str!("../../docs/migration.md");
    let fixtures = vectors::read(Path::new(FIXTURES));
    let has_fixture = |system: &str, method: &str| {
        let mut same = fixtures.iter().filter(|vector| vector.system.starts_with(system));
        same.any(|vector| vector.method == method)
    };
    let mut missing = Vec::new();
    for (system, methods) in peers::METHODS {
        for method in *methods {
            if !peers::is_retired(system, method) {
                if !run::is_mapped(system, method, json!([])).await {
                    missing.push(format!("{system}.{method} is neither mapped nor retired"));
                }
                let shared = peers::BOTH.contains(method) && has_fixture("messaging-api-messenger", method);
                if !shared && !has_fixture(system, method) {
                    missing.push(format!("{system}.{method} has no fixture"));
                }
            }
            let named = match *method {
                "constructor" => migration.contains("`new "),
                method => [format!("`{method}`"), format!("`{method}(")]
                    .iter()
                    .any(|name| migration.contains(name)),
            };
            if !named {
                missing.push(format!("{system}.{method} is not in docs/migration.md"));
            }
        }
    }
    let text = include_str!("fixtures.jsonl");
    let batch = peers::BATCH
        .iter()
        .map(|method| format!("MessengerBatch.{method}"));
    let factories = peers::FACTORIES
        .iter()
        .map(|factory| format!("Messenger.{factory}"));
    for method in batch.chain(factories) {
        if !text.contains(&format!("\"{method}\"")) {
            missing.push(format!("{method} has no fixture"));
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

/// What is not there is told, however it is asked for.
#[tokio::test]
async fn an_unknown_method_is_a_failure() {
    let item = json!([[{"$batch": {"method": "MessengerBatch.sendTelegram", "args": []}}]]);
    let message = json!(["1", {"$factory": {"method": "Messenger.createTelegram", "args": []}}]);
    for (system, method, args) in [
        (peers::M1, "sendTelegram", json!([])),
        (peers::M1, "sendBatch", item),
        (peers::M1, "sendMessage", message),
        (peers::NODE, "sendTelegram", json!([])),
        (peers::GUIDE, "sendTelegram", json!([])),
    ] {
        assert!(!run::is_mapped(system, method, args).await, "{system}.{method}");
    }
}
