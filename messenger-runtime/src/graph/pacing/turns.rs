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

use tokio::{sync::Notify, time::Instant};

use super::{
    Outcome, Pacing, Rates, SLOW_FROM, Usage,
    place::Place,
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
    /// Tells those who wait that they moved up.
    pub(super) moved_up: Notify,
}

#[derive(Default)]
pub(super) struct State {
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
    /// How many turns were given.
    tickets: u64,
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
    /// Waits for the turns of a call, or of each call of a batch, on the pages that they are for; tells how long
    /// it waited. Where one would come after `latest`, none is taken, and the error tells at once how long to
    /// wait instead.
    pub(in super::super) async fn turn(
        &self,
        app: &Turns,
        calls: impl Iterator<Item = (&Turns, &Pace)> + Clone,
        latest: Instant,
    ) -> Result<Duration, Duration> {
        let Some(rates) = &self.0 else {
            return Ok(Duration::ZERO);
        };
        let started = Instant::now();
        let mut now = started;
        loop {
            let above = app.heed(now);
            let mut places = Vec::with_capacity(calls.size_hint().0);
            for (page, pace) in calls.clone() {
                let place = page.take(rates, pace, above, now, latest);
                places.push(place.map_err(|back| back.saturating_duration_since(now))?);
            }
            let mut waited = false;
            for place in &places {
                waited |= place.come(now).await;
            }
            if waited {
                now = Instant::now();
            }
            // While it waited, the platform may have asked for quiet.
            if !waited || (app.plan() == above.plan && places.iter().all(Place::is_good)) {
                places.into_iter().for_each(Place::used);
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
        outcome: Outcome,
        retry: Retry,
    ) {
        let pressed = || app.pressed.load(Ordering::Acquire) || page.pressed.load(Ordering::Acquire);
        let is_news = matches!(outcome, Outcome::Throttled(..))
            || usage.app.is_some()
            || usage.tells_of_page()
            || pressed();
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
        match outcome {
            Outcome::Throttled(Throttled::App, asked) => app.throttled(asked, retry, now),
            Outcome::Throttled(Throttled::Page, asked) => page.throttled(asked, retry, now),
            Outcome::Throttled(Throttled::User, _) | Outcome::Silent => {}
            Outcome::Passed => {
                app.went_well(now);
                page.went_well(now);
            }
        }
    }
}

impl Turns {
    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn plan(&self) -> u32 {
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

    /// Takes a turn; or the error is when to come back.
    fn take<'a>(
        &'a self,
        rates: &Rates,
        pace: &'a Pace,
        above: Heed,
        now: Instant,
        latest: Instant,
    ) -> Result<Place<'a>, Instant> {
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
            return Ok(Place::new(self, pace, plan, now, None));
        }
        if let Pace::UserMenu(_) = pace
            && state.menus.len() >= state.crowded.max(MENUS)
        {
            state.menus.retain(|_, menu| !menu.is_idle(rate.per, now));
            state.crowded = state.menus.len() * 2;
        }
        let ticket = state.tickets;
        state.tickets += 1;
        let window = state.window(pace);
        let turn = window.take(ticket, (rate, share), from, now, latest)?;
        Ok(Place::new(self, pace, plan, turn, Some(ticket)))
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
    pub(super) fn window(&mut self, pace: &Pace) -> &mut Window {
        match pace {
            Pace::Send => &mut self.send,
            Pace::SendMedia => &mut self.send_media,
            Pace::PrivateReply => &mut self.private_reply,
            Pace::Conversations => &mut self.conversations,
            Pace::MessengerProfile => &mut self.messenger_profile,
            Pace::UserMenu(person) => self.menus.entry(Arc::clone(person)).or_default(),
            Pace::Other => &mut self.other,
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
            tickets: _,
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
