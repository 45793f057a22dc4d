//! A second attribute through another name of the crate.
#![deny(warnings)]

use messenger_runtime as mr;
use messenger_runtime::prelude::*;

bot! { Shop; menu }

#[mr::on_postback("MENU")]
#[mr::on_text("menu")]
async fn menu() {}

fn main() {
    assert_eq!(Shop::ROUTES.len(), 2);
}
