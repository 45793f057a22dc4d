//! The flow that a person is in, as a plain model: what they were asked, what they said to it, what it owes them for that.

use super::Ask;

/// After how many answers that are none the question on the left gives way to the one on the right.
const ATTEMPTS: u32 = 3;

/// What somebody who is about to say something knows of their flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// They are in none.
    Nowhere,
    /// In one.
    Flow(Asked),
    /// In one that is within another.
    Within(Asked),
    /// In one that they leave unanswered until it expires.
    Waiting,
}

/// The question that waits for an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Asked {
    /// How many answers there were before it.
    pub(crate) answers: u64,
    /// Whether the last one was none.
    pub(crate) is_again: bool,
}

/// A flow that runs.
#[derive(Debug, Clone)]
pub(super) enum Flow {
    /// Goes to and fro between two questions; the flow within it, where one runs.
    Collect(Collect, Option<Said>),
    /// Is never answered.
    Waiting(u64),
}

#[derive(Debug, Clone)]
pub(super) struct Collect {
    side: Side,
    said: Said,
    /// How many answers to the question were none.
    misfits: u32,
}

/// Which of its two questions is asked.
#[derive(Debug, Clone, Copy)]
enum Side {
    Left,
    Right,
}

impl Side {
    const fn word(self) -> &'static str {
        match self {
            Self::Left => "left",
            Self::Right => "right",
        }
    }

    const fn other(self) -> Self {
        match self {
            Self::Left => Self::Right,
            Self::Right => Self::Left,
        }
    }
}

/// What was said to a flow.
#[derive(Debug, Clone)]
pub(super) struct Said {
    last: u64,
    /// How many answers, those to flows within included.
    count: u64,
    /// Each with the step that it was an answer to.
    answers: Vec<String>,
}

impl Said {
    fn answer(&mut self, step: &str, number: u64) {
        self.last = number;
        self.count += 1;
        self.answers.push(format!("{step}{number}"));
    }

    /// A message that tells all of it.
    fn told(&self, word: &str) -> String {
        let told = format!("{word} {} {}", self.last, self.count);
        self.answers
            .iter()
            .fold(told, |told, answer| format!("{told} {answer}"))
    }
}

impl Flow {
    pub(super) const fn begun(number: u64) -> Self {
        let said = Said {
            last: number,
            count: 0,
            answers: Vec::new(),
        };
        let collect = Collect {
            side: Side::Left,
            said,
            misfits: 0,
        };
        Self::Collect(collect, None)
    }

    /// What it asks, as often as it is asked.
    pub(super) fn question(&self) -> String {
        match self {
            Self::Collect(_, Some(within)) => within.told("item"),
            Self::Collect(outer, None) => outer.said.told(outer.side.word()),
            Self::Waiting(since) => format!("waiting {since}"),
        }
    }

    /// What is owed for ending it before its end; the flow within ends first.
    pub(super) fn broken_off(&self) -> Vec<String> {
        match self {
            Self::Collect(outer, within) => {
                let within = within.iter().map(|within| within.told("shut"));
                within.chain([outer.said.told("dropped")]).collect()
            }
            Self::Waiting(_) => Vec::new(),
        }
    }

    pub(super) fn place(&self) -> Place {
        let asked = |said: &Said, misfits| Asked {
            answers: said.count,
            is_again: misfits > 0,
        };
        match self {
            Self::Collect(_, Some(within)) => Place::Within(asked(within, 0)),
            Self::Collect(outer, None) => Place::Flow(asked(&outer.said, outer.misfits)),
            Self::Waiting(_) => Place::Waiting,
        }
    }

    /// Something is said to it: what is owed for that, and whether that is the end of the flow.
    pub(super) fn hears(&mut self, ask: Ask, number: u64) -> (Vec<String>, bool) {
        let Self::Collect(outer, within) = self else {
            return (Vec::new(), false);
        };
        let mut owed = Vec::new();
        match (ask, within.as_mut()) {
            (Ask::Wrong, Some(_)) => owed.push(format!("again {number}")),
            (Ask::Wrong, None) => {
                owed.push(format!("again {number}"));
                outer.misfits += 1;
                if outer.misfits >= ATTEMPTS && matches!(outer.side, Side::Left) {
                    (outer.side, outer.misfits) = (Side::Right, 0);
                }
            }
            (Ask::Back, Some(inner)) => {
                inner.answer("i", number);
                owed.push(inner.told("back"));
                (outer.said.last, outer.said.count) = (inner.last, inner.count);
                outer.said.answers.push(format!("({})", inner.answers.join(" ")));
                (outer.side, outer.misfits) = (Side::Left, 0);
                *within = None;
            }
            (_, Some(inner)) => inner.answer("i", number),
            (_, None) => {
                outer.said.answer(&outer.side.word()[..1], number);
                outer.misfits = 0;
                match ask {
                    Ask::Nest => {
                        *within = Some(Said {
                            answers: Vec::new(),
                            ..outer.said.clone()
                        });
                    }
                    Ask::Over => return (vec![outer.said.told("collected")], true),
                    _ => outer.side = outer.side.other(),
                }
            }
        }
        owed.push(self.question());
        (owed, false)
    }
}

/// What came of flows, by the messages that told of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Flows {
    /// Came to their end.
    pub(crate) ended: u64,
    /// Were within another and gave it what they were told.
    pub(crate) given_back: u64,
    /// Asked again, since an answer was none.
    pub(crate) asked_again: u64,
    /// Were broken off, by their words or because another began.
    pub(crate) broken_off: u64,
    /// Expired.
    pub(crate) expired: u64,
}

impl Flows {
    /// A message came that was owed.
    pub(super) fn came(&mut self, text: &str) {
        *match text.split(' ').next() {
            Some("collected") => &mut self.ended,
            Some("back") => &mut self.given_back,
            Some("again") => &mut self.asked_again,
            Some("dropped") => &mut self.broken_off,
            Some("expired") => &mut self.expired,
            _ => return,
        } += 1;
    }

    /// Each count with what it is of.
    pub(crate) const fn named(self) -> [(&'static str, u64); 5] {
        [
            ("flows that came to their end", self.ended),
            ("flows within them, given back", self.given_back),
            ("questions asked again", self.asked_again),
            ("flows broken off", self.broken_off),
            ("flows expired", self.expired),
        ]
    }
}

impl std::ops::Add for Flows {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            ended: self.ended + other.ended,
            given_back: self.given_back + other.given_back,
            asked_again: self.asked_again + other.asked_again,
            broken_off: self.broken_off + other.broken_off,
            expired: self.expired + other.expired,
        }
    }
}
