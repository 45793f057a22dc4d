//! A bot as a library, for a program and for tests that use it from outside.
//!
//! The list of a bot stands where its handlers are: here. Every lint that a careful author turns on is on.
#![warn(clippy::pedantic, unnameable_types, rustdoc::all)]

use messenger_runtime::prelude::*;

pub mod catalog;

bot! {
    /// Sells coffee.
    pub Shop(Menu);
    welcome,
    catalog::routes,
    #[cfg(feature = "gifts")] gift,
    sorry,
}

/// What the shop sells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Menu(Vec<String>);

impl Menu {
    /// The menu of today.
    ///
    /// # Errors
    ///
    /// When the kitchen is closed, which it never is.
    pub async fn open() -> std::io::Result<Self> {
        std::future::ready(Ok(Self(vec!["moka".to_owned(), "filter".to_owned()]))).await
    }

    fn names(&self) -> &[String] {
        &self.0
    }
}

/// Greets whoever comes first.
#[on_get_started]
pub async fn welcome(State(menu): State<Menu>) -> Reply {
    Reply::text(format!("Hi! We have {}.", menu.names().join(" and "))).then(catalog::show(State(menu)).await)
}

#[cfg(feature = "gifts")]
#[on_postback("GIFT:{sku}")]
async fn gift(sku: String) -> String {
    format!("{sku}, wrapped.")
}

/// Answers what nobody else does.
#[fallback]
async fn sorry() -> &'static str {
    "I did not get that."
}
