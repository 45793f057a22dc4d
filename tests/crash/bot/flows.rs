//! The flows that people are in: each question tells all that was answered before it.
//!
//! A number that a flow takes is kept with the step that took it: `l8` by `left`, `r9` by `right`, `i10` by the flow within.
//! So a single question shows whether an answer was lost, taken twice or taken by another step.

mod beside;

use std::fmt;

use messenger_runtime::{
    flow::{Answer, Retry, Said},
    prelude::*,
};
use serde::{Deserialize, Serialize};
use tokio::time::sleep;

use crate::{Kept, Problem, SLOW};

/// Of so many answers one takes as long as a slow handler.
const SLOW_ONE_IN: u64 = 16;

/// What a flow was given.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Given {
    /// The last number.
    last: u64,
    /// How many, those given to flows within included.
    count: u64,
    list: Vec<String>,
}

impl Given {
    fn take(&mut self, step: char, number: u64) {
        self.last = number;
        self.count += 1;
        self.list.push(format!("{step}{number}"));
    }

    /// Takes over what a flow within was given.
    fn take_all(&mut self, within: &Self) {
        self.last = within.last;
        self.count = within.count;
        self.list.push(format!("({})", within.list.join(" ")));
    }
}

impl fmt::Display for Given {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.last, self.count)?;
        self.list.iter().try_for_each(|entry| write!(f, " {entry}"))
    }
}

/// An answer: what it asks of the flow, and its number.
struct Word {
    what: What,
    number: u64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum What {
    Give,
    /// To begin the flow within.
    Nest,
    /// To end the flow within.
    Back,
    /// To end the flow.
    Over,
    /// To fail after a change that must not be kept.
    Fail,
}

impl Answer for Word {
    fn read(said: &Said<'_>) -> Result<Self, Retry> {
        let (word, number) = said
            .text()
            .unwrap_or_default()
            .split_once(' ')
            .unwrap_or_default();
        let again = || Retry(format!("again {number}"));
        let what = match word {
            "give" => What::Give,
            "nest" => What::Nest,
            "back" => What::Back,
            "over" => What::Over,
            "fail" => What::Fail,
            _ => return Err(again()),
        };
        let number = number.parse().map_err(|_| again())?;
        Ok(Self { what, number })
    }
}

/// Goes to and fro between two questions, and now and then through a flow within.
#[derive(Serialize, Deserialize)]
pub(crate) struct Collect {
    /// By what it was begun.
    begun: u64,
    given: Given,
}

/// It asks for as long as a run may take: its timer is set by each answer and never fires.
#[flow(start = left, version = 1, expires = "1d", cancel = r"^leave \d+$")]
impl Collect {
    #[ask("left {given}", next = [right, within, collected], attempts = 3, otherwise = right)]
    async fn left(&mut self, said: Word, user: User, kept: Session<Kept>) -> Result<Next, Problem> {
        Ok(match self.takes('l', said, &user, kept).await? {
            What::Nest => Next::within,
            What::Over => Next::collected,
            _ => Next::right,
        })
    }

    #[ask("right {given}", next = [left, within, collected])]
    async fn right(&mut self, said: Word, user: User, kept: Session<Kept>) -> Result<Next, Problem> {
        Ok(match self.takes('r', said, &user, kept).await? {
            What::Nest => Next::within,
            What::Over => Next::collected,
            _ => Next::left,
        })
    }

    #[begin(Item::within(&self.given), next = [left])]
    async fn within(&mut self, item: Item, user: User) -> Result<Next, Problem> {
        self.change(&user, |given| given.take_all(&item.given)).await?;
        Ok(Next::left)
    }

    #[end("collected {given}")]
    async fn collected(&mut self) {}

    #[on_cancel]
    async fn dropped(&mut self) -> String {
        format!("dropped {}", self.given)
    }

    async fn takes(
        &mut self,
        step: char,
        said: Word,
        user: &User,
        mut kept: Session<Kept>,
    ) -> Result<What, Problem> {
        kept.tally.add(said.number);
        if said.what == What::Fail {
            self.given.take(step, said.number);
            return Err("on purpose".into());
        }
        self.change(user, |given| given.take(step, said.number)).await?;
        if said.number.is_multiple_of(SLOW_ONE_IN) {
            sleep(SLOW).await;
        }
        Ok(said.what)
    }

    /// Changes what was given: here, where the turn's commit guards it, or where a control wants it, with time enough for
    /// kills before that commit.
    async fn change(&mut self, user: &User, change: impl FnOnce(&mut Given)) -> Result<(), Problem> {
        match beside::file(user.id(), self.begun) {
            None => change(&mut self.given),
            Some(file) => {
                beside::change(&file, &mut self.given, change)?;
                sleep(SLOW).await;
            }
        }
        Ok(())
    }
}

/// The flow within: what it was given is what it comes to.
#[derive(Serialize, Deserialize)]
pub(crate) struct Item {
    given: Given,
}

#[flow(start = item, version = 1)]
impl Item {
    #[ask("item {given}", next = [item, back])]
    async fn item(&mut self, said: Word, mut kept: Session<Kept>) -> Result<Next, Problem> {
        kept.tally.add(said.number);
        self.given.take('i', said.number);
        match said.what {
            What::Fail => Err("on purpose".into()),
            What::Back => Ok(Next::back),
            _ => Ok(Next::item),
        }
    }

    #[end("back {given}")]
    async fn back(&mut self) {}

    #[on_cancel]
    async fn shut(&mut self) -> String {
        format!("shut {}", self.given)
    }

    fn within(outer: &Given) -> Self {
        Self {
            given: Given {
                list: Vec::new(),
                ..outer.clone()
            },
        }
    }
}

/// Nobody answers it: it always expires.
#[derive(Serialize, Deserialize)]
pub(crate) struct Wait {
    since: u64,
}

#[flow(start = waiting, version = 1, expires = "1s")]
impl Wait {
    #[ask("waiting {since}", next = [answered])]
    async fn waiting(&mut self, _said: String) -> Next {
        Next::answered
    }

    #[end("answered {since}")]
    async fn answered(&mut self) {}

    #[on_expiry]
    async fn expired(&mut self) -> String {
        format!("expired {}", self.since)
    }
}

#[on_text(r"^begin (?<number>\d+)$", interrupts)]
pub(crate) async fn begin(number: u64, dialog: Dialog, mut kept: Session<Kept>) -> Reply {
    let given = Given {
        last: number,
        ..Given::default()
    };
    Reply::text(kept.reply(number)).then(dialog.begin(Collect { begun: number, given }))
}

#[on_text(r"^wait (?<number>\d+)$", interrupts)]
pub(crate) async fn wait(number: u64, dialog: Dialog) -> Reply {
    dialog.begin(Wait { since: number })
}

/// What was said to a flow that does not run is said back.
#[fallback]
pub(crate) async fn stray(text: Text) -> String {
    let (word, number) = text.split_once(' ').unwrap_or_default();
    format!("stray {number} {word}")
}
