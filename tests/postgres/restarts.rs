//! Servers that go away and come back.

use super::*;

#[tokio::test]
async fn a_server_that_went_away_is_unavailable_and_comes_back() {
    let Some(server) = PostgresServer::for_test("a_server_that_went_away_is_unavailable_and_comes_back")
    else {
        return;
    };
    let store = open(&server, &server.schema()).await;
    store.append(vec![event("a", 1)], 0).await.unwrap();
    for restart in [PostgresServer::down, PostgresServer::kill] {
        restart(&server).unwrap();
        let lost = store.append(vec![event("a", 2)], 0).await.unwrap_err();
        assert!(matches!(lost, StoreError::Unavailable(_)), "{lost:?}");
        assert!(matches!(store.ready().await, Err(StoreError::Unavailable(_))));
        server.up().unwrap();
        let deadline = Instant::now() + Duration::from_secs(30);
        while let Err(error) = store.ready().await {
            assert!(Instant::now() < deadline, "{error}");
            sleep(Duration::from_millis(20)).await;
        }
        assert_eq!(store.backlog().await.unwrap().events, 1);
    }
    let claim = one_claim(&store).await;
    assert_eq!(claim.key, key(1));
    store.commit(turn(claim.lease)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn restarts_under_load_lose_nothing_and_keep_nothing_twice() {
    let Some(server) = PostgresServer::for_test("restarts_under_load_lose_nothing_and_keep_nothing_twice")
    else {
        return;
    };
    let schema = server.schema();
    let node = || {
        PostgresStore::at(server.url())
            .schema(&schema)
            .timeout(Duration::from_secs(3))
    };
    let nodes = [
        Arc::new(node().connect().await.unwrap()),
        Arc::new(node().connect().await.unwrap()),
    ];
    let listeners = || {
        server
            .sql("SELECT count(*) FROM pg_stat_activity WHERE query ~ '^(LISTEN|NOTIFY)'")
            .unwrap()
    };
    let two_listen = async || {
        let deadline = Instant::now() + Duration::from_secs(30);
        while listeners() != "2" {
            assert!(Instant::now() < deadline, "{} nodes listen", listeners());
            sleep(Duration::from_millis(50)).await;
        }
    };
    two_listen().await;
    let stop = Arc::new(AtomicBool::new(false));
    let mut tasks = tokio::task::JoinSet::new();
    for who in 0..8_u64 {
        let (store, stop) = (
            Arc::clone(&nodes[usize::try_from(who % 2).unwrap()]),
            Arc::clone(&stop),
        );
        tasks.spawn(async move {
            let (mut kept, mut failed, mut known) = (0_u64, 0_u64, 0_u64);
            while !stop.load(Ordering::Relaxed) {
                // The same event until it is acknowledged, as the platform does.
                let mut tries = 0;
                loop {
                    tries += 1;
                    let new = event(&format!("p{who}"), who << 32 | kept);
                    match store.append(vec![new], 0).await {
                        Ok(accepted) => {
                            let was_known = accepted.events == [Appended::Duplicate];
                            assert!(tries > 1 || !was_known, "known at its first try");
                            known += u64::from(was_known);
                            break;
                        }
                        Err(StoreError::Unavailable(_)) => failed += 1,
                        Err(other) => panic!("{other:?}"),
                    }
                    sleep(Duration::from_millis(5)).await;
                }
                kept += 1;
            }
            (kept, failed, known)
        });
    }
    for restart in [PostgresServer::down, PostgresServer::kill, PostgresServer::kill] {
        let before = nodes[0].backlog().await.unwrap().events;
        let deadline = Instant::now() + Duration::from_secs(30);
        while nodes[0].backlog().await.unwrap().events < before + 50 {
            assert!(Instant::now() < deadline, "no events come in");
            sleep(Duration::from_millis(10)).await;
        }
        restart(&server).unwrap();
        sleep(Duration::from_millis(50)).await;
        server.up().unwrap();
        while let Err(error) = nodes[0].ready().await {
            assert!(Instant::now() < deadline + Duration::from_secs(30), "{error}");
            sleep(Duration::from_millis(20)).await;
        }
    }
    stop.store(true, Ordering::Relaxed);
    let (mut kept, mut failed, mut known) = (0, 0, 0);
    for (of_one, its_failures, its_known) in tasks.join_all().await {
        kept += of_one;
        failed += its_failures;
        known += its_known;
    }
    println!("{kept} events acknowledged, {failed} appends failed, {known} of them were kept all the same");
    assert!(failed > 0, "nobody noticed the restarts");
    assert_eq!(nodes[1].backlog().await.unwrap().events as u64, kept);
    two_listen().await;
}
