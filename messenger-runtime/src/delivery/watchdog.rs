//! Notices handlers that keep their thread to themselves, and ends the process.
//!
//! A handler that neither awaits nor ends cannot be timed out, since nothing runs on its thread but it. Where every
//! thread of the runtime has one, the bot neither answers nor times out anything. So a thread of its own looks at
//! the handlers. The claim of such an event counts as that of any other that ends the process.
//!
//! What is looked at is a single poll, so one that only waits is never taken for one that does not let go.

use std::{
    collections::HashMap,
    fmt,
    io::{self, Write as _},
    pin::Pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, Weak,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll},
    thread,
    time::{Duration, Instant},
};

use crate::store::Conversation;

const KEEPS_ITS_THREAD: &str = "MSG627";
/// How often is looked, unless handlers may take no longer than a few of these.
const LOOK: Duration = Duration::from_secs(1);

/// The handlers at work.
pub(super) struct Watchdog {
    /// For how long a poll may last; `None` where nobody looks.
    limit: Option<Duration>,
    numbers: AtomicU64,
    handlers: Mutex<HashMap<u64, Arc<Slot>>>,
}

struct Slot {
    handler: &'static str,
    conversation: Arc<Conversation>,
    /// How often a poll began or ended: an odd number while one lasts.
    polls: AtomicU64,
}

/// The polls that lasted at the last look, by the numbers of their handlers: which, and for how long already.
type Seen = HashMap<u64, (u64, Duration)>;

impl Watchdog {
    pub(super) fn new(limit: Option<Duration>) -> Arc<Self> {
        Arc::new(Self {
            limit,
            numbers: AtomicU64::new(0),
            handlers: Mutex::default(),
        })
    }

    /// `work` of a handler, seen by the watchdog where there is one.
    pub(super) fn watch<F: Future + Unpin>(
        &self,
        handler: &'static str,
        conversation: &Arc<Conversation>,
        work: F,
    ) -> Watched<'_, F> {
        let slot = self.limit.map(|_| {
            let number = self.numbers.fetch_add(1, Ordering::Relaxed);
            let slot = Arc::new(Slot {
                handler,
                conversation: Arc::clone(conversation),
                polls: AtomicU64::new(0),
            });
            self.lock().insert(number, Arc::clone(&slot));
            (number, slot)
        });
        Watched {
            watchdog: self,
            slot,
            work,
        }
    }

    /// Looks at the handlers from now on, for as long as there are any.
    pub(super) fn start(self: &Arc<Self>) {
        let Some(limit) = self.limit else { return };
        let watchdog = Arc::downgrade(self);
        let thread = thread::Builder::new().name("messenger-watchdog".to_owned());
        if let Err(error) = thread.spawn(move || run(&watchdog, limit)) {
            tracing::warn!(%error, "no thread can be had for the watchdog, so handlers that loop are not noticed");
        }
    }

    /// The handlers whose poll has lasted for `limit` by now; `passed` since the last look.
    fn look(&self, seen: &mut Seen, passed: Duration, limit: Duration) -> Vec<Arc<Slot>> {
        let mut stuck = Vec::new();
        let mut lasting = Seen::new();
        for (number, slot) in &*self.lock() {
            let polls = slot.polls.load(Ordering::Relaxed);
            if polls % 2 == 0 {
                continue;
            }
            let lasted = match seen.get(number) {
                Some((known, lasted)) if *known == polls => *lasted + passed,
                _ => Duration::ZERO,
            };
            if lasted >= limit {
                stuck.push(Arc::clone(slot));
            }
            lasting.insert(*number, (polls, lasted));
        }
        *seen = lasting;
        stuck
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<u64, Arc<Slot>>> {
        self.handlers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn run(watchdog: &Weak<Watchdog>, limit: Duration) {
    let pause = LOOK.min(limit / 10).max(Duration::from_millis(1));
    let (mut seen, mut last) = (Seen::new(), Instant::now());
    loop {
        thread::sleep(pause);
        let Some(watchdog) = watchdog.upgrade() else {
            return;
        };
        // Where the whole process was stopped for a while, the handlers did not work either.
        let passed = last.elapsed().min(pause * 2);
        last = Instant::now();
        let stuck = watchdog.look(&mut seen, passed, limit);
        if !stuck.is_empty() {
            end(&stuck, limit);
        }
    }
}

#[expect(
    clippy::exit,
    reason = "there is no thread left that could be told to end, and no other way to stop a handler that loops"
)]
fn end(stuck: &[Arc<Slot>], limit: Duration) -> ! {
    for slot in stuck {
        let Slot {
            handler,
            conversation,
            ..
        } = &**slot;
        let text = format!(
            "{KEEPS_ITS_THREAD}: the handler has kept its thread to itself for {limit:?}, neither awaiting nor ending; \
             the process ends, so that the others go on when it is started again"
        );
        tracing::error!(?conversation, handler, cause = KEEPS_ITS_THREAD, "{text}");
        if !tracing::enabled!(tracing::Level::ERROR) {
            let _ = writeln!(io::stderr(), "{handler}: {text}");
        }
    }
    std::process::exit(1)
}

/// Work that the watchdog sees.
pub(super) struct Watched<'w, F> {
    watchdog: &'w Watchdog,
    slot: Option<(u64, Arc<Slot>)>,
    work: F,
}

impl<F: Future + Unpin> Future for Watched<'_, F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let count = |slot: &Option<(u64, Arc<Slot>)>| {
            if let Some((_, slot)) = slot {
                slot.polls.fetch_add(1, Ordering::Relaxed);
            }
        };
        count(&self.slot);
        let polled = Pin::new(&mut self.work).poll(context);
        count(&self.slot);
        polled
    }
}

impl<F> Drop for Watched<'_, F> {
    fn drop(&mut self) {
        if let Some((number, _)) = &self.slot {
            self.watchdog.lock().remove(number);
        }
    }
}

impl fmt::Debug for Watchdog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watchdog")
            .field("limit", &self.limit)
            .field("handlers", &self.lock().len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::future::{pending, poll_fn};

    use futures_util::FutureExt as _;

    use super::*;
    use crate::event::Object;

    const LIMIT: Duration = Duration::from_secs(60);

    fn conversation() -> Arc<Conversation> {
        Arc::new(Conversation {
            object: Object::Page,
            page: "1".into(),
            person: None,
        })
    }

    #[test]
    fn a_handler_is_stuck_only_while_a_single_poll_of_it_lasts() {
        let watchdog = Watchdog::new(Some(LIMIT));
        let mut seen = Seen::new();
        let stuck = |seen: &mut Seen| {
            let stuck = watchdog.look(seen, LIMIT / 2, LIMIT);
            stuck.iter().map(|slot| slot.handler).collect::<Vec<_>>()
        };
        let mut waits = watchdog.watch("waits", &conversation(), pending::<()>().boxed());
        for _ in 0..5 {
            assert!((&mut waits).now_or_never().is_none());
            assert!(stuck(&mut seen).is_empty(), "it only waits");
        }
        // Within its own poll, as the other thread would look.
        let mut looks = Vec::new();
        let loops = poll_fn(|_| {
            looks = (0..4).map(|_| stuck(&mut seen)).collect();
            Poll::Ready(())
        });
        let done = watchdog
            .watch("loops", &conversation(), Box::pin(loops))
            .now_or_never();
        assert!(done.is_some());
        assert_eq!(looks, [vec![], vec![], vec!["loops"], vec!["loops"]]);
        assert!(stuck(&mut seen).is_empty());
        // Each poll counts for itself.
        let mut busy = watchdog.watch(
            "busy",
            &conversation(),
            Box::pin(poll_fn(|_| {
                assert!(stuck(&mut seen).is_empty());
                Poll::<()>::Pending
            })),
        );
        for _ in 0..5 {
            assert!((&mut busy).now_or_never().is_none());
        }
        drop((waits, busy));
        assert!(watchdog.lock().is_empty());
    }

    #[test]
    fn where_nobody_looks_nothing_is_noted() {
        let watchdog = Watchdog::new(None);
        let watched = watchdog.watch("waits", &conversation(), pending::<()>().boxed());
        assert!(watchdog.lock().is_empty() && watched.slot.is_none());
    }
}
