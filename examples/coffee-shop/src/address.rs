//! Where to deliver: a flow of its own, which another begins and gets the address from.

use std::fmt;

use messenger_runtime::{
    flow::{Choice as _, Retry},
    message,
    prelude::*,
};
use serde::{Deserialize, Serialize};

/// A house in one of the cities we deliver to.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Address {
    street: String,
    city: City,
}

#[derive(Choice, Default, Clone, Copy, Serialize, Deserialize)]
enum City {
    #[default]
    Nantes,
    #[choice("Rezé")]
    Reze,
}

#[flow(start = street)]
impl Address {
    #[ask("Which street and number?", next = [city])]
    async fn street(&mut self, street: String) -> Result<Next, Retry> {
        if !street.contains(|char: char| char.is_ascii_digit()) {
            return Err(Retry("We need the number too, as in “12 Quai de la Fosse”."));
        }
        self.street = street;
        Ok(Next::city)
    }

    #[ask("In which city?", next = [done])]
    async fn city(&mut self, city: City) -> Next {
        self.city = city;
        Next::done
    }

    #[end]
    async fn done(&mut self) {}
}

impl Address {
    pub(crate) fn on_receipt(&self) -> message::Address {
        let code = match self.city {
            City::Nantes => "44000",
            City::Reze => "44400",
        };
        message::Address::new(&self.street, self.city.title(), code, "PDL", "FR")
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {}", self.street, self.city.title())
    }
}
