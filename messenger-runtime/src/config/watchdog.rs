//! What becomes of a handler that never lets go of its thread.

use std::time::Duration;

/// How long a handler may keep its thread to itself; see [`Config::watchdog`](super::Config::watchdog).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Watchdog {
    /// 30 seconds beyond the time of a handler, where the program is the bot's own: run by
    /// [`BotBuilder::run`](crate::BotBuilder::run) or by the command `serve`. For as long as it likes where the bot is
    /// a part of another program ([`BotBuilder::start`](crate::BotBuilder::start)), which is not the bot's to end.
    #[default]
    OwnProgram,
    /// For as long as it likes.
    Off,
    /// So long beyond the time of a handler, in any program.
    After(Duration),
}

impl Watchdog {
    /// What it comes to in a program that is the bot's own, or is not.
    pub(crate) fn grace(self, is_own_program: bool) -> Option<Duration> {
        match self {
            Self::OwnProgram => is_own_program.then_some(Duration::from_secs(30)),
            Self::Off => None,
            Self::After(grace) => Some(grace),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_is_not_the_bots_own_is_ended_only_where_it_was_asked_for() {
        let (usual, other) = (Duration::from_secs(30), Duration::from_secs(7));
        for (watchdog, in_its_own, in_another) in [
            (Watchdog::default(), Some(usual), None),
            (Watchdog::Off, None, None),
            (Watchdog::After(other), Some(other), Some(other)),
        ] {
            assert_eq!(
                (watchdog.grace(true), watchdog.grace(false)),
                (in_its_own, in_another)
            );
        }
    }
}
