//! What must hold: of one handler by itself, and of all routes of a bot together.

mod begins;
pub(crate) mod flow;
pub(crate) mod handler;
mod kinds;
pub(crate) mod names;
pub(crate) mod options;
mod payloads;
pub(crate) mod texts;

use crate::{
    error::Errors,
    parse::{list::Entry, record::Record},
};

/// Everything that is wrong with the routes of a bot taken together, and with the flows that they say they begin.
pub(crate) fn together(records: &[Record], flows: &[Entry]) -> Errors {
    let mut errors = Errors::default();
    payloads::check(records, &mut errors);
    texts::check(records, &mut errors);
    kinds::check(records, &mut errors);
    begins::check(records, flows, &mut errors);
    errors
}
