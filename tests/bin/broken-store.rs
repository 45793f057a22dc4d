//! A bot whose store breaks at the first event.

use std::process::ExitCode;

use messenger_runtime::{prelude::*, store::StoreError};
use messenger_tests::faulty::{FaultyStore, Op};

bot! { Unlucky; ignore }

#[fallback]
async fn ignore() {}

fn main() -> ExitCode {
    let store = FaultyStore::default();
    store.fail(Op::Append, [StoreError::Broken("its disk is gone".into())]);
    Unlucky::stateless().store(store).cli()
}
