//! The table of a scenario: medians of the rounds, and their ratio round by round with its spread.

use std::{fmt, time::Duration};

use crate::round::Figures;

/// One line of the table.
struct Line {
    label: &'static str,
    more_is_better: bool,
    decimals: usize,
    value: fn(&Figures, Size) -> f64,
}

/// How much each round does.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Size {
    pub(crate) requests: usize,
    pub(crate) events: usize,
}

const LINES: [Line; 8] = [
    Line {
        label: "requests/s until all acknowledged",
        more_is_better: true,
        decimals: 0,
        value: |figures, size| per_second(size.requests, figures.acknowledged),
    },
    Line {
        label: "events/s until all handled",
        more_is_better: true,
        decimals: 0,
        value: |figures, size| per_second(size.events, figures.handled),
    },
    Line {
        label: "ack p50, ms",
        more_is_better: false,
        decimals: 2,
        value: |figures, _| milliseconds(figures.ack_p50),
    },
    Line {
        label: "ack p99, ms",
        more_is_better: false,
        decimals: 2,
        value: |figures, _| milliseconds(figures.ack_p99),
    },
    Line {
        label: "processor time per event, us",
        more_is_better: false,
        decimals: 1,
        value: |figures, size| figures.processor_time.as_secs_f64() * 1e6 / size.events as f64,
    },
    Line {
        label: "the generator's own per event, us",
        more_is_better: false,
        decimals: 1,
        value: |figures, size| figures.own_processor_time.as_secs_f64() * 1e6 / size.events as f64,
    },
    Line {
        label: "peak memory, MiB",
        more_is_better: false,
        decimals: 1,
        value: |figures, _| figures.peak_memory as f64 / f64::from(1 << 20),
    },
    Line {
        label: "cold start, ms",
        more_is_better: false,
        decimals: 1,
        value: |figures, _| milliseconds(figures.cold_start),
    },
];

/// The table of one scenario.
#[derive(Debug)]
pub(crate) struct Table<'a> {
    pub(crate) title: String,
    pub(crate) size: Size,
    /// Names and rounds of the bots: the one that is measured, then perhaps its yardstick.
    pub(crate) bots: Vec<(&'a str, Vec<Figures>)>,
}

impl fmt::Display for Table<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}: {} events a round", self.title, self.size.events)?;
        write!(f, "  {:34}", "")?;
        for (name, _) in &self.bots {
            write!(f, "{name:>12}")?;
        }
        if self.bots.len() == 2 {
            write!(f, "{:>8}  {:14}", "ratio", "min..max")?;
        }
        writeln!(f)?;
        for line in LINES {
            self.line(f, &line)?;
        }
        Ok(())
    }
}

impl Table<'_> {
    fn line(&self, f: &mut fmt::Formatter<'_>, line: &Line) -> fmt::Result {
        let decimals = line.decimals;
        let of = |rounds: &[Figures]| {
            rounds
                .iter()
                .map(|round| (line.value)(round, self.size))
                .collect::<Vec<_>>()
        };
        let values = self.bots.iter().map(|(_, rounds)| of(rounds)).collect::<Vec<_>>();
        write!(f, "  {:34}", line.label)?;
        for rounds in &values {
            write!(f, "{:>12.decimals$}", median(rounds))?;
        }
        if let [measured, yardstick] = values.as_slice() {
            let better = if line.more_is_better {
                "more is better"
            } else {
                "less is better"
            };
            write!(f, "{}{better}", ratio(measured, yardstick))?;
        }
        writeln!(f)
    }
}

/// The median of the ratios round by round, and their spread. Short rounds measure nothing of what the
/// system counts in steps of 10 ms; those have no ratio.
fn ratio(measured: &[f64], yardstick: &[f64]) -> String {
    let ratios = measured.iter().zip(yardstick).map(|(a, b)| a / b);
    let ratios = ratios.filter(|ratio| ratio.is_normal()).collect::<Vec<_>>();
    let Some(least) = ratios.iter().copied().min_by(f64::total_cmp) else {
        return format!("{:>8}  {:14}", "-", "too short");
    };
    let most = ratios.iter().copied().fold(least, f64::max);
    format!(
        "{:>8.2}  {:14}",
        median(&ratios),
        format!("{least:.2}..{most:.2}")
    )
}

fn per_second(count: usize, time: Duration) -> f64 {
    count as f64 / time.as_secs_f64()
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// The middle value, or the mean of the two middle ones; not a number when there is none.
fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => f64::NAN,
        length if length % 2 == 1 => sorted[middle],
        _ => f64::midpoint(sorted[middle - 1], sorted[middle]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round(acknowledged: u64) -> Figures {
        Figures {
            cold_start: Duration::from_millis(7),
            acknowledged: Duration::from_millis(acknowledged),
            handled: Duration::from_millis(acknowledged),
            ack_p50: Duration::from_millis(1),
            ack_p99: Duration::from_millis(2),
            processor_time: Duration::from_millis(10),
            own_processor_time: Duration::from_millis(10),
            peak_memory: 5 << 20,
        }
    }

    #[test]
    fn the_median_is_the_middle() {
        assert!((median(&[3.0, 1.0, 2.0]) - 2.0).abs() < 1e-9);
        assert!((median(&[4.0, 1.0, 2.0, 3.0]) - 2.5).abs() < 1e-9);
        assert!(median(&[]).is_nan());
    }

    #[test]
    fn what_was_too_short_to_measure_has_no_ratio() {
        let words = |text: String| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(words(ratio(&[1.0, 0.0], &[0.0, 0.0])), ["-", "too", "short"]);
        assert_eq!(words(ratio(&[1.0, 3.0], &[0.0, 2.0])), ["1.50", "1.50..1.50"]);
    }

    #[test]
    fn compares_round_with_round() {
        let table = Table {
            title: "webhook in".to_owned(),
            size: Size {
                requests: 100,
                events: 200,
            },
            bots: vec![
                ("a", vec![round(100), round(200), round(400)]),
                ("b", vec![round(200), round(200), round(200)]),
            ],
        };
        let text = table.to_string();
        let line = text.lines().find(|line| line.contains("requests/s")).unwrap();
        let words = line.split_whitespace().skip(4).take(4).collect::<Vec<_>>();
        assert_eq!(words, ["500", "500", "1.00", "0.50..2.00"]);
    }
}
