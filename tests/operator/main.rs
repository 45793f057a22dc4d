//! The operator listener, on real sockets: who is let in, what it tells, and what it changes.

mod api;
mod dashboard;
mod health;
mod metrics;
mod security;
mod stage;
