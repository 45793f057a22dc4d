//! One person's side of the conversation.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    time::{Duration, Instant},
};

use messenger_crash::Tally;

use super::Arrival;

/// How long the sends of a person are remembered; a copy that comes later is taken for a stranger.
const REMEMBERED: Duration = Duration::from_secs(180);
/// How long a send may be under way already when the echo of the one before it is acknowledged.
const UNDER_WAY: Duration = Duration::from_millis(500);
/// How long a node may take to acknowledge an echo, on a machine that has a lot to do.
const TAKEN_WITHIN: Duration = Duration::from_secs(3);
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
        }
    }
}

/// A message that the bot owes.
#[derive(Debug)]
enum Owed {
    /// With this text.
    Text(String),
    /// With this text, after the event's message through `Chat`, which is owed if the text ends in `sent`
    /// and may have come in any case.
    AfterChat { number: u64, text: String },
}

/// A message that the platform took.
#[derive(Debug)]
struct Sent {
    text: String,
    at: Instant,
    cut: bool,
    echo: Echo,
}

/// What has become of a message's echo.
#[derive(Debug, Default)]
struct Echo {
    is_lost: bool,
    left: Option<Instant>,
    /// Whether it could not be delivered at once, since no node was up or none took it.
    was_held_up: bool,
    acknowledged: Option<Instant>,
}

/// Why a message came again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Excuse {
    /// Its echo never left.
    Lost,
    /// Its echo had not left yet, or only just.
    Late,
    /// Its echo had left, and no node had taken it.
    HeldUp,
}

/// What one person has said, is owed and got.
#[derive(Debug)]
pub(crate) struct Person {
    started: Instant,
    numbers: u64,
    tally: Tally,
    timers: u64,
    failures: u64,
    owed: VecDeque<Owed>,
    timers_owed: HashSet<u64>,
    /// The number of a message through `Chat` that has come, its reply not yet.
    chatted: Option<u64>,
    sent: HashMap<String, Sent>,
    sent_order: VecDeque<String>,
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
            owed: VecDeque::new(),
            timers_owed: HashSet::new(),
            chatted: None,
            sent: HashMap::new(),
            sent_order: VecDeque::new(),
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
                self.owed.push_back(Owed::Text(format!("failed {number}")));
            }
            Ask::Poison => self.failures += 1,
            Ask::State => {
                self.owed
                    .push_back(Owed::Text(format!("state {number} {}", self.tally)));
            }
            Ask::Clock => {
                self.owed
                    .push_back(Owed::Text(format!("clock {number} {}", self.timers)));
            }
            Ask::Add | Ask::Two | Ask::Slow | Ask::Chat | Ask::Timer => {
                self.tally.add(number);
                let text = format!("reply {number} {}", self.tally);
                if ask == Ask::Two {
                    self.owed.push_back(Owed::Text(format!("first {number}")));
                }
                if ask == Ask::Timer {
                    self.timers += 1;
                    self.timers_owed.insert(number);
                }
                self.owed.push_back(if ask == Ask::Chat {
                    Owed::AfterChat { number, text }
                } else {
                    Owed::Text(text)
                });
            }
        }
        let text = format!("{} {number}", ask.word());
        self.note(format!("said {text:?}"));
        text
    }

    /// An event that had failed is handled again, and fails again: as a dead letter it is counted already.
    pub(crate) fn replayed(&mut self, text: &str) {
        self.note(format!("{text:?} is replayed"));
        let number = text.strip_prefix("fail ").unwrap_or(text);
        self.owed.push_back(Owed::Text(format!("failed {number}")));
    }

    /// Everything about the person is deleted, the dead letters too.
    pub(crate) fn erased(&mut self) {
        self.note("erased");
        (self.tally, self.timers, self.failures) = (Tally::default(), 0, 0);
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
        self.owed.len() + self.timers_owed.len()
    }

    pub(super) fn failures(&self) -> u64 {
        self.failures
    }

    pub(super) fn missing(&self) -> Option<String> {
        match self.owed.front() {
            Some(Owed::Text(text) | Owed::AfterChat { text, .. }) => Some(format!("{text:?}")),
            None => {
                let number = self.timers_owed.iter().min()?;
                Some(format!("the message of timer {number}"))
            }
        }
    }

    /// When the platform last took the message of this key.
    pub(super) fn taken_at(&self, key: &str) -> Option<Instant> {
        self.sent.get(key).map(|sent| sent.at)
    }

    /// When the echo of a message left.
    pub(super) fn echo_left(&self, key: &str) -> Option<Instant> {
        self.sent.get(key).and_then(|sent| sent.echo.left)
    }

    /// The echo of a message leaves.
    pub(crate) fn echo_leaves(&mut self, key: &str) {
        if let Some(sent) = self.sent.get_mut(key) {
            sent.echo.left.get_or_insert_with(Instant::now);
        }
    }

    /// The echo of a message never leaves after all.
    pub(crate) fn echo_is_lost(&mut self, key: &str) {
        if let Some(sent) = self.sent.get_mut(key) {
            sent.echo.is_lost = true;
        }
    }

    /// There may be no node that takes the echo of a message.
    pub(crate) fn echo_is_held_up(&mut self, key: &str) {
        if let Some(sent) = self.sent.get_mut(key) {
            sent.echo.was_held_up = true;
        }
    }

    /// The echo of a message was acknowledged.
    pub(crate) fn echoed(&mut self, key: &str) {
        self.note(format!("echo of {key} acknowledged"));
        if let Some(sent) = self.sent.get_mut(key) {
            sent.echo.acknowledged.get_or_insert_with(Instant::now);
        }
    }

    /// A message comes for the first time: it is the next that is owed.
    pub(super) fn first(&mut self, arrival: Arrival<'_>) -> Result<(), String> {
        let Arrival {
            key,
            text,
            cut,
            echo_lost,
        } = arrival;
        self.note(format!(
            "got {text:?} [{key}{}{}]",
            if cut { ", cut" } else { "" },
            if echo_lost { ", echo lost" } else { "" }
        ));
        let now = Instant::now();
        while let Some(oldest) = self.sent_order.front()
            && self
                .sent
                .get(oldest)
                .is_none_or(|sent| now - sent.at > REMEMBERED)
        {
            if let Some(oldest) = self.sent_order.pop_front() {
                self.sent.remove(&oldest);
            }
        }
        self.sent_order.push_back(key.to_owned());
        let sent = Sent {
            text: text.to_owned(),
            at: now,
            cut,
            echo: Echo {
                is_lost: echo_lost,
                ..Echo::default()
            },
        };
        self.sent.insert(key.to_owned(), sent);
        self.expect(text)
    }

    fn expect(&mut self, text: &str) -> Result<(), String> {
        if let Some(number) = text.strip_prefix("timer ") {
            let number = number.parse().map_err(|_| format!("got {text:?}"))?;
            return if self.timers_owed.remove(&number) {
                Ok(())
            } else {
                Err(format!(
                    "got {text:?}, whose timer was not set or has sent before"
                ))
            };
        }
        match self.owed.front() {
            None => Err(format!("got {text:?}, which nobody is owed")),
            Some(Owed::Text(owed)) if owed == text => {
                self.owed.pop_front();
                Ok(())
            }
            Some(Owed::Text(owed)) => Err(format!("got {text:?}, but {owed:?} was next")),
            Some(Owed::AfterChat { number, text: owed }) => {
                if self.chatted.is_none() && text == format!("chat {number}") {
                    self.chatted = Some(*number);
                    return Ok(());
                }
                let how = text.strip_prefix(&**owed).map(str::trim_start);
                let chatted = self.chatted == Some(*number);
                match how {
                    Some("sent") if !chatted => {
                        Err(format!("got {text:?}, but \"chat {number}\" never came"))
                    }
                    Some("sent" | "waiting") => {
                        self.chatted = None;
                        self.owed.pop_front();
                        Ok(())
                    }
                    _ => Err(format!("got {text:?}, but {owed:?} was next")),
                }
            }
        }
    }

    /// A message comes again: only one in doubt may, after the wait for its echo, and only where that did not come.
    pub(super) fn copy(
        &mut self,
        arrival: Arrival<'_>,
        in_trouble: bool,
        echo_wait: Duration,
    ) -> Result<Excuse, String> {
        let Arrival {
            key,
            text,
            cut,
            echo_lost,
        } = arrival;
        self.note(format!("got {text:?} again [{key}]"));
        let Some(sent) = self.sent.get_mut(key) else {
            return Err(format!("{key} is not known"));
        };
        let was_cut = std::mem::replace(&mut sent.cut, cut);
        let waited = std::mem::replace(&mut sent.at, Instant::now()).elapsed();
        let was_lost = sent.echo.is_lost;
        sent.echo.is_lost &= echo_lost;
        if sent.text != text {
            return Err(format!("{key} brought {:?} and then {text:?}", sent.text));
        }
        if !was_cut && !in_trouble {
            return Err(format!(
                "got {text:?} again although nothing had cast doubt on it"
            ));
        }
        if waited < echo_wait {
            return Err(format!(
                "got {text:?} again after {waited:?}, before its echo may be given up"
            ));
        }
        let ago = |at: Option<Instant>, limit| at.map(|at| at.elapsed()).filter(|ago| *ago > limit);
        if let Some(ago) = ago(sent.echo.acknowledged, UNDER_WAY) {
            return Err(format!(
                "got {text:?} again {ago:?} after its echo was acknowledged"
            ));
        }
        match ago(sent.echo.left, TAKEN_WITHIN) {
            None if was_lost => Ok(Excuse::Lost),
            None => Ok(Excuse::Late),
            Some(_) if sent.echo.was_held_up => Ok(Excuse::HeldUp),
            Some(ago) => Err(format!("got {text:?} again {ago:?} after its echo left")),
        }
    }
}
