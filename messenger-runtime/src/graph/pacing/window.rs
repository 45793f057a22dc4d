//! The calls of one kind: when each left or will leave.

use std::{collections::VecDeque, time::Duration};

use tokio::time::Instant;

use super::{DAY, Rate};

/// How many turns a window that is hardly used has room for.
const SMALL: usize = 16;

/// A call of a rate.
#[derive(Debug, Clone, Copy)]
struct Leave {
    at: Instant,
    /// Later calls have higher ones.
    ticket: u64,
}

/// The calls that still count against a rate. No stretch of the rate's length ever holds more than the rate
/// allows, as the platform counts it; a bucket that refills could let twice as many pass.
#[derive(Debug, Default)]
pub(super) struct Window {
    /// In order; those that wait for their turn are in the future.
    leaves: VecDeque<Leave>,
    /// When the next call that is turned away is to come back.
    promised: Option<Instant>,
}

impl Window {
    /// Takes the next turn from `from` on, at this `share` of the rate. Where it would come after `latest`, no
    /// turn is taken, and the error is when to come back.
    pub(super) fn take(
        &mut self,
        ticket: u64,
        (rate, share): (Rate, f64),
        from: Instant,
        now: Instant,
        latest: Instant,
    ) -> Result<Instant, Instant> {
        while self.leaves.len() > 1
            && self
                .leaves
                .front()
                .is_some_and(|first| first.at + rate.per <= now)
        {
            self.leaves.pop_front();
        }
        if self.leaves.len() <= 1 && self.leaves.capacity() > SMALL {
            self.leaves.shrink_to(SMALL);
        }
        let allowed = f64::from(rate.calls) * share;
        let (calls, per) = if share >= 1.0 {
            (rate.calls as usize, rate.per)
        } else if allowed >= 1.0 {
            (allowed as usize, rate.per)
        } else {
            (1, rate.per.div_f64(allowed))
        };
        let mut turn = from.max(now);
        if let Some(last) = self.leaves.back() {
            turn = turn.max(last.at);
        }
        if let Some(before) = self.leaves.len().checked_sub(calls) {
            turn = turn.max(self.leaves[before].at + per);
        }
        if turn > now && turn > latest {
            // Those turned away come back one after the other, not all at once.
            let back = self.promised.map_or(turn, |promised| turn.max(promised));
            let next = back + per / u32::try_from(calls).unwrap_or(u32::MAX);
            self.promised = Some(next.min(now + DAY));
            return Err(back);
        }
        self.leaves.push_back(Leave { at: turn, ticket });
        Ok(turn)
    }

    fn place(&self, ticket: u64) -> Option<usize> {
        self.leaves
            .binary_search_by_key(&ticket, |leave| leave.ticket)
            .ok()
    }

    /// When the call with this ticket leaves, unless its turn was forgotten.
    pub(super) fn turn(&self, ticket: u64) -> Option<Instant> {
        Some(self.leaves[self.place(ticket)?].at)
    }

    /// A turn that nobody will use. Those who wait behind it move up, each to the turn before its own; whether
    /// there are any.
    pub(super) fn give_back(&mut self, ticket: u64, now: Instant) -> bool {
        let Some(place) = self.place(ticket) else {
            return false;
        };
        let mut free = self.leaves[place].at;
        self.leaves.remove(place);
        // Nobody can leave in the past: such a turn is lost to those who wait.
        let moved = free > now && place < self.leaves.len();
        if moved {
            for behind in self.leaves.range_mut(place..) {
                std::mem::swap(&mut behind.at, &mut free);
            }
        }
        moved
    }

    /// Forgets the turns that have not come yet; whoever waits for one takes another.
    pub(super) fn forget_future(&mut self, now: Instant) {
        while self.leaves.back().is_some_and(|last| last.at > now) {
            self.leaves.pop_back();
        }
    }

    /// Whether forgetting it changes nothing.
    pub(super) fn is_idle(&self, per: Duration, now: Instant) -> bool {
        self.leaves.back().is_none_or(|last| last.at + per <= now)
    }
}
