//! What is wrong with one field: the rules that every check shares.

use super::{
    errors::Problem,
    limits::{Limit, Unit},
};

/// What is wrong with a text that has to be within `limit`.
pub(super) fn text(text: &str, limit: Limit) -> Option<Problem> {
    let got = limit.measure(text);
    if got < limit.min {
        Some(too_little(got, limit))
    } else if got > limit.max {
        Some(Problem::TooLong { got, limit })
    } else {
        None
    }
}

/// What is wrong with a number, or with the length of a list or file, that has to be within `limit`.
pub(super) fn number(got: usize, limit: Limit) -> Option<Problem> {
    if limit.takes(got) {
        return None;
    }
    Some(match limit.unit {
        Unit::Items => Problem::Count { got, limit },
        Unit::Days | Unit::Seconds => Problem::OutOfRange { got, limit },
        Unit::Characters | Unit::Bytes if got < limit.min => too_little(got, limit),
        Unit::Characters | Unit::Bytes => Problem::TooLong { got, limit },
    })
}

/// What is wrong with a text that must not be empty.
pub(super) fn required(text: &str) -> Option<Problem> {
    text.is_empty().then_some(EMPTY)
}

/// What is wrong with an address that has to be of the web.
pub(super) fn url(url: &str) -> Option<Problem> {
    let rest = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"));
    rest.is_none_or(str::is_empty).then_some(Problem::Invalid(
        "not an address that begins with https:// or http://",
    ))
}

const EMPTY: Problem = Problem::Invalid("empty");

fn too_little(got: usize, limit: Limit) -> Problem {
    if got == 0 {
        EMPTY
    } else {
        Problem::TooShort { got, limit }
    }
}
