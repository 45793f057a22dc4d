//! What happened so far, in numbers.

use std::sync::atomic::{AtomicU64, Ordering};

macro_rules! counters {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        /// Counts since the bot started; see [`Handle::counts`](crate::Handle::counts).
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
        #[non_exhaustive]
        pub struct Counts {
            $($(#[$doc])* pub $name: u64,)*
        }

        #[derive(Debug, Default)]
        pub(crate) struct Counters {
            $(pub(crate) $name: Counter,)*
        }

        impl Counters {
            pub(crate) fn snapshot(&self) -> Counts {
                Counts { $($name: self.$name.get(),)* }
            }
        }
    };
}

counters! {
    /// Events that were kept for handling.
    received,
    /// Events that came again and were left out.
    duplicates,
    /// Requests answered 503 because there was no room for their events.
    full,
    /// Events of pages that this bot does not serve.
    foreign,
    /// Events that a handler took.
    handled,
    /// Events without a handler: reads, deliveries and the like, and what nobody answered.
    unhandled,
    /// Events that a `before` handler stopped.
    stopped,
    /// Events left alone because somebody else is talking with the person.
    paused,
    /// Extractors that failed.
    rejected,
    /// Handlers that returned an error.
    failed,
    /// Handlers that panicked.
    panicked,
    /// Handlers that overran their time.
    timed_out,
    /// Replies that broke a limit of the platform.
    over_limits,
    /// Events kept as dead letters without a turn: they were claimed too often and never came to an end.
    parked,
    /// Turns that were dropped because somebody else had the conversation by then, or might have had it.
    leases_lost,
    /// Turns whose result the store refused; their events are dead letters.
    refused,
    /// Calls that the store could not answer.
    store_errors,
    /// Messages and calls that the platform took.
    sent,
    /// Sends that were tried again.
    retried,
    /// Sends that were given up.
    given_up,
}

#[derive(Debug, Default)]
pub(crate) struct Counter(AtomicU64);

impl Counter {
    pub(crate) fn one(&self) {
        self.add(1);
    }

    pub(crate) fn add(&self, count: u64) {
        self.0.fetch_add(count, Ordering::Relaxed);
    }

    fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}
