//! Places that are given up, and those of a batch.

use futures_util::FutureExt as _;

use super::*;

#[tokio::test(start_paused = true)]
async fn those_who_wait_move_up_where_others_give_up() {
    let bench = Bench::default();
    let started = Instant::now();
    bench.leave(&Pace::Conversations, 2).await;
    let mut given_up: Vec<_> = (0..50)
        .map(|_| Box::pin(bench.turn(&Pace::Conversations)))
        .collect();
    for turn in &mut given_up {
        assert!(turn.now_or_never().is_none());
    }
    let waiting = async |bench: &Bench| {
        bench.turn(&Pace::Conversations).await.unwrap();
        started.elapsed()
    };
    let mut waiting: Vec<_> = (0..3).map(|_| Box::pin(waiting(&bench))).collect();
    for turn in &mut waiting {
        assert!(turn.now_or_never().is_none());
    }
    sleep(SECOND / 4).await;
    drop(given_up);
    let left = join_all(waiting).await;
    assert_eq!(left, [SECOND, SECOND, SECOND * 2], "in the order of coming");
    assert_eq!(bench.turn(&Pace::Conversations).await, Ok(Duration::ZERO));
}

#[tokio::test(start_paused = true)]
async fn a_batch_takes_all_its_turns_or_none() {
    let bench = Bench::default();
    let batch = async |calls: usize, longest: Duration| {
        let calls = (0..calls).map(|n| {
            let page = if n == 0 { &bench.other } else { &bench.page };
            (page, &Pace::Conversations)
        });
        let latest = Instant::now() + longest;
        bench.pacing.turn(&bench.app, calls, latest).await
    };
    let started = Instant::now();
    assert!(batch(50, SECOND * 7).await.is_err());
    assert_eq!(started.elapsed(), Duration::ZERO, "it fails at once");
    assert_eq!(bench.leave(&Pace::Conversations, 2).await[1], Duration::ZERO);
    for _ in 0..2 {
        assert_eq!(bench.other_turn(&Pace::Conversations).await, Ok(Duration::ZERO));
    }
    assert_eq!(
        batch(7, SECOND * 7).await,
        Ok(SECOND * 3),
        "it waits for its last turn"
    );
    let throttle = async {
        sleep(SECOND / 4).await;
        bench.throttled(Throttled::Page, Some(MINUTE));
    };
    let (waited, ()) = tokio::join!(batch(7, FAR), throttle);
    assert_eq!(waited, Ok(SECOND / 4 + MINUTE + SECOND * 2));
}

proptest! {
    #[test]
    fn the_rate_holds_and_no_turn_is_lost_where_some_give_up(
        patience in proptest::collection::vec(proptest::option::of(0_u64..3_000), 1..60),
        calls in 1_u32..6,
    ) {
        let tokio = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        tokio.block_on(async {
            let bench = Bench { pacing: Pacing::default().sends(calls, SECOND), ..Bench::default() };
            let started = Instant::now();
            let all = patience.iter().map(|patience| {
                let bench = &bench;
                async move {
                    let turn = bench.turn(&Pace::Send);
                    match patience {
                        None => turn.await.unwrap(),
                        Some(patience) => {
                            let cut = tokio::time::timeout(Duration::from_millis(*patience), turn);
                            cut.await.ok()?.unwrap()
                        }
                    };
                    Some(started.elapsed())
                }
            });
            let mut leaves: Vec<_> = join_all(all.collect::<Vec<_>>()).await.into_iter().flatten().collect();
            leaves.sort();
            assert!(densest(&leaves, SECOND) <= calls as usize, "{leaves:?}");
            for (n, leave) in leaves.iter().enumerate() {
                assert!(*leave <= SECOND * (n as u32 / calls), "{n}: {leaves:?}");
            }
        });
    }
}
