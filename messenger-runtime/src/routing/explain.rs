//! Why an event went where it went.

use std::fmt;

use super::Route;

/// The routes that were tried for an event and why each did not fit; see [`Bot::explain`](crate::Bot::explain).
///
/// Routes of other kinds than the event's are not tried. The texts hold nothing that a person wrote.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Explanation {
    /// In the order in which they were tried.
    pub tried: Vec<Tried>,
    /// The route that takes the event.
    pub taken: Option<Route>,
}

/// A route that was tried in vain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Tried {
    /// The route.
    pub route: Route,
    /// Why it did not fit.
    pub why: Why,
}

/// Why a route did not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Why {
    /// The payload has another head or another number of segments.
    PayloadDiffers,
    /// The `ref` does not fit the pattern.
    ReferenceDiffers,
    /// The regex or the words do not match the text.
    TextDiffers,
    /// The event is of the right kind, but not one of those named.
    OtherWord,
    /// The pattern matched, but this capture could not be read as its parameter's type.
    Unreadable {
        /// The capture's name.
        capture: &'static str,
    },
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PayloadDiffers => f.write_str("the payload is another"),
            Self::ReferenceDiffers => f.write_str("the ref is another"),
            Self::TextDiffers => f.write_str("the text does not match"),
            Self::OtherWord => f.write_str("it names other events"),
            Self::Unreadable { capture } => write!(f, "`{capture}` cannot be read as its type"),
        }
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Tried { route, why } in &self.tried {
            writeln!(
                f,
                "- {}({}) {}: {why}",
                route.kind.attribute(),
                route.pattern,
                route.handler
            )?;
        }
        match &self.taken {
            Some(route) => write!(
                f,
                "+ {}({}) {} at {}:{}",
                route.kind.attribute(),
                route.pattern,
                route.handler,
                route.file,
                route.line
            ),
            None => f.write_str("no route takes it"),
        }
    }
}

/// Writes down what routing tries, where somebody asked.
#[derive(Debug, Default)]
pub(crate) struct Trace(Option<Explanation>);

impl Trace {
    pub(crate) fn off() -> Self {
        Self(None)
    }

    pub(crate) fn on() -> Self {
        Self(Some(Explanation {
            tried: Vec::new(),
            taken: None,
        }))
    }

    pub(crate) fn is_on(&self) -> bool {
        self.0.is_some()
    }

    pub(crate) fn add(&mut self, route: Route, why: Why) {
        if let Some(explanation) = &mut self.0 {
            explanation.tried.push(Tried { route, why });
        }
    }

    pub(crate) fn took(&mut self, route: Route) {
        if let Some(explanation) = &mut self.0 {
            explanation.taken = Some(route);
        }
    }

    pub(crate) fn into_explanation(self) -> Option<Explanation> {
        self.0
    }
}
