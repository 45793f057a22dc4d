//! The reminder to check in.

use serde::{Deserialize, Serialize};

use super::{Flight, Walk, Words};
use crate::message::Reply;

/// An airline check-in template: says that check-in is open, for which flights and where.
///
/// Not available on Instagram.
/// Platform: airline check-in template, <https://developers.facebook.com/docs/messenger-platform/reference/templates/airline-checkin>.
///
/// ```
/// use messenger_runtime::message::{Message, airline::{Airport, CheckIn, Flight, Schedule}};
/// use serde_json::json;
///
/// let flight = Flight::new(
///     "CF 1815",
///     Airport::new("LYS", "Lyon"),
///     Airport::new("ADD", "Addis Ababa"),
///     Schedule::departure("2026-12-01T21:40"),
/// );
/// let reminder = CheckIn::new("Check-in is open.", "en_US", "https://air.example/check-in", [flight])
///     .pnr_number("AL1815");
/// assert_eq!(
///     serde_json::to_value(Message::from(reminder)).unwrap(),
///     json!({"attachment": {"type": "template", "payload": {
///         "template_type": "airline_checkin",
///         "intro_message": "Check-in is open.",
///         "locale": "en_US",
///         "pnr_number": "AL1815",
///         "checkin_url": "https://air.example/check-in",
///         "flight_info": [{
///             "flight_number": "CF 1815",
///             "departure_airport": {"airport_code": "LYS", "city": "Lyon"},
///             "arrival_airport": {"airport_code": "ADD", "city": "Addis Ababa"},
///             "flight_schedule": {"departure_time": "2026-12-01T21:40"},
///         }],
///     }}}),
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckIn {
    intro_message: Words,
    locale: Words,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pnr_number: Option<Words>,
    checkin_url: Words,
    flight_info: Vec<Flight>,
}

impl CheckIn {
    /// A reminder under an introduction, in the language of `locale` (like `en_US`), with the address of
    /// the check-in and the flights it is for.
    #[must_use]
    pub fn new(
        intro_message: impl Into<String>,
        locale: impl Into<String>,
        checkin_url: impl Into<String>,
        flights: impl IntoIterator<Item = Flight>,
    ) -> Self {
        Self {
            intro_message: Words::new(intro_message),
            locale: Words::new(locale),
            pnr_number: None,
            checkin_url: Words::new(checkin_url),
            flight_info: flights.into_iter().collect(),
        }
    }

    /// The booking number.
    #[must_use]
    pub fn pnr_number(mut self, number: impl Into<String>) -> Self {
        self.pnr_number = Some(Words::new(number));
        self
    }

    pub(in crate::message) fn check(&self, walk: &mut Walk) {
        walk.at("template_type", |walk| {
            walk.messenger_only("airline check-in template");
        });
        walk.required("intro_message", &self.intro_message);
        walk.locale(&self.locale);
        walk.url("checkin_url", &self.checkin_url);
        walk.some("flight_info", &self.flight_info, |walk, flight| {
            flight.check(walk);
        });
    }
}

impl Reply {
    /// The reminder to check in, see [`CheckIn`].
    ///
    /// ```
    /// # use messenger_runtime::message::{Reply, airline::{CheckIn, Flight}};
    /// fn check_in_is_open(flights: Vec<Flight>) -> Reply {
    ///     Reply::check_in(CheckIn::new("Check-in is open.", "en_US", "https://air.example/check-in", flights))
    /// }
    /// ```
    pub fn check_in(reminder: CheckIn) -> Self {
        Self::message(reminder)
    }
}
