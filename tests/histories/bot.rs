//! The bot: one flow that does all that flows can, one within it, and routes around them.

use messenger_runtime::{
    flow::Retry,
    message::{BoxError, Button, Card},
    prelude::*,
};
use serde::{Deserialize, Serialize};

bot! {
    /// Sells tea.
    pub(crate) Teahouse;
    hello, menu, size, order, stop, human, place, sorry, failed,
    flow Order,
    flow Address,
}

#[on_get_started]
async fn hello() -> &'static str {
    "hello"
}

#[on_text(words = ["menu"], interrupts)]
#[on_postback("MENU")]
async fn menu() -> Reply {
    Reply::text("green or black").quick_replies([
        QuickReply::text("Small", size { size: 1 }),
        QuickReply::text("Large", size { size: 2 }),
    ])
}

#[on_quick_reply("SIZE:{size}")]
async fn size(size: u32) -> String {
    format!("size {size}")
}

#[on_text(words = ["order"])]
#[on_postback("ORDER")]
async fn order(dialog: Dialog) -> Reply {
    Reply::text("gladly").then(dialog.begin(Order::default()))
}

#[on_text(words = ["stop it"], interrupts)]
async fn stop(dialog: Dialog) -> &'static str {
    dialog.end();
    "stopped"
}

#[on_text(words = ["human"], interrupts)]
async fn human() -> Reply {
    Reply::text("one moment").hand_over()
}

#[on_attachment(location)]
async fn place() -> &'static str {
    "nice place"
}

#[fallback]
async fn sorry() -> &'static str {
    "sorry?"
}

#[on_error]
async fn failed() -> &'static str {
    "oops"
}

#[derive(Choice, Debug, Clone, Copy)]
enum Way {
    Here,
    #[choice("Bring it")]
    Deliver,
}

#[derive(Choice, Debug, Clone, Copy)]
enum Sure {
    Yes,
    No,
}

#[derive(Default, Serialize, Deserialize)]
struct Order {
    cups: u32,
    rounds: u32,
    to: Option<Address>,
}

#[flow(start = cups, version = 3, expires = "30m", cancel = r"(?i)^cancel$")]
impl Order {
    #[ask("How many, after {cups}?", options = ["1", "2", "3"], next = [way], attempts = 3, otherwise = help)]
    async fn cups(&mut self, cups: u32) -> Result<Next, Retry> {
        self.cups = cups;
        if cups > 5 {
            return Err(Retry("We have only five."));
        }
        Ok(Next::way)
    }

    #[say("Let me show you.", next = [cups])]
    async fn help(&mut self) -> Next {
        self.rounds += 10;
        Next::cups
    }

    #[ask("The {cups} how?", next = [address, sure])]
    async fn way(&mut self, way: Way) -> (&'static str, Next) {
        match way {
            Way::Here => ("Sit down.", Next::sure),
            Way::Deliver => ("We come.", Next::address),
        }
    }

    #[begin(Address { cups: self.cups, ..Default::default() }, next = [sure])]
    async fn address(&mut self, address: Address) -> Result<Next, Retry> {
        if address.city == "Atlantis" {
            return Err(Retry("That has gone under."));
        }
        self.to = Some(address);
        Ok(Next::sure)
    }

    #[ask("{cups}, sure?", next = [done, cups])]
    async fn sure(&mut self, sure: Sure) -> Next {
        self.rounds += 1;
        match sure {
            Sure::Yes => Next::done,
            Sure::No => Next::cups,
        }
    }

    #[end]
    async fn done(&mut self) -> String {
        let city = self.to.as_ref().map_or("here", |to| &to.city);
        format!("{} for {city} in round {}", self.cups, self.rounds)
    }

    #[on_cancel]
    async fn left(&mut self) -> String {
        format!("{} put back", self.cups)
    }

    #[on_expiry]
    async fn late(&mut self) -> String {
        format!("{} gone cold", self.cups)
    }
}

#[derive(Default, Serialize, Deserialize)]
struct Address {
    cups: u32,
    city: String,
    pictures: usize,
}

fn cities(_: &Address) -> Reply {
    Reply::carousel(
        ["Nantes", "Brest", "Atlantis"].map(|city| Card::new(city).buttons([Button::answer("This", city)])),
    )
}

#[flow(start = city, cancel = r"(?i)^back$")]
impl Address {
    #[ask(cities, next = [house])]
    async fn city(&mut self, city: String) -> Result<Next, BoxError> {
        if city == "boom" {
            return Err("there is no such city".into());
        }
        self.city = city;
        Ok(Next::house)
    }

    #[ask("A picture of your house in {city}?", next = [noted])]
    async fn house(&mut self, pictures: Attachments) -> Next {
        self.pictures = pictures.len();
        Next::noted
    }

    #[end]
    async fn noted(&mut self) -> String {
        format!("noted for {}", self.cups)
    }
}
