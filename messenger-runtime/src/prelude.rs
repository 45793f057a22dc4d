//! What a bot's file begins with: `use messenger_runtime::prelude::*;`.

pub use crate::{
    Attachments, Bot, Chat, HandlerError, Referral, State, Text, User,
    event::Event,
    graph::{Graph, Profile},
    message::{Button, Card, QuickReply, Reply},
};
pub use messenger_macros::*;
