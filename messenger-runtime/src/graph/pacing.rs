//! How fast calls leave, so that the platform has no reason to refuse them.

mod place;
mod turns;
mod usage;
mod window;

#[cfg(test)]
mod tests;

use std::time::Duration;

use super::{call::Pace, codes::Throttled};

pub(super) use self::{turns::Turns, usage::Usage};

/// What an answer says about the rates besides the usage.
#[derive(Debug, Clone, Copy)]
pub(super) enum Outcome {
    /// It was not throttled.
    Passed,
    /// Whose calls are too many, and how long the platform asks to wait.
    Throttled(Throttled, Option<Duration>),
    /// Nothing, as the answer to a batch, whose calls have answers of their own.
    Silent,
}

/// At most so many calls in so long a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rate {
    calls: u32,
    per: Duration,
}

impl Rate {
    /// Zero calls would never let anything pass; limits count over a day at most.
    fn new(calls: u32, per: Duration) -> Self {
        Self {
            calls: calls.max(1),
            per: per.min(DAY),
        }
    }
}

/// The longest time that limits count over.
const DAY: Duration = Duration::from_hours(24);
const SECOND: Duration = Duration::from_secs(1);

/// From which usage on, in percent, calls are slowed.
const SLOW_FROM: f64 = 75.0;

/// How fast calls may leave: the platform's rates, kept before the platform has to enforce them.
///
/// | calls | at most | for each |
/// |---|---|---|
/// | messages with text, links, reactions, stickers; sender actions | 300 in a second | page or Instagram account |
/// | messages with sound or films | 10 in a second | page or account |
/// | private replies | 750 in an hour | page or account |
/// | conversations and their messages | 2 in a second | page or account |
/// | Messenger profile | 10 in 10 minutes | page |
/// | the menu of one person | 10 in 10 minutes | person |
/// | everything else | as fast as it comes | |
///
/// A call that comes too early waits for its turn, in the order of coming, and without holding up the calls of
/// other pages or of other kinds; where one that waits is given up, those behind it move up. A call whose turn
/// comes too late for its time-out fails at once, as MSG518 with [`Action::Retry`](super::Action::Retry), and
/// nothing has left. A batch takes the turns of all its calls, each on the page that it is for, or none.
///
/// Two things slow calls down further:
///
/// - *The usage that answers tell*, in the headers `X-App-Usage` (every page), `X-Page-Usage` and
///   `X-Business-Use-Case-Usage` (this page): from 75 % on the rates shrink in proportion to what is left (for
///   calls without a rate of their own from 100 in a second), and at 100 %, or where the platform gives
///   an `estimated_time_to_regain_access`, the calls stop for that time (a minute where it gives none).
///   What an answer told fades by one percent in 12 seconds, for usage is only told while it is noticeable.
/// - *A throttled call* (codes 32, 613, 80001, 80002, 80006 and HTTP 429 for the page; 4, 17 and 341 for every
///   page) holds all calls back for the time the platform asks for, else for one drawn as
///   [`Retry`](super::Retry) says. Calling on while throttled prolongs the block. A token that the call was
///   given, such as a user's, is not the pages': what is too much for its user (17, and without a page the
///   codes for pages too) holds nobody back.
///
/// The rates that depend on how many people a page has talked to (200 × people a day for messages, 4800 × people
/// for the page's other calls) cannot be known from outside; the headers stand for them.
///
/// A page with more than 40 messages in a second is frozen: its inbox, and for a time its sending too. Where people answer from the inbox, stay below:
///
/// ```
/// # use std::{sync::Arc, time::Duration};
/// # use messenger_runtime::{Provider, graph::{Client, GraphError, Pacing}};
/// # fn example(provider: Arc<dyn Provider>) -> Result<(), GraphError> {
/// let pacing = Pacing::default().sends(40, Duration::from_secs(1));
/// let client = Client::builder(provider).pacing(pacing).build()?;
/// # Ok(()) }
/// ```
///
/// One client paces its own calls. Where several processes share a page, give each its share.
///
/// Platform: Rate limits, <https://developers.facebook.com/documentation/business-messaging/messenger-platform/overview/rate-limiting>
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pacing(Option<Rates>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Rates {
    sends: Rate,
    media_sends: Rate,
    private_replies: Rate,
    conversations: Rate,
    messenger_profile: Rate,
    user_menu: Rate,
    others: Rate,
}

impl Default for Pacing {
    /// The platform's rates.
    fn default() -> Self {
        let ten_minutes = Duration::from_mins(10);
        Self(Some(Rates {
            sends: Rate::new(300, SECOND),
            media_sends: Rate::new(10, SECOND),
            private_replies: Rate::new(750, Duration::from_hours(1)),
            conversations: Rate::new(2, SECOND),
            messenger_profile: Rate::new(10, ten_minutes),
            user_menu: Rate::new(10, ten_minutes),
            others: Rate::new(100, SECOND),
        }))
    }
}

impl Pacing {
    /// Calls leave as they come, whatever the platform says. For tests, and where something else paces.
    #[must_use]
    pub fn off() -> Self {
        Self(None)
    }

    /// At most so many messages without sound and films in so long a time, for each page. Zero counts as one,
    /// here and in the others; where pacing is off they change nothing.
    #[must_use]
    pub fn sends(self, calls: u32, per: Duration) -> Self {
        self.with(|rates| rates.sends = Rate::new(calls, per))
    }

    /// At most so many messages with sound or films in so long a time, for each page.
    #[must_use]
    pub fn media_sends(self, calls: u32, per: Duration) -> Self {
        self.with(|rates| rates.media_sends = Rate::new(calls, per))
    }

    /// At most so many private replies in so long a time, for each page.
    #[must_use]
    pub fn private_replies(self, calls: u32, per: Duration) -> Self {
        self.with(|rates| rates.private_replies = Rate::new(calls, per))
    }

    /// At most so many calls of the Conversations API in so long a time, for each page.
    #[must_use]
    pub fn conversations(self, calls: u32, per: Duration) -> Self {
        self.with(|rates| rates.conversations = Rate::new(calls, per))
    }

    /// At most so many calls of the Messenger Profile API in so long a time, for each page.
    #[must_use]
    pub fn messenger_profile(self, calls: u32, per: Duration) -> Self {
        self.with(|rates| rates.messenger_profile = Rate::new(calls, per))
    }

    /// At most so many calls about the menu of one person in so long a time.
    #[must_use]
    pub fn user_menu(self, calls: u32, per: Duration) -> Self {
        self.with(|rates| rates.user_menu = Rate::new(calls, per))
    }

    fn with(mut self, change: impl FnOnce(&mut Rates)) -> Self {
        if let Some(rates) = &mut self.0 {
            change(rates);
        }
        self
    }
}

impl Rates {
    fn of(&self, pace: &Pace) -> Rate {
        match pace {
            Pace::Send => self.sends,
            Pace::SendMedia => self.media_sends,
            Pace::PrivateReply => self.private_replies,
            Pace::Conversations => self.conversations,
            Pace::MessengerProfile => self.messenger_profile,
            Pace::UserMenu(_) => self.user_menu,
            Pace::Other => self.others,
        }
    }
}
