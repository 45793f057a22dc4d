//! How long it takes to find the route of an event.
//!
//! `cargo bench -p messenger-benches --bench routing`

use std::hint::black_box;

use criterion::{BenchmarkGroup, Criterion, criterion_group, criterion_main, measurement::WallTime};
use messenger_runtime::routing::text::{TextPattern, TextRoutes};
use regex::{RegexSet, RegexSetBuilder};

criterion_group!(benches, text_ascii, text_unicode, text_start);
criterion_main!(benches);

/// 200 English routes, as bots have them.
fn text_ascii(c: &mut Criterion) {
    let bot = Bot::english();
    let mut group = c.benchmark_group("text of 200 regexes");
    for (name, text, expected) in [
        ("hit early", "Track my order no. 1234", Some(0)),
        ("hit late", "hello, may I speak to an auditor", Some(199)),
        (
            "hit by inner words",
            "So when was the missing subscription coming?",
            Some(174),
        ),
        ("miss", "do you have something with oat milk?", None),
        ("hit early, not ASCII", "Track my order für Jürgen 🙂", Some(0)),
        (
            "hit late, not ASCII",
            "Schönen Tag! May I speak to an auditor…",
            Some(199),
        ),
        ("miss, not ASCII", "möchten Sie mir etwas schönes zeigen?", None),
        ("miss, CJK", "オーツミルクのおすすめはありますか？", None),
    ] {
        bot.compare(&mut group, name, text, expected);
    }
    bot.compare_in_turn(&mut group, "every route in turn");
}

/// 200 Russian routes: every text and every literal is outside ASCII.
fn text_unicode(c: &mut Criterion) {
    let bot = Bot::russian();
    let mut group = c.benchmark_group("text of 200 Cyrillic regexes");
    for (name, text, expected) in [
        ("hit early", "Покажи мой заказ № 1234", Some(0)),
        (
            "hit late",
            "Здравствуйте, можно поговорить с аудитором",
            Some(199),
        ),
        ("miss", "а что у вас есть с овсяным молоком?", None),
    ] {
        bot.compare(&mut group, name, text, expected);
    }
    bot.compare_in_turn(&mut group, "every route in turn");
}

/// What a cold start and the first texts pay.
fn text_start(c: &mut Criterion) {
    let bot = Bot::english();
    let mut group = c.benchmark_group("text of 200 regexes, start");
    group.sample_size(10);
    group.bench_function("new", |b| b.iter(|| bot.routes()));
    group.bench_function("new and prepared", |b| {
        b.iter(|| {
            let routes = bot.routes();
            routes.prepare();
            routes
        });
    });
    group.bench_function("new, then texts for every route", |b| {
        b.iter(|| {
            let routes = bot.routes();
            bot.touch(|text| routes.matches(text).next().is_some());
            routes
        });
    });
    group.bench_function("RegexSet::new", |b| b.iter(|| RegexSet::new(&bot.patterns)));
    group.bench_function("RegexSet::new, then texts for every route", |b| {
        b.iter(|| {
            let set = RegexSet::new(&bot.patterns).expect("the patterns are regexes");
            bot.touch(|text| set.matches(text).matched_any());
            set
        });
    });
}

/// Text patterns, and for each a text that it matches.
struct Bot {
    patterns: Vec<&'static str>,
    texts: Vec<String>,
}

impl Bot {
    fn english() -> Self {
        const NOUNS: [&str; 10] = [
            "order",
            "parcel",
            "invoice",
            "booking",
            "subscription",
            "voucher",
            "delivery",
            "account",
            "address",
            "receipt",
        ];
        const VERBS: [&str; 16] = [
            "track", "cancel", "return", "refund", "show", "change", "repeat", "confirm", "print", "split",
            "share", "pause", "resume", "delete", "rename", "find",
        ];
        const PEOPLE: [&str; 10] = [
            "agent", "human", "manager", "person", "operator", "driver", "seller", "doctor", "lawyer",
            "auditor",
        ];
        let mut bot = Self {
            patterns: Vec::new(),
            texts: Vec::new(),
        };
        for verb in VERBS {
            for noun in NOUNS {
                bot.add(
                    format!(r"(?i)^{verb} (?:my |the )?{noun}(?: no\.? ?(\d+))?\b"),
                    format!("{verb} the {noun} no 7"),
                );
            }
        }
        for (question, verb) in [("where", "is"), ("when", "was"), ("how", "is")] {
            for noun in NOUNS {
                bot.add(
                    format!(r"(?i)\b{question} (?:{verb}|{verb} now) (?:my|the) \w+ {noun}\b"),
                    format!("hey, {question} {verb} my second {noun}"),
                );
            }
        }
        for person in PEOPLE {
            bot.add(
                format!(r"(?i)\bspeak (?:to|with) (?:an? )?{person}\b"),
                format!("may I speak with a {person}"),
            );
        }
        bot
    }

    fn russian() -> Self {
        const NOUNS: [&str; 10] = [
            "заказ",
            "счёт",
            "билет",
            "талон",
            "адрес",
            "чек",
            "договор",
            "платёж",
            "товар",
            "подарок",
        ];
        const VERBS: [&str; 19] = [
            "покажи",
            "отмени",
            "верни",
            "измени",
            "повтори",
            "найди",
            "проверь",
            "удали",
            "отправь",
            "оплати",
            "открой",
            "закрой",
            "продли",
            "отложи",
            "забери",
            "купи",
            "обнови",
            "сохрани",
            "перенеси",
        ];
        const PEOPLE: [&str; 10] = [
            "оператором",
            "человеком",
            "менеджером",
            "водителем",
            "продавцом",
            "врачом",
            "юристом",
            "курьером",
            "директором",
            "аудитором",
        ];
        let mut bot = Self {
            patterns: Vec::new(),
            texts: Vec::new(),
        };
        for verb in VERBS {
            for noun in NOUNS {
                bot.add(
                    format!(r"(?i)^{verb} (?:мой |этот )?{noun}(?: №? ?(\d+))?\b"),
                    format!("{verb} мой {noun} № 7"),
                );
            }
        }
        for person in PEOPLE {
            bot.add(
                format!(r"(?i)\bпоговорить с \w*\s?{person}\b"),
                format!("можно поговорить с вашим {person}"),
            );
        }
        bot
    }

    fn add(&mut self, pattern: String, text: String) {
        self.patterns.push(pattern.leak());
        self.texts.push(text);
    }

    fn routes(&self) -> TextRoutes {
        TextRoutes::new(self.patterns.iter().map(|pattern| TextPattern::Regex {
            pattern,
            captures: false,
        }))
    }

    /// Sends texts to every route: plain, in capitals, with words around them, with letters outside ASCII.
    fn touch(&self, mut matches: impl FnMut(&str) -> bool) {
        for text in &self.texts {
            for text in [
                text.clone(),
                text.to_uppercase(),
                format!("{text}, please!"),
                format!("{text} – schön 🙂"),
            ] {
                assert!(matches(&text), "{text}");
            }
        }
    }

    /// Looks the text up in a bot that every route has had texts for, and in the sets it could use instead.
    fn compare(
        &self,
        group: &mut BenchmarkGroup<'_, WallTime>,
        name: &str,
        text: &str,
        expected: Option<usize>,
    ) {
        self.with_each_engine(|engine, find| {
            assert_eq!(find(text), expected, "{engine}: {text}");
            group.bench_function(format!("{name}/{engine}"), |b| b.iter(|| find(black_box(text))));
        });
    }

    /// Looks up a text for each route in turn: the time is that of one.
    fn compare_in_turn(&self, group: &mut BenchmarkGroup<'_, WallTime>, name: &str) {
        self.with_each_engine(|engine, find| {
            let mut texts = self.texts.iter().cycle();
            group.bench_function(format!("{name}/{engine}"), |b| {
                b.iter(|| texts.next().map(|text| find(black_box(text))));
            });
        });
    }

    /// Gives each engine to `measure`, by its name, after it has had texts for every route.
    fn with_each_engine(&self, mut measure: impl FnMut(&str, &dyn Fn(&str) -> Option<usize>)) {
        let routes = self.routes();
        self.touch(|text| routes.matches(text).next().is_some());
        measure("TextRoutes", &|text| {
            routes.matches(text).next().map(|(route, _)| route)
        });
        for (limit, engine) in [(2 << 20, "RegexSet"), (64 << 20, "RegexSet of 64 MiB")] {
            let set = RegexSetBuilder::new(&self.patterns)
                .dfa_size_limit(limit)
                .build()
                .expect("the patterns are regexes");
            self.touch(|text| set.matches(text).matched_any());
            measure(engine, &|text| set.matches(text).iter().next());
        }
    }
}
