//! What changed about a flight.

use serde::{Deserialize, Serialize};

use super::{Flight, Walk, Words};
use crate::message::Reply;

/// An airline flight update template: a delay, another gate or a cancellation.
///
/// Not available on Instagram.
/// Platform: airline flight update template, <https://developers.facebook.com/docs/messenger-platform/reference/template/airline-flight-update>.
///
/// ```
/// use messenger_runtime::message::{
///     Message,
///     airline::{Airport, Flight, FlightUpdate, Schedule, UpdateType},
/// };
/// use serde_json::json;
///
/// let flight = Flight::new(
///     "CF 1815",
///     Airport::new("LYS", "Lyon").gate("B14"),
///     Airport::new("ADD", "Addis Ababa"),
///     Schedule::departure("2026-12-01T21:40"),
/// );
/// let update = FlightUpdate::new("Your gate changed.", UpdateType::GateChange, "en_US", flight);
/// assert_eq!(
///     serde_json::to_value(Message::from(update)).unwrap(),
///     json!({"attachment": {"type": "template", "payload": {
///         "template_type": "airline_update",
///         "intro_message": "Your gate changed.",
///         "update_type": "gate_change",
///         "locale": "en_US",
///         "update_flight_info": {
///             "flight_number": "CF 1815",
///             "departure_airport": {"airport_code": "LYS", "city": "Lyon", "gate": "B14"},
///             "arrival_airport": {"airport_code": "ADD", "city": "Addis Ababa"},
///             "flight_schedule": {"departure_time": "2026-12-01T21:40"},
///         },
///     }}}),
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlightUpdate {
    intro_message: Words,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    theme_color: Option<Words>,
    update_type: UpdateType,
    locale: Words,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pnr_number: Option<Words>,
    update_flight_info: Flight,
}

/// What changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UpdateType {
    /// The flight is late.
    Delay,
    /// It leaves from another gate.
    GateChange,
    /// It does not leave.
    Cancellation,
}

impl FlightUpdate {
    /// An update under an introduction, in the language of `locale` (like `en_US`), with the flight as it
    /// is now.
    #[must_use]
    pub fn new(
        intro_message: impl Into<String>,
        update_type: UpdateType,
        locale: impl Into<String>,
        flight: Flight,
    ) -> Self {
        Self {
            intro_message: Words::new(intro_message),
            theme_color: None,
            update_type,
            locale: Words::new(locale),
            pnr_number: None,
            update_flight_info: flight,
        }
    }

    /// The colour behind the update, like `#6f4e37`; `#009ddc` unless given.
    #[must_use]
    pub fn theme_color(mut self, color: impl Into<String>) -> Self {
        self.theme_color = Some(Words::new(color));
        self
    }

    /// The booking number.
    #[must_use]
    pub fn pnr_number(mut self, number: impl Into<String>) -> Self {
        self.pnr_number = Some(Words::new(number));
        self
    }

    pub(in crate::message) fn check(&self, walk: &mut Walk) {
        walk.at("template_type", |walk| {
            walk.messenger_only("airline flight update template");
        });
        walk.required("intro_message", &self.intro_message);
        walk.theme_color(self.theme_color.as_ref());
        walk.locale(&self.locale);
        walk.at("update_flight_info", |walk| self.update_flight_info.check(walk));
    }
}

impl Reply {
    /// What changed about a flight, see [`FlightUpdate`].
    ///
    /// ```
    /// # use messenger_runtime::message::{Reply, airline::{Flight, FlightUpdate, UpdateType}};
    /// fn late(flight: Flight) -> Reply {
    ///     Reply::flight_update(FlightUpdate::new("We are late.", UpdateType::Delay, "en_US", flight))
    /// }
    /// ```
    pub fn flight_update(update: FlightUpdate) -> Self {
        Self::message(update)
    }
}
