//! Bots that replace one another while people write.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use messenger_runtime::store::MemoryStore;
use messenger_tests::{MockGraph, faulty::FaultyStore, stage::text_body};

use super::{Notes, Served, post};

/// How many people write all the time, and how often each of their events is sent.
struct Load {
    people: usize,
    copies: usize,
}

/// Bots that replace one another on one store while people write: what each person wrote, what was handled
/// and what was answered.
async fn rolling_restarts(
    restarts: usize,
    load: Load,
    store: FaultyStore,
) -> [BTreeMap<String, Vec<String>>; 3] {
    let (graph, notes) = (MockGraph::start().await, Notes::default());
    let mut bot = Served::start(&graph, &notes, &store, 64).await;
    let url = Arc::new(Mutex::new(bot.url.clone()));
    let over = Arc::new(AtomicBool::new(false));
    let people = (0..load.people).map(|person| {
        let (url, over) = (Arc::clone(&url), Arc::clone(&over));
        let url = move || url.lock().expect("no panic under the lock").clone();
        tokio::spawn(async move {
            let (person, client) = (format!("6{person:03}"), reqwest::Client::new());
            let mut written = Vec::new();
            while !over.load(Ordering::Relaxed) {
                let text = format!("text {}", written.len());
                let body = text_body(&person, &format!("m_{person}_{}", written.len()), &text);
                for _ in 0..load.copies {
                    while !is_taken(post(&client, &url(), &body).await) {
                        tokio::time::sleep(Duration::from_millis(5)).await;
                    }
                }
                written.push(text);
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            (person, written)
        })
    });
    let people: Vec<_> = people.collect();
    for _ in 0..restarts {
        let next = Served::start(&graph, &notes, &store, 64).await;
        url.lock().expect("no panic under the lock").clone_from(&next.url);
        std::mem::replace(&mut bot, next)
            .stop()
            .await
            .expect("it stops as told");
    }
    over.store(true, Ordering::Relaxed);
    let mut written = BTreeMap::new();
    for person in people {
        written.extend([person.await.expect("no answer but 200 and 503")]);
    }
    let waiting = async {
        while !bot.handle.backlog().await.expect("the store can tell").is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let rested = tokio::time::timeout(Duration::from_secs(60), waiting).await;
    let left = bot.handle.backlog().await.expect("the store can tell");
    assert!(rested.is_ok(), "the last bot does not come to rest: {left:?}");
    bot.stop().await.expect("it stops as told");
    let handled = notes.handled.lock().expect("no panic under the lock").clone();
    let answered = graph.texts().into_iter().map(|text| {
        let (person, text) = text.split_once(' ').expect("a person and a text");
        (person.to_owned(), text.to_owned())
    });
    let answered = by_person(answered);
    [written, by_person(handled), answered]
}

fn by_person(texts: impl IntoIterator<Item = (String, String)>) -> BTreeMap<String, Vec<String>> {
    let mut people = BTreeMap::<_, Vec<_>>::new();
    for (person, text) in texts {
        people.entry(person).or_default().push(text);
    }
    people
}

/// Whether it was acknowledged; a bot that is stopping may hang up or say 503, and nothing else.
fn is_taken(answer: reqwest::Result<reqwest::Response>) -> bool {
    match answer.map(|answer| answer.status().as_u16()) {
        Ok(200) => true,
        Ok(503) | Err(_) => false,
        Ok(status) => panic!("answered {status}"),
    }
}

/// A store that several bots share, which knows this many duplicates.
fn shared(window: usize) -> FaultyStore {
    FaultyStore::default()
        .over(MemoryStore::new().duplicate_window(window))
        .leasing(Duration::from_secs(30))
}

/// `RESTARTS` in the environment asks for more or fewer.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rolling_restarts_under_load_lose_nothing_and_handle_nothing_twice() {
    let restarts = std::env::var("RESTARTS").map_or(100, |text| text.parse().expect("a number"));
    let load = Load { people: 8, copies: 1 };
    let [written, handled, answered] = rolling_restarts(restarts, load, shared(1_000_000)).await;
    assert!(
        written.values().all(|texts| !texts.is_empty()),
        "people did write"
    );
    assert_eq!(written, handled, "every event once, in order");
    assert_eq!(written, answered, "every answer once, in order");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_a_store_that_knows_no_duplicates_the_same_load_is_handled_twice() {
    let load = Load { people: 2, copies: 2 };
    let [written, handled, _] = rolling_restarts(3, load, shared(0)).await;
    assert_ne!(written, handled);
}
