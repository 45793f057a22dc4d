//! What the crash bot and the crash rig have in common: the words they speak and the sums they do.
//!
//! A person numbers what they say: `add 1`, `two 2`, `chat 3`, .. The bot keeps a [`Tally`] of the numbers for
//! each person and repeats it in every reply, so that one reply shows whether anything before it was lost,
//! handled twice or handled out of order.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The page of the crash bot.
pub const PAGE: &str = "20001";
/// Its app.
pub const APP_ID: &str = "1001";
/// The secret by which its webhook is signed.
pub const APP_SECRET: &str = "secret-of-the-crash-rig";
/// The word of its webhook's handshake.
pub const VERIFY_TOKEN: &str = "verify-token-of-the-crash-rig";
/// The token of its page.
pub const PAGE_TOKEN: &str = "page-token-of-the-crash-rig";

/// The exit status of a bot whose draining was cut short by a second signal.
pub const CUT: i32 = 22;

/// How long the bot waits for what it sends through `Chat` before it goes on.
pub const CHAT_PATIENCE: std::time::Duration = std::time::Duration::from_millis(60);

/// How many numbers were seen, and in which order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// How many.
    pub count: u64,
    /// A hash of them in their order.
    pub hash: u64,
}

impl Tally {
    /// Takes the next number in.
    pub fn add(&mut self, number: u64) {
        self.count += 1;
        self.hash = self.hash.wrapping_mul(0x0000_0100_0000_01b3) ^ number.wrapping_add(1);
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:016x}", self.count, self.hash)
    }
}

#[cfg(test)]
mod tests {
    use super::Tally;

    fn tally(numbers: &[u64]) -> Tally {
        let mut tally = Tally::default();
        numbers.iter().for_each(|&number| tally.add(number));
        tally
    }

    #[test]
    fn a_number_lost_doubled_or_moved_shows() {
        let right = tally(&[1, 2, 3]);
        for wrong in [&[1, 3][..], &[1, 2, 2, 3], &[1, 3, 2], &[0, 1, 2, 3]] {
            assert_ne!(tally(wrong).to_string(), right.to_string());
        }
        assert_eq!(tally(&[1, 2, 3]), right);
    }
}
