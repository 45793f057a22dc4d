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
        failed,
    } = &tally;
    let mut idle = Vec::new();
    for rule in differences::RULES {
        match rules.get(rule.reason) {
            Some(times) => println!("rule, {times} times: {}", rule.reason),
            None => idle.push(rule.reason),
        }
    }
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
        Grade::Wire | Grade::Error => match differences_of(vector, &mut tally.rules).await {
            None => tally.passed += 1,
            Some(what) => tally.failed.push(format!("{}: {what}", vector.id)),
        },
        Grade::Retired => *tally.left_out.entry("retired").or_default() += 1,
        Grade::Avoid => *tally.left_out.entry("avoid").or_default() += 1,
    }
}

/// How this client's requests and outcome differ from what is expected of it; `None` if they do not.
async fn differences_of(vector: &Vector, rules: &mut BTreeMap<&'static str, usize>) -> Option<String> {
    let recorder = Recorder::start(vector).await;
    let outcome = run::run(vector, &recorder.origin).await;
    if matches!(outcome, Err(Failure::Unknown)) {
        return Some(format!("{} of {} is not mapped", vector.method, vector.system));
    }
    let sent = recorder.requests();
    let today = compare::today(&vector.requests, &sent, rules);
    let expected = match &today {
        Today::Refused(why) => {
            return match outcome {
                Err(_) if sent.is_empty() => None,
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
        Err(Failure::Graph(error))
            if sent.is_empty() && (error.limits().is_some() || error.unsupported().is_some()) =>
        {
            return None;
        }
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
    let changes: [(&str, &str, Change); 10] = [
        ("text", "method", |request| request.method.insert(0, 'X')),
        ("text", "path", |request| request.path.push('x')),
        ("text", "query", |request| {
            request.query.push(("x".to_owned(), "1".to_owned()));
        }),
        ("text", "body", |request| {
            request.body.as_mut().expect("it has a body")["x"] = 1.into();
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
        assert_eq!(differences_of(&changed, &mut BTreeMap::new()).await, None, "{id}");
        change(&mut changed.requests[0]);
        let told = differences_of(&changed, &mut BTreeMap::new()).await;
        assert!(told.is_some(), "{id}: the {what} differs, and nobody said so");
    }
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
        differences_of(vector, &mut BTreeMap::new())
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
