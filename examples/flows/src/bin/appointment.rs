//! An appointment: a day and a time, as people write them, and only while the salon is open.
//!
//! ```text
//! $ cargo run -q -p flows --bin appointment -- chat
//! you    book
//! bot    Which day would you like to come?
//!
//! you    soon
//! bot    That does not look like a date. Please send one like 24 December, 24.12. or tomorrow.
//! bot    Which day would you like to come?
//!
//! you    5/6
//! bot    That may mean two days. Please write the month as a word, like 24 December.
//! bot    Which day would you like to come?
//!
//! you    5 June 2020
//! bot    That day is over.
//! bot    Which day would you like to come?
//!
//! you    3 June 2091
//! bot    3 June is a Sunday, and we are closed.
//! bot    Which day would you like to come?
//!
//! you    5.6.2091
//! bot    And at what time?
//!
//! you    =9
//! bot    That does not look like a time. Please send one like 9:30, 14h or 2 pm.
//! bot    And at what time?
//!
//! you    8h
//! bot    We cut from 9:00 to 18:00.
//! bot    And at what time?
//!
//! you    2:30 pm
//! bot    Tuesday, 5 June 2091 at 14:30?
//!        [1] Yes  [2] No
//!
//! you    no
//! bot    Which day would you like to come?
//!
//! you    June 6, 2091
//! bot    And at what time?
//!
//! you    10.15
//! bot    Wednesday, 6 June 2091 at 10:15?
//!        [1] Yes  [2] No
//!
//! you    yes
//! bot    Your chair is waiting.
//! ```
//!
//! `OpenDay` is an answer of this bot's own: it reads a date as the library does and refuses some. Which day is today
//! depends on when something was said, which every answer can ask for.

use std::process::ExitCode;

use messenger_runtime::{
    flow::{Answer, Retry, Said},
    jiff::civil::{Date, Time, Weekday, time},
    prelude::*,
};
use serde::{Deserialize, Serialize};

bot! {
    /// Cuts hair.
    Salon;
    book, sorry,
    flow Appointment,
}

#[on_get_started]
#[on_text(words = ["book"])]
async fn book(dialog: Dialog) -> Reply {
    dialog.begin(Appointment::default())
}

#[fallback]
async fn sorry() -> &'static str {
    "Type “book” for an appointment."
}

/// A day that is not over, and on which somebody is there.
struct OpenDay(Date);

impl Answer for OpenDay {
    fn read(said: &Said<'_>) -> Result<Self, Retry> {
        let day = Date::read(said)?;
        if day < said.today() {
            return Err(Retry("That day is over."));
        }
        if let Weekday::Saturday | Weekday::Sunday = day.weekday() {
            return Err(Retry(format!(
                "{} is a {:?}, and we are closed.",
                day.strftime("%-d %B"),
                day.weekday()
            )));
        }
        Ok(Self(day))
    }
}

#[derive(Choice)]
enum Confirm {
    Yes,
    No,
}

#[derive(Default, Serialize, Deserialize)]
struct Appointment {
    day: Date,
    time: Time,
}

#[flow(start = day, cancel = "(?i)^stop$")]
impl Appointment {
    #[ask("Which day would you like to come?", next = [time])]
    async fn day(&mut self, OpenDay(day): OpenDay) -> Next {
        self.day = day;
        Next::time
    }

    #[ask("And at what time?", next = [confirm])]
    async fn time(&mut self, time: Time) -> Result<Next, Retry> {
        if !(OPENS..CLOSES).contains(&time) {
            return Err(Retry("We cut from 9:00 to 18:00."));
        }
        self.time = time;
        Ok(Next::confirm)
    }

    #[ask(Self::summary, next = [booked, day])]
    async fn confirm(&mut self, answer: Confirm) -> Next {
        match answer {
            Confirm::Yes => Next::booked,
            Confirm::No => Next::day,
        }
    }

    #[end("Your chair is waiting.")]
    async fn booked(&mut self) {}
}

const OPENS: Time = time(9, 0, 0, 0);
const CLOSES: Time = time(18, 0, 0, 0);

impl Appointment {
    /// A question need not be a text with fields: any function of the flow will do.
    fn summary(&self) -> Reply {
        let (day, time) = (self.day.strftime("%A, %-d %B %Y"), self.time.strftime("%-H:%M"));
        Reply::text(format!("{day} at {time}?"))
    }
}

fn main() -> ExitCode {
    Salon::stateless().cli()
}
