//! What must hold: of one handler by itself, and of all routes of a bot together.

pub(crate) mod flow;
pub(crate) mod handler;
mod kinds;
pub(crate) mod names;
pub(crate) mod options;
mod payloads;
pub(crate) mod texts;

use crate::{error::Errors, parse::record::Record};

/// Everything that is wrong with the routes of a bot taken together.
pub(crate) fn together(records: &[Record]) -> Errors {
    let mut errors = Errors::default();
    payloads::check(records, &mut errors);
    texts::check(records, &mut errors);
    kinds::check(records, &mut errors);
    errors
}
