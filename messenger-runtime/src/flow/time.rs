//! Times of day, as people write them.

use jiff::civil::Time;

use super::{Answer, Misfit, Retry, Said};
use crate::routing::fold::fold;

/// What may stand between the words and says nothing.
const FILLERS: [&str; 1] = ["at"];

impl Answer for Time {
    /// | written | means |
    /// |---|---|
    /// | `9:30`, `09:30`, `9.30`, `14:05:30` | hours from 0 to 23, minutes of two digits |
    /// | `14h`, `14 h`, `9h30`, `9:30h` | the same |
    /// | `2 pm`, `2:30pm`, `2.30 p.m.` | hours from 1 to 12 |
    /// | `noon`, `midnight` | 12:00, 0:00 |
    ///
    /// Not taken: `9`, which may be in the morning or in the evening.
    fn read(said: &Said<'_>) -> Result<Self, Retry> {
        let folded = fold(said.words().unwrap_or_default());
        let words: Vec<&str> = folded
            .split_whitespace()
            .filter(|word| !FILLERS.contains(word))
            .collect();
        time(&words).ok_or_else(|| Misfit::NoTime.into())
    }

    fn misfits() -> &'static [&'static str] {
        &["Misfit-NoTime"]
    }
}

fn time(words: &[&str]) -> Option<Time> {
    let (text, unit) = match *words {
        ["noon" | "midday"] => return Some(Time::constant(12, 0, 0, 0)),
        ["midnight"] => return Some(Time::midnight()),
        [text] => split(text),
        [text, unit] => (text, unit),
        _ => return None,
    };
    let (hour, minute, second) = digits(text)?;
    let hour = match unit {
        "" if text.contains([':', '.', 'h']) => hour,
        "h" if !text.contains('h') => hour,
        "am" | "a.m." | "a.m" if (1..=12).contains(&hour) => hour % 12,
        "pm" | "p.m." | "p.m" if (1..=12).contains(&hour) => hour % 12 + 12,
        _ => return None,
    };
    Time::new(hour, minute, second, 0).ok()
}

/// The digits of `2pm`, and what is behind them.
fn split(text: &str) -> (&str, &str) {
    let end = text
        .rfind(|char: char| char.is_ascii_digit())
        .map_or(0, |last| last + 1);
    text.split_at(end)
}

/// `9`, `9:30`, `9.30`, `9h30`, `9:30:00`
fn digits(text: &str) -> Option<(i8, i8, i8)> {
    let number = |text: &str, digits: std::ops::RangeInclusive<usize>| {
        let is_digits = text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse::<i8>()
            .ok()
            .filter(|_| is_digits && digits.contains(&text.len()))
    };
    let hour = |text| number(text, 1..=2);
    let sixtieth = |text| number(text, 2..=2);
    let mut parts = text.split([':', '.', 'h']);
    let read = (
        hour(parts.next()?)?,
        parts.next().map_or(Some(0), sixtieth)?,
        parts.next().map_or(Some(0), sixtieth)?,
    );
    parts.next().is_none().then_some(read)
}

#[cfg(test)]
mod tests {
    use jiff::civil::time as at;
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Result<Time, Misfit> {
        Time::read(&Said::typed(text)).map_err(|retry| retry.misfit().expect("a misfit").clone())
    }

    #[test]
    fn times_are_read_as_people_write_them() {
        for (text, hour, minute) in [
            ("9:30", 9, 30),
            ("09:30", 9, 30),
            ("9.30", 9, 30),
            ("at 9:30", 9, 30),
            ("9h30", 9, 30),
            ("9:30h", 9, 30),
            ("9:30 am", 9, 30),
            ("0:00", 0, 0),
            ("23:59", 23, 59),
            ("14h", 14, 0),
            ("14 H", 14, 0),
            ("2 pm", 14, 0),
            ("2PM", 14, 0),
            ("2:30 p.m.", 14, 30),
            ("2.30pm", 14, 30),
            ("12 am", 0, 0),
            ("12:05 pm", 12, 5),
            ("noon", 12, 0),
            ("Midnight", 0, 0),
        ] {
            assert_eq!(read(text), Ok(at(hour, minute, 0, 0)), "{text}");
        }
        assert_eq!(read("14:05:30"), Ok(at(14, 5, 30, 0)));
        let tapped = Said::tapped("After lunch", "14:00:00");
        assert_eq!(Time::read(&tapped).expect("a tap"), at(14, 0, 0, 0));
    }

    #[test]
    fn what_is_no_time_is_none() {
        for text in [
            "",
            "9",
            "soon",
            "24:00",
            "9:60",
            "9:5",
            "9:",
            ":30",
            "13 pm",
            "0 am",
            "1 2:30",
            "9h30h",
            "9:30 h am",
            "h",
            "pm",
            "-9:30",
            "+9:30",
            "9:30:00:00",
            "1430",
            "٩:30",
            "9:30 x",
            "999999:30",
        ] {
            assert_eq!(read(text), Err(Misfit::NoTime), "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_is_too_odd(text: String, timed in "[0-9:.h apm]{0,12}") {
            let _ = (read(&text), read(&timed));
        }

        #[test]
        fn written_times_are_read_back(hour in 0..24_i8, minute in 0..60_i8, second in 0..60_i8) {
            let written = at(hour, minute, second, 0);
            prop_assert_eq!(read(&written.to_string()), Ok(written));
            let to_the_minute = at(hour, minute, 0, 0);
            let (of_twelve, half) = (if hour % 12 == 0 { 12 } else { hour % 12 }, if hour < 12 { "am" } else { "pm" });
            for text in [
                format!("{hour}:{minute:02}"),
                format!("{hour:02}.{minute:02}"),
                format!("{hour}h{minute:02}"),
                format!("{of_twelve}:{minute:02} {half}"),
            ] {
                prop_assert_eq!(read(&text), Ok(to_the_minute), "{}", text);
            }
        }
    }
}
