//! Money: whole minor units and a currency, never a float.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser};

/// A currency by its ISO 4217 code.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Currency([u8; 3]);

macro_rules! currencies {
    ($($(#[$doc:meta])* $code:ident)*) => {
        $(
            $(#[$doc])*
            pub const $code: Self = Self::known(stringify!($code));
        )*
    };
}

impl Currency {
    currencies! {
        /// Australian dollar.
        AUD
        /// Brazilian real.
        BRL
        /// Canadian dollar.
        CAD
        /// Swiss franc.
        CHF
        /// Euro.
        EUR
        /// Pound sterling.
        GBP
        /// Indian rupee.
        INR
        /// Japanese yen, without decimals.
        JPY
        /// Mexican peso.
        MXN
        /// Philippine peso.
        PHP
        /// Thai baht.
        THB
        /// United States dollar.
        USD
        /// Vietnamese dong, without decimals.
        VND
    }

    /// The currency of this code, or `None` where `code` is not three capital letters.
    ///
    /// ```
    /// use messenger_runtime::message::Currency;
    ///
    /// assert_eq!(Currency::new("KWD").map(|dinar| dinar.decimals()), Some(3));
    /// assert_eq!(Currency::new("euro"), None);
    /// ```
    #[must_use]
    pub const fn new(code: &str) -> Option<Self> {
        match code.as_bytes() {
            &[a @ b'A'..=b'Z', b @ b'A'..=b'Z', c @ b'A'..=b'Z'] => Some(Self([a, b, c])),
            _ => None,
        }
    }

    const fn known(code: &str) -> Self {
        Self::new(code).expect("the table above has codes of three capital letters")
    }

    /// The ISO 4217 code.
    #[must_use]
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).expect("capital letters are ASCII")
    }

    /// How many decimals an amount has: ISO 4217, two unless listed otherwise.
    #[must_use]
    pub const fn decimals(&self) -> u32 {
        match &self.0 {
            b"BIF" | b"CLP" | b"DJF" | b"GNF" | b"ISK" | b"JPY" | b"KMF" | b"KRW" | b"PYG" | b"RWF"
            | b"UGX" | b"UYI" | b"VND" | b"VUV" | b"XAF" | b"XOF" | b"XPF" => 0,
            b"BHD" | b"IQD" | b"JOD" | b"KWD" | b"LYD" | b"OMR" | b"TND" => 3,
            b"CLF" | b"UYW" => 4,
            _ => 2,
        }
    }

    /// How many minor units make one.
    const fn scale(self) -> i64 {
        10_i64.pow(self.decimals())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = String::deserialize(deserializer)?;
        Self::new(&code).ok_or_else(|| de::Error::custom("a currency is three capital letters, like EUR"))
    }
}

/// An amount of money in whole minor units: cents for EUR, yen for JPY.
///
/// ```
/// use messenger_runtime::message::{Currency, Money};
///
/// let price = Money::new(1250, Currency::EUR);
/// assert_eq!(price.to_string(), "12.50 EUR");
/// assert_eq!(Money::new(1250, Currency::JPY).to_string(), "1250 JPY");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Money {
    minor: i64,
    currency: Currency,
}

impl Money {
    /// The largest amount, either way, that can be sent: below it a JSON number is exact everywhere.
    pub const MAX_MINOR: i64 = 999_999_999_999_999;

    /// `minor` minor units of `currency`.
    #[must_use]
    pub const fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// The amount in minor units.
    #[must_use]
    pub const fn minor(&self) -> i64 {
        self.minor
    }

    /// The currency.
    #[must_use]
    pub const fn currency(&self) -> Currency {
        self.currency
    }

    /// Whether the amount can be sent, see [`MAX_MINOR`](Self::MAX_MINOR).
    pub(super) const fn is_sendable(&self) -> bool {
        self.minor.unsigned_abs() <= Self::MAX_MINOR.unsigned_abs()
    }

    /// The amount of a number on the wire, to the nearest minor unit.
    pub(super) fn from_wire(amount: f64, currency: Currency) -> Result<Self, &'static str> {
        #[expect(clippy::cast_precision_loss, reason = "a scale is at most 10000")]
        let minor = (amount * currency.scale() as f64).round();
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a float too large saturates, and is refused"
        )]
        let money = Self::new(minor as i64, currency);
        if minor.is_finite() && money.is_sendable() {
            Ok(money)
        } else {
            Err("the amount is too large")
        }
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scale = self.currency.scale().unsigned_abs();
        let (sign, minor) = (if self.minor < 0 { "-" } else { "" }, self.minor.unsigned_abs());
        match self.currency.decimals() as usize {
            0 => write!(f, "{sign}{minor} {}", self.currency),
            decimals => write!(
                f,
                "{sign}{}.{:0decimals$} {}",
                minor / scale,
                minor % scale,
                self.currency
            ),
        }
    }
}

/// The number on the wire. The quotient is the float nearest to the decimal, whose shortest notation
/// is that decimal: 1250 cents are written 12.5 and read as 1250 again.
#[derive(Debug)]
pub(crate) struct Amount(pub(crate) Money);

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Money { minor, currency } = self.0;
        if !self.0.is_sendable() {
            return Err(ser::Error::custom("an amount has more than 15 digits"));
        }
        match currency.scale() {
            1 => serializer.serialize_i64(minor),
            #[expect(clippy::cast_precision_loss, reason = "15 digits fit a float")]
            scale => serializer.serialize_f64(minor as f64 / scale as f64),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn currency() -> impl Strategy<Value = Currency> {
        prop::sample::select(vec!["EUR", "USD", "JPY", "KWD", "CLF"])
            .prop_map(|code| Currency::new(code).unwrap())
    }

    proptest! {
        #[test]
        fn amounts_are_exact(minor in -Money::MAX_MINOR..=Money::MAX_MINOR, currency in currency()) {
            let money = Money::new(minor, currency);
            let json = serde_json::to_string(&Amount(money)).unwrap();
            prop_assert!(!json.contains('e'), "{json}");
            let digits = |text: &str| text.trim_end_matches(".0").trim_matches('0').to_owned();
            let shown = money.to_string();
            let shown = shown.split(' ').next().unwrap();
            if shown.contains('.') && !json.ends_with(".0") {
                prop_assert_eq!(digits(&json), digits(shown));
            }
            let read: f64 = serde_json::from_str(&json).unwrap();
            prop_assert_eq!(Money::from_wire(read, currency), Ok(money));
        }
    }

    #[test]
    fn amounts_are_plain_decimals() {
        for (minor, currency, json) in [
            (5614, Currency::USD, "56.14"),
            (1250, Currency::EUR, "12.5"),
            (0, Currency::EUR, "0.0"),
            (-5, Currency::EUR, "-0.05"),
            (1250, Currency::JPY, "1250"),
            (Money::MAX_MINOR, Currency::USD, "9999999999999.99"),
        ] {
            assert_eq!(
                serde_json::to_string(&Amount(Money::new(minor, currency))).unwrap(),
                json
            );
        }
        assert!(serde_json::to_string(&Amount(Money::new(Money::MAX_MINOR + 1, Currency::USD))).is_err());
        assert!(serde_json::to_string(&Amount(Money::new(i64::MIN, Currency::JPY))).is_err());
        assert!(Money::from_wire(f64::INFINITY, Currency::USD).is_err());
        assert!(Money::from_wire(1e300, Currency::USD).is_err());
    }

    #[test]
    fn money_reads_as_people_write_it() {
        assert_eq!(Money::new(-5, Currency::EUR).to_string(), "-0.05 EUR");
        assert_eq!(
            Money::new(i64::MIN, Currency::JPY).to_string(),
            "-9223372036854775808 JPY"
        );
    }
}
