//! What a full store takes, and what it costs to ask it.

use super::{answers::Proxy, *};

/// Waits until a store that was full takes an event.
async fn taken_soon(store: &PostgresStore, new: NewEvent) {
    let deadline = Instant::now() + Duration::from_secs(2);
    while let Err(error) = store.append(vec![new.clone()], 0).await {
        assert_eq!(error, StoreError::Full);
        assert!(Instant::now() < deadline, "there is room again");
        sleep(Duration::from_millis(20)).await;
    }
}

/// A store that is full, with a bound of one event.
async fn full(options: PostgresOptions) -> PostgresStore {
    let store = options.queue_bound(1).connect().await.expect("the store opens");
    let kept = store.append(vec![event("full", 1)], 0).await;
    kept.expect("it is empty");
    store
}

#[tokio::test]
async fn a_full_queue_takes_nothing_until_there_is_room() {
    let server = server_or_return!("a_full_queue_takes_nothing_until_there_is_room");
    let schema = server.schema();
    let options = PostgresStore::at(server.url()).schema(&schema).queue_bound(3);
    let store = options.connect().await.unwrap();
    let other = open(&server, &schema).await;
    store
        .append((0..3).map(|n| event("a", n)).collect(), 0)
        .await
        .unwrap();
    assert_eq!(
        store.append(vec![event("a", 3)], 0).await.unwrap_err(),
        StoreError::Full
    );
    assert_eq!(store.ready().await.unwrap_err(), StoreError::Full);
    let claim = one_claim(&other).await;
    other.commit(turn(claim.lease)).await.unwrap();
    taken_soon(&store, event("a", 3)).await;
}

#[tokio::test]
async fn an_outbox_that_does_not_empty_takes_no_more() {
    let server = server_or_return!("an_outbox_that_does_not_empty_takes_no_more");
    let options = PostgresStore::at(server.url()).schema(server.schema());
    let store = options.queue_bound(2).connect().await.unwrap();
    let claim = store
        .append(vec![event("a", 1)], 1)
        .await
        .unwrap()
        .claims
        .pop()
        .unwrap();
    let queue = |turn: Option<&Lease>, keys: &[&str]| Enqueue {
        conversation: Arc::new(person("a")),
        rows: keys.iter().copied().map(row).collect(),
        turn: turn.cloned(),
        once: None,
    };
    store
        .enqueue(queue(None, &["r1", "r2", "r3", "r4"]))
        .await
        .unwrap();
    assert_eq!(
        store.enqueue(queue(None, &["r5"])).await.unwrap_err(),
        StoreError::Full
    );
    assert_eq!(
        store.append(vec![event("a", 2)], 0).await.unwrap_err(),
        StoreError::Full
    );
    assert_eq!(store.ready().await.unwrap_err(), StoreError::Full);
    // A turn that began is never refused.
    store.enqueue(queue(Some(&claim.lease), &["r6"])).await.unwrap();
    store.commit(turn(claim.lease)).await.unwrap();
    let mut sent = store.claim_outbox(1).await.unwrap().pop();
    for _ in 0..2 {
        let row = sent.take().expect("five rows wait");
        sent = store.settle(row, Settlement::Done).await.unwrap().next;
    }
    taken_soon(&store, event("a", 2)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_store_is_not_counted_for_each_event_that_it_refuses() {
    let server = server_or_return!("a_full_store_is_not_counted_for_each_event_that_it_refuses");
    let (proxy, schema) = (Proxy::before(&server).await, server.schema());
    let store = full(proxy.options(&schema)).await;
    let (asked, begin) = (proxy.asked(), Instant::now());
    for number in 0..1_000 {
        let refused = store.append(vec![event("a", number)], 0).await;
        assert_eq!(refused.unwrap_err(), StoreError::Full);
    }
    let (asked, took) = (proxy.asked() - asked, begin.elapsed());
    let fifths = usize::try_from(took.as_millis() / 200).unwrap();
    // The store's own looks are among them.
    assert!(asked < 20 + 4 * fifths, "{asked} requests in {took:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_store_is_counted_by_one_while_the_others_are_refused() {
    let server = server_or_return!("a_full_store_is_counted_by_one_while_the_others_are_refused");
    let schema = server.schema();
    let store = Arc::new(full(PostgresStore::at(server.url()).schema(&schema)).await);
    let mut other = server.session().unwrap();
    // No count ends until it does.
    let lock = format!("BEGIN; LOCK TABLE {schema}.inbox IN ACCESS EXCLUSIVE MODE");
    other.run(&lock).unwrap();
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..40 {
        let store = Arc::clone(&store);
        tasks.spawn(async move { store.append(vec![event("a", number)], 0).await.unwrap_err() });
    }
    for nth in 1..40 {
        let ended = timeout(Duration::from_secs(3), tasks.join_next()).await;
        let refused = ended.unwrap_or_else(|_| panic!("after {nth} answers all others wait for a count"));
        assert_eq!(refused.expect("forty were asked").unwrap(), StoreError::Full);
    }
    other.run("ROLLBACK").unwrap();
    let last = tasks.join_next().await.expect("the one that counts").unwrap();
    assert_eq!(last, StoreError::Full);
}

#[tokio::test]
async fn a_store_without_room_settles_the_echoes_of_what_it_refuses() {
    let server = server_or_return!("a_store_without_room_settles_the_echoes_of_what_it_refuses");
    let schema = server.schema();
    let store = full(PostgresStore::at(server.url()).schema(&schema)).await;
    let echo = |number: u64, key: &str| NewEvent {
        echoes: Some(key.into()),
        ..event("a", number)
    };
    let rows = ["r1", "r2", "r3", "r4"].map(row).to_vec();
    let queue = Enqueue {
        conversation: Arc::new(person("a")),
        rows,
        turn: None,
        once: None,
    };
    let roomy = open(&server, &schema).await;
    roomy.enqueue(queue).await.unwrap();
    let doubtful = Settlement::Doubtful(Duration::from_secs(600));
    let r1 = store.claim_outbox(1).await.unwrap().pop().unwrap();
    assert!(store.settle(r1, doubtful.clone()).await.unwrap().next.is_none());
    // In doubt.
    let refused = store.append(vec![event("b", 2), echo(3, "r1")], 0).await;
    assert_eq!(refused.unwrap_err(), StoreError::Full);
    let found = timeout(Duration::from_secs(5), store.claim_outbox(1)).await;
    let r2 = found.expect("r1 has left").unwrap().pop().unwrap();
    assert_eq!((&*r2.new.key, r2.doubts), ("r2", 0));
    // In flight.
    let refused = store.append(vec![echo(4, "r2")], 0).await;
    assert_eq!(refused.unwrap_err(), StoreError::Full);
    let settled = store.settle(r2, doubtful.clone()).await.unwrap();
    assert!(settled.echoed);
    let r3 = settled.next.expect("r3 follows");
    assert!(store.settle(r3, doubtful).await.unwrap().next.is_none());
    // The same where it is the disk that is full.
    server
        .sql(&format!(
            "CREATE FUNCTION {schema}.no_room() RETURNS trigger LANGUAGE plpgsql AS
               $$ BEGIN RAISE EXCEPTION 'no space left' USING ERRCODE = '53100'; END $$;
             CREATE TRIGGER no_room BEFORE INSERT ON {schema}.inbox EXECUTE FUNCTION {schema}.no_room()"
        ))
        .unwrap();
    let refused = roomy.append(vec![echo(5, "r3")], 0).await.unwrap_err();
    assert!(matches!(refused, StoreError::NoSpace(_)), "{refused:?}");
    let found = timeout(Duration::from_secs(5), store.claim_outbox(1)).await;
    let r4 = found.expect("r3 has left").unwrap().pop().unwrap();
    assert_eq!(&*r4.new.key, "r4");
    let events = store.backlog().await.unwrap().events;
    assert_eq!(events, 1, "nothing of what was refused was kept");
}
