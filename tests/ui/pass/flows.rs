//! Everything that a flow may have.

use std::error::Error;

use messenger_runtime::{
    flow::{EmailAddress, Flow, PhoneNumber, Retry, StepKind},
    prelude::*,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

#[derive(Clone)]
struct Stock(u32);

bot! { Shop(Stock); begin, flow orders::Order, #[cfg(all())] flow Address, #[cfg(any())] flow Missing }

#[fallback]
async fn begin(dialog: Dialog) -> Reply {
    if dialog.running().is_some() {
        dialog.end();
    }
    dialog.begin(orders::Order::default())
}

#[derive(Default, Serialize, Deserialize, PartialEq, Debug)]
struct Cart {
    cups: u32,
}

impl SessionState for Cart {
    const NAME: &'static str = "cart";
}

mod orders {
    use super::*;

    #[derive(Default, Serialize, Deserialize)]
    pub(crate) struct Order {
        r#type: String,
        cups: u8,
        address: Address,
    }

    #[derive(Choice)]
    enum Payment {
        Cash,
        #[choice("By card")]
        Card,
    }

    #[flow(start = r#type, version = 3, expires = "2h", cancel = "(?i)^stop$")]
    impl Order {
        /// Anything may stand beside the steps.
        fn shelf(&self) -> Reply {
            Reply::text("Which?").quick_replies([QuickReply::answer("Moka", "moka")])
        }

        #[ask(Self::shelf, next = [cups])]
        async fn r#type(&mut self, r#type: String, event: Event<'_>) -> Next {
            let _ = event.text();
            self.r#type = r#type;
            Next::cups
        }

        #[ask("How many {type}, {cups:>3} or more?", options = ["1", "2"], next = [stocked, cups], attempts = 2, otherwise = gone)]
        async fn cups(&mut self, cups: u8, State(stock): State<Stock>, mut cart: Session<Cart>) -> Result<(String, Next), Retry> {
            if u32::from(cups) > stock.0 {
                return Err(Retry(format!("We have {}.", stock.0)));
            }
            cart.cups = u32::from(cups);
            self.cups = cups;
            Ok((format!("{cups} it is."), Next::stocked))
        }

        #[say(next = [address])]
        async fn stocked(&mut self, chat: Chat) -> Result<Next, Box<dyn Error + Send + Sync>> {
            chat.typing_on().await?;
            Ok(Next::address)
        }

        #[begin(Address { city: self.r#type.clone(), ..Address::default() }, next = [email])]
        async fn address(&mut self, address: Address) -> Next {
            self.address = address;
            Next::email
        }

        #[ask("Your e-mail address?", next = [phone])]
        async fn email(&mut self, _email: EmailAddress) -> Next {
            Next::phone
        }

        #[ask("Your number?", next = [picture])]
        async fn phone(&mut self, _phone: PhoneNumber) -> Next {
            Next::picture
        }

        #[ask("A picture?", next = [payment])]
        async fn picture(&mut self, _picture: Attachments) -> Next {
            Next::payment
        }

        #[cfg(all())]
        #[ask("How do you pay?", next = [done, gone])]
        async fn payment(&mut self, payment: Payment) -> Next {
            match payment {
                Payment::Cash => Next::done,
                Payment::Card => Next::gone,
            }
        }

        #[end("Thank you.")]
        async fn done(&mut self) -> Option<Reply> {
            None
        }

        #[end]
        async fn gone(&mut self, user: User) -> Result<String, std::fmt::Error> {
            Ok(user.id().to_owned())
        }

        #[on_cancel]
        async fn left(&mut self, chat: Chat) -> &'static str {
            let _ = chat;
            "Another time."
        }

        #[on_expiry]
        async fn late(&mut self) {}

        #[migrate]
        fn migrate(version: u32, step: &str, value: Value) -> Result<(Self, &'static str), Box<dyn Error + Send + Sync>> {
            let _ = (version, step);
            Ok((serde_json::from_value(value)?, "cups"))
        }
    }
}

#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Address {
    city: String,
}

#[flow(start = city)]
impl Address {
    #[ask("Where?", next = [done])]
    async fn city(&mut self, city: String) -> Next {
        self.city = city;
        Next::done
    }

    #[end]
    async fn done(&mut self) {}
}

fn main() {
    let graph = orders::Order::GRAPH;
    assert_eq!((graph.name, graph.start, graph.steps.len()), ("Order", "type", 10));
    assert_eq!(graph.step("address").map(|step| step.kind), Some(StepKind::Begin));
    let _running = Shop::with(async || Stock(3)).run();
}
