//! The forms that texts of the airline templates must have.

use super::{Walk, Words};

impl Walk {
    /// A list that has at least one member.
    pub(super) fn some<T>(&mut self, name: &str, items: &[T], look: impl Fn(&mut Self, &T)) {
        if items.is_empty() {
            self.invalid(name, "empty");
        }
        self.each(name, items, look);
    }

    pub(super) fn locale(&mut self, locale: &Words) {
        let well_formed = locale.split_once('_').is_some_and(|(language, region)| {
            (2..=3).contains(&language.len())
                && language.bytes().all(|byte| byte.is_ascii_lowercase())
                && region.len() == 2
                && region.bytes().all(|byte| byte.is_ascii_uppercase())
        });
        if !well_formed {
            self.invalid("locale", "not a language and a region, like en_US");
        }
    }

    pub(super) fn theme_color(&mut self, color: Option<&Words>) {
        let well_formed = |color: &Words| {
            color.strip_prefix('#').is_some_and(|digits| {
                digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
            })
        };
        if !color.is_none_or(well_formed) {
            self.invalid("theme_color", "not a colour, like #009ddc");
        }
    }

    pub(super) fn local_time(&mut self, name: &str, time: &Words) {
        if !is_local_time(time.as_bytes()) {
            self.invalid(name, "not a local time, like 2026-01-31T19:05");
        }
    }
}

fn is_local_time(time: &[u8]) -> bool {
    const FORM: &[u8] = b"0000-00-00T00:00";
    if time.len() != FORM.len() {
        return false;
    }
    let fits = |(byte, form): (&u8, &u8)| match form {
        b'0' => byte.is_ascii_digit(),
        _ => byte == form,
    };
    let number = |at: usize| (time[at] - b'0') * 10 + (time[at + 1] - b'0');
    time.iter().zip(FORM).all(fits)
        && (1..=12).contains(&number(5))
        && (1..=31).contains(&number(8))
        && number(11) < 24
        && number(14) < 60
}
