//! Messaging insights: how many people the page talks with.
//!
//! Needs the permission `read_insights`; the platform has no numbers for pages with few likes.
//!
//! Platform: Messaging insights, <https://developers.facebook.com/docs/messenger-platform/reference/messaging-insights-api>

use std::time::{SystemTime, UNIX_EPOCH};

use reqwest::Method;
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use super::{
    Graph, Request,
    answer::{Answer, lenient, lenient_id},
    client::ME,
    request::Draft,
};
use crate::message::Fields;

/// What is counted.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Metric {
    /// The people that the page can write to, since October 2016.
    TotalMessagingConnections,
    /// The conversations with people who never wrote before.
    NewConversations,
    /// The conversations that people blocked.
    BlockedConversations,
    /// The conversations that people reported.
    ReportedConversations,
    /// Any other metric, by its name: those that the platform calls in development, such as
    /// `page_messages_sent`, `page_messages_read_ratio` and `page_messages_order_count`.
    Other(String),
}

impl Metric {
    /// The platform's name of the metric.
    ///
    /// ```
    /// use messenger_runtime::graph::Metric;
    ///
    /// assert_eq!(Metric::NewConversations.name(), "page_messages_new_conversations_unique");
    /// ```
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::TotalMessagingConnections => "page_messages_total_messaging_connections",
            Self::NewConversations => "page_messages_new_conversations_unique",
            Self::BlockedConversations => "page_messages_blocked_conversations_unique",
            Self::ReportedConversations => "page_messages_reported_conversations_unique",
            Self::Other(name) => name,
        }
    }
}

/// What one value of an insight spans.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum InsightPeriod {
    /// A day.
    Day,
    /// A week.
    Week,
    /// A month.
    Month,
    /// 28 days.
    Days28,
    /// All the time that was asked for, as one value.
    TotalOverRange,
}

impl InsightPeriod {
    const fn name(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Days28 => "days_28",
            Self::TotalOverRange => "total_over_range",
        }
    }
}

/// Which time to look at, and in which steps; the platform's own choice unless set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InsightOptions {
    period: Option<InsightPeriod>,
    since: Option<SystemTime>,
    until: Option<SystemTime>,
    breakdown: Vec<String>,
}

impl InsightOptions {
    /// What one value spans.
    #[must_use]
    pub fn period(self, period: InsightPeriod) -> Self {
        Self {
            period: Some(period),
            ..self
        }
    }

    /// The first moment, to the second.
    #[must_use]
    pub fn since(self, since: SystemTime) -> Self {
        Self {
            since: Some(since),
            ..self
        }
    }

    /// The moment at which to stop, to the second.
    #[must_use]
    pub fn until(self, until: SystemTime) -> Self {
        Self {
            until: Some(until),
            ..self
        }
    }

    /// By what to split the numbers, such as `messaging_channel`; only some metrics can be.
    #[must_use]
    pub fn breakdown(self, dimensions: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self {
            breakdown: dimensions.into_iter().map(Into::into).collect(),
            ..self
        }
    }
}

/// The numbers of one metric.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Insight {
    /// The metric's name, see [`Metric::name`].
    pub name: String,
    /// What one value spans, such as `day`.
    #[serde(default, deserialize_with = "lenient")]
    pub period: Option<String>,
    /// The numbers, the oldest first.
    #[serde(default, deserialize_with = "values")]
    pub values: Vec<InsightValue>,
    /// The metric's title, in the language of the page's people.
    #[serde(default, deserialize_with = "lenient")]
    pub title: Option<String>,
    /// What the metric counts.
    #[serde(default, deserialize_with = "lenient")]
    pub description: Option<String>,
}

fn values<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<InsightValue>, D::Error> {
    lenient(deserializer).map(Option::unwrap_or_default)
}

/// One number of an insight.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct InsightValue {
    /// As the platform wrote it: a number, a number as text, or an object of numbers.
    #[serde(default)]
    pub value: Value,
    /// The end of its time: seconds since 1970, or a time such as `2018-03-12T07:00:00+0000`.
    #[serde(default, deserialize_with = "lenient_id")]
    pub end_time: Option<String>,
    /// Which part of a [breakdown](InsightOptions::breakdown) it is: the dimension and its value.
    #[serde(flatten)]
    pub breakdown: Map<String, Value>,
}

impl InsightValue {
    /// The number, where it is a single one.
    #[must_use]
    pub fn number(&self) -> Option<f64> {
        self.value
            .as_f64()
            .or_else(|| self.value.as_str()?.trim().parse().ok())
            .filter(|number| number.is_finite())
    }
}

impl Graph {
    /// The numbers of several metrics; what the platform has no numbers for is missing.
    ///
    /// ```
    /// # use std::time::{Duration, SystemTime};
    /// # use messenger_runtime::graph::{Graph, GraphError, InsightOptions, InsightPeriod, Metric};
    /// # async fn example(graph: Graph) -> Result<(), GraphError> {
    /// let week = InsightOptions::default()
    ///     .period(InsightPeriod::Day)
    ///     .since(SystemTime::now() - Duration::from_hours(7 * 24));
    /// for insight in graph.insights([Metric::NewConversations, Metric::BlockedConversations], &week).await? {
    ///     let total: f64 = insight.values.iter().filter_map(|value| value.number()).sum();
    ///     println!("{}: {total}", insight.name);
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// MSG517 without a metric and for a time before 1970; MSG516 on Instagram.
    pub fn insights(
        &self,
        metrics: impl IntoIterator<Item = Metric>,
        options: &InsightOptions,
    ) -> Request<Vec<Insight>> {
        let metrics: Vec<_> = metrics.into_iter().collect();
        self.insights_draft(&metrics, options).reads(Answer::data)
    }

    /// The numbers of one metric; `None` where the platform has none.
    ///
    /// ```
    /// # use messenger_runtime::graph::{Graph, GraphError, InsightOptions, Metric};
    /// # async fn example(graph: Graph) -> Result<(), GraphError> {
    /// let blocked = graph.insight(Metric::BlockedConversations, &InsightOptions::default()).await?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`insights`](Self::insights).
    pub fn insight(&self, metric: Metric, options: &InsightOptions) -> Request<Option<Insight>> {
        self.insights_draft(&[metric], options).reads(Answer::first)
    }

    fn insights_draft(&self, metrics: &[Metric], options: &InsightOptions) -> Draft {
        let names: Vec<_> = metrics.iter().map(Metric::name).collect();
        let mut fields = Fields::default().required("metric", &names.join(","));
        let seconds = |time: Option<SystemTime>| {
            time.map(|time| time.duration_since(UNIX_EPOCH).map(|since| since.as_secs()))
                .transpose()
        };
        let (since, until) = (seconds(options.since), seconds(options.until));
        for (name, time) in [("since", &since), ("until", &until)] {
            if time.is_err() {
                fields = fields.invalid(name, "a time before 1970");
            }
        }
        let text = |time: Option<u64>| time.map(|seconds| seconds.to_string());
        let breakdown = (!options.breakdown.is_empty()).then(|| options.breakdown.join(","));
        self.draft(Method::GET, [ME, "insights"])
            .messenger_only("messaging insights")
            .check(fields.finish())
            .query("metric", names.join(","))
            .maybe_query("period", options.period.map(InsightPeriod::name))
            .maybe_query("since", text(since.ok().flatten()))
            .maybe_query("until", text(until.ok().flatten()))
            .maybe_query("breakdown", breakdown)
    }
}
