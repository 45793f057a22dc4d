//! What the platform sends and what a store has kept, under any bytes.

pub(crate) mod session;
pub(crate) mod webhook;
