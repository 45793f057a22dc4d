//! What happened so far, in numbers.

use std::sync::atomic::{AtomicU64, Ordering};

use super::Times;

macro_rules! counters {
    ($($(#[doc = $doc:literal])* $name:ident,)*) => {
        /// Counts since the bot started; see [`Handle::counts`](crate::Handle::counts).
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
        #[non_exhaustive]
        pub struct Counts {
            $($(#[doc = $doc])* pub $name: u64,)*
        }

        #[derive(Debug, Default)]
        pub(crate) struct Counters {
            $(pub(crate) $name: Counter,)*
            /// How long it all takes.
            pub(crate) times: Times,
        }

        impl Counters {
            pub(crate) fn snapshot(&self) -> Counts {
                Counts { $($name: self.$name.get(),)* }
            }

            /// Gives each counter another count: 1, 2, 3, ..
            #[cfg(all(test, feature = "metrics"))]
            pub(crate) fn number_all(&self) {
                for (number, counter) in (1..).zip([$(&self.$name),*]) {
                    counter.add(number);
                }
            }

            /// Every counter: its name, what it counts, and how many.
            #[cfg(feature = "metrics")]
            pub(crate) fn all(&self) -> Vec<(&'static str, &'static str, u64)> {
                vec![$((stringify!($name), concat!($($doc),*).trim_ascii(), self.$name.get()),)*]
            }
        }
    };
}

counters! {
    /// Events that were kept for handling.
    received,
    /// Events that came again and were left out.
    duplicates,
    /// Requests answered 503 because there was no room for them or their events, or the store could not be reached or
    /// took too long.
    full,
    /// Events of pages that this bot does not serve.
    foreign,
    /// Events that a handler took.
    handled,
    /// Of these, events whose handler did not end well; each is kept as a dead letter.
    turns_failed,
    /// Events without a handler: reads, deliveries and the like, and what nobody answered.
    unhandled,
    /// Events that a `before` handler stopped without failing.
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
    /// Sends that somebody else had taken over by their end, or might have.
    sends_lost,
    /// Turns whose result the store refused; their events are dead letters.
    refused,
    /// Calls that the store could not answer.
    store_errors,
    /// Messages and calls that the platform took.
    sent,
    /// Sends that were tried again.
    retried,
    /// Of these, sends in doubt: the connection died after they had left.
    doubtful,
    /// Sends that were given up; each is kept as a dead letter.
    given_up,
    /// Of these, messages whose window had closed before they could leave (MSG621).
    window_closed,
    /// Sends that had to wait because their page had sent as much as it may.
    paced,
    /// How often a page was paused, because its token was dead or the platform restricted it.
    page_pauses,
    /// Sends that tried whether a paused page can send again.
    page_probes,
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

    pub(crate) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}
