//! A receipt on the wire: amounts are numbers, and the currency stands beside them once.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser};

use super::{Address, Adjustment, Receipt, ReceiptItem, Summary};
use crate::message::{
    Currency, Money,
    money::Amount,
    words::{Words, is_false},
};

/// `A` is [`Amount`] on the way out and `f64` on the way in.
#[derive(Serialize, Deserialize)]
struct Wire<A> {
    recipient_name: Words,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    merchant_name: Option<Words>,
    order_number: Words,
    currency: Currency,
    payment_method: Words,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    order_url: Option<Words>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    timestamp: Option<String>,
    #[serde(default, skip_serializing_if = "is_false")]
    sharable: bool,
    #[serde(default = "Vec::new", skip_serializing_if = "Vec::is_empty")]
    elements: Vec<WireItem<A>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    address: Option<Address>,
    summary: WireSummary<A>,
    #[serde(default = "Vec::new", skip_serializing_if = "Vec::is_empty")]
    adjustments: Vec<WireAdjustment<A>>,
}

#[derive(Serialize, Deserialize)]
struct WireItem<A> {
    title: Words,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    subtitle: Option<Words>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    quantity: Option<u32>,
    price: A,
    currency: Currency,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    image_url: Option<Words>,
}

#[derive(Serialize, Deserialize)]
#[serde(bound(deserialize = "A: Deserialize<'de>"))]
struct WireSummary<A> {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    subtotal: Option<A>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    shipping_cost: Option<A>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    total_tax: Option<A>,
    total_cost: A,
}

#[derive(Serialize, Deserialize)]
struct WireAdjustment<A> {
    name: Words,
    amount: A,
}

impl Serialize for Receipt {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let currency = self.summary.total_cost.currency();
        let amount = |money: Money| {
            if money.currency() == currency {
                Ok(Amount(money))
            } else {
                Err(ser::Error::custom("a receipt has amounts in several currencies"))
            }
        };
        let maybe = |money: Option<Money>| money.map(amount).transpose();
        let elements = self.elements.iter().cloned().map(|item| {
            Ok(WireItem {
                title: item.title,
                subtitle: item.subtitle,
                quantity: item.quantity,
                price: amount(item.price)?,
                currency,
                image_url: item.image_url,
            })
        });
        let adjustments = self.adjustments.iter().cloned();
        let adjustments = adjustments.map(|adjustment| {
            Ok(WireAdjustment {
                name: adjustment.name,
                amount: amount(adjustment.amount)?,
            })
        });
        Wire {
            recipient_name: self.recipient_name.clone(),
            merchant_name: self.merchant_name.clone(),
            order_number: self.order_number.clone(),
            currency,
            payment_method: self.payment_method.clone(),
            order_url: self.order_url.clone(),
            timestamp: self.timestamp.map(|seconds| seconds.to_string()),
            sharable: self.sharable,
            elements: elements.collect::<Result<_, S::Error>>()?,
            address: self.address.clone(),
            summary: WireSummary {
                subtotal: maybe(self.summary.subtotal)?,
                shipping_cost: maybe(self.summary.shipping_cost)?,
                total_tax: maybe(self.summary.total_tax)?,
                total_cost: amount(self.summary.total_cost)?,
            },
            adjustments: adjustments.collect::<Result<_, S::Error>>()?,
        }
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Receipt {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let wire = Wire::<f64>::deserialize(deserializer)?;
        let money = |amount| Money::from_wire(amount, wire.currency).map_err(de::Error::custom);
        let maybe = |amount: Option<f64>| amount.map(money).transpose();
        let elements = wire.elements.into_iter().map(|item| {
            Ok(ReceiptItem {
                title: item.title,
                subtitle: item.subtitle,
                quantity: item.quantity,
                price: Money::from_wire(item.price, item.currency).map_err(de::Error::custom)?,
                image_url: item.image_url,
            })
        });
        let adjustments = wire.adjustments.into_iter().map(|adjustment| {
            Ok(Adjustment {
                name: adjustment.name,
                amount: money(adjustment.amount)?,
            })
        });
        Ok(Self {
            recipient_name: wire.recipient_name,
            merchant_name: wire.merchant_name,
            order_number: wire.order_number,
            payment_method: wire.payment_method,
            order_url: wire.order_url,
            timestamp: wire
                .timestamp
                .map(|seconds| seconds.parse::<u64>())
                .transpose()
                .map_err(|_| de::Error::custom("timestamp: not a number of seconds, in digits"))?,
            sharable: wire.sharable,
            elements: elements.collect::<Result<_, D::Error>>()?,
            address: wire.address,
            summary: Summary {
                subtotal: maybe(wire.summary.subtotal)?,
                shipping_cost: maybe(wire.summary.shipping_cost)?,
                total_tax: maybe(wire.summary.total_tax)?,
                total_cost: money(wire.summary.total_cost)?,
            },
            adjustments: adjustments.collect::<Result<_, D::Error>>()?,
        })
    }
}
