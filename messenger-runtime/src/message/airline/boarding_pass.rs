//! Boarding passes.

use serde::{Deserialize, Serialize};

use super::{Flight, TravelClass, Walk, Words};
use crate::message::{
    Reply,
    limits::{self, takes},
};

/// An airline boarding pass template: the passes of one or more passengers.
///
/// The platform shows one message for each flight, with the passes of all its passengers. Not available
/// on Instagram.
/// Platform: airline boarding pass template, <https://developers.facebook.com/docs/messenger-platform/send-messages/template/airline-boarding-pass>.
///
/// ```
/// use messenger_runtime::message::{
///     Message,
///     airline::{Airport, BoardingPass, BoardingPasses, Flight, Schedule, TravelClass},
/// };
/// use serde_json::json;
///
/// let flight = Flight::new(
///     "CF 1815",
///     Airport::new("LYS", "Lyon"),
///     Airport::new("ADD", "Addis Ababa"),
///     Schedule::departure("2026-12-01T21:40"),
/// );
/// let pass = BoardingPass::new(
///     "LOVELACE/ADA",
///     "AL1815",
///     "https://air.example/logo.png",
///     "https://air.example/bar.png",
///     flight,
/// )
/// .seat("12A")
/// .travel_class(TravelClass::Economy)
/// .qr_code("M1LOVELACE/ADA AL1815")
/// .auxiliary_field("Terminal", "1");
/// let passes = BoardingPasses::new("You are checked in.", "en_US", [pass]).theme_color("#6f4e37");
/// assert_eq!(
///     serde_json::to_value(Message::from(passes)).unwrap(),
///     json!({"attachment": {"type": "template", "payload": {
///         "template_type": "airline_boardingpass",
///         "intro_message": "You are checked in.",
///         "locale": "en_US",
///         "theme_color": "#6f4e37",
///         "boarding_pass": [{
///             "passenger_name": "LOVELACE/ADA",
///             "pnr_number": "AL1815",
///             "travel_class": "economy",
///             "seat": "12A",
///             "auxiliary_fields": [{"label": "Terminal", "value": "1"}],
///             "logo_image_url": "https://air.example/logo.png",
///             "qr_code": "M1LOVELACE/ADA AL1815",
///             "above_bar_code_image_url": "https://air.example/bar.png",
///             "flight_info": {
///                 "flight_number": "CF 1815",
///                 "departure_airport": {"airport_code": "LYS", "city": "Lyon"},
///                 "arrival_airport": {"airport_code": "ADD", "city": "Addis Ababa"},
///                 "flight_schedule": {"departure_time": "2026-12-01T21:40"},
///             },
///         }],
///     }}}),
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BoardingPasses {
    intro_message: Words,
    locale: Words,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    theme_color: Option<Words>,
    boarding_pass: Vec<BoardingPass>,
}

/// The boarding pass of one passenger on one flight.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BoardingPass {
    passenger_name: Words,
    pnr_number: Words,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    travel_class: Option<TravelClass>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    seat: Option<Words>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    auxiliary_fields: Vec<Field>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    secondary_fields: Vec<Field>,
    logo_image_url: Words,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    header_image_url: Option<Words>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    header_text_field: Option<Field>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    qr_code: Option<Words>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    barcode_image_url: Option<Words>,
    above_bar_code_image_url: Words,
    flight_info: Flight,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Field {
    label: Words,
    value: Words,
}

impl Field {
    fn new(label: impl Into<String>, value: impl Into<String>) -> Self {
        Self {
            label: Words::new(label),
            value: Words::new(value),
        }
    }

    fn check(&self, walk: &mut Walk) {
        walk.required("label", &self.label);
        walk.required("value", &self.value);
    }
}

impl BoardingPasses {
    /// Passes under an introduction, in the language of `locale`, like `en_US`.
    #[must_use]
    pub fn new(
        intro_message: impl Into<String>,
        locale: impl Into<String>,
        passes: impl IntoIterator<Item = BoardingPass>,
    ) -> Self {
        Self {
            intro_message: Words::new(intro_message),
            locale: Words::new(locale),
            theme_color: None,
            boarding_pass: passes.into_iter().collect(),
        }
    }

    /// The colour behind the passes, like `#6f4e37`; `#009ddc` unless given.
    #[must_use]
    pub fn theme_color(mut self, color: impl Into<String>) -> Self {
        self.theme_color = Some(Words::new(color));
        self
    }

    pub(in crate::message) fn check(&self, walk: &mut Walk) {
        walk.at("template_type", |walk| {
            walk.messenger_only("airline boarding pass template");
        });
        walk.required("intro_message", &self.intro_message);
        walk.locale(&self.locale);
        walk.theme_color(self.theme_color.as_ref());
        walk.some("boarding_pass", &self.boarding_pass, |walk, pass| {
            pass.check(walk);
        });
    }
}

impl BoardingPass {
    /// A pass: the passenger, like `LOVELACE/ADA`, the booking number, the airline's logo, the thin image
    /// above the code, and the flight.
    #[must_use]
    pub fn new(
        passenger_name: impl Into<String>,
        pnr_number: impl Into<String>,
        logo_image_url: impl Into<String>,
        above_bar_code_image_url: impl Into<String>,
        flight: Flight,
    ) -> Self {
        Self {
            passenger_name: Words::new(passenger_name),
            pnr_number: Words::new(pnr_number),
            travel_class: None,
            seat: None,
            auxiliary_fields: Vec::new(),
            secondary_fields: Vec::new(),
            logo_image_url: Words::new(logo_image_url),
            header_image_url: None,
            header_text_field: None,
            qr_code: None,
            barcode_image_url: None,
            above_bar_code_image_url: Words::new(above_bar_code_image_url),
            flight_info: flight,
        }
    }

    /// The class of the seat.
    #[must_use]
    pub fn travel_class(mut self, class: TravelClass) -> Self {
        self.travel_class = Some(class);
        self
    }

    /// The seat.
    #[must_use]
    pub fn seat(mut self, seat: impl Into<String>) -> Self {
        self.seat = Some(Words::new(seat));
        self
    }

    /// What the QR or Aztec code says; a pass shows this or a [`barcode_image`](Self::barcode_image).
    #[must_use]
    pub fn qr_code(mut self, code: impl Into<String>) -> Self {
        self.qr_code = Some(Words::new(code));
        self
    }

    /// The address of an image of the bar code.
    #[must_use]
    pub fn barcode_image(mut self, url: impl Into<String>) -> Self {
        self.barcode_image_url = Some(Words::new(url));
        self
    }

    /// The address of the image at the head of the pass.
    #[must_use]
    pub fn header_image(mut self, url: impl Into<String>) -> Self {
        self.header_image_url = Some(Words::new(url));
        self
    }

    /// The text at the head of the pass.
    #[must_use]
    pub fn header_text(mut self, label: impl Into<String>, value: impl Into<String>) -> Self {
        self.header_text_field = Some(Field::new(label, value));
        self
    }

    /// Adds to the upper row of details.
    #[doc = takes!(AIRLINE_AUXILIARY_FIELDS)]
    #[must_use]
    pub fn auxiliary_field(mut self, label: impl Into<String>, value: impl Into<String>) -> Self {
        self.auxiliary_fields.push(Field::new(label, value));
        self
    }

    /// Adds to the lower row of details.
    #[doc = takes!(AIRLINE_SECONDARY_FIELDS)]
    #[must_use]
    pub fn secondary_field(mut self, label: impl Into<String>, value: impl Into<String>) -> Self {
        self.secondary_fields.push(Field::new(label, value));
        self
    }

    fn check(&self, walk: &mut Walk) {
        let field = |walk: &mut Walk, field: &Field| field.check(walk);
        walk.required("passenger_name", &self.passenger_name);
        walk.required("pnr_number", &self.pnr_number);
        walk.list(
            "auxiliary_fields",
            &self.auxiliary_fields,
            limits::AIRLINE_AUXILIARY_FIELDS,
            field,
        );
        walk.list(
            "secondary_fields",
            &self.secondary_fields,
            limits::AIRLINE_SECONDARY_FIELDS,
            field,
        );
        walk.url("logo_image_url", &self.logo_image_url);
        walk.maybe_url("header_image_url", self.header_image_url.as_deref());
        if let Some(text) = &self.header_text_field {
            walk.at("header_text_field", |walk| text.check(walk));
        }
        walk.maybe_url("barcode_image_url", self.barcode_image_url.as_deref());
        walk.url("above_bar_code_image_url", &self.above_bar_code_image_url);
        walk.at("flight_info", |walk| self.flight_info.check(walk));
    }
}

impl Reply {
    /// Boarding passes, see [`BoardingPasses`].
    ///
    /// ```
    /// # use messenger_runtime::message::{Reply, airline::{BoardingPass, BoardingPasses}};
    /// fn checked_in(pass: BoardingPass) -> Reply {
    ///     Reply::boarding_passes(BoardingPasses::new("You are checked in.", "en_US", [pass]))
    /// }
    /// ```
    pub fn boarding_passes(passes: BoardingPasses) -> Self {
        Self::message(passes)
    }
}
