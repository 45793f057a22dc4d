//! A flight: where from, where to and when.

use serde::{Deserialize, Serialize};

use super::{Walk, Words};

/// A flight: its number, the two airports and the times.
///
/// In an [`Itinerary`](super::Itinerary) each flight is a [`segment`](Self::segment) and has its
/// [`travel_class`](Self::travel_class).
///
/// ```
/// use messenger_runtime::message::airline::{Airport, Flight, Schedule};
/// use serde_json::json;
///
/// let flight = Flight::new(
///     "CF 1815",
///     Airport::new("LYS", "Lyon").terminal("1").gate("B12"),
///     Airport::new("ADD", "Addis Ababa"),
///     Schedule::departure("2026-12-01T21:40").boarding("2026-12-01T21:00").arrival("2026-12-02T06:15"),
/// );
/// assert_eq!(
///     serde_json::to_value(&flight).unwrap(),
///     json!({
///         "flight_number": "CF 1815",
///         "departure_airport": {"airport_code": "LYS", "city": "Lyon", "terminal": "1", "gate": "B12"},
///         "arrival_airport": {"airport_code": "ADD", "city": "Addis Ababa"},
///         "flight_schedule": {
///             "boarding_time": "2026-12-01T21:00",
///             "departure_time": "2026-12-01T21:40",
///             "arrival_time": "2026-12-02T06:15",
///         },
///     }),
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flight {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) connection_id: Option<Words>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) segment_id: Option<Words>,
    flight_number: Words,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    aircraft_type: Option<Words>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) travel_class: Option<TravelClass>,
    departure_airport: Airport,
    arrival_airport: Airport,
    flight_schedule: Schedule,
}

/// The class of a seat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TravelClass {
    /// Economy class.
    Economy,
    /// Business class.
    Business,
    /// First class.
    FirstClass,
}

impl Flight {
    /// A flight by its number, from, to, and when.
    #[must_use]
    pub fn new(number: impl Into<String>, from: Airport, to: Airport, schedule: Schedule) -> Self {
        Self {
            connection_id: None,
            segment_id: None,
            flight_number: Words::new(number),
            aircraft_type: None,
            travel_class: None,
            departure_airport: from,
            arrival_airport: to,
            flight_schedule: schedule,
        }
    }

    /// Makes it a segment of an itinerary: the id of the connection it is part of, which flights share,
    /// and its own id, which none shares.
    #[must_use]
    pub fn segment(mut self, connection_id: impl Into<String>, segment_id: impl Into<String>) -> Self {
        self.connection_id = Some(Words::new(connection_id));
        self.segment_id = Some(Words::new(segment_id));
        self
    }

    /// The kind of aircraft, like `Boeing 787`.
    #[must_use]
    pub fn aircraft_type(mut self, aircraft: impl Into<String>) -> Self {
        self.aircraft_type = Some(Words::new(aircraft));
        self
    }

    /// The class of the seats.
    #[must_use]
    pub fn travel_class(mut self, class: TravelClass) -> Self {
        self.travel_class = Some(class);
        self
    }

    pub(super) fn check(&self, walk: &mut Walk) {
        walk.required("flight_number", &self.flight_number);
        walk.at("departure_airport", |walk| self.departure_airport.check(walk));
        walk.at("arrival_airport", |walk| self.arrival_airport.check(walk));
        walk.at("flight_schedule", |walk| self.flight_schedule.check(walk));
    }
}

/// An airport, and where in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Airport {
    airport_code: Words,
    city: Words,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    terminal: Option<Words>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    gate: Option<Words>,
}

impl Airport {
    /// An airport by its code, like `LYS`, and its city.
    #[must_use]
    pub fn new(code: impl Into<String>, city: impl Into<String>) -> Self {
        Self {
            airport_code: Words::new(code),
            city: Words::new(city),
            terminal: None,
            gate: None,
        }
    }

    /// The terminal.
    #[must_use]
    pub fn terminal(mut self, terminal: impl Into<String>) -> Self {
        self.terminal = Some(Words::new(terminal));
        self
    }

    /// The gate.
    #[must_use]
    pub fn gate(mut self, gate: impl Into<String>) -> Self {
        self.gate = Some(Words::new(gate));
        self
    }

    fn check(&self, walk: &mut Walk) {
        walk.required("airport_code", &self.airport_code);
        walk.required("city", &self.city);
    }
}

/// The times of a flight, each local to its airport and written like `2026-01-31T19:05`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schedule {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    boarding_time: Option<Words>,
    departure_time: Words,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    arrival_time: Option<Words>,
}

impl Schedule {
    /// When the flight departs.
    #[must_use]
    pub fn departure(time: impl Into<String>) -> Self {
        Self {
            boarding_time: None,
            departure_time: Words::new(time),
            arrival_time: None,
        }
    }

    /// When boarding begins.
    #[must_use]
    pub fn boarding(mut self, time: impl Into<String>) -> Self {
        self.boarding_time = Some(Words::new(time));
        self
    }

    /// When the flight arrives.
    #[must_use]
    pub fn arrival(mut self, time: impl Into<String>) -> Self {
        self.arrival_time = Some(Words::new(time));
        self
    }

    fn check(&self, walk: &mut Walk) {
        let times = [
            ("boarding_time", self.boarding_time.as_ref()),
            ("departure_time", Some(&self.departure_time)),
            ("arrival_time", self.arrival_time.as_ref()),
        ];
        for (name, time) in times {
            if let Some(time) = time {
                walk.local_time(name, time);
            }
        }
    }
}
