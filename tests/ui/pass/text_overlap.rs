//! Routes that share texts, and still each have some of their own.
#![deny(warnings, missing_docs, unreachable_pub, unnameable_types, missing_debug_implementations, unused_qualifications, single_use_lifetimes, clippy::pedantic)]

use messenger_runtime::prelude::*;

bot! { pub Shop; lower, upper, digits, unicode_digits, whole, boundary, lines, kelvin, street, greek, letters, last }

#[on_text(r"^[a-m]+$")]
async fn lower() {}

#[on_text(r"^[h-z]+$")]
async fn upper() {}

#[on_text(r"^#[0-9]+$")]
async fn digits() {}

#[on_text(r"^#\d+$")]
async fn unicode_digits() {}

#[on_text(r"\border\b")]
async fn whole() {}

#[on_text(r"order")]
async fn boundary() {}

#[on_text(r"(?m)^(?:.+\n)?Total$")]
async fn lines() {}

#[on_text(words = ["Kiosk"])]
async fn kelvin() {}

#[on_text(r"(?i)^strasse$")]
async fn street() {}

#[on_text(words = ["strasse", "kiosks"])]
async fn greek() {}

#[on_text(r"^\w{1,8}$")]
async fn letters() {}

#[on_text]
async fn last() {}

fn main() {
    assert_eq!(Shop::ROUTES.len(), 12);
}
