//! Event logging: what people did in a conversation, for the analytics of the app.
//!
//! For measuring advertisements the platform recommends its Conversions API now, which is no part of the
//! Messenger Platform.
//!
//! Platform: App events for bots, <https://developers.facebook.com/docs/app-events/bots-for-messenger>

use std::fmt;

use reqwest::Method;
use serde::{Serialize, Serializer, ser::SerializeMap as _};
use serde_json::Value;

use super::{Graph, GraphError, Request, answer::Answer, call::Token};
use crate::message::{Amount, Fields, Money};

/// One event, with whatever parameters belong to it.
///
/// Names keep their case. `Debug` shows the name of the event and of its parameters.
///
/// ```
/// use messenger_runtime::{graph::AppEvent, message::{Currency, Money}};
///
/// let bought = AppEvent::new("fb_mobile_purchase")
///     .value_to_sum(Money::new(55_22, Currency::USD))
///     .parameter("orderNumber", "A-17");
/// assert_eq!(
///     serde_json::to_string(&bought).unwrap(),
///     r#"{"_eventName":"fb_mobile_purchase","_valueToSum":55.22,"_fb_currency":"USD","orderNumber":"A-17"}"#,
/// );
/// ```
#[derive(Clone, PartialEq, Eq)]
#[must_use = "an event is counted when it is logged"]
pub struct AppEvent {
    parameters: Vec<(String, Parameter)>,
}

#[derive(Clone, PartialEq, Eq)]
enum Parameter {
    Json(Value),
    Amount(Money),
}

impl AppEvent {
    /// An event of this name: one of the platform's, such as `fb_mobile_purchase`, or the bot's own.
    pub fn new(name: impl Into<String>) -> Self {
        let name = Parameter::Json(Value::String(name.into()));
        Self {
            parameters: vec![("_eventName".to_owned(), name)],
        }
    }

    /// What it is worth: `_valueToSum` and `_fb_currency`.
    pub fn value_to_sum(mut self, worth: Money) -> Self {
        self.parameters
            .push(("_valueToSum".to_owned(), Parameter::Amount(worth)));
        self.parameter("_fb_currency", worth.currency().code())
    }

    /// A parameter, under its name as it is.
    pub fn parameter(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.parameters.push((name.into(), Parameter::Json(value.into())));
        self
    }
}

impl Serialize for AppEvent {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.parameters.len()))?;
        for (name, value) in &self.parameters {
            match value {
                Parameter::Json(value) => map.serialize_entry(name, value)?,
                Parameter::Amount(worth) => map.serialize_entry(name, &Amount(*worth))?,
            }
        }
        map.end()
    }
}

impl fmt::Debug for AppEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut event = f.debug_struct("AppEvent");
        if let Some((_, Parameter::Json(Value::String(name)))) = self.parameters.first() {
            event.field("name", name);
        }
        let names: Vec<_> = self.parameters.iter().skip(1).map(|(name, _)| name).collect();
        event.field("parameters", &names).finish()
    }
}

/// Events to be logged, and what the person allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "events are counted when they are logged"]
pub struct EventLog {
    events: Vec<AppEvent>,
    advertiser_tracking: bool,
    application_tracking: bool,
    extinfo: Vec<String>,
}

impl EventLog {
    /// These events. Tracking is off, and the device is `mb1`, the platform's word for Messenger, unless
    /// set.
    pub fn new(events: impl IntoIterator<Item = AppEvent>) -> Self {
        Self {
            events: events.into_iter().collect(),
            advertiser_tracking: false,
            application_tracking: false,
            extinfo: vec!["mb1".to_owned()],
        }
    }

    /// Whether the person lets advertisers track them.
    pub fn advertiser_tracking(self, enabled: bool) -> Self {
        Self {
            advertiser_tracking: enabled,
            ..self
        }
    }

    /// Whether the person lets the app track them.
    pub fn application_tracking(self, enabled: bool) -> Self {
        Self {
            application_tracking: enabled,
            ..self
        }
    }

    /// What is said about the device.
    pub fn extinfo(self, extinfo: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self {
            extinfo: extinfo.into_iter().map(Into::into).collect(),
            ..self
        }
    }
}

impl From<AppEvent> for EventLog {
    fn from(event: AppEvent) -> Self {
        Self::new([event])
    }
}

#[derive(Serialize)]
struct Body<'a> {
    event: &'static str,
    custom_events: String,
    advertiser_tracking_enabled: u8,
    application_tracking_enabled: u8,
    extinfo: String,
    page_id: &'a str,
    page_scoped_user_id: &'a str,
}

/// Lists travel as JSON text within the JSON body.
fn text(list: &impl Serialize) -> Result<String, GraphError> {
    serde_json::to_string(list)
        .map_err(|error| GraphError::request("an event does not serialise to JSON", Some(error.into())))
}

impl Graph {
    /// Logs what the person `psid` did, with the app's own token.
    ///
    /// ```
    /// # use messenger_runtime::graph::{AppEvent, Graph, GraphError};
    /// # async fn example(graph: Graph, psid: &str) -> Result<(), GraphError> {
    /// graph.log_events(psid, AppEvent::new("order_cancelled")).await?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// MSG502 without an app id; MSG503 for an amount of more than 15 digits; MSG517 without any event and
    /// for an empty id.
    pub fn log_events(&self, psid: &str, events: impl Into<EventLog>) -> Request<()> {
        let url = match self.inner().provider.app_id() {
            Some(app) => self.inner().url([&*app, "activities"]),
            None => Err(GraphError::token("there is no app id")),
        };
        let draft = self
            .draft_to(Method::POST, url)
            .messenger_only("event logging")
            .token(Token::App);
        let EventLog {
            events,
            advertiser_tracking,
            application_tracking,
            extinfo,
        } = events.into();
        let mut fields = Fields::default().required("page_scoped_user_id", psid);
        if events.is_empty() {
            fields = fields.invalid("custom_events", "empty");
        }
        let draft = draft.check(fields.finish());
        let draft = match text(&events).and_then(|events| Ok((events, text(&extinfo)?))) {
            Ok((custom_events, extinfo)) => draft.json(&Body {
                event: "CUSTOM_APP_EVENTS",
                custom_events,
                advertiser_tracking_enabled: advertiser_tracking.into(),
                application_tracking_enabled: application_tracking.into(),
                extinfo,
                page_id: self.page_id(),
                page_scoped_user_id: psid,
            }),
            Err(error) => draft.refuse(error),
        };
        draft.reads(Answer::done)
    }
}
