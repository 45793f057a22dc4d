//! Text routes: which of a bot's patterns match what a person wrote, in the bot's order.
//!
//! Trying two hundred regexes one after the other is slow, and one automaton of them all is large. So the text
//! is read once against the literals without which the regexes cannot match (`literals` takes them from the
//! regexes, `filter` looks for them), and only the few routes whose literals are there are asked. Each has a
//! `matcher` of its own, compiled when a text first comes near it, so no text slows down another route.

mod filter;
mod literals;
mod matcher;
#[cfg(test)]
mod tests;

use std::fmt;
use std::iter::FusedIterator;
use std::sync::OnceLock;

use regex::Captures;

use self::filter::{Candidates, Filter, FilterBuilder};
use self::literals::{Place, Requirement};
use self::matcher::Matcher;
use super::fold::fold;

/// What a text has to look like for a route to take it.
#[derive(Clone, Copy, Debug)]
pub enum TextPattern {
    /// A regex, found anywhere in the text unless it is anchored.
    Regex {
        /// In the syntax of the [`regex`] crate, with its Unicode rules.
        pattern: &'static str,
        /// Whether the route wants the captures. Without, only whether it matches is found out.
        captures: bool,
    },
    /// The whole text is one of these, but for case. The caller trims the text.
    Words(&'static [&'static str]),
}

/// The text routes of a bot, in its order.
///
/// Cheap to make; the search is prepared when the first text comes, and each regex when a text first needs it.
///
/// ```
/// use messenger_runtime::routing::text::{TextPattern, TextRoutes};
///
/// let routes = TextRoutes::new([
///     TextPattern::Words(&["menu", "help"]),
///     TextPattern::Regex { pattern: r"(?i)^order (?<qty>\d+)\b", captures: true },
///     TextPattern::Regex { pattern: r"(?i)\border\b", captures: false },
/// ]);
///
/// let mut matches = routes.matches("Order 2 coffees");
/// let (route, captures) = matches.next().expect("the second route matches");
/// assert_eq!(route, 1);
/// assert_eq!(&captures.expect("it wants captures")["qty"], "2");
/// assert_eq!(matches.map(|(route, _)| route).collect::<Vec<_>>(), [2]);
/// ```
pub struct TextRoutes {
    routes: Box<[Route]>,
    filter: OnceLock<Filter>,
}

struct Route {
    pattern: TextPattern,
    /// Of a regex, once a text has needed it. `None` if the pattern is not a regex.
    matcher: OnceLock<Option<Matcher>>,
}

impl TextRoutes {
    /// Routes with these patterns, the first one first.
    ///
    /// A pattern that the [`regex`] crate does not compile matches nothing and is logged as an error when a text
    /// first needs it. The macros of this crate compile every pattern together with the bot, so they never
    /// produce one.
    #[must_use]
    pub fn new(patterns: impl IntoIterator<Item = TextPattern>) -> Self {
        let routes = patterns.into_iter().map(|pattern| Route {
            pattern,
            matcher: OnceLock::new(),
        });
        Self {
            routes: routes.collect(),
            filter: OnceLock::new(),
        }
    }

    /// Prepares the search now rather than when the first text comes.
    pub fn prepare(&self) {
        self.filter();
    }

    /// The routes that match the text, in order.
    ///
    /// A route is not tried before the iterator is asked for it. Captures come with the routes that want them.
    #[must_use]
    pub fn matches<'t>(&self, text: &'t str) -> Matches<'_, 't> {
        Matches {
            routes: &self.routes,
            text,
            candidates: self.filter().candidates(text),
        }
    }

    fn filter(&self) -> &Filter {
        self.filter.get_or_init(|| {
            let mut filter = FilterBuilder::new();
            for route in &self.routes {
                filter.add(route.requirements());
            }
            filter.build()
        })
    }
}

impl fmt::Debug for TextRoutes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.routes.iter().map(|route| &route.pattern))
            .finish()
    }
}

impl Route {
    fn requirements(&self) -> Vec<Requirement> {
        match self.pattern {
            TextPattern::Words(words) => {
                let literals = words
                    .iter()
                    .map(|word| fold(word).into_owned().into_bytes())
                    .collect();
                vec![Requirement {
                    literals,
                    place: Place::Whole,
                }]
            }
            // What does not parse stays a candidate, so that the error is logged.
            TextPattern::Regex { pattern, .. } => {
                regex_syntax::parse(pattern).map_or_else(|_| Vec::new(), |hir| literals::requirements(&hir))
            }
        }
    }

    /// The item of a candidate, whose number is `index`, if it does match.
    fn verify<'t>(&self, index: usize, text: &'t str) -> Option<Item<'t>> {
        let TextPattern::Regex { pattern, captures } = self.pattern else {
            // What words require is all there is to them.
            return Some((index, None));
        };
        match self
            .matcher
            .get_or_init(|| Matcher::compile(pattern, captures))
            .as_ref()?
        {
            Matcher::Plain(regex) => regex.is_match(text).then_some((index, None)),
            Matcher::Captures(regex) => regex.captures(text).map(|captures| (index, Some(captures))),
        }
    }
}

type Item<'t> = (usize, Option<Captures<'t>>);

/// The routes that match a text, in order: made by [`TextRoutes::matches`].
///
/// Each item is the number of a route in the order they were given, and its captures if it wants them.
pub struct Matches<'r, 't> {
    routes: &'r [Route],
    text: &'t str,
    candidates: Candidates,
}

impl<'t> Iterator for Matches<'_, 't> {
    type Item = Item<'t>;

    fn next(&mut self) -> Option<Self::Item> {
        let Self {
            routes,
            text,
            candidates,
        } = self;
        candidates.find_map(|index| routes[index].verify(index, text))
    }
}

impl FusedIterator for Matches<'_, '_> {}

impl fmt::Debug for Matches<'_, '_> {
    /// Without the text, which is a person's.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Matches").finish_non_exhaustive()
    }
}
