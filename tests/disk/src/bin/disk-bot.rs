//! A bot whose disk fails: `disk-bot DIR EIO|ENOSPC FIRST LAST`, under the shim.
//!
//! For each number from FIRST to LAST a bot on a new database gets events until that change of its disk has
//! failed, and some more; a disk that is full has room again then, and the bot must go on. Afterwards the
//! database is opened anew, and every event that was answered 200 is delivered once more: it must be known.
//! Prints what it saw, and ends with 1 where an event is not.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    time::Duration,
};

use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use hmac::{Hmac, KeyInit as _, Mac as _};
use messenger_disk_tests::{Fault, changes, fail as fail_disk};
use messenger_runtime::{
    BotService,
    config::Config,
    prelude::*,
    store::{OpenError, SqliteStore},
};
use sha2::Sha256;
use tower::ServiceExt as _;

bot! { Quiet; ignore }

#[fallback]
async fn ignore() {}

const SECRET: &str = "0123456789abcdef0123456789abcdef";
/// How many events are delivered after the fault.
const AFTER: u64 = 3;
/// How many deliveries, 20 ms apart, a bot may refuse whose disk has room again.
const MOST: u64 = 500;

/// What was seen over all runs.
#[derive(Default)]
struct Seen {
    runs: u64,
    at_open: u64,
    acknowledged: u64,
    refused: u64,
    /// Runs in which the bot went on when the disk had room again.
    recovered: u64,
    lost: u64,
}

fn main() -> ExitCode {
    let _scenario = fail::FailScenario::setup();
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [dir, fault, first, last] = &arguments[..] else {
        eprintln!("usage: disk-bot DIR EIO|ENOSPC FIRST LAST");
        return ExitCode::from(2);
    };
    let fault = if fault == "EIO" { Fault::Eio } else { Fault::Enospc };
    let (first, last): (u64, u64) = (first.parse().expect("a number"), last.parse().expect("a number"));
    let dir = PathBuf::from(dir);
    let mut seen = Seen::default();
    for at in first..=last {
        run(&dir, fault, at, &mut seen);
    }
    let Seen {
        runs,
        at_open,
        acknowledged,
        refused,
        recovered,
        lost,
    } = seen;
    println!("{runs} {at_open} {acknowledged} {refused} {recovered} {lost}");
    if lost == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn run(root: &Path, fault: Fault, at: u64, seen: &mut Seen) {
    seen.runs += 1;
    let dir = root.join(at.to_string());
    std::fs::create_dir(&dir).expect("a directory");
    fail_disk(root, fault, at);
    let acknowledged = alone(async {
        if let Ok(store) = SqliteStore::open(dir.join("bot.db")).await {
            deliver(store, root, fault, at, seen).await
        } else {
            seen.at_open += 1;
            Vec::new()
        }
    });
    fail_disk(root, fault, 0);
    seen.acknowledged += acknowledged.len() as u64;
    seen.lost += alone(look(&dir, &acknowledged));
    std::fs::remove_dir_all(&dir).expect("removable");
}

/// Runs on a runtime of its own, whose tasks end with it.
fn alone<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .expect("a runtime");
    let done = runtime.block_on(work);
    runtime.shutdown_timeout(Duration::from_secs(5));
    done
}

async fn service(store: SqliteStore) -> BotService<Quiet> {
    let config = Config::builder()
        .access_token("token")
        .app_secret(SECRET)
        .verify_token("verify")
        .graph_origin("http://127.0.0.1:1")
        .build()
        .expect("complete settings");
    Quiet::stateless()
        .config(config)
        .store(store)
        .start()
        .await
        .expect("the bot starts")
}

/// Delivers events until the fault has come and some more; those that were answered 200.
async fn deliver(store: SqliteStore, root: &Path, fault: Fault, at: u64, seen: &mut Seen) -> Vec<u64> {
    let service = service(store).await;
    let router = service.router().expect("a router");
    let (mut acknowledged, mut after, mut next) = (Vec::new(), 0, 0);
    while after < AFTER {
        after += u64::from(changes(root) >= at);
        if post(&router, next).await == StatusCode::OK {
            acknowledged.push(next);
        } else {
            seen.refused += 1;
        }
        next += 1;
    }
    if fault == Fault::Enospc {
        fail_disk(root, fault, 0);
        for number in next..next + MOST {
            if post(&router, number).await == StatusCode::OK {
                acknowledged.push(number);
                seen.recovered += 1;
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
    acknowledged
}

/// How many of the events are not known to the store.
async fn look(dir: &Path, acknowledged: &[u64]) -> u64 {
    let service = service(reopen(&dir.join("bot.db")).await).await;
    let router = service.router().expect("a router");
    for number in acknowledged {
        assert_eq!(
            post(&router, *number).await,
            StatusCode::OK,
            "the disk is well again"
        );
    }
    let fresh = service.handle().counts().received;
    service.drain().await;
    fresh
}

/// The last bot's thread may still hold the database for a moment.
async fn reopen(path: &Path) -> SqliteStore {
    for _ in 0..1000 {
        match SqliteStore::open(path).await {
            Ok(store) => return store,
            Err(OpenError::Locked(_)) => tokio::time::sleep(Duration::from_millis(5)).await,
            Err(error) => panic!("the database does not open on a disk that is well: {error}"),
        }
    }
    panic!("the database stays locked")
}

async fn post(router: &axum::Router, number: u64) -> StatusCode {
    let body = format!(
        "{{\"object\":\"page\",\"entry\":[{{\"id\":\"1\",\"time\":1,\"messaging\":[{{\"sender\":{{\"id\":\"{}\"}},\
         \"recipient\":{{\"id\":\"1\"}},\"timestamp\":1,\"message\":{{\"mid\":\"m{number}\",\"text\":\"hi\"}}}}]}}]}}",
        number % 5 + 10
    );
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).expect("HMAC takes keys of any length");
    mac.update(body.as_bytes());
    let signature = format!("sha256={}", hex::encode(mac.finalize().into_bytes()));
    let request = Request::post("/webhook")
        .header("x-hub-signature-256", signature)
        .body(Body::from(body))
        .expect("a request");
    let answer = router.clone().oneshot(request).await.expect("infallible");
    answer.status()
}
