//! The filter may only save work: routes match exactly as if each were asked in turn.

use proptest::prelude::*;
use regex::Regex;

use super::*;
use crate::routing::fold::eq_folded;

/// Patterns live as long as a bot; a test's may as well.
fn leak<T: ?Sized>(value: Box<T>) -> &'static T {
    Box::leak(value)
}

fn regex(pattern: &'static str) -> TextPattern {
    TextPattern::Regex {
        pattern,
        captures: false,
    }
}

fn matching(routes: &TextRoutes, text: &str) -> Vec<usize> {
    routes.matches(text).map(|(route, _)| route).collect()
}

/// How many routes a text makes the search try.
fn tried(patterns: &[&'static str], text: &str) -> usize {
    TextRoutes::new(patterns.iter().copied().map(regex))
        .matches(text)
        .candidates
        .count()
}

#[track_caller]
fn check(pattern: &'static str, matched: &[&str], refused: &[&str]) {
    let routes = TextRoutes::new([regex(pattern)]);
    for (texts, expected) in [(matched, true), (refused, false)] {
        for text in texts {
            assert_eq!(
                Regex::new(pattern).expect("a regex").is_match(text),
                expected,
                "{pattern} on {text:?}"
            );
            assert_eq!(
                !matching(&routes, text).is_empty(),
                expected,
                "{pattern} on {text:?}"
            );
        }
    }
}

#[test]
fn letters_that_fold_unlike_ascii() {
    check("(?i)^ok$", &["ok", "OK", "o\u{212A}"], &["0k", "okk"]);
    check("(?i)^stop", &["STOP", "\u{17F}top"], &[" stop"]);
    check("^stop", &["stop"], &["STOP", "\u{17F}top"]);
    check("\u{17F}top", &["\u{17F}top"], &["stop"]);
    check("(?i)straße", &["STRAßE", "straẞe"], &["strasse", "STRASSE"]);
    check("(?i)strasse", &["STRASSE", "\u{17F}trasse"], &["straße"]);
    check("(?i)iptal", &["IPTAL"], &["İptal", "ıptal"]);
    check("(?i)İptal", &["İPTAL"], &["iptal", "i\u{307}ptal"]);
    check("(?i)οδός", &["ΟΔΌΣ", "οδόσ"], &["οδος"]);
    check("(?i)µm", &["μM", "\u{39C}m"], &["um"]);
    check("(?i)\u{1F80}", &["\u{1F88}"], &["\u{1F00}\u{3B9}"]);
    check("(?i-u)ok", &["OK"], &["o\u{212A}"]);
}

#[test]
fn parts_of_a_pattern_that_are_no_literals() {
    check("", &["", "a"], &[]);
    check("^$", &[""], &["a", "\n"]);
    check("(?m)^ab$", &["ab", "x\nab\ny"], &["xab"]);
    check("(?mR)^ab$", &["x\r\nab\r\ny"], &["xab"]);
    check(r"\Aab\z", &["ab"], &["ab\n", "\nab"]);
    check("a.b", &["axb", "aéb"], &["a\nb"]);
    check("(?s)a.b", &["a\nb"], &["ab"]);
    check(r"\bab\b", &["ab", "ab é", "-ab-"], &["éab", "abé"]);
    check(r"(?-u:\b)ab", &["éab"], &["xab"]);
    check(r"\Bab", &["éab"], &["ab"]);
    check("^(?:|ab)c", &["c", "abc"], &["bc"]);
    check("^a|b", &["a", "xb"], &["xa"]);
    check("(?:^a)*b", &["xb", "ab"], &["a"]);
    check("ab{2,3}?c", &["abbc", "xabbbc"], &["abc", "abbbbc"]);
    check(
        "(?:ab){20}",
        &["abababababababababababababababababababab"],
        &["ab"],
    );
    check(r"[a&&b]", &[], &["", "a", "b"]);
    check(r"x|[a&&b]", &["x"], &["", "a", "b"]);
    check("(?x) a b # c", &["ab"], &["a b"]);
    check(
        r"(?i)where is my \w+ order$",
        &["Where is my SECOND order"],
        &["where is my order", "order"],
    );
    check(r"\d+ eur(?:os?)?", &["it costs 12 euro"], &["eur 12", "12 EUR"]);
}

#[test]
fn captures_come_to_those_who_ask() {
    let routes = TextRoutes::new([
        TextPattern::Regex {
            pattern: "(?i)^buy (?<what>.+)$",
            captures: true,
        },
        TextPattern::Regex {
            pattern: "(?i)^(buy) (?<what>.+)$",
            captures: false,
        },
        TextPattern::Words(&["buy coffee"]),
    ]);
    let found: Vec<_> = routes
        .matches("BUY coffee")
        .map(|(route, c)| (route, c.map(|c| c["what"].to_owned())))
        .collect();
    assert_eq!(found, [(0, Some("coffee".to_owned())), (1, None), (2, None)]);
}

#[test]
fn nothing_is_tried_before_it_is_asked_for() {
    let routes = TextRoutes::new(["^a", "^ab", "^b"].map(regex));
    let mut matches = routes.matches("abc");
    let compiled = || {
        routes
            .routes
            .iter()
            .map(|route| route.matcher.get().is_some())
            .collect::<Vec<_>>()
    };
    assert_eq!(compiled(), [false, false, false]);
    assert_eq!(matches.next().map(|(route, _)| route), Some(0));
    assert_eq!(compiled(), [true, false, false]);
    assert_eq!(matches.count(), 1);
    assert_eq!(compiled(), [true, true, false]);
}

#[test]
fn what_is_no_regex_matches_nothing() {
    let routes = TextRoutes::new([regex("("), regex(r"\w{9999}{9}"), regex("^a")]);
    assert_eq!(matching(&routes, "a("), [2]);
    assert_eq!(matching(&routes, "("), [0; 0]);
}

#[test]
fn few_routes_are_tried() {
    const PATTERNS: &[&str] = &[
        r"(?i)^track (?:my |the )?order\b",
        r"(?i)^track (?:my |the )?parcel(?: no\.? ?(\d+))?\b",
        r"(?i)\bwhere is (?:my|the) \w+ order\b",
        r"(?i)\bwhere is (?:my|the) \w+ parcel\b",
        r"(?i)^(?:yes|yeah)$",
        r"(?i)\bspeak (?:to|with) (?:an? )?agent\b",
    ];
    assert_eq!(tried(PATTERNS, "TRACK the parcel no 7"), 1);
    assert_eq!(tried(PATTERNS, "please track order"), 0);
    assert_eq!(tried(PATTERNS, "so where is my big parcel"), 1);
    assert_eq!(tried(PATTERNS, "yes please"), 0);
    assert_eq!(tried(PATTERNS, "Yeah"), 1);
    assert_eq!(tried(PATTERNS, "¿Dónde está mi pedido?"), 0);
    // A beginning that many share calls for what comes later.
    const ORDERS: &[&str] = &[
        "^order .+ tea$",
        "^order .+ milk$",
        "^order .+ rum$",
        "^order .+ juice$",
        "^order .+ water$",
    ];
    assert_eq!(tried(ORDERS, "order some juice"), 1);
}

#[test]
fn more_routes_than_fit_without_the_heap() {
    let patterns: Vec<_> = (0..1000)
        .map(|n| regex(leak(format!("(?i)^number {n}(?: or|$)").into_boxed_str())))
        .collect();
    let routes = TextRoutes::new(patterns);
    for n in [0, 63, 64, 255, 256, 512, 999] {
        assert_eq!(matching(&routes, &format!("Number {n}")), [n]);
    }
    assert_eq!(matching(&TextRoutes::new([]), "anything"), [0; 0]);
}

/// Pieces of texts: letters whose cases are a trap, and what ends words and lines.
const PIECES: &[&str] = &[
    "a", "A", "b", "B", "k", "K", "\u{212A}", "s", "S", "\u{17F}", "ß", "ẞ", "ss", "i", "I", "İ", "ı",
    "i\u{307}", "σ", "ς", "Σ", "é", "É", "ﬁ", "fi", "µ", "μ", "ǅ", "Ж", "ж", "日", "🙂", "1", "_", "-", " ",
    "\n", "\r\n",
];

fn text() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(PIECES), 0..8).prop_map(|pieces| pieces.concat())
}

/// A regex of the same pieces: most are close to some of the texts.
fn pattern() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        6 => prop::collection::vec(prop::sample::select(PIECES), 1..4)
            .prop_map(|pieces| regex::escape(&pieces.concat())),
        3 => prop::sample::select(&[
            ".", "(?s:.)", r"\w", r"\W", r"\s", r"\d", r"\b", r"\B", "^", "$", r"\A", r"\z", r"(?-u:\b)", r"(?-u:\w)",
            r"\b{start}", r"\b{end-half}", "[ks]", "[^k]", "[sß]", "[a-kß-é]", r"\p{Greek}", r"\p{Lu}", "[a&&b]", "",
        ][..]).prop_map(str::to_owned),
    ];
    let flags = prop::sample::select(&["", "i", "i", "m", "im", "s", "U", "-i", "i-u", "mR"][..]);
    let pattern = leaf.prop_recursive(4, 24, 4, |inner| {
        let suffix = &["?", "*", "+", "??", "*?", "{2}", "{0,2}", "{1,}"][..];
        prop_oneof![
            4 => prop::collection::vec(inner.clone(), 1..5).prop_map(|parts| parts.concat()),
            2 => prop::collection::vec(inner.clone(), 2..4).prop_map(|parts| format!("(?:{})", parts.join("|"))),
            2 => (inner.clone(), prop::sample::select(suffix)).prop_map(|(part, suffix)| format!("(?:{part}){suffix}")),
            1 => inner.clone().prop_map(|part| format!("({part})")),
            1 => inner.prop_map(|part| format!("(?i:{part})")),
        ]
    });
    (flags, "\\^?", pattern, "\\$?")
        .prop_map(|(flags, start, pattern, end)| {
            format!("(?{flags}){start}{pattern}{end}").replace("(?)", "")
        })
        .prop_filter("a regex of Unicode texts", |pattern| Regex::new(pattern).is_ok())
}

proptest! {
    #[test]
    fn matches_as_if_each_route_were_asked(
        regexes in prop::collection::vec((pattern(), any::<bool>()), 1..7),
        words in prop::collection::vec(text(), 0..3),
        texts in prop::collection::vec(text(), 1..12),
    ) {
        let mut patterns: Vec<_> = regexes
            .into_iter()
            .map(|(pattern, captures)| TextPattern::Regex { pattern: leak(pattern.into_boxed_str()), captures })
            .collect();
        // A text that is one of the words, so that some match.
        let texts = texts.into_iter().chain(words.iter().map(|word| word.to_uppercase())).collect::<Vec<_>>();
        let words = words.into_iter().map(|word| leak(word.into_boxed_str())).collect::<Vec<_>>();
        patterns.push(TextPattern::Words(leak(words.into_boxed_slice())));

        let routes = TextRoutes::new(patterns.iter().copied());
        let plain = patterns.iter().map(|pattern| match pattern {
            TextPattern::Regex { pattern, .. } => Regex::new(pattern).ok(),
            TextPattern::Words(_) => None,
        });
        let plain = plain.collect::<Vec<_>>();
        for text in &texts {
            let mut expected = Vec::new();
            for (route, pattern) in patterns.iter().enumerate() {
                match (pattern, &plain[route]) {
                    (TextPattern::Regex { captures: true, .. }, Some(regex)) => {
                        expected.extend(regex.captures(text).map(|found| (route, Some(found))));
                    }
                    (_, Some(regex)) => expected.extend(regex.is_match(text).then_some((route, None))),
                    (TextPattern::Words(words), _) => {
                        let equal = words.iter().any(|word| eq_folded(word, text));
                        expected.extend(equal.then_some((route, None)));
                    }
                    (TextPattern::Regex { .. }, None) => {}
                }
            }
            let matches = routes.matches(text).collect::<Vec<_>>();
            prop_assert_eq!(format!("{matches:?}"), format!("{expected:?}"), "{:?} on {:?}", &patterns, text);
        }
    }
}
