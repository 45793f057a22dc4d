//! A triage: each answer decides what is asked next.
//!
//! ```text
//! $ cargo run -q -p flows --bin branching -- chat
//! you    help
//! bot    What is wrong with your bicycle?
//!        [1] A flat tyre  [2] Brakes  [3] Something else
//!
//! you    A flat tyre
//! bot    How many inches is the wheel? It stands on the tyre.
//!
//! you    =28
//! bot    A tube of 28 inches is 15 EUR. It takes ten minutes.
//!
//! you    help
//! bot    What is wrong with your bicycle?
//!        [1] A flat tyre  [2] Brakes  [3] Something else
//!
//! you    1  (taps A flat tyre)
//! bot    How many inches is the wheel? It stands on the tyre.
//!
//! you    red
//! bot    Please send a whole number, in digits.
//! bot    How many inches is the wheel? It stands on the tyre.
//!
//! you    It is a mountain bike
//! bot    Please send a whole number, in digits.
//! bot    Please bring it, and we look at it together.
//!
//! you    help
//! bot    What is wrong with your bicycle?
//!        [1] A flat tyre  [2] Brakes  [3] Something else
//!
//! you    brakes
//! bot    Does it still stop?
//!        [1] Yes  [2] No
//!
//! you    no
//! bot    Please do not ride it. We fetch it: call +33 2 40 12 34 56.
//!
//! you    help
//! bot    What is wrong with your bicycle?
//!        [1] A flat tyre  [2] Brakes  [3] Something else
//!
//! you    Something else
//! bot    Tell me in your words.
//!
//! you    It squeaks.
//! bot    We have heard worse.
//! bot    Please bring it, and we look at it together.
//! ```
//!
//! `next` names every way on, and the compiler checks that each step can be reached and leads to an end. `attempts` is how
//! often a question is asked before the flow goes on to the step named by `otherwise`.

use std::process::ExitCode;

use messenger_runtime::{flow::Retry, prelude::*};
use serde::{Deserialize, Serialize};

bot! {
    /// Mends bicycles.
    Workshop;
    help,
    flow Triage,
}

#[on_get_started]
#[on_text(words = ["help"])]
async fn help(dialog: Dialog) -> Reply {
    dialog.begin(Triage { inches: 0 })
}

#[derive(Choice)]
enum Trouble {
    #[choice("A flat tyre")]
    Tyre,
    Brakes,
    #[choice("Something else")]
    Other,
}

#[derive(Choice)]
enum Stops {
    Yes,
    No,
}

#[derive(Serialize, Deserialize)]
struct Triage {
    inches: u32,
}

#[flow(start = trouble)]
impl Triage {
    #[ask("What is wrong with your bicycle?", next = [wheel, brakes, words])]
    async fn trouble(&mut self, trouble: Trouble) -> Next {
        match trouble {
            Trouble::Tyre => Next::wheel,
            Trouble::Brakes => Next::brakes,
            Trouble::Other => Next::words,
        }
    }

    #[ask("How many inches is the wheel? It stands on the tyre.", next = [price], attempts = 2, otherwise = bring)]
    async fn wheel(&mut self, inches: u32) -> Result<Next, Retry> {
        if !(12..=29).contains(&inches) {
            return Err(Retry("We have tubes from 12 to 29 inches."));
        }
        self.inches = inches;
        Ok(Next::price)
    }

    #[ask("Does it still stop?", next = [bring, fetch])]
    async fn brakes(&mut self, stops: Stops) -> Next {
        match stops {
            Stops::Yes => Next::bring,
            Stops::No => Next::fetch,
        }
    }

    #[ask("Tell me in your words.", next = [bring])]
    async fn words(&mut self, _words: String) -> (&'static str, Next) {
        ("We have heard worse.", Next::bring)
    }

    #[end("A tube of {inches} inches is 15 EUR. It takes ten minutes.")]
    async fn price(&mut self) {}

    #[end("Please bring it, and we look at it together.")]
    async fn bring(&mut self) {}

    #[end("Please do not ride it. We fetch it: call +33 2 40 12 34 56.")]
    async fn fetch(&mut self) {}
}

fn main() -> ExitCode {
    Workshop::stateless().cli()
}
