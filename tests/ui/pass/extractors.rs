//! Parameters of every sort: borrowed, optional, destructured, own.
#![deny(warnings, missing_docs, unreachable_pub, unnameable_types, missing_debug_implementations, unused_qualifications, single_use_lifetimes, clippy::pedantic)]

use messenger_runtime::prelude::*;
use messenger_runtime::{BoxFuture, Capture, Context, FromContext, FromState, Rejection};

bot! { pub Shop(Shared); all, lifetimes, own, failed }

/// What the handlers share.
#[derive(Debug)]
pub struct Shared {
    menu: Menu,
}

/// A part of it.
#[derive(Debug, Clone)]
pub struct Menu(String);

impl FromState<Shared> for Menu {
    fn from_state(state: &Shared) -> Self {
        state.menu.clone()
    }
}

/// A product.
#[derive(Debug)]
pub struct Sku(String);

impl Capture for Sku {
    fn read(text: &str) -> Option<Self> {
        Some(Self(text.to_owned()))
    }

    fn write(&self, out: &mut String) {
        out.push_str(&self.0);
    }
}

/// How often somebody came.
#[derive(Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct Visits(u32);

impl SessionState for Visits {
    const NAME: &'static str = "visits";
}

struct Shouted(String);

impl<'a, S: Sync> FromContext<'a, S> for Shouted {
    fn from_context(context: &'a Context<'a, S>) -> BoxFuture<'a, Result<Self, Rejection>> {
        Box::pin(async move { Ok(Self(context.event().text().unwrap_or_default().to_uppercase())) })
    }
}

#[on_postback("BUY:{sku}")]
#[on_text(r"^buy (?<sku>\w+)$")]
async fn all(
    State(Menu(menu)): State<Menu>,
    mut sku: Sku,
    text: Option<Text>,
    _event: Event<'_>,
    _: User,
    referral: Option<Referral>,
    _graph: Graph,
    _chat: Chat,
    mut visits: Session<Visits>,
    timers: Timers,
) -> Result<String, std::io::Error> {
    sku.0.push_str(&menu);
    visits.0 += 1;
    timers.set("late", std::time::Duration::from_secs(60));
    Ok(format!("{sku:?} {text:?} {}", referral.is_some()))
}

#[on_event]
async fn lifetimes<'a>(_event: Event<'a>, _other: Event<'a>) {}

#[fallback]
async fn own(Shouted(text): Shouted, _attachments: Attachments) -> Reply {
    Reply::buttons(text, [Button::postback("Buy", all { sku: Sku("moka".to_owned()) })])
}

#[on_error]
async fn failed(error: HandlerError) -> String {
    error.to_string()
}

fn main() {
    assert_eq!(Shop::ROUTES.len(), 5);
    let _running = Shop::with(async || Ok::<_, std::io::Error>(Shared { menu: Menu(String::new()) })).run();
}
