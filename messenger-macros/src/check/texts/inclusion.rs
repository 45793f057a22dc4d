//! The proof that one regex is found in every text in which another is.

use std::collections::{HashSet, VecDeque};

use regex_automata::{
    Anchored,
    hybrid::{
        LazyStateID,
        dfa::{Builder, Cache, Config, DFA},
    },
    nfa::thompson::{self, Compiler},
    util::start,
};
use regex_syntax::hir::Hir;

use super::alphabet::Alphabet;

/// The most states that the proofs of one bot may visit. Past it nothing is proved, so nothing is reported.
pub(super) const STATES: usize = 60_000;
const CACHE: usize = 4 << 20;

/// Whether every trimmed text in which `inner` is found has `outer` as well. `false` where that is not proved.
///
/// `states` is what is left of [`STATES`].
pub(super) fn included(inner: &Hir, outer: &Hir, states: &mut usize) -> bool {
    proof(inner, outer, states).unwrap_or(false)
}

/// How far one regex has come in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Progress {
    At(LazyStateID),
    Found,
    Lost,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Place {
    inner: Progress,
    outer: Progress,
    /// Whether a text may end here: not at its start, nor after a space.
    may_end: bool,
}

fn proof(inner: &Hir, outer: &Hir, states: &mut usize) -> Option<bool> {
    let alphabet = Alphabet::of(inner, outer)?;
    let (mut inner, mut outer) = (Search::new(&alphabet.inner)?, Search::new(&alphabet.outer)?);
    let start = Place {
        inner: inner.start()?,
        outer: outer.start()?,
        may_end: false,
    };
    let (mut seen, mut queue) = (HashSet::from([start]), VecDeque::from([start]));
    while let Some(place) = queue.pop_front() {
        if place.may_end && inner.found_at_end(place.inner)? && !outer.found_at_end(place.outer)? {
            return Some(false);
        }
        for letter in &alphabet.letters {
            // A text begins with something that trimming leaves.
            if place == start && letter.space {
                continue;
            }
            let next_inner = inner.after(place.inner, letter.byte)?;
            let next_outer = outer.after(place.outer, letter.byte)?;
            if next_inner == Progress::Lost || next_outer == Progress::Found {
                continue;
            }
            let next = Place {
                inner: next_inner,
                outer: next_outer,
                may_end: !letter.space,
            };
            if seen.insert(next) {
                *states = states.checked_sub(1)?;
                queue.push_back(next);
            }
        }
    }
    Some(true)
}

/// A regex at work.
struct Search {
    dfa: DFA,
    cache: Cache,
}

impl Search {
    fn new(hir: &Hir) -> Option<Self> {
        let nfa = Compiler::new()
            .configure(thompson::Config::new().utf8(false).nfa_size_limit(Some(CACHE)))
            .build_from_hir(hir)
            .ok()?;
        // A cache that were cleared would give old states new meanings.
        let config = Config::new()
            .cache_capacity(CACHE)
            .skip_cache_capacity_check(true)
            .minimum_cache_clear_count(Some(0));
        let dfa = Builder::new().configure(config).build_from_nfa(nfa).ok()?;
        let cache = dfa.create_cache();
        Some(Self { dfa, cache })
    }

    fn start(&mut self) -> Option<Progress> {
        let config = start::Config::new().anchored(Anchored::No);
        self.dfa
            .start_state(&mut self.cache, &config)
            .ok()
            .map(Progress::At)
    }

    fn after(&mut self, progress: Progress, byte: u8) -> Option<Progress> {
        let Progress::At(state) = progress else {
            return Some(progress);
        };
        let next = self.dfa.next_state(&mut self.cache, state, byte).ok()?;
        if next.is_quit() {
            return None;
        }
        Some(if next.is_match() {
            Progress::Found
        } else if next.is_dead() {
            Progress::Lost
        } else {
            Progress::At(next)
        })
    }

    fn found_at_end(&mut self, progress: Progress) -> Option<bool> {
        match progress {
            Progress::At(state) => Some(self.dfa.next_eoi_state(&mut self.cache, state).ok()?.is_match()),
            Progress::Found => Some(true),
            Progress::Lost => Some(false),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hides(outer: &str, inner: &str) -> bool {
        let parse = |pattern| regex_syntax::parse(pattern).expect("a regex");
        included(&parse(inner), &parse(outer), &mut STATES.clone())
    }

    #[test]
    fn what_is_included_is_proved() {
        assert!(hides("(?i)order", "^order (?<qty>[0-9]+)$"));
        assert!(hides(r"(?i)\border\b", "^order [0-9]+$"));
        assert!(hides(r"\bmenu\b", r"\bmenu please\b"));
        assert!(hides(r"^\w+$", "^(é|ß)+$"));
        assert!(hides("^menu$", r"^menu\s*$"));
        assert!(hides("(?s)^.", "x"));
        assert!(hides(r"\d", r"^order \d+$"));
        assert!(hides("^[a-z]+$", "^(menu|help)$"));
        assert!(hides("(?m)^x$", "^x$"));
    }

    #[test]
    fn what_is_not_included_is_not() {
        assert!(!hides("^order [0-9]+$", r"^order \d+$"));
        assert!(!hides(r"\bmenu\b", "menu"));
        assert!(!hides("^x$", "(?m)^x$"));
        assert!(!hides("^menu$", "(?i)^menu$"));
        assert!(!hides(r"^\d{1,3}$", r"^\d+$"));
        assert!(!hides(r"^.+$", "(?s)^.+$"));
        assert!(!hides(r"(?-u:\b)x", r"\bx"));
        assert!(!hides("a{2,5}b", "a+b"));
    }
}
