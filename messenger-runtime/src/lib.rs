//! Messenger bots whose conversation the compiler checks.
#![forbid(unsafe_code)]

mod clock;
pub mod config;
pub mod event;
pub mod graph;
pub mod message;
mod provider;
pub mod store;
pub mod webhook;

pub use clock::{Clock, SystemClock};
pub use provider::{AppSecret, Provider};

/// A boxed future, as the traits of this crate return it.
pub type BoxFuture<'a, T> = std::pin::Pin<Box<dyn Future<Output = T> + Send + 'a>>;
