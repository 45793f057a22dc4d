//! The single events: a realistic mix of texts, quick replies, postbacks, reads, deliveries and images.

use fastrand::Rng;
use messenger_benches::LoadRoutes;
use regex::{Regex, RegexBuilder};

const VERBS: [&str; 8] = [
    "track", "cancel", "return", "refund", "show", "change", "repeat", "confirm",
];
const NOUNS: [&str; 5] = ["order", "parcel", "invoice", "booking", "subscription"];
const WHO: [&str; 5] = ["agent", "human", "manager", "person", "operator"];
const ADJECTIVES: [&str; 5] = ["second", "red", "größte", "last", "новый"];
const PLAIN: [&str; 8] = [
    "Hello there",
    "ok thanks",
    "do you deliver on Sundays?",
    "what does the \"large\" one cost",
    "my order never came",
    "I cannot track anything with this",
    "yes",
    "two lines\nof text, and a link: https://example.com/a/b",
];
const FOREIGN: [&str; 6] = [
    "Grüße aus Köln",
    "merci beaucoup, à bientôt",
    "где мой заказ",
    "注文はどこですか",
    "danke 🙏🏽",
    "👍👨‍👩‍👧‍👦",
];

/// One thing that happened, and the reply that the person is owed for it.
#[derive(Debug)]
pub(super) struct Said {
    /// The fields of the event beside `sender`, `recipient` and `timestamp`.
    pub(super) event: String,
    pub(super) reply: Option<String>,
}

/// Says everything once in a while. The reply to a text is found by trying one pattern after the other.
#[derive(Debug)]
pub(super) struct Speaker {
    payloads: Vec<String>,
    patterns: Vec<Regex>,
    next_route: usize,
    next_payload: usize,
}

impl Speaker {
    pub(super) fn new(routes: LoadRoutes) -> Self {
        let patterns = routes.regexes.iter().map(|pattern| {
            RegexBuilder::new(pattern)
                .case_insensitive(true)
                .build()
                .expect("the list holds only valid patterns")
        });
        Self {
            patterns: patterns.collect(),
            payloads: routes.payloads,
            next_route: 0,
            next_payload: 0,
        }
    }

    /// Says something that holds the number `n`, so that no two replies are alike.
    pub(super) fn say(&mut self, rng: &mut Rng, n: u64) -> Said {
        match rng.u8(0..100) {
            0..35 => {
                self.next_route = (self.next_route + 1) % self.patterns.len();
                let made = matching(rng, self.next_route, n);
                let text = recased(rng, &made);
                self.text(rng, &text)
            }
            35..52 => {
                let text = format!("{} {n}", PLAIN[rng.usize(0..PLAIN.len())]);
                self.text(rng, &text)
            }
            52..60 => {
                let text = format!("{} {n}", FOREIGN[rng.usize(0..FOREIGN.len())]);
                self.text(rng, &text)
            }
            60..75 => self.quick_reply(rng, n),
            75..82 => {
                let rest = format!("sku-{}:{n}/é", rng.u8(..));
                let event = format!(
                    r#""postback":{{"mid":"{}","title":"Buy","payload":{}}}"#,
                    mid(rng),
                    json(&format!("BUY:{rest}"))
                );
                Said {
                    event,
                    reply: Some(format!("Bought {rest}")),
                }
            }
            82..89 => Said {
                event: format!(r#""read":{{"watermark":{}}}"#, 1_795_000_000_000 + n),
                reply: None,
            },
            89..96 => Said {
                event: format!(
                    r#""delivery":{{"mids":["{}"],"watermark":{}}}"#,
                    mid(rng),
                    1_795_000_000_000 + n
                ),
                reply: None,
            },
            _ => Said {
                event: format!(
                    r#""message":{{"mid":"{}","attachments":[{{"type":"image","payload":{{"url":{}}}}}]}}"#,
                    mid(rng),
                    json(&format!(
                        "https://scontent.example.com/v/t1.15752-9/{n}_n.jpg?_nc_cat=1&oe=6AFB"
                    ))
                ),
                reply: None,
            },
        }
    }

    fn text(&self, rng: &mut Rng, text: &str) -> Said {
        let event = format!(r#""message":{{"mid":"{}","text":{}}}"#, mid(rng), json(text));
        let reply = match self.patterns.iter().position(|pattern| pattern.is_match(text)) {
            Some(route) => format!("[{route}] You said: {text}"),
            None => format!("You said: {text}"),
        };
        Said {
            event,
            reply: Some(reply),
        }
    }

    fn quick_reply(&mut self, rng: &mut Rng, n: u64) -> Said {
        self.next_payload = (self.next_payload + 1) % self.payloads.len();
        let payload = &self.payloads[self.next_payload];
        let text = format!("Choice {n} ✓");
        let event = format!(
            r#""message":{{"mid":"{}","text":{},"quick_reply":{{"payload":"{payload}"}}}}"#,
            mid(rng),
            json(&text)
        );
        Said {
            event,
            reply: Some(format!("Picked {payload}: {text}")),
        }
    }
}

/// A text for one of the fifty routes.
fn matching(rng: &mut Rng, route: usize, n: u64) -> String {
    let noun = NOUNS[route % 5];
    match route {
        0..40 => {
            let verb = VERBS[route / 5];
            let whose = ["", "my ", "the "][rng.usize(0..3)];
            let number = [" no. ", " no ", " no."][rng.usize(0..3)];
            format!("{verb} {whose}{noun}{number}{n}, please")
        }
        40..45 => {
            let adjective = ADJECTIVES[rng.usize(0..ADJECTIVES.len())];
            format!("Hi, when is my {adjective} {noun}? ({n})")
        }
        _ => format!("let me speak to a {} 🙏 {n}", WHO[route % 5]),
    }
}

fn recased(rng: &mut Rng, text: &str) -> String {
    match rng.u8(0..4) {
        0 => text.to_uppercase(),
        1 => text
            .chars()
            .take(1)
            .flat_map(char::to_uppercase)
            .chain(text.chars().skip(1))
            .collect(),
        _ => text.to_owned(),
    }
}

/// A message id of the length that the platform's have.
fn mid(rng: &mut Rng) -> String {
    std::iter::once("m_".to_owned())
        .chain((0..6).map(|_| format!("{:014x}", rng.u64(..1 << 56))))
        .collect()
}

/// A JSON string with the platform's escapes: everything beyond ASCII as UTF-16 units, and `/` as `\/`.
fn json(text: &str) -> String {
    let mut escaped = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' | '/' => escaped.extend(['\\', character]),
            '\n' => escaped.push_str("\\n"),
            ' '..='~' => escaped.push(character),
            _ => escaped.extend(
                character
                    .encode_utf16(&mut [0; 2])
                    .iter()
                    .map(|unit| format!("\\u{unit:04x}")),
            ),
        }
    }
    escaped.push('"');
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_as_the_platform_does() {
        assert_eq!(json("ä/\"🙏\n"), r#""\u00e4\/\"\ud83d\ude4f\n""#);
    }

    #[test]
    fn escaped_text_reads_back() {
        for text in PLAIN.iter().chain(&FOREIGN).chain(&ADJECTIVES) {
            assert_eq!(serde_json::from_str::<String>(&json(text)).unwrap(), *text);
        }
    }

    #[test]
    fn a_text_made_for_a_route_is_answered_by_it() {
        let mut rng = Rng::with_seed(1);
        let speaker = Speaker::new(LoadRoutes::read());
        for n in 0..2_000 {
            let route = usize::try_from(n).unwrap() % 50;
            let made = matching(&mut rng, route, n);
            let text = recased(&mut rng, &made);
            let reply = speaker.text(&mut rng, &text).reply.unwrap();
            assert_eq!(reply, format!("[{route}] You said: {text}"));
        }
    }
}
