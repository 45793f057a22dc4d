//! What people do at random.

use proptest::{collection::vec, prelude::*, sample::Index};

const ANSWERS: &[&str] = &[
    "1",
    "2",
    "4",
    "9",
    "nine",
    "here",
    " BRING it ",
    "deliver",
    "yes",
    "No",
];
const CITIES: &[&str] = &["Nantes", "Atlantis", "boom"];
const WORDS: &[&str] = &[
    "order", "menu", "menu", "human", "stop it", "cancel", "Back", "small", "LARGE",
];
const MENU: &[&str] = &["ORDER", "ORDER", "MENU", "GET_STARTED", "GONE"];

/// One thing that a person does.
#[derive(Debug, Clone)]
pub(crate) enum Act {
    Says(&'static str),
    /// Taps something in the last message.
    Taps(Index),
    /// Taps something in any message so far, gone or not.
    TapsOld(Index),
    TapsMenu(&'static str),
    SendsPlace,
    SendsPicture,
    Reads,
    /// Somebody else answers from the inbox.
    IsAnswered,
}

/// What happens to a person in a round.
#[derive(Debug, Clone)]
pub(crate) enum Move {
    One(Act),
    /// The platform delivers it twice, at once.
    Twice(Act),
    /// Both arrive at once.
    Together(Act, Act),
}

/// What happens to everybody before a round.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Between {
    Nothing,
    Restart,
    Minutes(u64),
}

/// A day: what happens before each round, and what each person does in it.
pub(crate) fn days(rounds: usize, people: usize) -> impl Strategy<Value = (Vec<Between>, Vec<Vec<Move>>)> {
    let between = prop_oneof![
        10 => Just(Between::Nothing),
        2 => Just(Between::Restart),
        2 => Just(Between::Minutes(11)),
        1 => Just(Between::Minutes(31)),
    ];
    (vec(between, rounds), vec(vec(moves(), rounds), people))
}

fn moves() -> impl Strategy<Value = Move> {
    prop_oneof![
        10 => acts().prop_map(Move::One),
        1 => acts().prop_map(Move::Twice),
        2 => (acts(), acts()).prop_map(|(one, other)| Move::Together(one, other)),
    ]
}

fn acts() -> impl Strategy<Value = Act> {
    prop_oneof![
        12 => any::<Index>().prop_map(Act::Taps),
        2 => any::<Index>().prop_map(Act::TapsOld),
        6 => proptest::sample::select(ANSWERS).prop_map(Act::Says),
        2 => proptest::sample::select(CITIES).prop_map(Act::Says),
        5 => proptest::sample::select(WORDS).prop_map(Act::Says),
        4 => proptest::sample::select(MENU).prop_map(Act::TapsMenu),
        1 => Just(Act::SendsPlace),
        3 => Just(Act::SendsPicture),
        1 => Just(Act::Reads),
        1 => Just(Act::IsAnswered),
    ]
}
