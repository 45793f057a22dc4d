//! Every limit of the table has a case: what is taken at the limit, and the exact words one past it.

use crate::{
    graph,
    message::{
        self,
        limits::{self, ALL, Limit},
    },
};

/// How a limit shows itself.
pub(crate) struct Case {
    pub(crate) limit: Limit,
    /// What the check says to this many of what the limit counts; empty where nothing is wrong.
    pub(crate) check: fn(usize) -> String,
    /// The words for one more than the limit.
    pub(crate) over: &'static str,
    /// The words for one fewer, where there is a least number.
    pub(crate) under: Option<&'static str>,
}

/// The cases of each room. A room with limits of its own adds its list.
const ROOMS: &[&[Case]] = &[
    message::tests::limits::CASES,
    message::tests::forms::CASES,
    graph::tests::limits::CASES,
    graph::tests::messenger_profile::limits::CASES,
    graph::tests::uploads::refused::CASES,
    #[cfg(feature = "legacy")]
    message::airline::tests::CASES,
];

/// Limits that no check of ours looks at, and who does.
const ELSEWHERE: &[(Limit, &str)] = &[
    (limits::FEEDBACK_ANSWER, "the platform's form"),
    #[cfg(not(feature = "legacy"))]
    (limits::AIRLINE_AUXILIARY_FIELDS, "the feature `legacy`"),
    #[cfg(not(feature = "legacy"))]
    (limits::AIRLINE_SECONDARY_FIELDS, "the feature `legacy`"),
    #[cfg(not(feature = "legacy"))]
    (limits::AIRLINE_PRICE_INFO, "the feature `legacy`"),
    #[cfg(not(feature = "legacy"))]
    (limits::AIRLINE_PRODUCT_INFO, "the feature `legacy`"),
];

fn cases() -> impl Iterator<Item = &'static Case> {
    ROOMS.iter().copied().flatten()
}

#[test]
fn every_limit_has_a_case() {
    for limit in ALL {
        let cases = cases().filter(|case| case.limit == *limit).count();
        let elsewhere = ELSEWHERE.iter().filter(|(other, _)| other == limit).count();
        assert_eq!(cases + elsewhere, 1, "cases of `{}`", limit.what);
    }
    for limit in cases()
        .map(|case| &case.limit)
        .chain(ELSEWHERE.iter().map(|(limit, _)| limit))
    {
        assert!(ALL.contains(limit), "`{}` is not in the table", limit.what);
    }
}

#[test]
fn every_limit_is_exact_and_says_so() {
    for Case {
        limit,
        check,
        over,
        under,
    } in cases()
    {
        assert_eq!(check(limit.max), "", "`{}` at its most", limit.what);
        assert_eq!(check(limit.min), "", "`{}` at its least", limit.what);
        assert_eq!(check(limit.max + 1), *over, "`{}` and one more", limit.what);
        let fewer = limit.min.checked_sub(1).map(check);
        assert_eq!(fewer.as_deref(), *under, "`{}` and one fewer", limit.what);
    }
}
