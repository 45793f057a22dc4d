//! What a bot's file begins with: `use messenger_runtime::prelude::*;`.

pub use crate::{
    Attachments, Bot, Chat, HandlerError, Referral, Session, SessionState, State, Text, Texts, Timer, Timers,
    User,
    event::Event,
    flow::Dialog,
    graph::{Graph, Profile},
    message::{Button, Card, QuickReply, Reply},
};
pub use messenger_macros::*;
