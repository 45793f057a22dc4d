//! Prices on the wire: decimals in a string, as the itinerary's page shows them.

use serde::{Deserialize, Serialize, Serializer, de, ser};

use crate::message::{Currency, Money};

/// Written as `14003` or `140.03`; read from a string or a number.
pub(super) struct Price(pub(super) Money);

impl Serialize for Price {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if !self.0.is_sendable() {
            return Err(ser::Error::custom("an amount has more than 15 digits"));
        }
        let shown = self.0.to_string();
        let decimal = shown.split(' ').next().unwrap_or(&shown);
        let whole = decimal
            .split_once('.')
            .filter(|(_, minor)| minor.bytes().all(|digit| digit == b'0'));
        serializer.serialize_str(whole.map_or(decimal, |(whole, _)| whole))
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Read {
    Text(String),
    Number(f64),
}

impl Read {
    pub(super) fn money<E: de::Error>(&self, currency: Currency) -> Result<Money, E> {
        match self {
            Self::Number(amount) => Money::from_wire(*amount, currency).map_err(E::custom),
            Self::Text(text) => parse(text, currency).filter(Money::is_sendable).ok_or_else(|| {
                E::custom("a price is a decimal with at most the currency's decimals, like 140.03")
            }),
        }
    }
}

/// The decimal as it stands, without a float in between.
fn parse(text: &str, currency: Currency) -> Option<Money> {
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |digits| (-1, digits));
    let (whole, minor) = digits.split_once('.').unwrap_or((digits, ""));
    let decimals = usize::try_from(currency.decimals()).ok()?;
    let plain = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || minor.len() > decimals || !plain(whole) || !plain(minor) {
        return None;
    }
    let amount: i64 = format!("{whole}{minor:0<decimals$}").parse().ok()?;
    Some(Money::new(sign * amount, currency))
}
