//! What the platform took of one conversation, and when a message may come a second time.

use std::{
    collections::{HashMap, VecDeque},
    time::Duration,
};

use tokio::time::Instant;

use super::{
    Arrival,
    violation::{Breach, Kind},
};

/// How long the sends of a person are remembered; a copy that comes later is taken for a stranger.
const REMEMBERED: Duration = Duration::from_secs(180);
/// How long a send may be under way already when the echo of the one before it is acknowledged.
const UNDER_WAY: Duration = Duration::from_millis(500);
/// How long a node may take to acknowledge an echo, on a machine that has a lot to do.
const TAKEN_WITHIN: Duration = Duration::from_secs(3);

/// A message that the platform took, or refused.
#[derive(Debug)]
pub(super) struct Sent {
    text: String,
    pub(super) at: Instant,
    /// The process that sent it.
    pub(super) process: usize,
    cut: bool,
    refused: bool,
    echo: Echo,
}

/// What has become of a message's echo.
#[derive(Debug, Default)]
pub(super) struct Echo {
    pub(super) is_lost: bool,
    pub(super) left: Option<Instant>,
    /// Whether it could not be delivered at once, since no node was up or none took it.
    pub(super) was_held_up: bool,
    pub(super) acknowledged: Option<Instant>,
}

/// What speaks for a message that comes again.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Doubt {
    /// The process that had sent it may not have noted that.
    pub(super) is_cast: bool,
    /// The process that sends it again was stopped until just now.
    pub(super) has_just_gone_on: bool,
}

/// Why a message came again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Excuse {
    /// It had been refused, so it has no echo.
    Refused,
    /// Its echo never left.
    Lost,
    /// Its echo had not left yet, or only just.
    Late,
    /// Its echo had left, and no node had taken it.
    HeldUp,
}

/// The messages of one conversation.
#[derive(Debug, Default)]
pub(super) struct Sends {
    by_key: HashMap<String, Sent>,
    order: VecDeque<String>,
}

impl Sends {
    pub(super) fn get(&self, key: &str) -> Option<&Sent> {
        self.by_key.get(key)
    }

    /// When the echo of a message left.
    pub(super) fn echo_left(&self, key: &str) -> Option<Instant> {
        self.by_key.get(key).and_then(|sent| sent.echo.left)
    }

    pub(super) fn echo(&mut self, key: &str) -> Option<&mut Echo> {
        self.by_key.get_mut(key).map(|sent| &mut sent.echo)
    }

    /// A message is taken, or refused, for the first time; or again after it was replayed.
    pub(super) fn first(&mut self, arrival: Arrival<'_>) {
        let now = Instant::now();
        while let Some(oldest) = self.order.front()
            && self
                .by_key
                .get(oldest)
                .is_none_or(|sent| now - sent.at > REMEMBERED)
        {
            if let Some(oldest) = self.order.pop_front() {
                self.by_key.remove(&oldest);
            }
        }
        self.order.push_back(arrival.key.to_owned());
        let sent = Sent {
            text: arrival.text.to_owned(),
            at: now,
            process: arrival.process,
            cut: arrival.cut,
            refused: arrival.refused,
            echo: Echo {
                is_lost: arrival.echo_lost,
                ..Echo::default()
            },
        };
        self.by_key.insert(arrival.key.to_owned(), sent);
    }

    /// A message comes again: only the last of its conversation may, where it is in doubt, after the wait for its echo,
    /// and only where that did not come.
    pub(super) fn again(
        &mut self,
        arrival: Arrival<'_>,
        doubt: Doubt,
        echo_wait: Duration,
    ) -> Result<Excuse, Breach> {
        let doubled = |what: String| Err(Breach::new(Kind::Doubled, what));
        let Arrival { key, text, .. } = arrival;
        let is_last = self.order.back().is_some_and(|last| *last == key);
        let Some(sent) = self.by_key.get_mut(key) else {
            return doubled(format!("{key} is not known"));
        };
        let was_cut = std::mem::replace(&mut sent.cut, arrival.cut);
        let waited = std::mem::replace(&mut sent.at, Instant::now()).elapsed();
        sent.process = arrival.process;
        let was_lost = sent.echo.is_lost;
        sent.echo.is_lost &= arrival.echo_lost;
        if sent.text != text {
            return doubled(format!("{key} brought {:?} and then {text:?}", sent.text));
        }
        // One leaves at a time, so what is behind it has left because it was noted as done.
        if !is_last && !doubt.has_just_gone_on {
            return doubled(format!("got {text:?} again after the message behind it"));
        }
        if !was_cut && !doubt.is_cast {
            return doubled(format!(
                "got {text:?} again although nothing had cast doubt on it"
            ));
        }
        if waited < echo_wait {
            return doubled(format!(
                "got {text:?} again after {waited:?}, before its echo may be given up"
            ));
        }
        if sent.refused {
            return Ok(Excuse::Refused);
        }
        let ago = |at: Option<Instant>, limit| at.map(|at| at.elapsed()).filter(|ago| *ago > limit);
        if let Some(ago) = ago(sent.echo.acknowledged, UNDER_WAY) {
            return doubled(format!(
                "got {text:?} again {ago:?} after its echo was acknowledged"
            ));
        }
        match ago(sent.echo.left, TAKEN_WITHIN) {
            None if was_lost => Ok(Excuse::Lost),
            None => Ok(Excuse::Late),
            Some(_) if sent.echo.was_held_up => Ok(Excuse::HeldUp),
            Some(ago) => doubled(format!("got {text:?} again {ago:?} after its echo left")),
        }
    }
}
