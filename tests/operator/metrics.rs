//! The metrics: well formed, complete, right.

use std::collections::{BTreeMap, BTreeSet};

use messenger_runtime::store::MemoryStore;
use messenger_tests::stage::PERSON;
use reqwest::Method;

use crate::stage::{SECRETLY, Watch, message, with_dead_letters};

/// A family of metrics: its kind, and its samples by name and labels.
#[derive(Debug, Default)]
pub(crate) struct Family {
    pub(crate) kind: String,
    pub(crate) samples: Vec<(String, BTreeMap<String, String>, f64)>,
}

/// Reads the `OpenMetrics` text format and takes nothing that is not in it.
///
/// Source: <https://prometheus.io/docs/specs/om/open_metrics_spec/>
pub(crate) fn parse(text: &str) -> Result<BTreeMap<String, Family>, String> {
    let text = text.strip_suffix("# EOF\n").ok_or("it does not end with # EOF")?;
    let mut families = BTreeMap::<String, Family>::new();
    let mut now: Option<(String, bool)> = None;
    for line in text.lines() {
        let wrong = |why: &str| Err(format!("{why}: {line}"));
        if let Some(rest) = line.strip_prefix("# HELP ") {
            let (name, help) = rest.split_once(' ').ok_or("a HELP without a text")?;
            if !is_name(name) || families.contains_key(name) {
                return wrong("a name that is wrong or there twice");
            }
            if help.is_empty() || !help.ends_with('.') || help.contains(['\\', '"']) {
                return wrong("a help text that is no sentence");
            }
            families.insert(name.to_owned(), Family::default());
            now = Some((name.to_owned(), false));
        } else if let Some(rest) = line.strip_prefix("# TYPE ") {
            let (name, kind) = rest.split_once(' ').ok_or("a TYPE without a kind")?;
            let Some((known, typed @ false)) = &mut now else {
                return wrong("a TYPE that is not behind its HELP");
            };
            if known != name || !["counter", "gauge", "histogram", "info"].contains(&kind) {
                return wrong("a TYPE of something else");
            }
            *typed = true;
            families.get_mut(name).ok_or("a TYPE of nothing")?.kind = kind.to_owned();
        } else if line.starts_with('#') || line.is_empty() {
            return wrong("a line that is nothing");
        } else {
            let Some((name, true)) = &now else {
                return wrong("a sample without a TYPE");
            };
            let family = families.get_mut(name).ok_or("a sample of nothing")?;
            let (sample, labels, value) = sample(line)?;
            let suffix = sample
                .strip_prefix(name.as_str())
                .ok_or("a sample of another family")?;
            let fits = match &*family.kind {
                "counter" => suffix == "_total",
                "gauge" => suffix.is_empty(),
                "info" => suffix == "_info",
                _ => ["_sum", "_count", "_bucket"].contains(&suffix),
            };
            if !fits || (labels.contains_key("le") != (suffix == "_bucket")) {
                return wrong("a sample that does not fit its TYPE");
            }
            if family.kind != "gauge" && (value.is_nan() || value < 0.0) {
                return wrong("a count below zero");
            }
            if family
                .samples
                .iter()
                .any(|(known, its, _)| *known == sample && *its == labels)
            {
                return wrong("a sample that is there twice");
            }
            family.samples.push((sample, labels, value));
        }
    }
    for (name, family) in &families {
        if family.kind == "histogram" {
            histogram(name, family)?;
        }
    }
    Ok(families)
}

fn is_name(name: &str) -> bool {
    name.starts_with("messenger_") && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
}

fn sample(line: &str) -> Result<(String, BTreeMap<String, String>, f64), String> {
    let (head, value) = line.rsplit_once(' ').ok_or(format!("no value: {line}"))?;
    let value = value.parse().map_err(|_| format!("no number: {line}"))?;
    let mut labels = BTreeMap::new();
    let name = match head.split_once('{') {
        None => head,
        Some((_, "}")) => return Err(format!("braces around nothing: {line}")),
        Some((name, rest)) => {
            let rest = rest.strip_suffix('}').ok_or(format!("open labels: {line}"))?;
            for label in rest.split(',').filter(|label| !label.is_empty()) {
                let (key, value) = label.split_once('=').ok_or(format!("no label: {line}"))?;
                let value = value.strip_prefix('"').and_then(|value| value.strip_suffix('"'));
                let value = value.ok_or(format!("no quotes: {line}"))?;
                if value.contains(['"', '\\', '\n'])
                    || labels.insert(key.to_owned(), value.to_owned()).is_some()
                {
                    return Err(format!("a label that is wrong or there twice: {line}"));
                }
            }
            name
        }
    };
    Ok((name.to_owned(), labels, value))
}

/// Each series of buckets rises to `+Inf`, where it is the count.
fn histogram(name: &str, family: &Family) -> Result<(), String> {
    let mut series = BTreeMap::<_, (Vec<(f64, f64)>, Option<f64>, bool)>::new();
    for (sample, labels, value) in &family.samples {
        let mut labels = labels.clone();
        let bound = labels.remove("le");
        let one = series.entry(labels).or_default();
        match bound {
            Some(bound) => {
                let bound = bound.parse().map_err(|_| format!("{name}: the bound {bound}"))?;
                one.0.push((bound, *value));
            }
            None if sample.ends_with("_count") => one.1 = Some(*value),
            None => one.2 = true,
        }
    }
    for (labels, (buckets, count, sum)) in series {
        let rises = buckets.is_sorted_by(|a, b| a.0 < b.0 && a.1 <= b.1);
        let last = buckets.last().copied();
        if !rises
            || !sum
            || last.map(|(bound, _)| bound) != Some(f64::INFINITY)
            || last.map(|(_, all)| all) != count
        {
            return Err(format!("{name}{labels:?}: {buckets:?}, count {count:?}"));
        }
    }
    Ok(())
}

#[tokio::test]
async fn the_page_is_open_metrics() {
    let watch = Watch::of(with_dead_letters().await).await;
    watch.says("m1", "hi").await;
    watch.quiet().await;
    let answer = reqwest::Client::new().get(format!("{}/metrics", watch.operator));
    let answer = answer
        .bearer_auth(crate::stage::TOKEN)
        .send()
        .await
        .expect("an answer");
    assert_eq!(
        answer.headers()["content-type"],
        "application/openmetrics-text; version=1.0.0; charset=utf-8"
    );
    let text = answer.text().await.expect("a text");
    let families = parse(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    assert!(families.len() > 25, "{families:?}");
}

#[test]
fn the_parser_takes_nothing_else() {
    let good = "# HELP messenger_a A.\n# TYPE messenger_a counter\nmessenger_a_total{b=\"c\"} 1\n# EOF\n";
    assert!(parse(good).is_ok());
    for (from, to) in [
        ("# EOF\n", ""),
        ("counter", "count"),
        ("# TYPE messenger_a", "# TYPE messenger_b"),
        ("messenger_a_total", "messenger_a"),
        ("A.", "A"),
        ("\"c\"", "c"),
        (" 1\n", " one\n"),
        (" 1\n", " -1\n"),
        ("{b=\"c\"}", "{}"),
        ("# HELP messenger_a A.\n", ""),
        (
            "messenger_a_total{b=\"c\"} 1\n",
            "messenger_a_total 1\nmessenger_a_total 1\n",
        ),
    ] {
        let bad = good.replace(from, to);
        assert_ne!(bad, good);
        assert!(parse(&bad).is_err(), "{bad}");
    }
    let histogram = "# HELP messenger_a A.\n# TYPE messenger_a histogram\nmessenger_a_sum 1\nmessenger_a_count 2\n\
                     messenger_a_bucket{le=\"1.0\"} 1\nmessenger_a_bucket{le=\"+Inf\"} 2\n# EOF\n";
    assert!(parse(histogram).is_ok());
    for (from, to) in [
        ("count 2", "count 3"),
        ("+Inf", "2.0"),
        ("} 1\n", "} 3\n"),
        ("_sum 1\n", "_sum 1\n\n"),
    ] {
        assert!(parse(&histogram.replace(from, to)).is_err(), "{from} -> {to}");
    }
}

#[tokio::test]
async fn traffic_is_counted_where_it_belongs() {
    let watch = Watch::of(MemoryStore::new()).await;
    let before = watch.metrics().await;
    for there_from_the_start in [
        "messenger_turns_total{outcome=\"handled\"}",
        "messenger_turns_total{outcome=\"failed\"}",
        "messenger_dead_letters_total{kind=\"event\"}",
        "messenger_store_errors_total{op=\"claim\"}",
    ] {
        assert_eq!(
            before.get(there_from_the_start),
            Some(&0.0),
            "{there_from_the_start}"
        );
    }
    for (mid, text) in [("m1", "hi"), ("m2", "panic"), ("m2", "panic"), ("m3", "hello")] {
        assert_eq!(watch.says(mid, text).await, 200);
    }
    let forged = message("m4", "hi").to_string();
    assert_eq!(watch.post(&forged, "another-secret").await, 401);
    watch.quiet().await;

    let after = watch.metrics().await;
    for (metric, count) in [
        ("messenger_events_received_total", 3.0),
        ("messenger_events_duplicates_total", 1.0),
        ("messenger_turns_total{outcome=\"handled\"}", 2.0),
        ("messenger_turns_total{outcome=\"failed\"}", 1.0),
        ("messenger_dead_letters_total{kind=\"event\"}", 1.0),
        ("messenger_handler_errors_total{kind=\"panicked\"}", 1.0),
        ("messenger_handler_runs_total{handler=\"hello\"}", 2.0),
        ("messenger_handler_runs_total{handler=\"fall\"}", 1.0),
        ("messenger_sends_total{outcome=\"sent\"}", 2.0),
        ("messenger_turn_seconds_count", 3.0),
        ("messenger_send_seconds_count", 2.0),
        ("messenger_webhook_answers_total{status=\"200\"}", 4.0),
        ("messenger_webhook_answers_total{status=\"401\"}", 1.0),
        ("messenger_webhook_answer_seconds_count", 5.0),
        ("messenger_store_seconds_count{op=\"append\"}", 4.0),
        ("messenger_store_seconds_count{op=\"commit\"}", 3.0),
        ("messenger_events_waiting", 0.0),
        ("messenger_oldest_event_seconds", 0.0),
    ] {
        assert_eq!(after.get(metric), Some(&count), "{metric} in {after:#?}");
    }
    assert!(after["messenger_start_time_seconds"] > 1_700_000_000.0);
    assert!(after["messenger_turn_seconds_sum"] > 0.0);
}

#[tokio::test]
async fn what_waits_grows_old() {
    let watch = Watch::of(MemoryStore::new()).await;
    assert_eq!(watch.says("m1", "wait").await, 200);
    watch
        .until("the oldest event grows old", async |watch| {
            watch.metrics().await["messenger_oldest_event_seconds"] > 0.02
        })
        .await;
    assert_eq!(watch.metrics().await["messenger_events_waiting"], 1.0);
    watch.gate.0.notify_one();
    watch.quiet().await;
    assert_eq!(watch.metrics().await["messenger_oldest_event_seconds"], 0.0);
}

#[tokio::test]
async fn no_person_and_no_text_is_in_them() {
    let watch = Watch::of(with_dead_letters().await).await;
    watch.says("m1", SECRETLY).await;
    watch.quiet().await;
    let (_, text) = watch.read(Method::GET, "/metrics").await;
    for secret in [PERSON, SECRETLY, "300002", "PAGE-TOKEN"] {
        assert!(!text.contains(secret), "{secret}");
    }
    assert!(
        text.contains("messenger_dead_letters_kept 4\n")
            || text.contains("messenger_dead_letters_kept 4.0\n"),
        "{text}"
    );
}

/// Every name that a query may use: those of the samples.
pub(crate) async fn names() -> BTreeSet<String> {
    let watch = Watch::of(with_dead_letters().await).await;
    let (_, text) = watch.read(Method::GET, "/metrics").await;
    let families = parse(&text).expect("it is well formed");
    let named = families.into_iter().flat_map(|(name, family)| {
        let suffixes: &[&str] = match &*family.kind {
            "counter" => &["_total"],
            "histogram" => &["_sum", "_count", "_bucket"],
            "info" => &["_info"],
            _ => &[""],
        };
        suffixes.iter().map(move |suffix| format!("{name}{suffix}"))
    });
    named.collect()
}
