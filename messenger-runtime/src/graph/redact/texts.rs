//! A request's own words, found again in what an answer says.

use std::{collections::BTreeMap, ops::Range};

use aho_corasick::{AhoCorasick, AhoCorasickKind, BuildError};
use serde_json::Value;
use url::form_urlencoded;

use super::{is_platform_word, is_version, without_id};

/// What stands in the place of words.
pub(super) const GONE: &str = "[...]";

/// How many characters of a text give it away when an answer quotes it cut short.
const TELLING: usize = 16;

/// The strings of a request that are not the platform's own words, all searched for at once.
pub(in crate::graph) struct Texts {
    /// In order.
    texts: Vec<String>,
    /// For the texts, or what their longer ones begin with.
    finder: Result<AhoCorasick, BuildError>,
    found: Vec<Found>,
}

/// What a pattern of the finder is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Found {
    /// A text of so few characters that it counts only where it is no part of a word.
    Short,
    Whole,
    /// The beginning of texts.
    Head,
}

impl Texts {
    /// The texts of a request: the ids in its path, its query, and its JSON body.
    pub(in crate::graph) fn new(path: &str, query: Option<&str>, body: &[u8]) -> Self {
        let ids = path
            .split('/')
            .filter(|part| !is_version(part) && without_id(part) != *part);
        let mut texts: Vec<_> = ids.map(str::to_owned).collect();
        collect_query(query.unwrap_or_default(), &mut texts);
        if let Ok(value) = serde_json::from_slice(body) {
            collect("", &value, &mut texts);
        }
        texts.sort_unstable();
        texts.dedup();
        let mut patterns: BTreeMap<&str, Found> = BTreeMap::new();
        for text in &texts {
            let (pattern, found) = match text.char_indices().nth(TELLING) {
                Some((end, _)) => (&text[..end], Found::Head),
                None if text.chars().nth(3).is_none() => (text.as_str(), Found::Short),
                None => (text.as_str(), Found::Whole),
            };
            let known = patterns.entry(pattern).or_insert(found);
            *known = found.max(*known);
        }
        // The one that is built fastest: it searches a few short texts, and is thrown away.
        let finder = AhoCorasick::builder()
            .kind(Some(AhoCorasickKind::NoncontiguousNFA))
            .build(patterns.keys());
        let found = patterns.into_values().collect();
        Self { texts, finder, found }
    }

    /// `message` without the texts, whole or cut short.
    pub(super) fn remove(&self, message: &str) -> String {
        let Ok(finder) = &self.finder else {
            return GONE.to_owned();
        };
        let mut spans: Vec<Range<usize>> = finder
            .find_overlapping_iter(message)
            .filter_map(|found| match self.found[found.pattern()] {
                Found::Short => stands_alone(message, found.range()).then(|| found.range()),
                Found::Whole => Some(found.range()),
                Found::Head => {
                    let rest = &message[found.start()..];
                    Some(found.start()..found.start() + self.agreement(rest))
                }
            })
            .collect();
        spans.sort_unstable_by_key(|span| span.start);
        let mut kept = String::with_capacity(message.len());
        let mut end = 0;
        for span in spans {
            // Where one text begins within another, both go.
            if span.start >= end {
                kept.push_str(&message[end..span.start]);
                kept.push_str(GONE);
            }
            end = end.max(span.end);
        }
        kept.push_str(&message[end..]);
        kept
    }

    /// How much of the beginning of `rest` is that of a text. The text that agrees the longest stands next to
    /// where `rest` would stand in order.
    fn agreement(&self, rest: &str) -> usize {
        let place = self.texts.partition_point(|text| text.as_str() < rest);
        let agreed = self.texts[place.saturating_sub(1)..]
            .iter()
            .take(2)
            .map(|text| text.bytes().zip(rest.bytes()).take_while(|(a, b)| a == b).count())
            .max();
        rest.floor_char_boundary(agreed.unwrap_or_default())
    }
}

impl Default for Texts {
    fn default() -> Self {
        Self::new("", None, &[])
    }
}

fn stands_alone(message: &str, span: Range<usize>) -> bool {
    let inside_a_word = |next: Option<char>| next.is_some_and(char::is_alphanumeric);
    !inside_a_word(message[..span.start].chars().next_back())
        && !inside_a_word(message[span.end..].chars().next())
}

fn collect(key: &str, value: &Value, into: &mut Vec<String>) {
    match value {
        Value::String(text) if !text.is_empty() && !is_platform_word(key, text) => {
            // An answer may quote the request's JSON as it was written.
            let written = Value::from(text.as_str()).to_string();
            let written = &written[1..written.len() - 1];
            if written != text {
                into.push(written.to_owned());
            }
            into.push(text.clone());
            match key {
                // A call in a batch: a form, whose longer values are JSON.
                "body" => {
                    for (name, value) in form_urlencoded::parse(text.as_bytes()) {
                        let json = serde_json::from_str(&value).ok();
                        let json = json.filter(|json: &Value| json.is_object() || json.is_array());
                        collect(&name, &json.unwrap_or_else(|| Value::from(&*value)), into);
                    }
                }
                "relative_url" => {
                    if let Some((_, query)) = text.split_once('?') {
                        collect_query(query, into);
                    }
                }
                _ => {}
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(key, item, into)),
        Value::Object(fields) => fields.iter().for_each(|(key, value)| collect(key, value, into)),
        _ => {}
    }
}

/// Parameters whose values are words of the platform, dates or numbers.
const PLATFORM_PARAMETERS: [&str; 17] = [
    "breakdown",
    "fields",
    "grant_type",
    "language",
    "limit",
    "locale",
    "metric",
    "model",
    "n_best",
    "nlp_enabled",
    "params",
    "period",
    "platform",
    "since",
    "subscribed_fields",
    "until",
    "verbose",
];

/// The values of a query, plain and as they stand in it.
fn collect_query(query: &str, into: &mut Vec<String>) {
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        if value.is_empty() || PLATFORM_PARAMETERS.contains(&&*name) {
            continue;
        }
        let encoded: String = form_urlencoded::byte_serialize(value.as_bytes()).collect();
        if encoded.contains('+') {
            into.push(encoded.replace('+', "%20"));
        }
        if encoded != value {
            into.push(encoded);
        }
        into.push(value.into_owned());
    }
}
