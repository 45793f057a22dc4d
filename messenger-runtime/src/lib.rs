//! Messenger bots whose conversation the compiler checks.
//!
//! A bot is a list of annotated functions. [`bot!`] turns them into a routing table while the crate
//! compiles, and refuses what nobody would notice before a user does: a button that no handler answers, two
//! handlers for one payload, a text route that can never run.
//!
//! ```no_run
//! use messenger_runtime::prelude::*;
//!
//! bot! {
//!     /// Sells coffee.
//!     pub CoffeeShop;
//!     welcome, menu, buy, order, sorry,
//! }
//!
//! #[on_get_started]
//! async fn welcome(profile: Profile) -> Reply {
//!     let name = profile.first_name().unwrap_or("there");
//!     Reply::text(format!("Hi {name}!")).then(menu().await)
//! }
//!
//! #[on_text(words = ["menu", "help"])]
//! #[on_postback("MENU")]
//! async fn menu() -> Reply {
//!     Reply::buttons("What would you like?", [
//!         Button::postback("Espresso", buy { sku: "espresso".into(), qty: 1 }),
//!         Button::postback("Moka", buy { sku: "moka".into(), qty: 1 }),
//!     ])
//! }
//!
//! #[on_postback("BUY:{sku}:{qty=1}")]
//! async fn buy(sku: String, qty: u32) -> String {
//!     format!("{qty} x {sku}, coming up.")
//! }
//!
//! #[on_text(r"(?i)^order (?<qty>\d{1,2}) (?<sku>\w+)$")]
//! async fn order(sku: String, qty: u32) -> String {
//!     buy(sku, qty).await
//! }
//!
//! #[fallback]
//! async fn sorry() -> &'static str {
//!     "I did not get that. Type “menu”."
//! }
//!
//! fn main() -> std::process::ExitCode {
//!     CoffeeShop::stateless().cli()
//! }
//! ```
//!
//! `cargo run -- chat` talks to it without an account, `cargo run -- serve` is the production server,
//! `cargo run -- routes` prints the routing table, `cargo run -- graph` draws the bot, `cargo run -- profile push` gives
//! the page its menu and greeting, `cargo run -- subscribe` has the platform send its events here.
//!
//! # Where to find what
//!
//! | for | look at |
//! |---|---|
//! | which handler runs for an event, every rule of the order | [`routing`] |
//! | the attributes, one by one | [`on_postback`], [`on_text`], [`on_attachment`], .. below |
//! | what a handler may take | [`Text`], [`User`], [`graph::Profile`], [`Attachments`], [`Referral`], [`event::Event`], [`State`], [`Session`], [`Timers`], [`Texts`], [`Chat`], [`graph::Graph`], and captures by name ([`Capture`]) |
//! | what the bot remembers of a conversation, and other versions of it | [`Session`] |
//! | the bot as a picture or as data | [`Bot::graph`] |
//! | reminders and time-outs | [`Timers`], [`on_timer`] |
//! | what a handler may return | [`message`]: text, quick replies, templates, media, receipts, their limits |
//! | what can go wrong in a handler | [`HandlerError`] |
//! | starting a bot, or nesting it in an axum router | [`BotBuilder`], [`BotService`] |
//! | the page's get-started button, greeting, menu, ice breakers, commands | [`MessengerProfile`](graph::MessengerProfile), [`BotBuilder::messenger_profile`] |
//! | sending without an event to answer | [`Handle::to`], [`BotBuilder::on_start`] |
//! | saying something else where a message came too late | [`BotBuilder::on_given_up`] |
//! | texts in several languages | [`catalog`], [`Texts`], [`BotBuilder::catalog`] |
//! | settings | [`config`] |
//! | the server's deadlines, signatures, the handshake | [`webhook`] |
//! | calling the Graph API yourself | [`graph`] |
//! | where events and messages are kept | [`store`] |
//! | health, metrics, dead letters, privacy | [`operator`], [`Handle`] |
//! | tests that own the time | [`Clock`] |
//!
//! # The way of an event
//!
//! ```text
//!  Meta ──► webhook ──► store.append ──► 200        claim ──► route ──► handler ──► store.commit ──► outbox ──► graph ──► Meta
//!          raw bytes    dedup                       one conversation    Reply       one step          in order,
//!          HMAC, limits                             at a time                                         retried
//! ```
//!
//! The platform gets its 200 before any handler runs. An event that comes again is handled once. Turns of
//! one conversation follow one another, those of different ones run side by side; what a turn sends leaves
//! in order. What was acknowledged is in a SQLite file by default, or in PostgreSQL, and all of this holds through
//! `kill -9`, a power cut and a restart; with the [`MemoryStore`](store::MemoryStore) while the process lives.
//!
//! # Features
//!
//! | feature | default | what |
//! |---|---|---|
//! | `cli` | yes | the command line built into every bot: `serve`, `chat`, `routes`, `graph`, `match`, `profile`, `subscribe`, `dead-letters`, `person` |
//! | `conformance` | no | the tests that every engine of the store passes, for those who write one: `store::conformance` |
//! | `fluent` | no | [texts in several languages](catalog) from files of <https://projectfluent.org>: `catalog::FluentCatalog` |
//! | `jiff` | no | dates and times of day as answers in [flows](mod@flow); the crate is `messenger_runtime::jiff` |
//! | `legacy` | no | the airline templates (`message::airline`), which the platform no longer lists |
//! | `metrics` | yes | Prometheus metrics on the [operator listener](operator) |
//! | `postgres` | no | the store in PostgreSQL, for several nodes: `store::PostgresStore` |
//! | `rustls` | yes | HTTPS towards the Graph API; needs the system's root certificates at run time |
//! | `sqlite` | yes | the store in a file: `store::SqliteStore` |
//!
//! `fail-points` is for this project's own tests alone.
#![forbid(unsafe_code)]

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
mod bot;
pub mod catalog;
#[cfg(feature = "cli")]
mod cli;
mod clock;
pub mod config;
mod delivery;
pub mod event;
mod fail_points;
pub mod flow;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
pub mod graph;
#[cfg(test)]
mod limit_cases;
pub mod message;
pub mod operator;
pub mod prelude;
mod provider;
pub mod routing;
pub mod store;
pub mod webhook;

pub use bot::{Bot, BotBuilder, BotService, Handle, IntoState, MissingText, SendTo, StartError};
pub use clock::{Clock, SystemClock};
pub use delivery::{Chat, Counts, GivenUp, PausedPage, SendError};
#[cfg(feature = "jiff")]
pub use jiff;
pub use messenger_macros::*;
pub use provider::{AppSecret, Provider};
pub use routing::{
    Attachments, Capture, Context, FromContext, FromState, HandlerError, IntoDecision, Phrase, Referral,
    Rejection, Route, RouteKind, Session, SessionError, SessionState, State, Text, Texts, Timer, Timers,
    Unreadable, User,
};

/// A boxed future, as the traits of this crate return it.
pub type BoxFuture<'a, T> = std::pin::Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The README's code is compiled with the documentation tests.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;

/// And so is that of the guide to flows.
#[cfg(doctest)]
#[doc = include_str!("../../docs/flows.md")]
struct FlowsGuide;
