//! An itinerary on the wire: prices are decimals in strings, and the currency stands beside them.

use serde::{Deserialize, Deserializer, Serialize, Serializer, ser};

use super::{Itinerary, Passenger, PassengerSegment, PricePart};
use crate::message::{
    Currency, Money,
    airline::{
        Flight,
        price::{Price, Read},
    },
    words::Words,
};

/// `P` is [`Price`] on the way out and [`Read`] on the way in.
#[derive(Serialize, Deserialize)]
#[serde(bound(deserialize = "P: Deserialize<'de>"))]
struct Wire<P> {
    intro_message: Words,
    locale: Words,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    theme_color: Option<Words>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pnr_number: Option<Words>,
    passenger_info: Vec<Passenger>,
    flight_info: Vec<Flight>,
    passenger_segment_info: Vec<PassengerSegment>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    price_info: Vec<WirePart<P>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    base_price: Option<P>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tax: Option<P>,
    total_price: P,
    currency: Currency,
}

#[derive(Serialize, Deserialize)]
#[serde(bound(deserialize = "P: Deserialize<'de>"))]
struct WirePart<P> {
    title: Words,
    amount: P,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    currency: Option<Currency>,
}

impl Serialize for Itinerary {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let currency = self.total_price.currency();
        let price = |money: Money| {
            if money.currency() == currency {
                Ok(Price(money))
            } else {
                Err(ser::Error::custom(
                    "an itinerary has prices in several currencies",
                ))
            }
        };
        let parts = self.price_info.iter().map(|part| WirePart {
            title: part.title.clone(),
            amount: Price(part.amount),
            currency: Some(part.amount.currency()),
        });
        Wire {
            intro_message: self.intro_message.clone(),
            locale: self.locale.clone(),
            theme_color: self.theme_color.clone(),
            pnr_number: self.pnr_number.clone(),
            passenger_info: self.passenger_info.clone(),
            flight_info: self.flight_info.clone(),
            passenger_segment_info: self.passenger_segment_info.clone(),
            price_info: parts.collect(),
            base_price: self.base_price.map(price).transpose()?,
            tax: self.tax.map(price).transpose()?,
            total_price: Price(self.total_price),
            currency,
        }
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Itinerary {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let wire = Wire::<Read>::deserialize(deserializer)?;
        let currency = wire.currency;
        let money = |price: Read| price.money::<D::Error>(currency);
        let parts = wire.price_info.into_iter().map(|part| {
            Ok(PricePart {
                title: part.title,
                amount: part.amount.money(part.currency.unwrap_or(currency))?,
            })
        });
        Ok(Self {
            intro_message: wire.intro_message,
            locale: wire.locale,
            theme_color: wire.theme_color,
            pnr_number: wire.pnr_number,
            passenger_info: wire.passenger_info,
            flight_info: wire.flight_info,
            passenger_segment_info: wire.passenger_segment_info,
            price_info: parts.collect::<Result<_, D::Error>>()?,
            base_price: wire.base_price.map(money).transpose()?,
            tax: wire.tax.map(money).transpose()?,
            total_price: money(wire.total_price)?,
        })
    }
}
