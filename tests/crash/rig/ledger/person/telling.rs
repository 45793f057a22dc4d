//! Messages by which a flow tells all that was said to it, and what it says when one tells something else.

use crate::ledger::violation::{Breach, Kind};

/// What these messages begin with.
const WORDS: [&str; 7] = ["left", "right", "item", "back", "collected", "shut", "dropped"];

/// A question or an end of a flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Telling<'t> {
    /// How many answers it has.
    count: u64,
    /// Which, each with the step that took it.
    answers: &'t str,
}

impl<'t> Telling<'t> {
    fn read(text: &'t str) -> Option<Self> {
        let (word, rest) = text.split_once(' ')?;
        let (_last, rest) = rest.split_once(' ')?;
        let (count, answers) = rest.split_once(' ').unwrap_or((rest, ""));
        Some(Self {
            count: WORDS.contains(&word).then(|| count.parse().ok())??,
            answers,
        })
    }
}

/// Whether a flow tells by it what was said.
pub(super) fn is_told(text: &str) -> bool {
    Telling::read(text).is_some()
}

/// What is wrong with a message for something that has this number, where it or the one owed for that tells of a flow.
pub(super) fn differs(text: &str, owed: &str, number: u64) -> Option<Breach> {
    if let Some(stray) = text.strip_prefix("stray ") {
        let is_for_it = stray.split(' ').next() == Some(number.to_string().as_str());
        let what = format!("got {text:?}, so the flow that was to take it is gone, but {owed:?} was next");
        return is_for_it.then(|| Breach::new(Kind::Undone, what));
    }
    let (got, owed_telling) = (Telling::read(text)?, Telling::read(owed)?);
    let (kind, how) = if got.count > owed_telling.count {
        (Kind::Doubled, "has more answers than the person has given")
    } else if got.count < owed_telling.count {
        (Kind::Undone, "has fewer answers than the person has given")
    } else if got.answers == owed_telling.answers {
        (
            Kind::Other,
            "is at another step than the person's answers lead to",
        )
    } else {
        (
            Kind::OutOfOrder,
            "has other answers than the person has given, or at other steps",
        )
    };
    let what = format!("the flow {how}: got {text:?}, but {owed:?} was next");
    Some(Breach::new(kind, what))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_tells_of_answers_is_told() {
        for told in ["left 5 0", "item 9 2 i9", "collected 9 2 l8 (i9)"] {
            assert!(is_told(told), "{told}");
        }
        for other in [
            "reply 5 1 00",
            "again 5",
            "left 5",
            "left 5 x",
            "waiting 5",
            "stray 5 give",
        ] {
            assert!(!is_told(other), "{other}");
        }
    }

    #[test]
    fn a_flow_that_tells_something_else_says_what_went_wrong() {
        let kind = |text: &str, owed: &str| differs(text, owed, 9).map(|breach| breach.kind);
        let owed = "left 9 2 l8 r9";
        for (text, wrong) in [
            ("left 9 3 l8 r9 r9", Some(Kind::Doubled)),
            ("right 9 1 l9", Some(Kind::Undone)),
            ("left 9 2 r9 l8", Some(Kind::OutOfOrder)),
            ("right 9 2 l8 l9", Some(Kind::OutOfOrder)),
            ("right 9 2 l8 r9", Some(Kind::Other)),
            ("stray 9 give", Some(Kind::Undone)),
            ("stray 8 give", None),
            ("reply 9 1 00", None),
        ] {
            assert_eq!(kind(text, owed), wrong, "{text}");
        }
        assert_eq!(kind("left 9 2 l8 r9", "again 9"), None);
        assert_eq!(kind("stray 9 give", "again 9"), Some(Kind::Undone));
    }
}
