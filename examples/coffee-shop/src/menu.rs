//! What the shop sells.

use messenger_runtime::{
    Capture,
    message::{Currency, Money},
};

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
        self.price_of(1)
    }

    pub(crate) fn price_of(&self, cups: u8) -> Money {
        Money::new(self.cents * i64::from(cups), Currency::EUR)
    }

    pub(crate) fn image(&self) -> String {
        format!("https://coffee.example/{}.jpg", self.sku)
    }
}

/// The coffee that a payload or a text names. A name that is not on the menu does not fit its route.
#[derive(Debug, Clone, Copy)]
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
