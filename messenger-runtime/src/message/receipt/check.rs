//! What the platform asks of a receipt.

use super::{Address, Receipt};
use crate::message::{check::Walk, limits};

impl Receipt {
    pub(in crate::message) fn check(&self, walk: &mut Walk) {
        walk.at("template_type", |walk| walk.messenger_only("receipt template"));
        walk.required("recipient_name", &self.recipient_name);
        walk.required("order_number", &self.order_number);
        walk.required("payment_method", &self.payment_method);
        walk.maybe_url("order_url", self.order_url.as_deref());
        let total = self.summary.total_cost;
        walk.list(
            "elements",
            &self.elements,
            limits::RECEIPT_ELEMENTS,
            |walk, item| {
                walk.required("title", &item.title);
                walk.amount("price", item.price, total);
                walk.maybe_url("image_url", item.image_url.as_deref());
            },
        );
        if let Some(address) = &self.address {
            walk.at("address", |walk| address.check(walk));
        }
        walk.at("summary", |walk| {
            let parts = [
                ("subtotal", self.summary.subtotal),
                ("shipping_cost", self.summary.shipping_cost),
                ("total_tax", self.summary.total_tax),
                ("total_cost", Some(total)),
            ];
            for (name, part) in parts {
                if let Some(part) = part {
                    walk.amount(name, part, total);
                }
            }
        });
        walk.each("adjustments", &self.adjustments, |walk, adjustment| {
            walk.required("name", &adjustment.name);
            walk.amount("amount", adjustment.amount, total);
        });
    }
}

impl Address {
    fn check(&self, walk: &mut Walk) {
        walk.required("street_1", &self.street_1);
        walk.required("city", &self.city);
        walk.required("postal_code", &self.postal_code);
        walk.required("state", &self.state);
        walk.required("country", &self.country);
    }
}
