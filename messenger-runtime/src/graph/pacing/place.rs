//! A call's place among those that wait for their turn.

use tokio::time::{Instant, sleep_until};

use super::turns::Turns;
use crate::graph::call::Pace;

/// A turn that was taken. Dropped before it is used, it is given back.
pub(super) struct Place<'a> {
    page: &'a Turns,
    pace: &'a Pace,
    /// When its turn comes, as far as was known when it was taken.
    turn: Instant,
    /// By which the turn is good.
    plan: u32,
    /// `None` where the call is not counted.
    ticket: Option<u64>,
}

impl<'a> Place<'a> {
    pub(super) fn new(
        page: &'a Turns,
        pace: &'a Pace,
        plan: u32,
        turn: Instant,
        ticket: Option<u64>,
    ) -> Self {
        Self {
            page,
            pace,
            plan,
            turn,
            ticket,
        }
    }

    /// Waits until its turn comes; whether it had to, `now` being the time when it was taken.
    pub(super) async fn come(&self, now: Instant) -> bool {
        let Some(ticket) = self.ticket.filter(|_| self.turn > now) else {
            return false;
        };
        loop {
            // Listening begins before looking, so that nothing is missed in between.
            let moved_up = self.page.moved_up.notified();
            let turn = self.page.lock().window(self.pace).turn(ticket);
            let Some(turn) = turn.filter(|turn| *turn > Instant::now()) else {
                return true;
            };
            tokio::select! {
                () = sleep_until(turn) => return true,
                () = moved_up => {}
            }
        }
    }

    /// Whether its turn still stands.
    pub(super) fn is_good(&self) -> bool {
        self.page.plan() == self.plan
    }

    /// The call leaves.
    pub(super) fn used(mut self) {
        self.ticket = None;
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        if let Some(ticket) = self.ticket {
            let moved = self
                .page
                .lock()
                .window(self.pace)
                .give_back(ticket, Instant::now());
            if moved {
                self.page.moved_up.notify_waiters();
            }
        }
    }
}
