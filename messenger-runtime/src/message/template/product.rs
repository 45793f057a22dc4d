//! The product template: products of the page's catalogue.

use serde::{Deserialize, Serialize};

use crate::message::{
    check::Walk,
    limits::{self, takes},
    words::Words,
};

/// A product template: one to ten products of the page's catalogue, by their ids. The platform fills in
/// titles, pictures and prices.
///
/// Platform: product template, <https://developers.facebook.com/documentation/business-messaging/messenger-platform/send-messages/template/product>.
///
/// ```
/// use messenger_runtime::message::{Message, ProductTemplate};
/// use serde_json::{json, to_value};
///
/// let products = ProductTemplate::new(["3004157", "3004158"]);
/// assert_eq!(to_value(Message::from(products))?, json!({"attachment": {"type": "template", "payload": {
///     "template_type": "product",
///     "elements": [{"id": "3004157"}, {"id": "3004158"}],
/// }}}));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductTemplate {
    elements: Vec<Product>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Product {
    id: Words,
}

impl ProductTemplate {
    /// The products of these ids.
    #[doc = takes!(PRODUCTS)]
    #[must_use]
    pub fn new(ids: impl IntoIterator<Item: Into<String>>) -> Self {
        Self {
            elements: ids.into_iter().map(|id| Product { id: Words::new(id) }).collect(),
        }
    }

    pub(in crate::message) fn check(&self, walk: &mut Walk) {
        walk.list("elements", &self.elements, limits::PRODUCTS, |walk, product| {
            walk.required("id", &product.id);
        });
    }
}
