//! A flow in the language of the person: English in the code, German in `de.ftl`.
//!
//! ```text
//! $ cargo run -q -p flows --bin two-languages -- chat --locale de_DE
//! you    tickets
//! bot    Wie viele Karten?
//!        [1] 1  [2] 2  [3] 3
//!
//! you    lots
//! bot    Bitte schick eine ganze Zahl, in Ziffern.
//! bot    Wie viele Karten?
//!        [1] 1  [2] 2  [3] 3
//!
//! you    =2
//! bot    Für welchen Film?
//!        [1] Der dritte Mann  [2] Metropolis
//!
//! you    nein
//! bot    Bitte wähle: Der dritte Mann, Metropolis.
//! bot    Für welchen Film?
//!        [1] Der dritte Mann  [2] Metropolis
//!
//! you    2  (taps Metropolis)
//! bot    2 Karten für Metropolis, richtig?
//!        [1] Ja  [2] Nein
//!
//! you    ja
//! bot    Viel Vergnügen mit Metropolis!
//! ```
//!
//! The same to somebody who speaks English, and then wants to read German:
//!
//! ```text
//! $ cargo run -q -p flows --bin two-languages -- chat
//! you    tickets
//! bot    How many tickets?
//!        [1] 1  [2] 2  [3] 3
//!
//! you    1  (taps 1)
//! bot    For which film?
//!        [1] The Third Man  [2] Metropolis
//!
//! you    2  (taps Metropolis)
//! bot    1 x Metropolis, right?
//!        [1] Yes  [2] No
//!
//! you    speak de
//! bot    Ab jetzt auf Deutsch.
//! bot    Eine Karte für Metropolis, richtig?
//!        [1] Ja  [2] Nein
//!
//! you    ja
//! bot    Viel Vergnügen mit Metropolis!
//!
//! you    speak klingonisch
//! bot    Ich spreche Englisch und Deutsch: „speak en“, „speak de“.
//! ```
//!
//! `de.ftl` has each text under the name of its flow and step, and the plural forms that German has. A title that is
//! typed in the person's language counts as its tap. The test at the end keeps the two languages complete.

use std::process::ExitCode;

use messenger_runtime::{
    catalog::{FluentCatalog, FluentError},
    flow::Retry,
    prelude::*,
};
use serde::{Deserialize, Serialize};

bot! {
    /// Sells tickets.
    Cinema;
    tickets, speak, sorry,
    flow Tickets,
}

#[on_get_started]
#[on_text(words = ["tickets", "karten"], interrupts)]
async fn tickets(dialog: Dialog) -> Reply {
    dialog.begin(Tickets::default())
}

/// What a person chooses wins over the locale of their profile.
#[on_text(r"(?i)^speak (?<language>\w+)$", interrupts)]
async fn speak(language: String, mut texts: Texts) -> String {
    if texts.set_language(&language) {
        texts.get("spoken").or("Now in your language.")
    } else {
        texts
            .get("languages")
            .or("I speak English and German: “speak en”, “speak de”.")
    }
}

#[fallback]
async fn sorry(texts: Texts) -> String {
    texts.get("sorry").or("Type “tickets” to buy some.")
}

#[derive(Choice)]
enum Film {
    #[choice("The Third Man")]
    ThirdMan,
    #[choice("Metropolis")]
    Metropolis,
}

#[derive(Choice)]
enum Confirm {
    Yes,
    No,
}

#[derive(Default, Serialize, Deserialize)]
struct Tickets {
    count: u32,
    film: String,
}

#[flow(start = count, cancel = r"(?i)^(cancel|abbrechen)$")]
impl Tickets {
    #[ask("How many tickets?", options = ["1", "2", "3"], next = [film])]
    async fn count(&mut self, count: u32, texts: Texts) -> Result<Next, Retry> {
        if count > 10 {
            let left = texts.get("Tickets-count-left").with("left", 10);
            return Err(Retry(left.or("There are only 10 left.")));
        }
        self.count = count;
        Ok(Next::film)
    }

    #[ask("For which film?", next = [confirm])]
    async fn film(&mut self, film: Film, texts: Texts) -> Next {
        self.film = match film {
            Film::ThirdMan => texts.get("Film-ThirdMan").or("The Third Man"),
            Film::Metropolis => texts.get("Film-Metropolis").or("Metropolis"),
        };
        Next::confirm
    }

    #[ask("{count} x {film}, right?", next = [sold, count])]
    async fn confirm(&mut self, answer: Confirm) -> Next {
        match answer {
            Confirm::Yes => Next::sold,
            Confirm::No => Next::count,
        }
    }

    #[end("Enjoy {film}!")]
    async fn sold(&mut self) {}
}

fn texts() -> Result<FluentCatalog, FluentError> {
    FluentCatalog::of([("de.ftl", include_str!("de.ftl"))])
}

fn main() -> ExitCode {
    Cinema::stateless().catalog(texts()).cli()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_is_missing_in_german() {
        let texts = texts().expect("Fluent");
        assert_eq!(Cinema::missing_texts(&texts), []);
    }
}
