//! A survey: questions of three kinds, one of which may be skipped, and a summary.
//!
//! ```text
//! $ cargo run -q -p flows --bin survey -- chat
//! you    survey
//! bot    Three short questions.
//! bot    How did you find us?
//!        [1] Friends  [2] The sign outside  [3] The internet
//!
//! you    the internet
//! bot    How many stars do you give us?
//!        [1] 1  [2] 2  [3] 3  [4] 4  [5] 5
//!
//! you    =6
//! bot    Our stars go from 1 to 5.
//! bot    How many stars do you give us?
//!        [1] 1  [2] 2  [3] 3  [4] 4  [5] 5
//!
//! you    4  (taps 4)
//! bot    What would make it better?
//!        [1] Skip
//!
//! you    A window seat, please.
//! bot    Thank you! 4 stars, found by: The internet. And we have noted: A window seat, please.
//!
//! you    survey
//! bot    Three short questions.
//! bot    How did you find us?
//!        [1] Friends  [2] The sign outside  [3] The internet
//!
//! you    1  (taps Friends)
//! bot    How many stars do you give us?
//!        [1] 1  [2] 2  [3] 3  [4] 4  [5] 5
//!
//! you    5  (taps 5)
//! bot    What would make it better?
//!        [1] Skip
//!
//! you    skip
//! bot    Thank you! 5 stars, found by: Friends.
//! ```
//!
//! The type of a step's first parameter is what it asks for: one of some answers (`Source`), a number, any text. What
//! the type takes and the step does not is a `Retry`, and the question comes again. What is offered can also be typed.

use std::process::ExitCode;

use messenger_runtime::{
    flow::{Choice as _, Retry},
    prelude::*,
};
use serde::{Deserialize, Serialize};

bot! {
    /// Asks its guests.
    Cafe;
    survey, sorry,
    flow Survey,
}

#[on_get_started]
#[on_text(words = ["survey"])]
async fn survey(dialog: Dialog) -> Reply {
    Reply::text("Three short questions.").then(dialog.begin(Survey::default()))
}

#[fallback]
async fn sorry() -> &'static str {
    "Type “survey” to tell us how it was."
}

#[derive(Choice, Clone, Copy, Default, Serialize, Deserialize)]
enum Source {
    #[default]
    Friends,
    #[choice("The sign outside")]
    Sign,
    #[choice("The internet")]
    Internet,
}

#[derive(Default, Serialize, Deserialize)]
struct Survey {
    source: Source,
    stars: u8,
    wish: Option<String>,
}

#[flow(start = source)]
impl Survey {
    #[ask("How did you find us?", next = [stars])]
    async fn source(&mut self, source: Source) -> Next {
        self.source = source;
        Next::stars
    }

    #[ask("How many stars do you give us?", options = ["1", "2", "3", "4", "5"], next = [wish])]
    async fn stars(&mut self, stars: u8) -> Result<Next, Retry> {
        if !(1..=5).contains(&stars) {
            return Err(Retry("Our stars go from 1 to 5."));
        }
        self.stars = stars;
        Ok(Next::wish)
    }

    #[ask("What would make it better?", options = ["Skip"], next = [thanks])]
    async fn wish(&mut self, wish: String) -> Next {
        self.wish = (wish != "Skip").then_some(wish);
        Next::thanks
    }

    #[end]
    async fn thanks(&mut self) -> String {
        let summary = format!(
            "Thank you! {} stars, found by: {}.",
            self.stars,
            self.source.title()
        );
        match &self.wish {
            Some(wish) => format!("{summary} And we have noted: {wish}"),
            None => summary,
        }
    }
}

fn main() -> ExitCode {
    Cafe::stateless().cli()
}
