//! What happened and what waits, as Prometheus reads it.

use std::{
    fmt,
    sync::Arc,
    time::{Duration, UNIX_EPOCH},
};

use axum::{
    body::Body,
    extract::State,
    http::{HeaderValue, header::CONTENT_TYPE},
    response::{IntoResponse as _, Response},
};
use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, MetricEncoder, NoLabelSet, text},
    metrics::MetricType,
    registry::Registry,
};

use super::{
    Subject,
    observed::{CALLS, Coded, Op, Seen},
    subject::Running,
};
use crate::{
    delivery::{Counters, Histogram},
    store::{Backlog, DeadKind},
};

const TEXT: HeaderValue =
    HeaderValue::from_static("application/openmetrics-text; version=1.0.0; charset=utf-8");
/// How long the store may take to count what waits; then these metrics are left out.
const COUNTING: Duration = Duration::from_secs(5);

pub(super) async fn answer(State(subject): State<Arc<Subject>>) -> Response {
    let page = Page::of(&subject).await;
    let mut registry = Registry::with_prefix("messenger");
    registry.register_collector(Box::new(page));
    let mut written = String::new();
    text::encode(&mut written, &registry).expect("a string takes every text");
    ([(CONTENT_TYPE, TEXT)], Body::from(written)).into_response()
}

/// Everything at one time.
#[derive(Debug, Default)]
struct Page(Vec<Family>);

#[derive(Debug)]
struct Family {
    name: String,
    help: String,
    samples: Samples,
}

type Labels = Vec<(&'static str, String)>;
/// Upper ends, and how many are in each.
type Buckets = Vec<(f64, u64)>;

#[derive(Debug)]
enum Samples {
    Counts(Vec<(Labels, u64)>),
    Seconds(Vec<(Labels, f64)>),
    Gauges(Vec<(Labels, f64)>),
    Histograms(Vec<(Labels, f64, Buckets)>),
    Info(Labels),
}

impl Page {
    async fn of(subject: &Subject) -> Self {
        let mut page = Self::default();
        let build = vec![
            ("bot", subject.about.bot().to_owned()),
            ("version", env!("CARGO_PKG_VERSION").to_owned()),
        ];
        page.add(
            "build",
            "The bot, and the version of messenger-runtime",
            Samples::Info(build),
        );
        let since = subject.since.duration_since(UNIX_EPOCH).unwrap_or_default();
        page.gauge(
            "start_time_seconds",
            "When the bot started, in seconds since 1970",
            since.as_secs_f64(),
        );
        let ready = subject.ready().await.is_ok();
        page.gauge(
            "ready",
            "Whether events can be taken: 1 or 0",
            f64::from(u8::from(ready)),
        );
        let Some(running) = subject.running() else {
            return page;
        };
        page.counters(&running.counters);
        page.times(&running.counters);
        page.seen(&running.seen);
        page.paused(running);
        page.waiting(running).await;
        page
    }

    fn add(&mut self, name: &str, help: &str, samples: Samples) {
        self.0.push(Family {
            name: name.to_owned(),
            help: help.trim_end_matches('.').to_owned(),
            samples,
        });
    }

    fn gauge(&mut self, name: &str, help: &str, value: f64) {
        self.add(name, help, Samples::Gauges(vec![(Vec::new(), value)]));
    }

    fn count(&mut self, name: &str, help: &str, value: u64) {
        self.add(name, help, Samples::Counts(vec![(Vec::new(), value)]));
    }

    /// Adds a sample to the family of its name, which it begins where there is none yet.
    fn count_in(&mut self, name: &str, help: &str, label: (&'static str, &str), value: u64) {
        let sample = (vec![(label.0, label.1.to_owned())], value);
        let known = self.0.iter_mut().find(|family| family.name == name);
        if let Some(Family {
            samples: Samples::Counts(samples),
            ..
        }) = known
        {
            samples.push(sample);
        } else {
            self.add(name, help, Samples::Counts(vec![sample]));
        }
    }

    fn histogram(&mut self, name: &str, help: &str, histogram: &Histogram) {
        let (sum, buckets) = histogram.read();
        self.add(name, help, Samples::Histograms(vec![(Vec::new(), sum, buckets)]));
    }

    /// Every counter, by its own name unless several belong together.
    fn counters(&mut self, counters: &Counters) {
        for (counter, help, value) in counters.all() {
            match counter {
                // The store's own metrics count these, by what they befell.
                "store_errors" => {}
                "leases_lost" | "sends_lost" => {
                    let help = "Claims that somebody else took over, or might have, before they ended";
                    let of = if counter == "sends_lost" { "send" } else { "turn" };
                    self.count_in("claims_lost", help, ("of", of), value);
                }
                "handled" => {
                    let help = "Events that had their turn, by what came of it";
                    let failed = counters.turns_failed.get();
                    self.count_in(
                        "turns",
                        help,
                        ("outcome", "handled"),
                        value.saturating_sub(failed),
                    );
                }
                "turns_failed" => {
                    let help = "Events that had their turn, by what came of it";
                    self.count_in("turns", help, ("outcome", "failed"), value);
                }
                "unhandled" | "stopped" | "paused" => {
                    let help = "Events that had their turn, by what came of it";
                    self.count_in("turns", help, ("outcome", counter), value);
                }
                "rejected" | "failed" | "panicked" | "timed_out" | "over_limits" => {
                    let help = "Handlers that did not end well, by how";
                    self.count_in("handler_errors", help, ("kind", counter), value);
                }
                "sent" | "given_up" => {
                    let help = "Messages and calls that left the outbox, by how";
                    self.count_in("sends", help, ("outcome", counter), value);
                }
                "received" | "duplicates" | "foreign" => {
                    self.count(&format!("events_{counter}"), help, value);
                }
                "doubtful" => {
                    let help = "Sends whose connection died after they had left";
                    self.count("sends_in_doubt", help, value);
                }
                "window_closed" => {
                    let help = "Messages that were given up because their window had closed (MSG621)";
                    self.count("sends_too_late", help, value);
                }
                "paced" => self.count("pacing_waits", help, value),
                "full" => self.count("webhook_full", help, value),
                "parked" => self.count("events_parked", help, value),
                "refused" => self.count("turns_refused", help, value),
                "retried" => self.count("send_retries", help, value),
                _ => self.count(counter, help, value),
            }
        }
    }

    fn times(&mut self, counters: &Counters) {
        let times = &counters.times;
        let answers = times.statuses().map(|(status, count)| {
            let status = if status == 0 {
                "other".to_owned()
            } else {
                status.to_string()
            };
            (vec![("status", status)], count)
        });
        let help = "Requests to the webhook that brought events, by the status of the answer";
        self.add("webhook_answers", help, Samples::Counts(answers.collect()));
        let help = "From a request to the webhook to its answer";
        self.histogram("webhook_answer_seconds", help, &times.answer);
        self.histogram(
            "turn_seconds",
            "From an event's claim to the commit of its turn",
            &times.turn,
        );
        let help = "Requests to the Graph API for what waits in the outbox, their answers included";
        self.histogram("send_seconds", help, &times.send);

        let mut handlers: Vec<(&'static str, u64, u64)> = Vec::new();
        for handler in times.handlers() {
            let (runs, nanos) = (handler.runs.get(), handler.nanos.get());
            // A handler with several routes stands there as often.
            match handlers.iter_mut().find(|(name, ..)| *name == handler.name) {
                Some(known) => *known = (known.0, known.1 + runs, known.2 + nanos),
                None => handlers.push((handler.name, runs, nanos)),
            }
        }
        let label = |name: &str| vec![("handler", name.to_owned())];
        let runs = handlers.iter().map(|(name, runs, _)| (label(name), *runs));
        self.add(
            "handler_runs",
            "How often a handler ran",
            Samples::Counts(runs.collect()),
        );
        let seconds = handlers
            .iter()
            .map(|(name, _, nanos)| (label(name), Duration::from_nanos(*nanos).as_secs_f64()));
        let help = "For how long a handler ran, all its runs together";
        self.add("handler_seconds", help, Samples::Seconds(seconds.collect()));
    }

    fn seen(&mut self, seen: &Seen) {
        let of_both = |turns: u64, rows: u64| {
            Samples::Counts(vec![
                (vec![("of", "turn".to_owned())], turns),
                (vec![("of", "send".to_owned())], rows),
            ])
        };
        let help = "Leases that were renewed";
        self.add(
            "leases_renewed",
            help,
            of_both(seen.turns_renewed.get(), seen.rows_renewed.get()),
        );
        let by = |word: &'static str, counts: Vec<((&'static str, String), u64)>| {
            let counts = counts
                .into_iter()
                .map(|((what, code), count)| (vec![(word, what.to_owned()), ("code", code)], count));
            Samples::Counts(counts.collect())
        };
        // A rate sees the first of its kind only where there was a 0 before, and which codes come nobody knows.
        let sums = |word: &'static str, words: &[&'static str], counts: &Coded| {
            let sums = words.iter().map(|of| {
                let all = counts.all().into_iter();
                let sum = all
                    .filter(|((what, _), _)| what == of)
                    .map(|(_, count)| count)
                    .sum();
                (vec![(word, (*of).to_owned())], sum)
            });
            Samples::Counts(sums.collect())
        };
        let help = "What became a dead letter, by kind";
        let kinds = DeadKind::ALL.map(DeadKind::as_str);
        self.add("dead_letters", help, sums("kind", &kinds, &seen.dead_letters));
        let help = "What became a dead letter, by kind and by the code of the cause";
        self.add("dead_letter_causes", help, by("kind", seen.dead_letters.all()));
        let help = "Calls to the store that failed, by call";
        self.add("store_errors", help, sums("op", &CALLS, &seen.errors));
        let help = "Calls to the store that failed, by call and by the code of the error";
        self.add("store_error_causes", help, by("op", seen.errors.all()));
        let times = Op::ALL.map(|op| {
            let (sum, buckets) = seen.time(op).read();
            (vec![("op", op.as_str().to_owned())], sum, buckets)
        });
        let help = "Calls to the store until what they change is durable";
        self.add("store_seconds", help, Samples::Histograms(times.into()));
    }

    fn paused(&mut self, running: &Running) {
        let outgoing = running.outgoing.as_ref();
        let pages = outgoing
            .map(|outgoing| outgoing.paused_pages())
            .unwrap_or_default();
        let count = u32::try_from(pages.len()).unwrap_or(u32::MAX);
        self.gauge("pages_paused", "Pages that cannot send for now", f64::from(count));
        let pages = pages.into_iter().map(|paused| {
            let labels = vec![
                ("object", paused.object.as_str().to_owned()),
                ("page", paused.page.to_string()),
            ];
            (labels, 1.0)
        });
        let help = "The pages that cannot send for now, each 1";
        self.add("page_paused", help, Samples::Gauges(pages.collect()));
    }

    async fn waiting(&mut self, running: &Running) {
        let backlog = tokio::time::timeout(COUNTING, running.store.backlog()).await;
        let Ok(Ok(backlog)) = backlog else {
            tracing::warn!("the store does not say how much waits; these metrics are left out");
            return;
        };
        let Backlog {
            events,
            rows,
            dead_letters,
            oldest_event,
            oldest_row,
        } = backlog;
        let count = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
        let age = |age: Option<Duration>| age.unwrap_or_default().as_secs_f64();
        self.gauge("events_waiting", "Events that are not handled yet", count(events));
        self.gauge("sends_waiting", "Messages and calls in the outbox", count(rows));
        self.gauge(
            "dead_letters_kept",
            "Dead letters that are kept now",
            count(dead_letters),
        );
        let help = "For how long the oldest event has been waiting; 0 where none is";
        self.gauge("oldest_event_seconds", help, age(oldest_event));
        let help = "For how long the oldest message has been waiting in the outbox; 0 where none is";
        self.gauge("oldest_send_seconds", help, age(oldest_row));
    }
}

impl Collector for Page {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        for Family { name, help, samples } in &self.0 {
            let kind = match samples {
                Samples::Counts(_) | Samples::Seconds(_) => MetricType::Counter,
                Samples::Gauges(_) => MetricType::Gauge,
                Samples::Histograms(_) => MetricType::Histogram,
                Samples::Info(_) => MetricType::Info,
            };
            // OpenMetrics ends a help text with a full stop, as this crate's own metrics do.
            let help = format!("{help}.");
            let mut metric = encoder.encode_descriptor(name, &help, None, kind)?;
            match samples {
                Samples::Counts(all) => {
                    for (labels, value) in all {
                        let write = |metric: &mut MetricEncoder<'_>| {
                            metric.encode_counter::<NoLabelSet, _, u64>(value, None)
                        };
                        labelled(&mut metric, labels, write)?;
                    }
                }
                Samples::Seconds(all) => {
                    for (labels, value) in all {
                        let write = |metric: &mut MetricEncoder<'_>| {
                            metric.encode_counter::<NoLabelSet, _, u64>(value, None)
                        };
                        labelled(&mut metric, labels, write)?;
                    }
                }
                Samples::Gauges(all) => {
                    for (labels, value) in all {
                        labelled(&mut metric, labels, |metric| metric.encode_gauge(value))?;
                    }
                }
                Samples::Histograms(all) => {
                    for (labels, sum, buckets) in all {
                        let count = buckets.iter().map(|(_, count)| count).sum();
                        labelled(&mut metric, labels, |metric| {
                            metric.encode_histogram::<NoLabelSet>(*sum, count, buckets, None)
                        })?;
                    }
                }
                Samples::Info(labels) => metric.encode_info(labels)?,
            }
        }
        Ok(())
    }
}

/// Writes a sample with its labels, and without braces where it has none.
fn labelled(
    metric: &mut MetricEncoder<'_>,
    labels: &Labels,
    write: impl FnOnce(&mut MetricEncoder<'_>) -> fmt::Result,
) -> fmt::Result {
    if labels.is_empty() {
        write(metric)
    } else {
        write(&mut metric.encode_family(labels)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_counter_is_written_once_with_its_number() {
        let counters = Counters::default();
        counters.number_all();
        let mut page = Page::default();
        page.counters(&counters);
        let mut written: Vec<u64> = page
            .0
            .iter()
            .flat_map(|family| match &family.samples {
                Samples::Counts(samples) => samples.iter().map(|(_, count)| *count).collect::<Vec<_>>(),
                other => panic!("{other:?}"),
            })
            .collect();
        written.sort_unstable();
        // Those that failed are among those that were handled; the store's metrics have its errors.
        let mut all: Vec<u64> = counters
            .all()
            .into_iter()
            .filter(|(name, ..)| *name != "store_errors")
            .map(|(name, _, count)| match name {
                "handled" => count.saturating_sub(counters.turns_failed.get()),
                _ => count,
            })
            .collect();
        all.sort_unstable();
        assert_eq!(written, all);
        let mut names: Vec<_> = page.0.iter().map(|family| &family.name).collect();
        names.sort();
        assert!(names.windows(2).all(|two| two[0] != two[1]), "{names:?}");
    }
}
