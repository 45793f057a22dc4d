//! From tokens to what they say; nothing here compares one handler with another.

pub(crate) mod attribute;
pub(crate) mod begins;
pub(crate) mod choice;
pub(crate) mod flow;
pub(crate) mod function;
pub(crate) mod kind;
pub(crate) mod list;
pub(crate) mod payload;
pub(crate) mod record;
pub(crate) mod regex;
pub(crate) mod template;
