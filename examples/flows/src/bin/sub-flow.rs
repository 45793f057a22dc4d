//! A flow within a flow: a parcel needs two addresses, and `Address` asks for both.
//!
//! ```text
//! $ cargo run -q -p flows --bin sub-flow -- chat
//! you    parcel
//! bot    Where do we fetch it? Street and number, please.
//!
//! you    12 Quai de la Fosse
//! bot    In which city?
//!
//! you    Nantes
//! bot    Where do we bring it? Street and number, please.
//!
//! you    12 Quai de la Fosse
//! bot    In which city?
//!
//! you    Nantes
//! bot    It is there already.
//! bot    Where do we bring it? Street and number, please.
//!
//! you    3 Place Bellecour
//! bot    In which city?
//!
//! you    Lyon
//! bot    From 12 Quai de la Fosse, Nantes to 3 Place Bellecour, Lyon, is that right?
//!        [1] Yes  [2] No
//!
//! you    yes
//! bot    We come this afternoon.
//!
//! you    parcel
//! bot    Where do we fetch it? Street and number, please.
//!
//! you    1 Rue Crébillon
//! bot    In which city?
//!
//! you    stop
//! bot    Then you keep your parcel.
//! ```
//!
//! A `#[begin]` step gives the conversation to another flow, and gets what that has come to: its value, as its `#[end]` leaves it.
//! Asked again, it begins the other once more. The words that end the outer flow end the inner one too.

use std::{fmt, process::ExitCode};

use messenger_runtime::{flow::Retry, prelude::*};
use serde::{Deserialize, Serialize};

bot! {
    /// Carries parcels.
    Courier;
    parcel, sorry,
    flow Parcel,
    flow Address,
}

#[on_get_started]
#[on_text(words = ["parcel"])]
async fn parcel(dialog: Dialog) -> Reply {
    dialog.begin(Parcel::default())
}

#[fallback]
async fn sorry() -> &'static str {
    "Type “parcel” to send one."
}

#[derive(Choice)]
enum Confirm {
    Yes,
    No,
}

#[derive(Default, Serialize, Deserialize)]
struct Parcel {
    from: Address,
    to: Address,
}

#[flow(start = from, cancel = "(?i)^stop$")]
impl Parcel {
    #[begin(Address::asking("Where do we fetch it?"), next = [to])]
    async fn from(&mut self, from: Address) -> Next {
        self.from = from;
        Next::to
    }

    #[begin(Address::asking("Where do we bring it?"), next = [confirm])]
    async fn to(&mut self, to: Address) -> Result<Next, Retry> {
        if to.is_same(&self.from) {
            return Err(Retry("It is there already."));
        }
        self.to = to;
        Ok(Next::confirm)
    }

    #[ask("From {from} to {to}, is that right?", next = [booked, from])]
    async fn confirm(&mut self, answer: Confirm) -> Next {
        match answer {
            Confirm::Yes => Next::booked,
            Confirm::No => Next::from,
        }
    }

    #[end("We come this afternoon.")]
    async fn booked(&mut self) {}

    #[on_cancel]
    async fn kept(&mut self) -> &'static str {
        "Then you keep your parcel."
    }
}

#[derive(Default, Serialize, Deserialize)]
struct Address {
    question: String,
    street: String,
    city: String,
}

#[flow(start = street)]
impl Address {
    #[ask("{question} Street and number, please.", next = [city])]
    async fn street(&mut self, street: String) -> Next {
        self.street = street;
        Next::city
    }

    #[ask("In which city?", next = [done])]
    async fn city(&mut self, city: String) -> Next {
        self.city = city;
        Next::done
    }

    #[end]
    async fn done(&mut self) {}
}

impl Address {
    fn asking(question: &str) -> Self {
        Self {
            question: question.to_owned(),
            ..Self::default()
        }
    }

    fn is_same(&self, other: &Self) -> bool {
        (&self.street, &self.city) == (&other.street, &other.city)
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {}", self.street, self.city)
    }
}

fn main() -> ExitCode {
    Courier::stateless().cli()
}
