//! Reads a text once and tells the routes that may match it.

use std::collections::HashMap;

use aho_corasick::Anchored;
use aho_corasick::automaton::{Automaton, StateID};
use aho_corasick::nfa::contiguous::NFA;

use super::literals::{Place, Requirement};
use crate::routing::fold::fold_char;

/// A route whose beginning no more than this many others share is not asked for inner literals: trying these
/// few costs less than reading every text to its end.
const FEW: usize = 4;

/// The literals of all routes, ready to be looked for.
pub(super) struct Filter {
    /// Literals that a text begins with, or is.
    start: Option<Literals>,
    anywhere: Option<Literals>,
    /// What holds of each route before any literal is found: there is nothing to find.
    given: [Bits; 2],
}

/// The literals of one place, in one automaton.
struct Literals {
    nfa: NFA,
    mode: Anchored,
    from: StateID,
    /// For each literal, where its targets begin in `targets`, and behind the last, where they end.
    offsets: Box<[u32]>,
    targets: Box<[Target]>,
}

/// A route that requires a literal.
#[derive(Clone, Copy)]
struct Target {
    route: u32,
    /// Which of its requirements.
    requirement: u8,
    whole: bool,
}

impl Filter {
    pub(super) fn candidates(&self, text: &str) -> Candidates {
        let mut found = self.given.clone();
        let mut search = Search {
            start: self.start.as_ref().map(|start| (start, start.from)),
            anywhere: self.anywhere.as_ref().map(|anywhere| (anywhere, anywhere.from)),
            at: 0,
            found: &mut found,
        };
        search.read(text);
        let [mut both, second] = found;
        both.intersect(second);
        Candidates { bits: both, block: 0 }
    }
}

/// A text on its way through the automata.
struct Search<'f> {
    start: Option<(&'f Literals, StateID)>,
    anywhere: Option<(&'f Literals, StateID)>,
    /// How many bytes of the folded text are read.
    at: usize,
    found: &'f mut [Bits; 2],
}

impl Search<'_> {
    fn read(&mut self, text: &str) {
        for c in text.chars() {
            if c.is_ascii() {
                self.byte(c.to_ascii_lowercase() as u8);
            } else {
                fold_char(c, |folded| {
                    for &byte in folded.encode_utf8(&mut [0; 4]).as_bytes() {
                        self.byte(byte);
                    }
                });
            }
            if self.start.is_none() && self.anywhere.is_none() {
                return;
            }
        }
        if let Some((literals, state)) = self.start
            && literals.nfa.is_match(state)
        {
            literals.note(state, self.at, End::OfText, self.found);
        }
    }

    #[inline]
    fn byte(&mut self, byte: u8) {
        self.at += 1;
        if let Some((literals, state)) = &mut self.start {
            *state = literals.nfa.next_state(Anchored::Yes, *state, byte);
            if literals.nfa.is_special(*state) {
                if literals.nfa.is_dead(*state) {
                    self.start = None;
                } else if literals.nfa.is_match(*state) {
                    literals.note(*state, self.at, End::OfLiteral, self.found);
                }
            }
        }
        if let Some((literals, state)) = &mut self.anywhere {
            *state = literals.nfa.next_state(Anchored::No, *state, byte);
            if literals.nfa.is_match(*state) {
                literals.note(*state, self.at, End::OfLiteral, self.found);
            }
        }
    }
}

/// What the automaton has come to the end of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    OfLiteral,
    OfText,
}

impl Literals {
    fn new(literals: HashMap<Vec<u8>, Vec<Target>>, mode: Anchored) -> Option<Self> {
        if literals.is_empty() {
            return None;
        }
        let mut literals: Vec<_> = literals.into_iter().collect();
        literals.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
        let nfa = NFA::builder()
            .prefilter(false)
            .build(literals.iter().map(|(literal, _)| literal))
            .expect("the literals of a bot need fewer states than there are numbers for them");
        let from = nfa
            .start_state(mode)
            .expect("this automaton searches in both modes");
        let mut offsets = vec![0];
        let mut targets = Vec::new();
        for (_, of_literal) in &literals {
            targets.extend_from_slice(of_literal);
            offsets.push(targets.len() as u32);
        }
        Some(Self {
            nfa,
            mode,
            from,
            offsets: offsets.into(),
            targets: targets.into(),
        })
    }

    /// Notes the routes whose literals end at this state, `at` bytes into the text.
    fn note(&self, state: StateID, at: usize, end: End, found: &mut [Bits; 2]) {
        for index in 0..self.nfa.match_len(state) {
            let literal = self.nfa.match_pattern(state, index);
            // A state also stands for the literals that end like its own; those do not begin the text.
            if self.mode.is_anchored() && self.nfa.pattern_len(literal) != at {
                continue;
            }
            let literal = literal.as_usize();
            for target in &self.targets[self.offsets[literal] as usize..self.offsets[literal + 1] as usize] {
                if !target.whole || end == End::OfText {
                    found[usize::from(target.requirement)].insert(target.route as usize);
                }
            }
        }
    }
}

/// Collects what the routes require.
pub(super) struct FilterBuilder {
    routes: Vec<Vec<Requirement>>,
}

impl FilterBuilder {
    pub(super) fn new() -> Self {
        Self { routes: Vec::new() }
    }

    /// Adds the next route: at most two requirements, none if any text is a candidate.
    pub(super) fn add(&mut self, requirements: Vec<Requirement>) {
        self.routes.push(requirements);
    }

    pub(super) fn build(mut self) -> Filter {
        self.drop_needless();
        let mut given = [Bits::new(self.routes.len()), Bits::new(self.routes.len())];
        let mut start: HashMap<_, Vec<_>> = HashMap::new();
        let mut anywhere: HashMap<_, Vec<_>> = HashMap::new();
        for (route, requirements) in self.routes.into_iter().enumerate() {
            for given in given.iter_mut().skip(requirements.len()) {
                given.insert(route);
            }
            for (number, Requirement { literals, place }) in requirements.into_iter().enumerate() {
                let into = if place == Place::Anywhere {
                    &mut anywhere
                } else {
                    &mut start
                };
                let target = Target {
                    route: route as u32,
                    requirement: number as u8,
                    whole: place == Place::Whole,
                };
                for literal in literals {
                    into.entry(literal).or_default().push(target);
                }
            }
        }
        Filter {
            start: Literals::new(start, Anchored::Yes),
            anywhere: Literals::new(anywhere, Anchored::No),
            given,
        }
    }

    /// Drops the inner literals of the routes whose beginnings tell them apart well enough.
    fn drop_needless(&mut self) {
        let mut sharers: HashMap<&[u8], usize> = HashMap::new();
        for requirement in self.routes.iter().filter_map(|requirements| requirements.first()) {
            for literal in &requirement.literals {
                *sharers.entry(literal).or_default() += 1;
            }
        }
        let needless: Vec<bool> = self
            .routes
            .iter()
            .map(|requirements| {
                requirements.first().is_some_and(|first| {
                    first.place == Place::Start
                        && first
                            .literals
                            .iter()
                            .all(|literal| sharers[literal.as_slice()] <= FEW)
                })
            })
            .collect();
        for (requirements, needless) in self.routes.iter_mut().zip(needless) {
            if needless {
                requirements.truncate(1);
            }
        }
    }
}

/// How many blocks of 64 routes a set holds without the heap.
const INLINE: usize = 4;

/// A set of routes.
#[derive(Clone)]
struct Bits {
    inline: [u64; INLINE],
    /// In place of `inline` if there are more routes than it holds.
    heap: Vec<u64>,
}

impl Bits {
    fn new(routes: usize) -> Self {
        let blocks = routes.div_ceil(64);
        Self {
            inline: [0; INLINE],
            heap: if blocks > INLINE {
                vec![0; blocks]
            } else {
                Vec::new()
            },
        }
    }

    fn blocks(&mut self) -> &mut [u64] {
        if self.heap.is_empty() {
            &mut self.inline
        } else {
            &mut self.heap
        }
    }

    fn insert(&mut self, route: usize) {
        self.blocks()[route / 64] |= 1 << (route % 64);
    }

    fn intersect(&mut self, mut other: Self) {
        for (block, other) in self.blocks().iter_mut().zip(other.blocks()) {
            *block &= *other;
        }
    }
}

/// The routes that may match a text, in order.
pub(super) struct Candidates {
    bits: Bits,
    /// The blocks before this one are used up.
    block: usize,
}

impl Iterator for Candidates {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        let blocks = self.bits.blocks();
        while let Some(block) = blocks.get_mut(self.block) {
            if *block == 0 {
                self.block += 1;
                continue;
            }
            let bit = block.trailing_zeros() as usize;
            *block &= *block - 1;
            return Some(self.block * 64 + bit);
        }
        None
    }
}
