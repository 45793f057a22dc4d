use messenger_runtime::prelude::*;

#[on_postback("BUY:{sku=moka}")]
pub(crate) async fn buy(_sku: String) -> &'static str {
    "Yes."
}
