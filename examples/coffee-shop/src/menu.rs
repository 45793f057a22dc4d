//! What the shop sells.

use std::fmt;

use messenger_runtime::{
    Capture,
    message::{Currency, Money},
};
use serde::{Deserialize, Serialize};

/// A coffee.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Coffee {
    pub(crate) sku: &'static str,
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    cents: i64,
}

pub(crate) const COFFEES: [Coffee; 3] = [
    Coffee {
        sku: "espresso",
        name: "Espresso",
        about: "short and strong",
        cents: 250,
    },
    Coffee {
        sku: "moka",
        name: "Moka",
        about: "with cocoa and milk",
        cents: 380,
    },
    Coffee {
        sku: "filter",
        name: "Filter",
        about: "a large cup of today's roast",
        cents: 290,
    },
];

impl Coffee {
    pub(crate) fn price(&self) -> Money {
        eur(self.cents)
    }

    pub(crate) fn cents_of(&self, cups: u32) -> i64 {
        self.cents * i64::from(cups)
    }

    pub(crate) fn image(&self) -> String {
        format!("https://coffee.example/{}.jpg", self.sku)
    }
}

/// The shop's money.
pub(crate) fn eur(cents: i64) -> Money {
    Money::new(cents, Currency::EUR)
}

/// The coffee that a payload, a text or a stored order names. A name that is not on the menu does not fit.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(crate) struct Sku(pub(crate) Coffee);

impl Capture for Sku {
    const MAX: Option<usize> = Some(20);

    fn read(text: &str) -> Option<Self> {
        COFFEES
            .into_iter()
            .find(|coffee| coffee.sku.eq_ignore_ascii_case(text))
            .map(Self)
    }

    fn write(&self, out: &mut String) {
        out.push_str(self.0.sku);
    }
}

impl TryFrom<String> for Sku {
    type Error = &'static str;

    fn try_from(name: String) -> Result<Self, Self::Error> {
        Self::read(&name).ok_or("it is not on the menu")
    }
}

impl From<Sku> for String {
    fn from(sku: Sku) -> Self {
        sku.0.sku.to_owned()
    }
}

impl fmt::Display for Sku {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.name)
    }
}
