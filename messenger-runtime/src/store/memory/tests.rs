#[cfg(feature = "conformance")]
use super::*;
#[cfg(feature = "conformance")]
use crate::store::conformance::{self, Bench, Options};

#[cfg(feature = "conformance")]
struct InMemory;

#[cfg(feature = "conformance")]
impl Bench for InMemory {
    type Store = MemoryStore;

    async fn fresh(&self) -> MemoryStore {
        MemoryStore::new()
    }
}

#[cfg(feature = "conformance")]
#[tokio::test(start_paused = true)]
async fn it_keeps_the_contract() {
    let report = conformance::run(InMemory, Options::default()).await;
    println!("{report}");
    report.assert();
}

#[cfg(feature = "conformance")]
#[tokio::test(start_paused = true)]
async fn random_histories_are_those_of_the_model() {
    conformance::histories(InMemory, Options::default(), 10_000, 1)
        .await
        .assert();
}
