//! The itinerary: who flies where, and what it costs.

use std::collections::HashSet;

use super::{Flight, Walk, Words};
use crate::message::{
    Money, Reply,
    limits::{self, takes},
};

mod wire;

/// An airline itinerary template: the passengers, the flights, who sits where, and the price.
///
/// `total_price`, `base_price` and `tax` are in one currency. Not available on Instagram.
/// Platform: airline itinerary template, <https://developers.facebook.com/docs/messenger-platform/send-api-reference/airline-itinerary-template>.
///
/// ```
/// use messenger_runtime::message::{
///     Currency, Message, Money,
///     airline::{Airport, Flight, Itinerary, Passenger, PassengerSegment, Schedule, TravelClass},
/// };
/// use serde_json::json;
///
/// let eur = |cents| Money::new(cents, Currency::EUR);
/// let flight = Flight::new(
///     "CF 1815",
///     Airport::new("LYS", "Lyon"),
///     Airport::new("ADD", "Addis Ababa"),
///     Schedule::departure("2026-12-01T21:40").arrival("2026-12-02T06:15"),
/// )
/// .segment("c1", "s1")
/// .travel_class(TravelClass::Economy);
/// let itinerary = Itinerary::new("Here is your itinerary.", "en_US", eur(61250))
///     .pnr_number("AL1815")
///     .passenger(Passenger::new("p1", "Ada Lovelace").ticket_number("0741815"))
///     .flight(flight)
///     .passenger_segment(PassengerSegment::new("s1", "p1", "12A", "Window").product("Lounge", "Access"))
///     .base_price(eur(60000))
///     .price("Luggage", eur(1250));
/// assert_eq!(
///     serde_json::to_value(Message::from(itinerary)).unwrap(),
///     json!({"attachment": {"type": "template", "payload": {
///         "template_type": "airline_itinerary",
///         "intro_message": "Here is your itinerary.",
///         "locale": "en_US",
///         "pnr_number": "AL1815",
///         "passenger_info": [{"passenger_id": "p1", "name": "Ada Lovelace", "ticket_number": "0741815"}],
///         "flight_info": [{
///             "connection_id": "c1",
///             "segment_id": "s1",
///             "flight_number": "CF 1815",
///             "travel_class": "economy",
///             "departure_airport": {"airport_code": "LYS", "city": "Lyon"},
///             "arrival_airport": {"airport_code": "ADD", "city": "Addis Ababa"},
///             "flight_schedule": {"departure_time": "2026-12-01T21:40", "arrival_time": "2026-12-02T06:15"},
///         }],
///         "passenger_segment_info": [{
///             "segment_id": "s1",
///             "passenger_id": "p1",
///             "seat": "12A",
///             "seat_type": "Window",
///             "product_info": [{"title": "Lounge", "value": "Access"}],
///         }],
///         "price_info": [{"title": "Luggage", "amount": "12.50", "currency": "EUR"}],
///         "base_price": "600",
///         "total_price": "612.50",
///         "currency": "EUR",
///     }}}),
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Itinerary {
    intro_message: Words,
    locale: Words,
    theme_color: Option<Words>,
    pnr_number: Option<Words>,
    passenger_info: Vec<Passenger>,
    flight_info: Vec<Flight>,
    passenger_segment_info: Vec<PassengerSegment>,
    price_info: Vec<PricePart>,
    base_price: Option<Money>,
    tax: Option<Money>,
    total_price: Money,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct PricePart {
    title: Words,
    amount: Money,
}

/// A passenger of an [`Itinerary`].
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Passenger {
    passenger_id: Words,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ticket_number: Option<Words>,
    name: Words,
}

/// Where a passenger of an [`Itinerary`] sits on one of its flights.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct PassengerSegment {
    segment_id: Words,
    passenger_id: Words,
    seat: Words,
    seat_type: Words,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    product_info: Vec<Product>,
}

#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
struct Product {
    title: Words,
    value: Words,
}

impl Itinerary {
    /// An itinerary under an introduction, in the language of `locale` (like `en_US`), with its price in
    /// all. It needs passengers, flights, and where each passenger sits.
    #[must_use]
    pub fn new(intro_message: impl Into<String>, locale: impl Into<String>, total_price: Money) -> Self {
        Self {
            intro_message: Words::new(intro_message),
            locale: Words::new(locale),
            theme_color: None,
            pnr_number: None,
            passenger_info: Vec::new(),
            flight_info: Vec::new(),
            passenger_segment_info: Vec::new(),
            price_info: Vec::new(),
            base_price: None,
            tax: None,
            total_price,
        }
    }

    /// The colour behind the itinerary, like `#6f4e37`; `#009ddc` unless given.
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

    /// Adds a passenger.
    #[must_use]
    pub fn passenger(mut self, passenger: Passenger) -> Self {
        self.passenger_info.push(passenger);
        self
    }

    /// Adds a flight, which must be a [`segment`](Flight::segment) and have a
    /// [`travel_class`](Flight::travel_class).
    #[must_use]
    pub fn flight(mut self, flight: Flight) -> Self {
        self.flight_info.push(flight);
        self
    }

    /// Adds where a passenger sits on a flight.
    #[must_use]
    pub fn passenger_segment(mut self, segment: PassengerSegment) -> Self {
        self.passenger_segment_info.push(segment);
        self
    }

    /// Adds a part of the price.
    #[doc = takes!(AIRLINE_PRICE_INFO)]
    #[must_use]
    pub fn price(mut self, title: impl Into<String>, amount: Money) -> Self {
        self.price_info.push(PricePart {
            title: Words::new(title),
            amount,
        });
        self
    }

    /// The price without taxes and parts.
    #[must_use]
    pub fn base_price(mut self, price: Money) -> Self {
        self.base_price = Some(price);
        self
    }

    /// The tax.
    #[must_use]
    pub fn tax(mut self, tax: Money) -> Self {
        self.tax = Some(tax);
        self
    }

    pub(in crate::message) fn check(&self, walk: &mut Walk) {
        walk.at("template_type", |walk| {
            walk.messenger_only("airline itinerary template");
        });
        walk.required("intro_message", &self.intro_message);
        walk.locale(&self.locale);
        walk.theme_color(self.theme_color.as_ref());
        walk.some("passenger_info", &self.passenger_info, |walk, passenger| {
            walk.required("passenger_id", &passenger.passenger_id);
            walk.required("name", &passenger.name);
        });
        walk.some("flight_info", &self.flight_info, |walk, flight| {
            walk.required(
                "connection_id",
                flight.connection_id.as_deref().unwrap_or_default(),
            );
            walk.required("segment_id", flight.segment_id.as_deref().unwrap_or_default());
            if flight.travel_class.is_none() {
                walk.invalid("travel_class", "missing");
            }
            flight.check(walk);
        });
        self.check_segments(walk);
        walk.list(
            "price_info",
            &self.price_info,
            limits::AIRLINE_PRICE_INFO,
            |walk, part| {
                walk.required("title", &part.title);
                walk.amount("amount", part.amount, part.amount);
            },
        );
        let total = Some(self.total_price);
        for (name, amount) in [
            ("base_price", self.base_price),
            ("tax", self.tax),
            ("total_price", total),
        ] {
            if let Some(amount) = amount {
                walk.amount(name, amount, self.total_price);
            }
        }
    }

    fn check_segments(&self, walk: &mut Walk) {
        let passengers: HashSet<&str> = self
            .passenger_info
            .iter()
            .map(|passenger| &*passenger.passenger_id)
            .collect();
        if passengers.len() < self.passenger_info.len() {
            walk.invalid("passenger_info", "two passengers have the same passenger_id");
        }
        let flights: HashSet<&str> = self
            .flight_info
            .iter()
            .map(|flight| flight.segment_id.as_deref().unwrap_or_default())
            .collect();
        if flights.len() < self.flight_info.len() {
            walk.invalid("flight_info", "two flights have the same segment_id");
        }
        walk.some(
            "passenger_segment_info",
            &self.passenger_segment_info,
            |walk, segment| {
                if !flights.contains(&*segment.segment_id) {
                    walk.invalid("segment_id", "no flight has it");
                }
                if !passengers.contains(&*segment.passenger_id) {
                    walk.invalid("passenger_id", "no passenger has it");
                }
                walk.required("seat", &segment.seat);
                walk.required("seat_type", &segment.seat_type);
                walk.list(
                    "product_info",
                    &segment.product_info,
                    limits::AIRLINE_PRODUCT_INFO,
                    |walk, product| {
                        walk.required("title", &product.title);
                        walk.required("value", &product.value);
                    },
                );
            },
        );
    }
}

impl Passenger {
    /// A passenger by an id, which no other passenger of the itinerary has, and their full name.
    #[must_use]
    pub fn new(passenger_id: impl Into<String>, name: impl Into<String>) -> Self {
        Self {
            passenger_id: Words::new(passenger_id),
            ticket_number: None,
            name: Words::new(name),
        }
    }

    /// The number of the ticket.
    #[must_use]
    pub fn ticket_number(mut self, number: impl Into<String>) -> Self {
        self.ticket_number = Some(Words::new(number));
        self
    }
}

impl PassengerSegment {
    /// The seat of a passenger on a flight, by the ids of both, and its type, like `Window`.
    #[must_use]
    pub fn new(
        segment_id: impl Into<String>,
        passenger_id: impl Into<String>,
        seat: impl Into<String>,
        seat_type: impl Into<String>,
    ) -> Self {
        Self {
            segment_id: Words::new(segment_id),
            passenger_id: Words::new(passenger_id),
            seat: Words::new(seat),
            seat_type: Words::new(seat_type),
            product_info: Vec::new(),
        }
    }

    /// Adds what the passenger bought for this flight.
    #[doc = takes!(AIRLINE_PRODUCT_INFO)]
    #[must_use]
    pub fn product(mut self, title: impl Into<String>, value: impl Into<String>) -> Self {
        self.product_info.push(Product {
            title: Words::new(title),
            value: Words::new(value),
        });
        self
    }
}

impl Reply {
    /// The itinerary of a journey, see [`Itinerary`].
    ///
    /// ```
    /// # use messenger_runtime::message::{Currency, Money, Reply, airline::{Flight, Itinerary, Passenger}};
    /// fn booked(passenger: Passenger, flight: Flight) -> Reply {
    ///     let price = Money::new(61_250, Currency::EUR);
    ///     let itinerary = Itinerary::new("Here is your itinerary.", "en_US", price);
    ///     Reply::itinerary(itinerary.passenger(passenger).flight(flight))
    /// }
    /// ```
    pub fn itinerary(itinerary: Itinerary) -> Self {
        Self::message(itinerary)
    }
}
