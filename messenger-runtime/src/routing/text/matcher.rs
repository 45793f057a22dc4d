//! One route's regex, compiled to do no more than the route needs.

use regex::{Regex, RegexBuilder};
use regex_automata::meta;
use regex_automata::nfa::thompson::WhichCaptures;

/// What a regex may keep of the automaton that it builds while it searches, in bytes.
///
/// A bot has many regexes, each thread has its own automata, and people choose the texts that grow them.
const CACHE_LIMIT: usize = 512 << 10;

/// Decides whether a text matches.
#[derive(Debug)]
pub(super) enum Matcher {
    /// Without what only captures need, which is more than half of a regex.
    Plain(meta::Regex),
    Captures(Regex),
}

impl Matcher {
    /// `None` if the pattern does not compile, which is logged.
    pub(super) fn compile(pattern: &str, captures: bool) -> Option<Self> {
        let compiled = if captures {
            let regex = RegexBuilder::new(pattern).dfa_size_limit(CACHE_LIMIT).build();
            regex.map(Self::Captures).map_err(|error| error.to_string())
        } else {
            let config = meta::Config::new()
                .hybrid_cache_capacity(CACHE_LIMIT)
                .onepass(false)
                .which_captures(WhichCaptures::Implicit);
            let regex = meta::Builder::new().configure(config).build(pattern);
            regex.map(Self::Plain).map_err(|error| error.to_string())
        };
        compiled
            .inspect_err(|error| {
                tracing::error!(
                    pattern,
                    error,
                    "this text route matches nothing: its pattern is not a regex"
                );
            })
            .ok()
    }
}
