//! One person's side of the conversation. The page's own conversation, that of the comments on it, is one too.

mod comparison;
mod flow;
mod telling;

use std::collections::{HashMap, HashSet, VecDeque};

use flow::Flow;
pub(crate) use flow::{Asked, Flows, Place};
use messenger_crash::Tally;
use tokio::time::Instant;

use super::sends::Sends;

/// How much of a conversation is told with a violation.
const HISTORY: usize = 40;

/// What a person asks of the bot; the number that goes with it makes it unique.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ask {
    /// To take the number in.
    Add,
    /// The same, answered with two messages.
    Two,
    /// The same, slowly.
    Slow,
    /// The same, with a message through `Chat` before the reply.
    Chat,
    /// The same, with a timer that sends a message later.
    Timer,
    /// To fail: nothing is taken in, and the event is kept as a dead letter.
    Fail,
    /// To end the process: parked after five claims.
    Poison,
    /// What the session holds of the numbers.
    State,
    /// How many timers the session has counted.
    Clock,
    /// To begin a flow; the one that runs ends.
    Begin,
    /// To take the number as the answer that the flow waits for.
    Give,
    /// The same, and to begin a flow within it.
    Nest,
    /// The same, and to end the flow within.
    Back,
    /// The same, and to end the flow.
    Over,
    /// Nothing that a flow understands: it asks again.
    Wrong,
    /// To break the flow off.
    Leave,
    /// To begin a flow that is left unanswered until it expires.
    Wait,
}

impl Ask {
    const fn word(self) -> &'static str {
        match self {
            Self::Add => "add",
            Self::Two => "two",
            Self::Slow => "slow",
            Self::Chat => "chat",
            Self::Timer => "timer",
            Self::Fail => "fail",
            Self::Poison => "poison",
            Self::State => "state",
            Self::Clock => "clock",
            Self::Begin => "begin",
            Self::Give => "give",
            Self::Nest => "nest",
            Self::Back => "back",
            Self::Over => "over",
            Self::Wrong => "wrong",
            Self::Leave => "leave",
            Self::Wait => "wait",
        }
    }
}

/// A message that a turn owes.
#[derive(Debug)]
struct Owed {
    text: String,
    /// The number of what was said.
    number: u64,
    /// The number of the event's message through `Chat`: it comes before this one, and is owed if this ends in
    /// `sent`.
    chat: Option<u64>,
    /// What the session holds of the numbers once this has come.
    tally: Tally,
}

/// A message that was passed: by its first two words, and when.
#[derive(Debug, Clone)]
struct Passed {
    name: String,
    at: Instant,
}

/// What one person has said, is owed and got.
#[derive(Debug)]
pub(crate) struct Person {
    started: Instant,
    numbers: u64,
    tally: Tally,
    timers: u64,
    failures: u64,
    /// The flow that is to run once all that was said is handled.
    flow: Option<Flow>,
    owed: VecDeque<Owed>,
    timers_owed: HashSet<u64>,
    /// What was sent from outside a turn and has not come; in order, since each was acknowledged before the next.
    outside_owed: VecDeque<u64>,
    /// Messages that were refused, by their keys: each is a dead letter, or about to be.
    refused: HashMap<String, String>,
    /// Messages that were refused and are to come once more after all.
    replayed: HashMap<String, String>,
    /// The number of a message through `Chat` that has come, its reply not yet.
    chatted: Option<u64>,
    /// What the session held of the numbers in the last message, and of the timers.
    seen: (Tally, u64),
    /// The last message in which a flow told what was said to it.
    told: String,
    flows: Flows,
    pub(super) sends: Sends,
    /// Whether something was wrong before: what follows is mostly its consequence.
    is_broken: bool,
    passed: Option<Passed>,
    history: VecDeque<String>,
}

impl Person {
    pub(super) fn new(started: Instant) -> Self {
        Self {
            started,
            numbers: 0,
            tally: Tally::default(),
            timers: 0,
            failures: 0,
            flow: None,
            owed: VecDeque::new(),
            timers_owed: HashSet::new(),
            outside_owed: VecDeque::new(),
            refused: HashMap::new(),
            replayed: HashMap::new(),
            chatted: None,
            seen: (Tally::default(), 0),
            told: String::new(),
            flows: Flows::default(),
            sends: Sends::default(),
            is_broken: false,
            passed: None,
            history: VecDeque::new(),
        }
    }

    /// Says the next thing: its text, after noting what is owed for it.
    pub(crate) fn says(&mut self, ask: Ask) -> String {
        self.numbers += 1;
        let number = self.numbers;
        match ask {
            Ask::Fail => {
                self.failures += 1;
                self.owe(format!("failed {number}"));
            }
            Ask::Poison => self.failures += 1,
            Ask::State => self.owe(format!("state {number} {}", self.tally)),
            Ask::Clock => self.owe(format!("clock {number} {}", self.timers)),
            Ask::Add | Ask::Two | Ask::Slow | Ask::Chat | Ask::Timer | Ask::Begin => {
                if ask == Ask::Two {
                    self.owe(format!("first {number}"));
                }
                if ask == Ask::Timer {
                    self.timers += 1;
                    self.timers_owed.insert(number);
                }
                self.tally.add(number);
                self.owe(format!("reply {number} {}", self.tally));
                if let (Ask::Chat, Some(owed)) = (ask, self.owed.back_mut()) {
                    owed.chat = Some(number);
                }
            }
            Ask::Give | Ask::Nest | Ask::Back | Ask::Over => self.tally.add(number),
            Ask::Wrong | Ask::Leave | Ask::Wait => {}
        }
        self.moves_the_flow(ask);
        let text = format!("{} {number}", ask.word());
        let flow = self
            .flow
            .as_ref()
            .map(|flow| format!("; then {:?}", flow.question()));
        self.note(format!("said {text:?}{}", flow.unwrap_or_default()));
        text
    }

    /// What is owed of flows for what was said last.
    fn moves_the_flow(&mut self, ask: Ask) {
        let number = self.numbers;
        let owed = match ask {
            // A handler that fails has no question behind its answer.
            Ask::Fail | Ask::Poison => Vec::new(),
            Ask::Begin | Ask::Wait | Ask::Leave => {
                let mut owed: Vec<_> = self.flow.iter().flat_map(Flow::broken_off).collect();
                self.flow = match ask {
                    Ask::Begin => Some(Flow::begun(number)),
                    Ask::Wait => Some(Flow::Waiting(number)),
                    _ => None,
                };
                owed.extend(self.flow.as_ref().map(Flow::question));
                if ask == Ask::Wait {
                    owed.push(format!("expired {number}"));
                }
                owed
            }
            Ask::Give | Ask::Nest | Ask::Back | Ask::Over | Ask::Wrong => match &mut self.flow {
                Some(flow) => {
                    let (owed, is_over) = flow.hears(ask, number);
                    self.flow.take_if(|_| is_over);
                    owed
                }
                None => Vec::new(),
            },
            // Whatever else it answers, a flow asks its question once more.
            _ => self.flow.iter().map(Flow::question).collect(),
        };
        owed.into_iter().for_each(|text| self.owe(text));
    }

    fn owe(&mut self, text: String) {
        let (number, tally) = (self.numbers, self.tally);
        self.owed.push_back(Owed {
            text,
            number,
            chat: None,
            tally,
        });
    }

    /// What there is to be said to a flow.
    pub(crate) fn place(&self) -> Place {
        self.flow.as_ref().map_or(Place::Nowhere, Flow::place)
    }

    /// Somebody has the bot send from outside a turn: its number.
    pub(crate) fn is_sent_to(&mut self) -> u64 {
        self.numbers += 1;
        self.outside_owed.push_back(self.numbers);
        self.note(format!("outside {} is asked for", self.numbers));
        self.numbers
    }

    /// An event that had failed is handled again, and fails again: as a dead letter it is counted already.
    pub(crate) fn is_handled_again(&mut self, text: &str) {
        self.note(format!("{text:?} is replayed"));
        let number = text.strip_prefix("fail ").unwrap_or(text);
        self.owe(format!("failed {number}"));
    }

    /// One of the messages that were refused is to be replayed, and no more to be refused: its key.
    pub(crate) fn is_replayed(&mut self) -> Option<String> {
        let key = self.refused.keys().min()?.clone();
        let text = self.refused.remove(&key)?;
        self.note(format!("{text:?} is replayed [{key}]"));
        self.replayed.insert(key.clone(), text);
        Some(key)
    }

    /// Whether a message that is replayed has not come yet.
    pub(crate) fn is_owed_again(&self, key: &str) -> bool {
        self.replayed.contains_key(key)
    }

    /// Whether a message was refused, and so has to be if it comes again.
    pub(crate) fn is_refused(&self, key: &str) -> bool {
        self.refused.contains_key(key)
    }

    /// Whether a message comes for the first time.
    pub(crate) fn is_new(&self, key: &str) -> bool {
        self.sends.get(key).is_none()
    }

    /// Everything about the person is deleted, the dead letters too.
    pub(crate) fn erased(&mut self) {
        self.note("erased");
        (self.tally, self.timers, self.failures) = (Tally::default(), 0, 0);
        self.seen = (Tally::default(), 0);
        self.refused.clear();
    }

    /// Writes a line of the person's history.
    pub(crate) fn note(&mut self, line: impl AsRef<str>) {
        if self.history.len() == HISTORY {
            self.history.pop_front();
        }
        let at = self.started.elapsed().as_secs_f64();
        self.history.push_back(format!("{at:9.3} s  {}", line.as_ref()));
    }

    pub(super) fn history(&self) -> Vec<String> {
        self.history.iter().cloned().collect()
    }

    /// How many messages are still to come.
    pub(crate) fn open(&self) -> usize {
        self.owed.len() + self.timers_owed.len() + self.outside_owed.len() + self.replayed.len()
    }

    /// The number of the last thing that was said or asked for.
    pub(super) fn said(&self) -> u64 {
        self.numbers
    }

    /// How many messages are still owed for what has this number or a lower one.
    pub(super) fn unanswered(&self, number: u64) -> usize {
        let owed = self.owed.iter().map(|owed| owed.number);
        let timers = self.timers_owed.iter().copied();
        let outside = self.outside_owed.iter().copied();
        owed.chain(timers)
            .chain(outside)
            .filter(|open| *open <= number)
            .count()
    }

    /// What came of flows.
    pub(super) const fn flows(&self) -> Flows {
        self.flows
    }

    pub(super) fn failures(&self) -> u64 {
        self.failures
    }

    pub(super) fn refusals(&self) -> u64 {
        self.refused.len() as u64
    }

    pub(super) fn missing(&self) -> Option<String> {
        let owed = self.owed.front().map(|owed| format!("{:?}", owed.text));
        let outside = || {
            self.outside_owed
                .front()
                .map(|number| format!("outside {number}"))
        };
        let timer = || {
            let number = self.timers_owed.iter().min()?;
            Some(format!("the message of timer {number}"))
        };
        let replayed = || {
            self.replayed
                .values()
                .next()
                .map(|text| format!("{text:?}, replayed,"))
        };
        owed.or_else(outside).or_else(timer).or_else(replayed)
    }

    /// The echo of a message leaves.
    pub(crate) fn echo_leaves(&mut self, key: &str) {
        if let Some(echo) = self.sends.echo(key) {
            echo.left.get_or_insert_with(Instant::now);
        }
    }

    /// The echo of a message never leaves after all.
    pub(crate) fn echo_is_lost(&mut self, key: &str) {
        if let Some(echo) = self.sends.echo(key) {
            echo.is_lost = true;
        }
    }

    /// There may be no node that takes the echo of a message.
    pub(crate) fn echo_is_held_up(&mut self, key: &str) {
        if let Some(echo) = self.sends.echo(key) {
            echo.was_held_up = true;
        }
    }

    /// The echo of a message was acknowledged.
    pub(crate) fn echoed(&mut self, key: &str) {
        self.note(format!("echo of {key} acknowledged"));
        if let Some(echo) = self.sends.echo(key) {
            echo.acknowledged.get_or_insert_with(Instant::now);
        }
    }
}
