//! Times of the platform: milliseconds here, seconds there, as numbers or strings.

use std::time::{Duration, SystemTime};

use super::{field::Value, json::Reader};

/// Below this a time counts seconds: as seconds it is the year 5138, as milliseconds March 1973.
const FIRST_MILLISECONDS: u64 = 100_000_000_000;

/// 31 December 9999, the last day worth believing.
const LAST_MILLISECONDS: u64 = 253_402_300_799_999;

/// A time in an event.
///
/// Messaging events count milliseconds since 1970; calls, leads, bookings and `created_time` count
/// seconds. The two are told apart by their size. Numbers, numeric strings and ISO 8601
/// (`2021-09-08T06:34:04+0000`) are taken; a negative time, or one after the year 9999, is none.
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use messenger_runtime::event::Timestamp;
///
/// let seconds = Timestamp::parse("1671644824").unwrap();
/// let milliseconds = Timestamp::parse("1671644824000").unwrap();
/// assert!(seconds.is_seconds() && !milliseconds.is_seconds());
/// assert_eq!(seconds.system_time(), milliseconds.system_time());
/// assert_eq!(seconds.system_time(), SystemTime::UNIX_EPOCH + Duration::from_secs(1_671_644_824));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp {
    milliseconds: u64,
    seconds: bool,
}

impl Timestamp {
    /// Reads a time as it stands in an event, without quotes.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        match text.parse::<u64>() {
            Ok(number) => Self::from_number(number),
            Err(_) => Self::from_float(text).or_else(|| Self::from_iso(text)),
        }
    }

    fn from_number(number: u64) -> Option<Self> {
        let seconds = number < FIRST_MILLISECONDS;
        let milliseconds = if seconds { number * 1000 } else { number };
        (milliseconds <= LAST_MILLISECONDS).then_some(Self {
            milliseconds,
            seconds,
        })
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the range is checked first"
    )]
    fn from_float(text: &str) -> Option<Self> {
        let number = text.parse::<f64>().ok()?;
        if !(0.0..=LAST_MILLISECONDS as f64).contains(&number) {
            return None;
        }
        Self::from_number(number as u64)
    }

    /// `YYYY-MM-DDTHH:MM:SS`, a fraction that is ignored, and `Z` or an offset.
    fn from_iso(text: &str) -> Option<Self> {
        let number = |from: usize, to: usize| text.get(from..to)?.parse::<i64>().ok();
        let marks = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')];
        if marks
            .iter()
            .any(|&(at, mark)| text.as_bytes().get(at) != Some(&mark))
        {
            return None;
        }
        let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
        let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
        let in_range = (1970..=9999).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
        if !in_range || hour > 23 || minute > 59 || second > 60 {
            return None;
        }
        let zone = text
            .get(19..)?
            .trim_start_matches(|c: char| c == '.' || c.is_ascii_digit());
        let since_midnight = (hour * 60 + minute) * 60 + second - offset(zone)?;
        let seconds = days_since_1970(year, month, day) * 86_400 + since_midnight;
        Some(Self {
            milliseconds: u64::try_from(seconds).ok()? * 1000,
            seconds: true,
        })
    }

    /// Milliseconds since 1970, whatever the unit on the wire was.
    #[must_use]
    pub fn milliseconds(self) -> u64 {
        self.milliseconds
    }

    /// Whether the event gave seconds, so that the milliseconds are unknown.
    #[must_use]
    pub fn is_seconds(self) -> bool {
        self.seconds
    }

    /// The same time for the standard library.
    #[must_use]
    pub fn system_time(self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_millis(self.milliseconds)
    }
}

/// Seconds east of Greenwich.
fn offset(zone: &str) -> Option<i64> {
    let sign = match zone.as_bytes().first() {
        None | Some(b'Z') => return Some(0),
        Some(b'+') => 1,
        Some(b'-') => -1,
        Some(_) => return None,
    };
    let hours = zone.get(1..3)?.parse::<i64>().ok()?;
    let minutes = zone.get(3..).unwrap_or_default().trim_start_matches(':');
    let minutes = if minutes.is_empty() {
        0
    } else {
        minutes.parse::<i64>().ok()?
    };
    (hours <= 23 && (0..60).contains(&minutes)).then_some(sign * (hours * 60 + minutes) * 60)
}

/// Days of the Gregorian calendar, counted in years that begin in March, so that the leap day is last.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month <= 2 {
        (year - 1, month + 9)
    } else {
        (year, month - 3)
    };
    let days_before_year = year * 365 + year / 4 - year / 100 + year / 400;
    let days_before_month = (153 * month + 2) / 5;
    days_before_year + days_before_month + day - 1 - 719_468
}

impl<'a> Value<'a> for Timestamp {
    type Owned = Self;

    fn read(reader: &mut Reader<'a>) -> Option<Self> {
        Self::parse(&reader.scalar()?)
    }

    fn into_owned(self) -> Self {
        self
    }
}
