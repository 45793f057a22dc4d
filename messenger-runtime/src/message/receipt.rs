//! Receipts: the confirmation of an order.

use super::{Money, words::Words};

mod check;
mod wire;

/// A receipt template: who ordered, what, how it was paid and what it cost.
///
/// All amounts are in the currency of the total; [`Reply::check`](super::Reply::check) says where one
/// is not. Not available on Instagram.
/// Platform: receipt template, <https://developers.facebook.com/documentation/business-messaging/messenger-platform/send-messages/template/receipt>.
///
/// ```
/// use messenger_runtime::message::{Address, Adjustment, Currency, Message, Money, Receipt, ReceiptItem};
/// use serde_json::{json, to_value};
///
/// let eur = |cents| Money::new(cents, Currency::EUR);
/// let receipt = Receipt::new("Ada Lovelace", "A-1815", "Visa 2345", eur(2390))
///     .item(ReceiptItem::new("House blend, 250 g", eur(1900)).quantity(2))
///     .address(Address::new("1 Rue des Fleurs", "Lyon", "69001", "ARA", "FR"))
///     .subtotal(eur(1900))
///     .shipping_cost(eur(590))
///     .adjustment(Adjustment::new("First order", eur(-100)));
/// assert_eq!(to_value(Message::from(receipt))?, json!({"attachment": {"type": "template", "payload": {
///     "template_type": "receipt",
///     "recipient_name": "Ada Lovelace",
///     "order_number": "A-1815",
///     "currency": "EUR",
///     "payment_method": "Visa 2345",
///     "elements": [{"title": "House blend, 250 g", "quantity": 2, "price": 19.0, "currency": "EUR"}],
///     "address": {"street_1": "1 Rue des Fleurs", "city": "Lyon", "postal_code": "69001", "state": "ARA",
///                 "country": "FR"},
///     "summary": {"subtotal": 19.0, "shipping_cost": 5.9, "total_cost": 23.9},
///     "adjustments": [{"name": "First order", "amount": -1.0}],
/// }}}));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    pub(super) recipient_name: Words,
    pub(super) merchant_name: Option<Words>,
    pub(super) order_number: Words,
    pub(super) payment_method: Words,
    pub(super) order_url: Option<Words>,
    pub(super) timestamp: Option<u64>,
    pub(super) sharable: bool,
    pub(super) elements: Vec<ReceiptItem>,
    pub(super) address: Option<Address>,
    pub(super) summary: Summary,
    pub(super) adjustments: Vec<Adjustment>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Summary {
    pub(super) subtotal: Option<Money>,
    pub(super) shipping_cost: Option<Money>,
    pub(super) total_tax: Option<Money>,
    pub(super) total_cost: Money,
}

impl Receipt {
    /// What a receipt needs: the person's name, the number of the order (unique), how it was paid
    /// (like `Visa 2345`; enough for the person to know the card) and the total.
    #[must_use]
    pub fn new(
        recipient_name: impl Into<String>,
        order_number: impl Into<String>,
        payment_method: impl Into<String>,
        total_cost: Money,
    ) -> Self {
        Self {
            recipient_name: Words::new(recipient_name),
            merchant_name: None,
            order_number: Words::new(order_number),
            payment_method: Words::new(payment_method),
            order_url: None,
            timestamp: None,
            sharable: false,
            elements: Vec::new(),
            address: None,
            summary: Summary {
                subtotal: None,
                shipping_cost: None,
                total_tax: None,
                total_cost,
            },
            adjustments: Vec::new(),
        }
    }

    /// The name at the head of the receipt, instead of the page's.
    #[must_use]
    pub fn merchant_name(mut self, name: impl Into<String>) -> Self {
        self.merchant_name = Some(Words::new(name));
        self
    }

    /// Where the order can be seen.
    #[must_use]
    pub fn order_url(mut self, url: impl Into<String>) -> Self {
        self.order_url = Some(Words::new(url));
        self
    }

    /// When the order was made, in seconds since 1970.
    #[must_use]
    pub fn timestamp(mut self, seconds: u64) -> Self {
        self.timestamp = Some(seconds);
        self
    }

    /// Lets the person share the receipt.
    #[must_use]
    pub fn sharable(mut self) -> Self {
        self.sharable = true;
        self
    }

    /// Adds one line; a receipt takes at most 100.
    #[must_use]
    pub fn item(mut self, item: ReceiptItem) -> Self {
        self.elements.push(item);
        self
    }

    /// Adds lines; a receipt takes at most 100.
    #[must_use]
    pub fn items(mut self, items: impl IntoIterator<Item = ReceiptItem>) -> Self {
        self.elements.extend(items);
        self
    }

    /// Where the order is delivered.
    #[must_use]
    pub fn address(mut self, address: Address) -> Self {
        self.address = Some(address);
        self
    }

    /// The sum of the lines.
    #[must_use]
    pub fn subtotal(mut self, subtotal: Money) -> Self {
        self.summary.subtotal = Some(subtotal);
        self
    }

    /// What the delivery costs.
    #[must_use]
    pub fn shipping_cost(mut self, cost: Money) -> Self {
        self.summary.shipping_cost = Some(cost);
        self
    }

    /// The tax.
    #[must_use]
    pub fn total_tax(mut self, tax: Money) -> Self {
        self.summary.total_tax = Some(tax);
        self
    }

    /// Adds a discount, voucher or fee.
    #[must_use]
    pub fn adjustment(mut self, adjustment: Adjustment) -> Self {
        self.adjustments.push(adjustment);
        self
    }

    /// What the order costs in all.
    #[must_use]
    pub fn total_cost(&self) -> Money {
        self.summary.total_cost
    }

    /// The number of the order.
    #[must_use]
    pub fn order_number(&self) -> &str {
        &self.order_number
    }
}

/// A line of a receipt. The order of the lines is not kept by the platform.
///
/// ```
/// use messenger_runtime::message::{Currency, Message, Money, Receipt, ReceiptItem};
/// use serde_json::json;
///
/// let price = Money::new(1250, Currency::EUR);
/// let cup = ReceiptItem::new("Cup", price)
///     .subtitle("Blue")
///     .quantity(1)
///     .image("https://coffee.example/cup.jpg");
/// let receipt = Message::from(Receipt::new("Ada Lovelace", "A-1815", "Visa 2345", price).item(cup));
/// assert_eq!(serde_json::to_value(&receipt)?["attachment"]["payload"]["elements"], json!([{
///     "title": "Cup", "subtitle": "Blue", "quantity": 1, "price": 12.5, "currency": "EUR",
///     "image_url": "https://coffee.example/cup.jpg",
/// }]));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiptItem {
    pub(super) title: Words,
    pub(super) subtitle: Option<Words>,
    pub(super) quantity: Option<u32>,
    pub(super) price: Money,
    pub(super) image_url: Option<Words>,
}

impl ReceiptItem {
    /// A line with the price shown beside it; 0 for what is free.
    #[must_use]
    pub fn new(title: impl Into<String>, price: Money) -> Self {
        Self {
            title: Words::new(title),
            subtitle: None,
            quantity: None,
            price,
            image_url: None,
        }
    }

    /// The line under the title, such as a size or colour.
    #[must_use]
    pub fn subtitle(mut self, subtitle: impl Into<String>) -> Self {
        self.subtitle = Some(Words::new(subtitle));
        self
    }

    /// How many were bought.
    #[must_use]
    pub fn quantity(mut self, quantity: u32) -> Self {
        self.quantity = Some(quantity);
        self
    }

    /// The address of a picture.
    #[must_use]
    pub fn image(mut self, url: impl Into<String>) -> Self {
        self.image_url = Some(Words::new(url));
        self
    }
}

/// Where an order is delivered.
///
/// ```
/// use messenger_runtime::message::Address;
/// use serde_json::{json, to_value};
///
/// let address = Address::new("1 Rue des Fleurs", "Lyon", "69001", "ARA", "FR").street_2("2nd floor");
/// assert_eq!(to_value(&address)?, json!({
///     "street_1": "1 Rue des Fleurs", "street_2": "2nd floor", "city": "Lyon", "postal_code": "69001",
///     "state": "ARA", "country": "FR",
/// }));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Address {
    pub(super) street_1: Words,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) street_2: Option<Words>,
    pub(super) city: Words,
    pub(super) postal_code: Words,
    pub(super) state: Words,
    pub(super) country: Words,
}

impl Address {
    /// An address: the street, the city, the postal code, the state (region, or province) by its
    /// abbreviation and the country by its two letters.
    #[must_use]
    pub fn new(
        street: impl Into<String>,
        city: impl Into<String>,
        postal_code: impl Into<String>,
        state: impl Into<String>,
        country: impl Into<String>,
    ) -> Self {
        Self {
            street_1: Words::new(street),
            street_2: None,
            city: Words::new(city),
            postal_code: Words::new(postal_code),
            state: Words::new(state),
            country: Words::new(country),
        }
    }

    /// The second line of the street.
    #[must_use]
    pub fn street_2(mut self, street: impl Into<String>) -> Self {
        self.street_2 = Some(Words::new(street));
        self
    }
}

/// A discount, voucher or fee on a receipt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adjustment {
    pub(super) name: Words,
    pub(super) amount: Money,
}

impl Adjustment {
    /// What it is and how much it changes the total.
    #[must_use]
    pub fn new(name: impl Into<String>, amount: Money) -> Self {
        Self {
            name: Words::new(name),
            amount,
        }
    }
}
