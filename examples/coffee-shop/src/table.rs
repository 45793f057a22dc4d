//! The code on each table: `m.me/<page>?ref=table-7`.

use messenger_runtime::prelude::*;

/// Greets by the number of the table, whether the code opens the conversation or joins one.
#[on_referral("table-{n}")]
pub(crate) async fn seated(n: u8) -> Reply {
    Reply::text(format!(
        "Welcome to table {n}! Order here, and we bring it to you."
    ))
    .then(crate::start().await)
}
