//! The bot: what `bot!` writes, how it is started, and what runs then.
//!
//! ```no_run
//! use messenger_runtime::prelude::*;
//!
//! bot! { pub Echo; echo }
//!
//! #[fallback]
//! async fn echo(text: Text) -> String {
//!     text.into_string()
//! }
//!
//! fn main() -> std::process::ExitCode {
//!     Echo::stateless().cli()
//! }
//! ```
//!
//! [`BotBuilder`] takes the state, the configuration and the store. From there a bot is its own program
//! (`cli`, [`BotBuilder::run`]) or a part of another one ([`BotBuilder::start`] gives a [`BotService`] with an
//! axum router).

mod builder;
mod handle;
mod missing;
mod sending;
mod service;
mod start;

pub use builder::BotBuilder;
pub use handle::Handle;
pub use missing::MissingText;
pub use sending::SendTo;
pub use service::BotService;
pub use start::{IntoState, StartError};

use crate::{
    catalog::Catalog,
    event::Event,
    flow::{BotGraph, FlowEntry},
    routing::{Explanation, Fit, Route, Router, Situation, Table, Trace},
};

/// A bot, as `bot!` writes it.
pub trait Bot: Sized + Send + Sync + 'static {
    /// What its handlers share, taken by [`State<T>`](crate::State).
    type State: Send + Sync + 'static;

    /// Every route, in the order of `bot!`.
    const ROUTES: &'static [Route];

    #[doc(hidden)]
    const TABLE: Table<Self::State>;

    #[doc(hidden)]
    const FLOWS: &'static [FlowEntry<Self::State>] = &[];

    /// The bot with what gives its state: a function that is run once, by commands that need the state.
    /// It may fail: `async || Menu::open().await` gives a `Menu` or a `Result<Menu, _>`.
    fn with<F, Fut>(state: F) -> BotBuilder<Self>
    where
        F: FnOnce() -> Fut + Send + 'static,
        Fut: Future<Output: IntoState<Self::State>> + Send + 'static,
    {
        BotBuilder::new(state)
    }

    /// A bot whose handlers share nothing.
    #[must_use]
    fn stateless() -> BotBuilder<Self>
    where
        Self: Bot<State = ()>,
    {
        BotBuilder::new(|| std::future::ready(()))
    }

    /// What a [catalogue](crate::catalog) lacks in each of its languages: the texts of all flows with their options and
    /// choices, what the library says of answers that do not fit, and every key that another of its languages has. A
    /// locale may leave to its language what is the same there.
    ///
    /// A text counts as missing, too, where it is longer than its place takes, names an argument that the flow does not
    /// have, or is a title that another option of its step has already. An option without letters, like `2`, needs none.
    ///
    /// ```
    /// use messenger_runtime::{
    ///     catalog::{Arguments, Catalog},
    ///     prelude::*,
    /// };
    /// use serde::{Deserialize, Serialize};
    ///
    /// bot! { Bistro; book, flow Booking }
    ///
    /// #[on_text(words = ["book"])]
    /// async fn book(dialog: Dialog) -> Reply {
    ///     dialog.begin(Booking {})
    /// }
    ///
    /// #[derive(Serialize, Deserialize)]
    /// struct Booking {}
    ///
    /// #[flow(start = place)]
    /// impl Booking {
    ///     #[ask("Inside or outside?", options = ["Inside", "Outside"], next = [booked])]
    ///     async fn place(&mut self, _place: String) -> Next {
    ///         Next::booked
    ///     }
    ///
    ///     #[end("See you!")]
    ///     async fn booked(&mut self) {}
    /// }
    ///
    /// struct French;
    ///
    /// impl Catalog for French {
    ///     fn locales(&self) -> Vec<String> {
    ///         vec!["fr".to_owned()]
    ///     }
    ///
    ///     fn text(&self, _locale: &str, key: &str, _: &Arguments<'_>) -> Option<String> {
    ///         let text = match key {
    ///             "Booking-place" => "En salle ou en terrasse ?",
    ///             "Booking-place-Inside" => "En salle",
    ///             "Booking-place-Outside" => "Dehors, sur la terrasse",
    ///             "Flow-unreadable" => "Pardon, j'ai perdu le fil. Recommencez, s'il vous plaît.",
    ///             "Misfit-NoText" => "Répondez avec des mots.",
    ///             _ => return None,
    ///         };
    ///         Some(text.to_owned())
    ///     }
    /// }
    ///
    /// let missing: Vec<_> = Bistro::missing_texts(&French).iter().map(ToString::to_string).collect();
    /// assert_eq!(missing, [
    ///     "fr: Booking-booked: missing",
    ///     "fr: Booking-place-Outside: it has 23 characters, and at most 20 fit",
    /// ]);
    /// ```
    #[must_use]
    fn missing_texts(catalog: &impl Catalog) -> Vec<MissingText> {
        missing::missing_texts::<Self>(catalog)
    }

    /// Which routes are tried for `event`, why each does not fit, and which one takes it. Nothing runs.
    ///
    /// The conversation counts as new: no quick replies were offered, nobody else is talking.
    ///
    /// ```
    /// use messenger_runtime::{event::{Event, Webhook}, prelude::*};
    ///
    /// bot! { Shop; menu }
    ///
    /// #[on_text(words = ["menu"])]
    /// async fn menu() {}
    ///
    /// let body = br#"{"object":"page","entry":[{"id":"1","messaging":[
    ///     {"sender":{"id":"2"},"recipient":{"id":"1"},"message":{"mid":"m","text":"menus"}}]}]}"#;
    /// let webhook = Webhook::parse(body).unwrap();
    /// let explanation = Shop::explain(&Event::parse(webhook.items()[0].clone()));
    /// assert_eq!(explanation.to_string(), "- on_text(menu) menu: the text does not match\nno route takes it");
    /// ```
    #[must_use]
    fn explain(event: &Event<'_>) -> Explanation {
        explain(&Router::new(Self::TABLE), event, Situation::default())
    }

    /// The bot as a graph: its routes, its flows, and which begin which; to draw or to read.
    ///
    /// ```
    /// use messenger_runtime::{flow::Retry, prelude::*};
    /// use serde::{Deserialize, Serialize};
    ///
    /// bot! { Bistro; book, flow Booking }
    ///
    /// #[on_text(words = ["book"])]
    /// async fn book(dialog: Dialog) -> Reply {
    ///     dialog.begin(Booking { guests: 0 })
    /// }
    ///
    /// #[derive(Serialize, Deserialize)]
    /// struct Booking {
    ///     guests: u32,
    /// }
    ///
    /// #[flow(start = guests)]
    /// impl Booking {
    ///     #[ask("For how many?", next = [booked])]
    ///     async fn guests(&mut self, guests: u32) -> Next {
    ///         self.guests = guests;
    ///         Next::booked
    ///     }
    ///
    ///     #[end("See you.")]
    ///     async fn booked(&mut self) {}
    /// }
    ///
    /// let graph = Bistro::graph();
    /// assert_eq!(graph.routes[0].begins, ["Booking"]);
    /// assert_eq!(graph.flow("Booking").unwrap().start, "guests");
    /// assert!(graph.svg().contains("For how many?"));
    /// ```
    #[must_use]
    fn graph() -> BotGraph {
        let flows = Self::FLOWS.iter().map(FlowEntry::graph);
        BotGraph::new(std::any::type_name::<Self>(), Self::ROUTES, flows.collect())
    }
}

/// Routes without running anything.
fn explain<S>(router: &Router<S>, event: &Event<'_>, situation: Situation<'_>) -> Explanation {
    let mut trace = Trace::on();
    router.route(event, situation, &mut trace, &mut |fit| match fit {
        Fit::Entry(index, captures) => (router.entry(index).fits)(captures),
        Fit::Flow(_) => Ok(()),
    });
    trace.into_explanation().unwrap_or_default()
}
