//! Whose turn it is: the calls of one page, and what holds them back.

use std::{
    collections::HashMap,
    fmt,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::Duration,
};

use tokio::time::{Instant, sleep_until};

use super::{
    Pacing, Rates, SLOW_FROM, Usage,
    usage::{COUNTS, Level, Told, share},
    window::Window,
};
use crate::graph::{Retry, call::Pace, codes::Throttled};

/// From how many menus on those that are idle are looked for.
const MENUS: usize = 64;

/// The turns of one page, or what holds back the whole app.
#[derive(Default)]
pub(in super::super) struct Turns {
    state: Mutex<State>,
    /// Whether anything is held back or slowed, or was just throttled: to be asked without the lock.
    pressed: AtomicBool,
    /// Counts how often turns that were given stopped being good.
    plan: AtomicU32,
}

#[derive(Default)]
struct State {
    send: Window,
    send_media: Window,
    private_reply: Window,
    conversations: Window,
    messenger_profile: Window,
    other: Window,
    menus: HashMap<Arc<str>, Window>,
    /// From how many menus on to look for idle ones next.
    crowded: usize,
    pressure: Pressure,
    /// The app's plan by which the turns were given.
    app_plan: u32,
}

/// What holds calls back.
#[derive(Default)]
struct Pressure {
    until: Option<Instant>,
    /// How many throttled calls there were since one was not.
    strikes: u32,
    told: [Option<Told>; COUNTS],
}

/// What a call has to heed.
#[derive(Clone, Copy)]
struct Heed {
    from: Instant,
    share: f64,
    plan: u32,
}

impl Pacing {
    /// Waits for the turn of a call, or of each call of a batch; tells how long it waited. Where a turn would
    /// come after `latest`, the error tells at once how long to wait instead.
    pub(in super::super) async fn turn(
        &self,
        app: &Turns,
        page: &Turns,
        pace: &Pace,
        latest: Instant,
    ) -> Result<Duration, Duration> {
        let calls = match pace {
            Pace::Batch(calls) => calls,
            one => std::slice::from_ref(one),
        };
        let mut waited = Duration::ZERO;
        for pace in calls {
            waited += self.turn_of_one(app, page, pace, latest).await?;
        }
        Ok(waited)
    }

    async fn turn_of_one(
        &self,
        app: &Turns,
        page: &Turns,
        pace: &Pace,
        latest: Instant,
    ) -> Result<Duration, Duration> {
        let Some(rates) = &self.0 else {
            return Ok(Duration::ZERO);
        };
        let started = Instant::now();
        let mut now = started;
        loop {
            let above = app.heed(now);
            let (turn, plan) = page
                .take(rates, pace, above, now, latest)
                .map_err(|back| back.saturating_duration_since(now))?;
            if turn <= now {
                return Ok(now - started);
            }
            let mut waiting = Waiting {
                page,
                pace,
                turn,
                plan,
                over: false,
            };
            sleep_until(turn).await;
            waiting.over = true;
            now = Instant::now();
            // While it waited, the platform may have asked for quiet.
            if page.plan() == plan && app.plan() == above.plan {
                return Ok(now - started);
            }
        }
    }

    /// Notes what the answer to a call of `page` told: the usage, and whether and how it was throttled.
    pub(in super::super) fn note(
        &self,
        app: &Turns,
        page: &Turns,
        usage: &Usage,
        throttled: Option<(Throttled, Option<Duration>)>,
        retry: Retry,
    ) {
        let pressed = || app.pressed.load(Ordering::Acquire) || page.pressed.load(Ordering::Acquire);
        let is_news = throttled.is_some() || usage.app.is_some() || usage.tells_of_page() || pressed();
        if self.0.is_none() || !is_news {
            return;
        }
        let now = Instant::now();
        if let Some(level) = usage.app {
            app.told(&[Some(level)], now);
        }
        if usage.tells_of_page() {
            page.told(&usage.page, now);
        }
        match throttled {
            Some((Throttled::App, asked)) => app.throttled(asked, retry, now),
            Some((Throttled::Page, asked)) => page.throttled(asked, retry, now),
            None => {
                app.went_well(now);
                page.went_well(now);
            }
        }
    }
}

/// A call that waits for its turn, and gives it back where it is dropped before.
struct Waiting<'a> {
    page: &'a Turns,
    pace: &'a Pace,
    turn: Instant,
    plan: u32,
    over: bool,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        if !self.over {
            let state = &mut *self.page.lock();
            // With the plan its turn was forgotten.
            if self.page.plan() == self.plan {
                state.window(self.pace).give_back(self.turn);
            }
        }
    }
}

impl Turns {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn plan(&self) -> u32 {
        self.plan.load(Ordering::Acquire)
    }

    fn heed(&self, now: Instant) -> Heed {
        // Read first: a plan that changes after this is noticed by whoever then waits.
        let plan = self.plan();
        let (from, share) = if self.pressed.load(Ordering::Acquire) {
            self.lock().pressure.now(now, &self.pressed)
        } else {
            (now, 1.0)
        };
        Heed { from, share, plan }
    }

    /// Takes a turn, with the plan by which it is good; or the error is when to come back.
    fn take(
        &self,
        rates: &Rates,
        pace: &Pace,
        above: Heed,
        now: Instant,
        latest: Instant,
    ) -> Result<(Instant, u32), Instant> {
        let state = &mut *self.lock();
        let plan = self.plan();
        if state.app_plan != above.plan {
            state.app_plan = above.plan;
            state.forget_future(now);
        }
        let (mut from, mut share) = (above.from, above.share);
        if self.pressed.load(Ordering::Acquire) {
            let own = state.pressure.now(now, &self.pressed);
            from = from.max(own.0);
            share = share.min(own.1);
        }
        let rate = rates.of(pace);
        // Without a rate of its own, it is counted only while there is something to heed.
        if *pace == Pace::Other && share >= 1.0 && from <= now {
            return Ok((now, plan));
        }
        if let Pace::UserMenu(_) = pace
            && state.menus.len() >= state.crowded.max(MENUS)
        {
            state.menus.retain(|_, menu| !menu.is_idle(rate.per, now));
            state.crowded = state.menus.len() * 2;
        }
        let window = state.window(pace);
        let turn = window.take(rate, share, from, now, latest)?;
        Ok((turn, plan))
    }

    /// Notes how much is used up.
    fn told(&self, levels: &[Option<Level>], now: Instant) {
        let state = &mut *self.lock();
        let (mut worse, mut stop) = (false, Duration::ZERO);
        for (told, level) in state.pressure.told.iter_mut().zip(levels) {
            let Some(level) = *level else { continue };
            let before = told.map_or(0.0, |told| told.now(now));
            worse |= level.percent >= SLOW_FROM && level.percent >= before + 1.0;
            *told = Some(Told {
                percent: level.percent,
                at: now,
            });
            stop = stop.max(level.stop);
        }
        if !stop.is_zero() {
            worse |= state.pressure.hold(now, stop);
        }
        let (from, share) = state.pressure.now(now, &self.pressed);
        if from > now || share < 1.0 {
            self.pressed.store(true, Ordering::Release);
        }
        if worse {
            self.plan_anew(state, now);
        }
    }

    /// Notes that the platform refused a call because there were too many.
    fn throttled(&self, asked: Option<Duration>, retry: Retry, now: Instant) {
        let state = &mut *self.lock();
        let pressure = &mut state.pressure;
        let held = pressure.until.is_some_and(|until| until > now);
        // Calls that left before the first refusal came back say nothing new.
        if held && asked.is_none() {
            return;
        }
        let wait = asked.unwrap_or_else(|| retry.jitter(pressure.strikes));
        pressure.strikes = pressure.strikes.saturating_add(1);
        pressure.hold(now, wait);
        self.pressed.store(true, Ordering::Release);
        self.plan_anew(state, now);
    }

    fn went_well(&self, now: Instant) {
        if self.pressed.load(Ordering::Acquire) {
            let pressure = &mut self.lock().pressure;
            // While calls are held back, good answers are those of calls that left before.
            if pressure.until.is_none_or(|until| until <= now) {
                pressure.strikes = 0;
            }
        }
    }

    /// Whoever waits has to take another turn.
    fn plan_anew(&self, state: &mut State, now: Instant) {
        state.forget_future(now);
        self.plan.fetch_add(1, Ordering::Release);
    }

    #[cfg(test)]
    pub(super) fn menus(&self) -> usize {
        self.lock().menus.len()
    }

    /// Whether forgetting them changes nothing.
    pub(in super::super) fn are_idle(&self, pacing: &Pacing, now: Instant) -> bool {
        let Some(rates) = &pacing.0 else { return true };
        let state = &mut *self.lock();
        let (from, share) = state.pressure.now(now, &self.pressed);
        let menus_are_idle = || {
            state
                .menus
                .values()
                .all(|menu| menu.is_idle(rates.user_menu.per, now))
        };
        from <= now
            && share >= 1.0
            && state.send.is_idle(rates.sends.per, now)
            && state.send_media.is_idle(rates.media_sends.per, now)
            && state.private_reply.is_idle(rates.private_replies.per, now)
            && state.conversations.is_idle(rates.conversations.per, now)
            && state.messenger_profile.is_idle(rates.messenger_profile.per, now)
            && state.other.is_idle(rates.others.per, now)
            && menus_are_idle()
    }
}

impl State {
    fn window(&mut self, pace: &Pace) -> &mut Window {
        match pace {
            Pace::Send => &mut self.send,
            Pace::SendMedia => &mut self.send_media,
            Pace::PrivateReply => &mut self.private_reply,
            Pace::Conversations => &mut self.conversations,
            Pace::MessengerProfile => &mut self.messenger_profile,
            Pace::UserMenu(person) => self.menus.entry(Arc::clone(person)).or_default(),
            Pace::Other | Pace::Batch(_) => &mut self.other,
        }
    }

    fn forget_future(&mut self, now: Instant) {
        let Self {
            send,
            send_media,
            private_reply,
            conversations,
            messenger_profile,
            other,
            menus,
            crowded: _,
            pressure: _,
            app_plan: _,
        } = self;
        for window in [
            send,
            send_media,
            private_reply,
            conversations,
            messenger_profile,
            other,
        ]
        .into_iter()
        .chain(menus.values_mut())
        {
            window.forget_future(now);
        }
    }
}

impl Pressure {
    /// Holds calls back; whether for longer than they were.
    fn hold(&mut self, now: Instant, wait: Duration) -> bool {
        let until = now + wait;
        let longer = self.until.is_none_or(|before| before < until);
        if longer {
            self.until = Some(until);
        }
        longer
    }

    /// From when on calls may leave, and at which share of their rate.
    fn now(&mut self, now: Instant, pressed: &AtomicBool) -> (Instant, f64) {
        self.until = self.until.filter(|until| *until > now);
        let percent = self
            .told
            .iter()
            .flatten()
            .map(|told| told.now(now))
            .fold(0.0, f64::max);
        if self.until.is_none() && percent < SLOW_FROM && self.strikes == 0 {
            pressed.store(false, Ordering::Release);
        }
        (self.until.unwrap_or(now), share(percent))
    }
}

impl fmt::Debug for Turns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Turns")
            .field("pressed", &self.pressed)
            .finish_non_exhaustive()
    }
}
