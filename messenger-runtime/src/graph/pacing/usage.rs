//! How much of the platform's patience is used up, as its answers tell.

use std::time::Duration;

use reqwest::header::HeaderMap;
use serde_json::Value;
use tokio::time::Instant;

use super::{DAY, SLOW_FROM};

#[cfg(test)]
mod tests;

/// How long the calls stop at 100 % where the platform does not say.
const STOP: Duration = Duration::from_mins(1);
/// In which time what an answer told fades by one percent.
const FADE: Duration = Duration::from_secs(12);
/// The least share of a rate, just below 100 %.
const LEAST_SHARE: f64 = 0.02;

/// What one kind of count says.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Level {
    /// Of calls, time or processor time, whichever is highest.
    pub(super) percent: f64,
    /// How long the calls are to stop.
    pub(super) stop: Duration,
}

impl Level {
    /// Reads `{"call_count": 28, "total_time": 25, "total_cputime": 25}`.
    fn read(counts: &Value) -> Self {
        let number = |key: &str| {
            let value = match counts.get(key)? {
                Value::String(text) => text.trim().parse().ok()?,
                other => other.as_f64()?,
            };
            // As JSON has no others, only a text can hold what is not a number.
            value.is_finite().then_some(value)
        };
        let percent = ["call_count", "total_time", "total_cputime"]
            .into_iter()
            .filter_map(number)
            .fold(0.0, f64::max);
        let minutes = number("estimated_time_to_regain_access").unwrap_or(0.0);
        let stop = if minutes > 0.0 {
            Duration::from_secs_f64((minutes * 60.0).min(DAY.as_secs_f64()))
        } else if percent >= 100.0 {
            STOP
        } else {
            Duration::ZERO
        };
        Self { percent, stop }
    }

    fn or(self, other: Self) -> Self {
        Self {
            percent: self.percent.max(other.percent),
            stop: self.stop.max(other.stop),
        }
    }
}

/// The counts against a page: of its own, and of the use cases that concern messages.
pub(super) const COUNTS: usize = 4;
const USE_CASES: [&str; COUNTS - 1] = ["messenger", "instagram", "pages"];

/// The usage headers of an answer. Whatever has another form than documented counts as missing.
///
/// Platform: Rate limits, <https://developers.facebook.com/docs/graph-api/overview/rate-limiting>
#[derive(Debug, Default, PartialEq)]
pub(in super::super) struct Usage {
    pub(super) app: Option<Level>,
    pub(super) page: [Option<Level>; COUNTS],
}

impl Usage {
    /// Reads the headers of an answer to a call for `page`.
    pub(in super::super) fn read(headers: &HeaderMap, page: &str) -> Self {
        let json =
            |name: &str| -> Option<Value> { serde_json::from_slice(headers.get(name)?.as_bytes()).ok() };
        let level = |name: &str| {
            json(name)
                .filter(Value::is_object)
                .map(|counts| Level::read(&counts))
        };
        let mut usage = Self {
            app: level("x-app-usage"),
            ..Self::default()
        };
        usage.page[0] = level("x-page-usage");
        if let Some(Value::Object(all)) = json("x-business-use-case-usage") {
            // A business can have other pages, whose counts are told by their own ids.
            let own = all.get(page);
            for counts in own
                .into_iter()
                .chain(all.values().filter(|_| own.is_none()))
                .filter_map(Value::as_array)
                .flatten()
            {
                let kind = counts.get("type").and_then(Value::as_str);
                if let Some(at) = USE_CASES.iter().position(|case| Some(*case) == kind) {
                    let level = Level::read(counts);
                    let known = &mut usage.page[at + 1];
                    *known = Some(known.map_or(level, |known| known.or(level)));
                }
            }
        }
        usage
    }

    /// Without the counts against pages, where the answer is to a call that is for none.
    pub(in super::super) fn of_the_app(self) -> Self {
        Self {
            page: Default::default(),
            ..self
        }
    }

    pub(super) fn tells_of_page(&self) -> bool {
        self.page.iter().any(Option::is_some)
    }
}

/// What was told last, and when.
#[derive(Debug, Clone, Copy)]
pub(super) struct Told {
    pub(super) percent: f64,
    pub(super) at: Instant,
}

impl Told {
    /// What is left of it by now, in percent.
    pub(super) fn now(self, now: Instant) -> f64 {
        let age = now.saturating_duration_since(self.at);
        (self.percent.min(100.0) - age.div_duration_f64(FADE)).max(0.0)
    }
}

/// The share of a rate that is left at this usage, in percent.
pub(super) fn share(percent: f64) -> f64 {
    ((100.0 - percent) / (100.0 - SLOW_FROM)).clamp(LEAST_SHARE, 1.0)
}
