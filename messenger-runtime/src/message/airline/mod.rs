//! The airline templates: boarding passes, the reminder to check in, the itinerary, and what changed.
//!
//! The platform no longer lists them, and a link or two is all that is left of their pages; an airline
//! whose page still has them can send them. They are behind the feature `legacy`. Not available on
//! Instagram.
//!
//! | to send | write |
//! |---|---|
//! | boarding passes | [`Reply::boarding_passes`], [`BoardingPasses`], [`BoardingPass`] |
//! | the reminder to check in | [`Reply::check_in`], [`CheckIn`] |
//! | the itinerary with its price | [`Reply::itinerary`], [`Itinerary`] |
//! | a delay, another gate, a cancellation | [`Reply::flight_update`], [`FlightUpdate`] |
//!
//! All of them speak of a [`Flight`]. Times are local to the airport they belong to and written like
//! `2026-01-31T19:05`; a locale is a language and a region, like `en_US`; a colour is like `#009ddc`.
//!
//! Platform: airline templates, <https://developers.facebook.com/docs/messenger-platform/send-messages/template/airline>.
//!
//! [`Reply::boarding_passes`]: super::Reply::boarding_passes
//! [`Reply::check_in`]: super::Reply::check_in
//! [`Reply::itinerary`]: super::Reply::itinerary
//! [`Reply::flight_update`]: super::Reply::flight_update

mod boarding_pass;
mod check_in;
mod flight;
mod flight_update;
mod itinerary;
mod look;
mod price;

pub use boarding_pass::{BoardingPass, BoardingPasses};
pub use check_in::CheckIn;
pub use flight::{Airport, Flight, Schedule, TravelClass};
pub use flight_update::{FlightUpdate, UpdateType};
pub use itinerary::{Itinerary, Passenger, PassengerSegment};

use super::{check::Walk, template::sendable, words::Words};

sendable!(BoardingPasses, CheckIn, Itinerary, FlightUpdate);

#[cfg(test)]
pub(crate) mod tests;
