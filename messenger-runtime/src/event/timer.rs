//! Timers of the bot's own, which come back as events.

use std::borrow::Cow;

use super::{field::payload, json::Raw};

payload! {
    /// A timer of the bot's own that is due: an event of [`Channel::Timer`](super::Channel::Timer), which no
    /// webhook body holds.
    pub struct Timer<'a> {
        /// What it was set as.
        name: Option<Cow<'a, str>> = "name",
        /// What it was set with.
        data: Option<Raw<'a>> = "data",
    }
}
