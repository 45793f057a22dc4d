//! The form that asks for an address and for how to reach the person.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{business_privacy::BusinessPrivacy, sendable::sendable};
use crate::message::{
    Reply,
    check::Walk,
    limits::{self, Limit, takes},
    words::Words,
};

/// A customer information template: a form for the person's address and contact, for a delivery.
///
/// What the person fills in arrives as a customer information event (`#[on_customer_information]`).
/// Not available on Instagram.
/// Platform: structured information template, <https://developers.facebook.com/documentation/business-messaging/messenger-platform/send-messages/templates/structured-information-template>.
///
/// ```
/// use messenger_runtime::message::{AddressField, ContactField, CustomerInformation, FormField, Message, Purpose};
/// use serde_json::json;
///
/// let form = CustomerInformation::new("https://coffee.example/privacy")
///     .countries(["FR", "BE"])
///     .expires_in_days(2)
///     .purpose(Purpose::Shipping)
///     .address_field(AddressField::Street2, FormField::required(false).label("Floor, door code"))
///     .contact_field(ContactField::Phone, FormField::required(true));
/// assert_eq!(
///     serde_json::to_value(Message::from(form)).unwrap(),
///     json!({"attachment": {"type": "template", "payload": {
///         "template_type": "customer_information",
///         "countries": ["FR", "BE"],
///         "business_privacy": {"url": "https://coffee.example/privacy"},
///         "expires_in_days": 2,
///         "purpose": "SHIPPING",
///         "address_overrides": [{"street_2": {"required": false, "label": "Floor, door code"}}],
///         "contact_overrides": [{"phone": {"required": true}}],
///     }}}),
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerInformation {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    countries: Vec<Words>,
    business_privacy: BusinessPrivacy,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expires_in_days: Option<u8>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    purpose: Option<Purpose>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    address_overrides: Vec<BTreeMap<AddressField, FormField>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    contact_overrides: Vec<BTreeMap<ContactField, FormField>>,
}

/// What a [`CustomerInformation`] form is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[non_exhaustive]
pub enum Purpose {
    /// Something is delivered.
    Shipping,
}

/// A field of the address in a [`CustomerInformation`] form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum AddressField {
    /// The street and the number.
    #[serde(rename = "street_1")]
    Street1,
    /// The second line of the street.
    #[serde(rename = "street_2")]
    Street2,
    /// The city.
    #[serde(rename = "city")]
    City,
    /// The state, region or province.
    #[serde(rename = "state")]
    State,
    /// The postal code. Its label:
    #[doc = takes!(CUSTOMER_INFORMATION_POSTAL_CODE)]
    #[serde(rename = "postal_code")]
    PostalCode,
    /// The country.
    #[serde(rename = "country")]
    Country,
}

impl AddressField {
    const fn name(self) -> &'static str {
        match self {
            Self::Street1 => "street_1",
            Self::Street2 => "street_2",
            Self::City => "city",
            Self::State => "state",
            Self::PostalCode => "postal_code",
            Self::Country => "country",
        }
    }

    const fn limit(self) -> Limit {
        match self {
            Self::PostalCode => limits::CUSTOMER_INFORMATION_POSTAL_CODE,
            Self::Street1 | Self::Street2 | Self::City | Self::State | Self::Country => {
                limits::CUSTOMER_INFORMATION_FIELD
            }
        }
    }
}

/// A field of the contact in a [`CustomerInformation`] form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ContactField {
    /// The person's name.
    Name,
    /// The e-mail address.
    Email,
    /// The phone number.
    Phone,
}

impl ContactField {
    const fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Email => "email",
            Self::Phone => "phone",
        }
    }
}

/// How one field of a [`CustomerInformation`] form differs from the platform's own form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormField {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    required: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    label: Option<Words>,
}

impl FormField {
    /// A field that the person must fill in, or may leave empty.
    #[must_use]
    pub fn required(required: bool) -> Self {
        Self {
            required: Some(required),
            label: None,
        }
    }

    /// The words at the field; fewer fit at the [postal code](AddressField::PostalCode).
    #[doc = takes!(CUSTOMER_INFORMATION_FIELD)]
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(Words::new(label));
        self
    }

    fn check(&self, walk: &mut Walk, limit: Limit) {
        walk.maybe_text("label", self.label.as_deref(), limit);
    }
}

impl CustomerInformation {
    /// A form for addresses in every country the platform knows, open for one day, under the business's
    /// privacy policy at this address.
    #[must_use]
    pub fn new(privacy_url: impl Into<String>) -> Self {
        Self {
            countries: Vec::new(),
            business_privacy: BusinessPrivacy::new(privacy_url),
            expires_in_days: None,
            purpose: None,
            address_overrides: Vec::new(),
            contact_overrides: Vec::new(),
        }
    }

    /// The countries an address can be in, by their two capital letters.
    #[must_use]
    pub fn countries<C: Into<String>>(mut self, countries: impl IntoIterator<Item = C>) -> Self {
        self.countries.extend(countries.into_iter().map(Words::new));
        self
    }

    /// How long the form stays open.
    #[doc = takes!(EXPIRES_IN_DAYS)]
    #[must_use]
    pub fn expires_in_days(mut self, days: u8) -> Self {
        self.expires_in_days = Some(days);
        self
    }

    /// What the form is for.
    #[must_use]
    pub fn purpose(mut self, purpose: Purpose) -> Self {
        self.purpose = Some(purpose);
        self
    }

    /// Changes a field of the address.
    #[must_use]
    pub fn address_field(mut self, name: AddressField, field: FormField) -> Self {
        first(&mut self.address_overrides).insert(name, field);
        self
    }

    /// Changes a field of the contact.
    #[must_use]
    pub fn contact_field(mut self, name: ContactField, field: FormField) -> Self {
        first(&mut self.contact_overrides).insert(name, field);
        self
    }

    pub(in crate::message) fn check(&self, walk: &mut Walk) {
        walk.at("template_type", |walk| {
            walk.messenger_only("customer information template");
        });
        walk.each("countries", &self.countries, |walk, country| {
            if !matches!(country.as_bytes(), [b'A'..=b'Z', b'A'..=b'Z']) {
                walk.malformed("not a country by its two capital letters, like US");
            }
        });
        self.business_privacy.check(walk);
        walk.maybe_number("expires_in_days", self.expires_in_days, limits::EXPIRES_IN_DAYS);
        walk.each("address_overrides", &self.address_overrides, |walk, fields| {
            for (name, field) in fields {
                walk.at(name.name(), |walk| field.check(walk, name.limit()));
            }
        });
        walk.each("contact_overrides", &self.contact_overrides, |walk, fields| {
            for (name, field) in fields {
                walk.at(name.name(), |walk| {
                    field.check(walk, limits::CUSTOMER_INFORMATION_FIELD);
                });
            }
        });
    }
}

/// The platform wants a list around the object of all fields.
fn first<K: Ord, V>(overrides: &mut Vec<BTreeMap<K, V>>) -> &mut BTreeMap<K, V> {
    if overrides.is_empty() {
        overrides.push(BTreeMap::new());
    }
    &mut overrides[0]
}

impl Reply {
    /// A form for the person's address and contact, see [`CustomerInformation`].
    ///
    /// ```
    /// # use messenger_runtime::message::{CustomerInformation, Reply};
    /// let form = CustomerInformation::new("https://coffee.example/privacy").countries(["FR"]);
    /// let reply = Reply::customer_information(form);
    /// ```
    pub fn customer_information(form: CustomerInformation) -> Self {
        Self::message(form)
    }
}

sendable!(CustomerInformation);
