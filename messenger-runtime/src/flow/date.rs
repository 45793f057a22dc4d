//! Dates, as people write them.

use jiff::{
    Timestamp,
    civil::{Date, Weekday},
    tz::Offset,
};

use super::{Answer, Misfit, Retry, Said};
use crate::routing::fold::fold;

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

const WEEKDAYS: [&str; 7] = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];

/// What may stand between the words and says nothing.
const FILLERS: [&str; 3] = ["on", "the", "of"];

/// The fewest letters by which a month or a weekday is known.
const SHORTEST_NAME: usize = 3;

/// In how many years every day of the calendar comes again, 29 February around 1900 too.
const YEARS: i16 = 8;

impl Answer for Date {
    /// As [`read_date`], by the days of UTC.
    fn read(said: &Said<'_>) -> Result<Self, Retry> {
        read_date(said, said.today())
    }

    fn misfits() -> &'static [&'static str] {
        &["Misfit-NoDate", "Misfit-AmbiguousDate"]
    }
}

impl Said<'_> {
    /// The day on which it was said, in UTC: elsewhere it may be the day before or after.
    ///
    /// ```
    /// use std::time::{Duration, UNIX_EPOCH};
    /// use messenger_runtime::{flow::Said, jiff::civil::date};
    ///
    /// let evening = UNIX_EPOCH + Duration::from_secs(1_922_309_999);
    /// assert_eq!(Said::typed("today").at(evening).today(), date(2030, 11, 30));
    /// ```
    #[must_use]
    pub fn today(&self) -> Date {
        let moment = Timestamp::try_from(self.moment()).unwrap_or(Timestamp::MAX);
        Offset::UTC.to_datetime(moment).date()
    }
}

/// Reads a date, where the person's day is `today`; for an [`Answer`] of your own that knows their time zone. A
/// [`Date`] as an answer is read by the days of UTC.
///
/// | written | means |
/// |---|---|
/// | `2030-12-01`, `2030/12/1`, `2030.12.01` | year, month, day |
/// | `1.12.2030`, `1.12.`, `1. 12.` | day, month, year |
/// | `1 December 2030`, `Dec 1, 2030`, `1st of december`, `Sept 3` | months in English, by their first three letters or more |
/// | `today`, `tomorrow`, `day after tomorrow` | |
/// | `Friday`, `on fri` | the next such day, never today |
///
/// Without a year it is the next such day, today included. Not taken, since people disagree on what it is: `1/12` and
/// `1-12-2030` (day or month first), `1.12.30` (a century is missing), `next Friday`.
///
/// ```
/// use messenger_runtime::{
///     flow::{Answer, Retry, Said, read_date},
///     jiff::{Timestamp, civil::{Date, date}, tz::Offset},
/// };
///
/// /// A day at our shop in Lima, where it is five hours earlier than in UTC.
/// struct Day(Date);
///
/// impl Answer for Day {
///     fn read(said: &Said<'_>) -> Result<Self, Retry> {
///         let now = Timestamp::try_from(said.moment()).unwrap_or_default();
///         read_date(said, Offset::constant(-5).to_datetime(now).date()).map(Self)
///     }
/// }
///
/// let new_year: Timestamp = "2030-01-01T03:00:00Z".parse()?;
/// let today = Said::typed("today").at(new_year.try_into()?);
/// assert_eq!(Day::read(&today).unwrap().0, date(2029, 12, 31));
/// assert_eq!(Date::read(&today).unwrap(), date(2030, 1, 1));
/// # Ok::<(), messenger_runtime::jiff::Error>(())
/// ```
///
/// # Errors
///
/// It is no date, or one that may mean two days.
pub fn read_date(said: &Said<'_>, today: Date) -> Result<Date, Retry> {
    let folded = fold(said.words().unwrap_or_default());
    let words: Vec<&str> = folded
        .split(|char: char| char.is_whitespace() || char == ',')
        .filter(|word| !word.is_empty() && !FILLERS.contains(word))
        .collect();
    Ok(date(&words, today)?)
}

fn date(words: &[&str], today: Date) -> Result<Date, Misfit> {
    let date = match *words {
        ["today"] => Some(today),
        ["tomorrow"] => today.tomorrow().ok(),
        ["day", "after", "tomorrow"] => today.tomorrow().and_then(Date::tomorrow).ok(),
        [day] if let Some(weekday) = weekday(day) => today.nth_weekday(1, weekday).ok(),
        [digits] => return in_digits(digits, today),
        // `1. 12. 2030`
        [day, month] if is_numbered(day) && is_digits(month) => return in_digits(&words.concat(), today),
        [day, month, _] if is_numbered(day) && is_numbered(month) => {
            return in_digits(&words.concat(), today);
        }
        [one, other] => with_month(one, other).and_then(|(month, day)| next(month, day, today)),
        [one, other, year] => {
            with_month(one, other).and_then(|(month, day)| Date::new(self::year(year)?, month, day).ok())
        }
        _ => None,
    };
    date.ok_or(Misfit::NoDate)
}

/// A date without letters.
fn in_digits(text: &str, today: Date) -> Result<Date, Misfit> {
    let parts: Vec<&str> = text
        .strip_suffix('.')
        .unwrap_or(text)
        .split(['-', '/', '.'])
        .collect();
    let full =
        |year: &str, month: &str, day: &str| Date::new(self::year(year)?, number(month)?, number(day)?).ok();
    let date = match *parts {
        [first, month, day] if year(first).is_some() => full(first, month, day),
        [day, month] if text.contains('.') => {
            number(month).and_then(|month| next(month, number(day)?, today))
        }
        [day, month, year] if !text.contains(['-', '/']) => full(year, month, day),
        [_, _] | [_, _, _] if parts.iter().all(|part| is_digits(part)) => {
            return Err(Misfit::AmbiguousDate);
        }
        _ => None,
    };
    date.ok_or(Misfit::NoDate)
}

/// A month and a day, whichever comes first.
fn with_month(one: &str, other: &str) -> Option<(i8, i8)> {
    let read = |day: &str, month: &str| Some((self::month(month)?, self::day(day)?));
    read(one, other).or_else(|| read(other, one))
}

/// The first such day from today on.
fn next(month: i8, day: i8, today: Date) -> Option<Date> {
    (today.year()..=today.year() + YEARS)
        .filter_map(|year| Date::new(year, month, day).ok())
        .find(|date| *date >= today)
}

fn weekday(word: &str) -> Option<Weekday> {
    let place = named(word, &WEEKDAYS)?;
    Weekday::from_monday_zero_offset(place).ok()
}

fn month(word: &str) -> Option<i8> {
    named(word.strip_suffix('.').unwrap_or(word), &MONTHS).map(|place| place + 1)
}

/// The place of the name that begins like this.
fn named(word: &str, names: &[&str]) -> Option<i8> {
    let is_long_enough = word.len() >= SHORTEST_NAME;
    let place = names
        .iter()
        .position(|name| is_long_enough && name.starts_with(word))?;
    i8::try_from(place).ok()
}

/// `1`, `1.`, `1st`
fn day(word: &str) -> Option<i8> {
    let endings = [".", "st", "nd", "rd", "th"];
    number(
        endings
            .iter()
            .find_map(|ending| word.strip_suffix(ending))
            .unwrap_or(word),
    )
}

fn year(word: &str) -> Option<i16> {
    word.parse().ok().filter(|_| word.len() == 4 && is_digits(word))
}

fn number(word: &str) -> Option<i8> {
    word.parse().ok().filter(|_| word.len() <= 2 && is_digits(word))
}

fn is_numbered(word: &str) -> bool {
    word.strip_suffix('.').is_some_and(is_digits)
}

fn is_digits(word: &str) -> bool {
    let digits = word.strip_suffix('.').unwrap_or(word);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    /// A Saturday.
    const TODAY: Date = date(2030, 11, 30);

    fn read(text: &str) -> Result<Date, Misfit> {
        let read = read_date(&Said::typed(text), TODAY);
        read.map_err(|retry| retry.misfit().expect("a misfit").clone())
    }

    #[test]
    fn dates_are_read_as_people_write_them() {
        let first = date(2030, 12, 1);
        for text in [
            "2030-12-01",
            "2030-12-1",
            "2030/12/01",
            "2030.12.1",
            "1.12.2030",
            "01.12.2030",
            "1. 12. 2030",
            "1.12.",
            "1.12",
            "1. 12.",
            "1. 12",
            "1 December",
            "1. december",
            "1 DEC 2030",
            "Dec 1",
            "dec. 1st",
            "December 1, 2030",
            "the 1st of December",
            "on 1 Dec",
            " tomorrow ",
            "Tomorrow",
            "Sunday",
            "on sun",
        ] {
            assert_eq!(read(text), Ok(first), "{text}");
        }
        for (text, day) in [
            ("today", TODAY),
            ("30.11.", TODAY),
            ("day after tomorrow", date(2030, 12, 2)),
            ("the day after tomorrow", date(2030, 12, 2)),
            // Never today.
            ("saturday", date(2030, 12, 7)),
            ("tues", date(2030, 12, 3)),
            // Over, this year.
            ("29 November", date(2031, 11, 29)),
            ("3 Sept", date(2031, 9, 3)),
            ("29 February", date(2032, 2, 29)),
            ("1 May 2025", date(2025, 5, 1)),
        ] {
            assert_eq!(read(text), Ok(day), "{text}");
        }
        let tapped = Said::tapped("The first", "2030-12-01");
        assert_eq!(read_date(&tapped, TODAY).expect("a tap"), first);
    }

    #[test]
    fn what_may_mean_two_days_is_asked_for_with_the_month_as_a_word() {
        for text in ["1/12", "1/12/2030", "13/12", "1-12-2030", "01-12", "1/12/30"] {
            assert_eq!(read(text), Err(Misfit::AmbiguousDate), "{text}");
        }
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in [
            "",
            "soon",
            "7",
            "on",
            "32.1.",
            "1.13.",
            "30 February",
            "29 February 2031",
            "2030-02-30",
            "1.12.30",
            "1 12",
            "1 1.12",
            "1. 2 3.",
            "next friday",
            "Friday 2030",
            "De 1",
            "1 Decembre",
            "1 December 30",
            "1 December 2030 please",
            "-1.12.",
            "+1.12.",
            "1..12",
            "٣.12.",
            "99999999999.1.1",
        ] {
            assert_eq!(read(text), Err(Misfit::NoDate), "{text}");
        }
    }

    #[test]
    fn the_end_of_the_calendar_has_no_tomorrow() {
        for text in ["tomorrow", "sunday", "day after tomorrow", "1 January"] {
            let said = Said::typed(text);
            assert!(read_date(&said, Date::MAX).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_is_too_odd(text: String, dated in "[0-9a-z./ ,-]{0,16}") {
            let _ = (read(&text), read(&dated));
        }

        #[test]
        fn written_dates_are_read_back(days in 0..3_000_000_i64) {
            let first = date(1000, 1, 1);
            let date = first.checked_add(jiff::Span::new().days(days)).expect("before the year 9999");
            let (year, month, day) = (date.year(), date.month(), date.day());
            let name = MONTHS[usize::try_from(month - 1).expect("from 1 on")];
            for text in [
                date.to_string(),
                format!("{day}.{month}.{year}"),
                format!("{day}. {month}. {year}"),
                format!("{day} {name} {year}"),
                format!("{} {day}, {year}", &name[..3]),
            ] {
                prop_assert_eq!(read(&text), Ok(date), "{}", text);
            }
        }

        #[test]
        fn without_a_year_it_is_the_next_such_day(days in 0..3_000_000_i64, ahead in 0..365_i64) {
            let span = |days| jiff::Span::new().days(days);
            let today = date(1000, 1, 1).checked_add(span(days)).expect("before the year 9999");
            let date = today.checked_add(span(ahead)).expect("before the year 9999");
            let text = format!("{}.{}.", date.day(), date.month());
            prop_assert_eq!(read_date(&Said::typed(&text), today).expect("a date"), date);
        }
    }
}
