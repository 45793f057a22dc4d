//! From “How many cups?” to the receipt: one flow, to which every way of buying leads.
//!
//! ```text
//! order ─► cups ─► how ─┬─► table ───┬─► confirm ─► receipt
//!                       ├─► address ─┤
//!                       └────────────┘
//! ```

use std::{fmt, ops::RangeInclusive};

use messenger_runtime::{
    flow::Retry,
    message::{Receipt, ReceiptItem},
    prelude::*,
};
use serde::{Deserialize, Serialize};

use crate::{
    address::Address,
    menu::{Sku, eur},
    order::LastOrder,
    till::Till,
};

/// How many cups we sell at a time.
const CUPS: RangeInclusive<u32> = 1..=20;
const NOT_SO_MANY: &str = "We sell 1 to 20 cups at a time.";

/// An order that is being made. It is stored with each answer, so it goes on where it was, whatever happens to the program.
#[derive(Serialize, Deserialize)]
pub(crate) struct Checkout {
    sku: Sku,
    cups: u32,
    place: Place,
}

/// Where the coffee goes.
#[derive(Default, Serialize, Deserialize)]
enum Place {
    #[default]
    Counter,
    Table(u32),
    Door(Address),
}

#[derive(Choice)]
enum How {
    Here,
    #[choice("Take away")]
    TakeAway,
    Deliver,
}

#[derive(Choice)]
enum Confirm {
    Yes,
    #[choice("No, change it")]
    No,
}

impl Checkout {
    /// An order of so many cups, or of none where the customer is still to be asked.
    pub(crate) fn of(sku: Sku, cups: u32) -> Self {
        let place = Place::default();
        Self { sku, cups, place }
    }
}

#[flow(start = order, version = 1, expires = "30m", cancel = r"(?i)^(cancel|stop|never mind)$")]
impl Checkout {
    /// “Order 2 moka” names the cups, a button of the menu does not.
    #[say(next = [cups, how])]
    async fn order(&mut self) -> (Reply, Next) {
        match self.cups {
            0 => (Reply::default(), Next::cups),
            cups if CUPS.contains(&cups) => (Reply::default(), Next::how),
            _ => (Reply::text(NOT_SO_MANY), Next::cups),
        }
    }

    #[ask("How many cups of {sku}?", options = ["1", "2", "3"], next = [how])]
    async fn cups(&mut self, cups: u32) -> Result<Next, Retry> {
        if !CUPS.contains(&cups) {
            return Err(Retry(NOT_SO_MANY));
        }
        self.cups = cups;
        Ok(Next::how)
    }

    #[ask("{cups} x {sku}: for here, to take away, or shall we deliver it?", next = [table, confirm, address])]
    async fn how(&mut self, how: How) -> Next {
        match how {
            How::Here => Next::table,
            How::TakeAway => {
                self.place = Place::Counter;
                Next::confirm
            }
            How::Deliver => Next::address,
        }
    }

    #[ask("Which number is on your table?", next = [confirm])]
    async fn table(&mut self, table: u32) -> Result<Next, Retry> {
        if !(1..=12).contains(&table) {
            return Err(Retry("Our tables have the numbers 1 to 12."));
        }
        self.place = Place::Table(table);
        Ok(Next::confirm)
    }

    #[begin(Address::default(), next = [confirm])]
    async fn address(&mut self, address: Address) -> Next {
        self.place = Place::Door(address);
        Next::confirm
    }

    #[ask("{cups} x {sku}, {place}. Is that right?", next = [receipt, cups])]
    async fn confirm(&mut self, answer: Confirm) -> Next {
        match answer {
            Confirm::Yes => Next::receipt,
            Confirm::No => Next::cups,
        }
    }

    #[end]
    async fn receipt(
        &mut self,
        profile: Profile,
        State(till): State<Till>,
        mut last: Session<LastOrder>,
    ) -> Reply {
        last.remember(self.sku, self.cups);
        let coffee = self.sku.0;
        let (price, fee) = (coffee.cents_of(self.cups), self.place.cents());
        let customer = profile.name().unwrap_or("our guest");
        let number = till.next_order().to_string();
        let mut receipt = Receipt::new(customer, number, "Cash", eur(price + fee))
            .item(ReceiptItem::new(coffee.name, eur(price)).quantity(self.cups));
        if let Place::Door(address) = &self.place {
            receipt = receipt.shipping_cost(eur(fee)).address(address.on_receipt());
        }
        Reply::receipt(receipt).then(self.place.thanks())
    }

    #[on_cancel]
    async fn cancelled(&mut self) -> String {
        format!("All right, no {}.", self.sku)
    }

    #[on_expiry]
    async fn expired(&mut self) -> String {
        format!(
            "Your {} is not ordered, as I have not heard from you. Type “menu” to begin again.",
            self.sku
        )
    }
}

impl Place {
    /// What it costs to bring it there.
    fn cents(&self) -> i64 {
        match self {
            Self::Counter | Self::Table(_) => 0,
            Self::Door(_) => 300,
        }
    }

    fn thanks(&self) -> &'static str {
        match self {
            Self::Counter => "Thank you! It is ready in five minutes.",
            Self::Table(_) => "Thank you! We bring it in five minutes.",
            Self::Door(_) => "Thank you! It is with you in half an hour.",
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Counter => write!(f, "to take away"),
            Self::Table(table) => write!(f, "at table {table}"),
            Self::Door(address) => write!(f, "to {address}"),
        }
    }
}
