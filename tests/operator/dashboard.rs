//! The dashboard and the alert rules speak of metrics that exist, and the guide of all that do.

use std::{collections::BTreeSet, fs, path::Path};

use serde_json::Value;

use crate::metrics::names;

fn doc(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs").join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Every name of a metric in a text.
fn mentioned(text: &str) -> BTreeSet<&str> {
    let is_part = |c: char| c.is_ascii_lowercase() || c == '_';
    let words = text.split(|c: char| !is_part(c));
    words.filter(|word| word.starts_with("messenger_")).collect()
}

fn unknown<'a>(text: &'a str, names: &BTreeSet<String>) -> Vec<&'a str> {
    let all = mentioned(text).into_iter();
    all.filter(|name| !names.contains(*name)).collect()
}

#[tokio::test]
async fn the_dashboard_asks_for_metrics_that_exist() {
    let names = names().await;
    let text = doc("dashboard.json");
    let dashboard: Value = serde_json::from_str(&text).expect("valid JSON");
    let variables = dashboard["templating"]["list"].as_array().expect("variables");
    assert!(
        variables
            .iter()
            .any(|one| one["type"] == "datasource" && one["name"] == "datasource")
    );
    let (mut asked, mut ids) = (BTreeSet::new(), BTreeSet::new());
    for panel in dashboard["panels"].as_array().expect("panels") {
        assert!(ids.insert(panel["id"].as_u64()), "an id stands twice: {panel}");
        if panel["type"] == "row" {
            continue;
        }
        let targets = panel["targets"].as_array().expect("queries");
        assert!(!targets.is_empty(), "{panel}");
        for target in targets {
            assert_eq!(target["datasource"]["uid"], "${datasource}", "{target}");
            let query = target["expr"].as_str().expect("a query");
            let balanced = |open, close| query.matches(open).count() == query.matches(close).count();
            assert!(balanced('(', ')') && balanced('{', '}'), "{query}");
            let found = mentioned(query);
            assert!(!found.is_empty(), "{query}");
            assert_eq!(unknown(query, &names), Vec::<&str>::new(), "{query}");
            asked.extend(found.into_iter().map(str::to_owned));
        }
    }
    for wanted in [
        "messenger_oldest_event_seconds",
        "messenger_turns_total",
        "messenger_sends_total",
        "messenger_send_retries_total",
        "messenger_dead_letter_causes_total",
        "messenger_pacing_waits_total",
        "messenger_claims_lost_total",
        "messenger_pages_paused",
    ] {
        assert!(asked.contains(wanted), "no panel shows {wanted}");
    }
}

#[tokio::test]
async fn the_alerts_ask_for_metrics_that_exist() {
    let names = names().await;
    let text = doc("alerts.yml");
    assert_eq!(unknown(&text, &names), Vec::<&str>::new());
    let rules: Vec<_> = text.split("      - alert: ").skip(1).collect();
    assert!(rules.len() >= 4);
    for rule in &rules {
        for part in [
            "        expr: ",
            "        labels:\n          severity: ",
            "          summary: ",
            "          description: ",
        ] {
            assert_eq!(rule.matches(part).count(), 1, "{part:?} in {rule}");
        }
    }
    for wanted in [
        "messenger_oldest_event_seconds > 60",
        "messenger_dead_letters_total",
        "messenger_page_paused",
        "messenger_ready == 0",
    ] {
        assert!(text.contains(wanted), "{wanted}");
    }
}

#[tokio::test]
async fn the_guide_explains_every_metric_and_no_other() {
    let names = names().await;
    let text = doc("operations/watching.md");
    assert_eq!(unknown(&text, &names), Vec::<&str>::new());
    let explained = mentioned(&text);
    let is_explained = |name: &String| {
        let base = ["_sum", "_count", "_bucket"]
            .iter()
            .find_map(|suffix| name.strip_suffix(suffix));
        explained.contains(&**name) || base.is_some_and(|base| explained.contains(&*format!("{base}_bucket")))
    };
    let missing: Vec<_> = names.iter().filter(|name| !is_explained(name)).collect();
    assert_eq!(missing, Vec::<&String>::new());
}

#[tokio::test]
async fn a_name_that_does_not_exist_is_found() {
    let names = names().await;
    assert_eq!(
        unknown("rate(messenger_turns_total[5m]) / messenger_turns", &names),
        ["messenger_turns"]
    );
}
