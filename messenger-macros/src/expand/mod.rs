//! From what has been checked to code.

mod bot;
mod chain;
mod choice;
mod finish;
mod flow;
mod group;
mod handler;
mod lookup;
mod payload;
mod steps;
mod stub;
mod table;
mod texts;

pub(crate) use bot::bot;
pub(crate) use chain::{chunk, listed, open};
pub(crate) use choice::choice;
pub(crate) use finish::finish;
pub(crate) use flow::flow;
pub(crate) use group::routes;
pub(crate) use handler::attribute;
