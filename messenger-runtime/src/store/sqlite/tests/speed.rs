//! How fast it is: `cargo test --release -p messenger-runtime --lib store::sqlite::tests::speed -- --ignored --nocapture`

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use super::rig::{Directory, event, row, turn};
use crate::store::{Settlement, SqliteStore, StateChange, Store, Turn};

const CLIENTS: u64 = 64;

/// The median and the 99th percentile.
fn percentiles(mut times: Vec<Duration>) -> (Duration, Duration) {
    times.sort_unstable();
    (times[times.len() / 2], times[times.len() * 99 / 100])
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement"]
async fn events_from_append_to_settle() {
    let directory = Directory::new();
    let store = Arc::new(SqliteStore::open(directory.file()).await.unwrap());
    let began = Instant::now();
    let until = began + Duration::from_secs(5);
    let clients: Vec<_> = (0..CLIENTS)
        .map(|client| {
            let store = Arc::clone(&store);
            tokio::spawn(async move {
                let (mut acks, mut number) = (Vec::new(), client);
                while Instant::now() < until {
                    let person = (number % 2_000).to_string();
                    let asked = Instant::now();
                    let text = "x".repeat(400);
                    let accepted = store
                        .append(vec![event(&person, number, &text)], 1)
                        .await
                        .unwrap();
                    acks.push(asked.elapsed());
                    for claim in accepted.claims {
                        let rows = vec![row(&person, &number.to_string(), &text)];
                        let state = Some(StateChange::Set(Arc::from(text.as_bytes())));
                        let done = Turn {
                            rows,
                            state,
                            send: true,
                            ..turn(&claim.lease)
                        };
                        let row = store.commit(done).await.unwrap().row;
                        store.settle(row.unwrap(), Settlement::Done).await.unwrap();
                    }
                    number += CLIENTS;
                }
                acks
            })
        })
        .collect();
    let mut acks = Vec::new();
    for client in clients {
        acks.extend(client.await.unwrap());
    }
    let rate = acks.len() as f64 / began.elapsed().as_secs_f64();
    let (middle, worst) = percentiles(acks);
    println!("{rate:.0} events/s, ack p50 {middle:?}, p99 {worst:?}");
}
