//! What a bot knows of itself as a graph: which handlers and steps begin which flow, read from their code.

use messenger_runtime::{flow::StepKind, prelude::*};
use serde::{Deserialize, Serialize};

bot! {
    Roastery;
    buy, twice, either, cart, said, on_card, first, nothing, tasting::routes,
    flow Checkout,
    flow Address,
    flow tasting::Tasting,
    #[cfg(any())] flow Elsewhere,
    #[cfg(all())] flow Rest,
}

#[on_postback("BUY:{sku}")]
#[on_text(r"^buy (?<sku>\w+)$", interrupts)]
async fn buy(sku: String, dialog: Dialog) -> Reply {
    Reply::text(sku).then(dialog.begin(Checkout {
        to: Some(Address::default()),
    }))
}

#[on_text(words = ["twice"])]
async fn twice(dialog: Dialog) {
    let _ = dialog.begin(Checkout::default());
    let _ = dialog.begin(tasting::Tasting { cups: 1 });
}

#[on_text(r"^either (?<n>\d)$")]
async fn either(n: u8, dialog: Dialog) -> Reply {
    match n {
        1 => dialog.begin(Address::default()),
        _ => dialog.begin(Rest {}),
    }
}

#[on_text(words = ["cart"])]
async fn cart(dialog: Dialog) -> Reply {
    let cart = Checkout::default();
    dialog.begin(cart)
}

fn made() -> tasting::Tasting {
    tasting::Tasting { cups: 3 }
}

#[on_text(words = ["said"], begins = tasting::Tasting)]
async fn said(dialog: Dialog) -> Reply {
    dialog.begin(made())
}

#[on_quick_reply(phone, begins = [Checkout, Address])]
#[on_attachment(image | video)]
async fn on_card() {}

#[on_get_started(begins = Rest)]
async fn first() {}

#[fallback]
async fn nothing(dialog: Dialog) -> &'static str {
    // An address that is only looked at begins nothing.
    let _ = (Address::default(), dialog.running());
    "sorry?"
}

#[derive(Default, Serialize, Deserialize)]
struct Checkout {
    to: Option<Address>,
}

#[flow(start = place)]
impl Checkout {
    #[begin(Address::default(), next = [taste, again])]
    async fn place(&mut self, place: Address) -> Next {
        self.to = Some(place);
        if self.to.is_some() {
            Next::taste
        } else {
            Next::again
        }
    }

    #[begin(Checkout::default(), next = [taste])]
    async fn again(&mut self, _again: Checkout) -> Next {
        Next::taste
    }

    #[ask("Taste something?", next = [done])]
    async fn taste(&mut self, answer: String, dialog: Dialog) -> Next {
        if answer == "yes" {
            let _ = dialog.begin(tasting::Tasting { cups: 2 });
        }
        Next::done
    }

    #[end("Done.")]
    async fn done(&mut self) {}
}

#[derive(Default, Serialize, Deserialize)]
struct Address {}

#[flow(start = street)]
impl Address {
    #[ask("Which street?", next = [done, rest])]
    async fn street(&mut self, street: String) -> Next {
        if street.is_empty() { Next::rest } else { Next::done }
    }

    /// Two flows that begin one another.
    #[begin(Rest {}, next = [done])]
    async fn rest(&mut self, _rest: Rest) -> Next {
        Next::done
    }

    #[end]
    async fn done(&mut self) {}
}

#[derive(Serialize, Deserialize)]
struct Rest {}

#[flow(start = place)]
impl Rest {
    #[begin(Address {}, next = [done])]
    async fn place(&mut self, _place: Address) -> Next {
        Next::done
    }

    #[end]
    async fn done(&mut self) {}
}

mod tasting {
    use super::*;

    routes! { taste }

    #[on_text(words = ["taste"])]
    pub(crate) async fn taste(dialog: Dialog) -> Reply {
        dialog.begin(Tasting { cups: 1 })
    }

    #[derive(Serialize, Deserialize)]
    pub(crate) struct Tasting {
        pub(crate) cups: u8,
    }

    #[flow(start = cups)]
    impl Tasting {
        #[ask("How many cups?", next = [done])]
        async fn cups(&mut self, cups: u8) -> Next {
            self.cups = cups;
            Next::done
        }

        #[end]
        async fn done(&mut self) {}
    }
}

#[test]
fn every_handler_tells_which_flows_it_begins() {
    let begins: Vec<(&str, &[&str])> = Roastery::ROUTES
        .iter()
        .map(|route| (route.handler, route.begins))
        .collect();
    assert_eq!(
        begins,
        [
            ("buy", &["Checkout"][..]),
            ("buy", &["Checkout"]),
            ("twice", &["Checkout", "Tasting"]),
            ("either", &["Address", "Rest"]),
            ("cart", &["Checkout"]),
            ("said", &["Tasting"]),
            ("on_card", &["Checkout", "Address"]),
            ("on_card", &["Checkout", "Address"]),
            ("first", &["Rest"]),
            ("nothing", &[]),
            ("tasting::taste", &["Tasting"]),
        ]
    );
}

#[test]
fn every_step_tells_which_flow_it_begins() {
    let graph = Roastery::graph();
    assert_eq!(graph.name, "Roastery");
    let flows: Vec<&str> = graph.flows.iter().map(|flow| flow.name).collect();
    assert_eq!(flows, ["Checkout", "Address", "Tasting", "Rest"]);
    let begins = |flow: &str, step: &str| {
        let step = graph.flow(flow).and_then(|flow| flow.step(step)).expect("a step");
        assert_eq!(step.kind == StepKind::Begin, step.begins.is_some());
        (step.begins, graph.goes_over_to(step))
    };
    assert_eq!(begins("Checkout", "place"), (Some("Address"), vec![]));
    assert_eq!(begins("Checkout", "again"), (Some("Checkout"), vec![]));
    assert_eq!(begins("Checkout", "taste"), (None, vec!["Tasting"]));
    assert_eq!(begins("Address", "rest"), (Some("Rest"), vec![]));
    assert_eq!(begins("Rest", "place"), (Some("Address"), vec![]));
    assert_eq!(begins("Tasting", "cups"), (None, vec![]));
}

#[test]
fn the_whole_bot_is_drawn() {
    let svg = Roastery::graph().svg();
    for flow in ["Checkout", "Address", "Tasting", "Rest"] {
        assert_eq!(
            svg.matches(&format!("data-from=\"\" data-to=\"{flow}.")).count(),
            1,
            "{flow} starts"
        );
    }
    for (from, to) in [
        ("buy", "Checkout"),
        ("said", "Tasting"),
        ("Rest.place", "Address"),
        ("Address.rest", "Rest"),
    ] {
        let way = format!("data-from=\"{from}\" data-to=\"{to}\"");
        assert_eq!(svg.matches(&way).count(), 1, "{way}");
    }
    assert_eq!(svg, Roastery::graph().svg(), "the same each time");
}
