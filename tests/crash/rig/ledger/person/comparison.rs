//! Comparing what comes with what is owed.

use std::{cmp::Ordering, time::Duration};

use tokio::time::Instant;

use super::{Flow, Owed, Passed, Person, telling};
use crate::ledger::{
    Arrival,
    violation::{Breach, Kind},
};

/// How long a message that was passed may take before it counts as lost.
const LOST_AFTER: Duration = Duration::from_secs(15);

impl Person {
    /// A message comes for the first time, as one of those that are owed; or again, as one that was replayed.
    pub(in crate::ledger) fn first(&mut self, arrival: Arrival<'_>) -> Result<(), Breach> {
        let Arrival {
            key, text, refused, ..
        } = arrival;
        self.note(format!("got {text:?} [{arrival}]"));
        self.sends.first(arrival);
        if refused {
            self.refused.insert(key.to_owned(), text.to_owned());
        }
        if let Some(owed) = self.replayed.remove(key) {
            return if owed == text {
                Ok(())
            } else {
                let what = format!("{key} was refused with {owed:?} and replayed with {text:?}");
                Err(Breach::new(Kind::Other, what))
            };
        }
        match text.split_once(' ') {
            Some(("timer", rest)) => self.expect_timer(text, rest),
            Some(("outside", number)) => self.expect_outside(text, number),
            _ => self.expect(text),
        }
    }

    /// By what the session held before, the turn of the timer stands in its place among the others.
    fn expect_timer(&mut self, text: &str, rest: &str) -> Result<(), Breach> {
        let number = rest.split(' ').next().and_then(|number| number.parse().ok());
        if !number.is_some_and(|number| self.timers_owed.remove(&number)) {
            let what = format!("got {text:?}, whose timer was not set or has sent before");
            return Err(Breach::new(Kind::Doubled, what));
        }
        self.seen.1 += 1;
        let (tally, timers) = self.seen;
        let owed = format!("timer {} {timers} {tally}", number.unwrap_or_default());
        if text == owed {
            Ok(())
        } else {
            Err(differs(text, &owed))
        }
    }

    fn expect_outside(&mut self, text: &str, number: &str) -> Result<(), Breach> {
        let number: Option<u64> = number.parse().ok();
        match self.outside_owed.front().copied() {
            next if next == number && number.is_some() => {
                self.outside_owed.pop_front();
                Ok(())
            }
            Some(next) if number.is_some_and(|number| self.outside_owed.contains(&number)) => {
                Err(self.passed(text, &format!("outside {next}")))
            }
            _ => {
                let what = format!("got {text:?}, which was not asked for or has come before");
                Err(Breach::new(Kind::Doubled, what))
            }
        }
    }

    fn expect(&mut self, text: &str) -> Result<(), Breach> {
        let Some(next) = self.owed.front() else {
            let what = format!("got {text:?}, which nobody is owed");
            return Err(Breach::new(Kind::Doubled, what));
        };
        let mut comes = text == next.text;
        if let Some(number) = next.chat {
            if self.chatted.is_none() && text == format!("chat {number}") {
                self.chatted = Some(number);
                return Ok(());
            }
            let chatted = self.chatted == Some(number);
            let how = text.strip_prefix(&*next.text).map(str::trim_start);
            if how == Some("sent") && !chatted {
                let what = format!("got {text:?}, but \"chat {number}\" never came");
                return Err(Breach::new(Kind::Lost, what));
            }
            comes = matches!(how, Some("sent" | "waiting"));
        }
        if comes {
            self.seen.0 = next.tally;
            self.chatted = None;
            self.owed.pop_front();
            self.came(text);
            return Ok(());
        }
        let (number, next, name) = (next.number, next.text.clone(), name(text));
        let is_owed_later = self.owed.iter().skip(1).any(|owed| owed.text == text);
        if !is_owed_later
            && self.told != text
            && let Some(breach) = telling::differs(text, &next, number)
        {
            return Err(breach);
        }
        if self::name(&next) == name {
            return Err(differs(text, &next));
        }
        let is_owed = |owed: &Owed| {
            let chat = owed.chat.map(|number| format!("chat {number}"));
            self::name(&owed.text) == name || chat.as_deref() == Some(name)
        };
        if self.owed.iter().skip(1).any(is_owed) {
            return Err(self.passed(text, &next));
        }
        let what = format!("got {text:?} once more, and {next:?} was next");
        Err(Breach::new(Kind::Doubled, what))
    }

    /// The message that was next has come.
    fn came(&mut self, text: &str) {
        self.flows.came(text);
        if telling::is_told(text) {
            text.clone_into(&mut self.told);
        }
        if text.starts_with("expired ") {
            self.flow.take_if(|flow| matches!(flow, Flow::Waiting(_)));
        }
    }

    fn passed(&mut self, text: &str, next: &str) -> Breach {
        self.passed = Some(Passed {
            name: name(next).to_owned(),
            at: Instant::now(),
        });
        Breach::new(Kind::Passed, format!("got {text:?}, but {next:?} was next"))
    }

    /// Whether something was wrong before.
    pub(in crate::ledger) fn is_broken(&self) -> bool {
        self.is_broken
    }

    /// Something was wrong.
    pub(in crate::ledger) fn breaks(&mut self) {
        self.is_broken = true;
    }

    /// A message comes after something was wrong: it tells at most what has become of the one that was passed.
    pub(in crate::ledger) fn comes_late(&mut self, text: &str) -> Result<(), Breach> {
        match self.passed.take_if(|passed| passed.name == name(text)) {
            Some(Passed { name, at }) => {
                let what = format!("{name:?} came {:?} after one behind it", at.elapsed());
                Err(Breach::new(Kind::OutOfOrder, what))
            }
            None => Ok(()),
        }
    }

    /// That the message that was passed is lost, once it has had its time.
    pub(in crate::ledger) fn lost(&mut self) -> Option<Breach> {
        let Passed { name, at } = self.passed.take_if(|passed| passed.at.elapsed() > LOST_AFTER)?;
        let what = format!("{name:?} has not come {:?} after one behind it", at.elapsed());
        Some(Breach::new(Kind::Lost, what))
    }
}

/// What a message is about: its first two words.
fn name(text: &str) -> &str {
    let end = text.match_indices(' ').nth(1).map_or(text.len(), |(at, _)| at);
    &text[..end]
}

/// What it says when the right message tells of another session than the model's.
fn differs(text: &str, owed: &str) -> Breach {
    // The hash behind them has sixteen digits.
    let counts = |text: &str| {
        let words = text.split(' ').skip(2).take_while(|word| word.len() < 16);
        words
            .map_while(|word| word.parse::<u64>().ok())
            .collect::<Vec<_>>()
    };
    let kind = match counts(text).cmp(&counts(owed)) {
        Ordering::Greater => Kind::Doubled,
        Ordering::Less => Kind::Undone,
        Ordering::Equal => Kind::OutOfOrder,
    };
    Breach::new(kind, format!("got {text:?}, but {owed:?} was next"))
}
