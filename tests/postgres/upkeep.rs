//! What is past its time goes.

use super::*;

#[tokio::test]
async fn the_oldest_dead_letters_give_way() {
    let server = server_or_return!("the_oldest_dead_letters_give_way");
    let schema = server.schema();
    let store = open(&server, &schema).await;
    for number in 1..=5 {
        let claim = store
            .append(vec![event("a", number)], 1)
            .await
            .unwrap()
            .claims
            .pop()
            .unwrap();
        let failed = Some(Cause::new("MSG1", "no"));
        store
            .commit(Turn {
                failed,
                ..turn(claim.lease)
            })
            .await
            .unwrap();
    }
    let before = letters(&store, |letters| letters.len() == 5).await;
    let options = PostgresStore::at(server.url()).schema(&schema);
    let other = options
        .dead_letters(2, Duration::from_secs(3600))
        .connect()
        .await
        .unwrap();
    let after = letters(&other, |letters| letters.len() < 5).await;
    assert_eq!(after, before[3..]);
}

#[tokio::test]
async fn many_keys_past_their_time_go_faster_than_they_come() {
    let server = server_or_return!("many_keys_past_their_time_go_faster_than_they_come");
    let schema = server.schema();
    open(&server, &schema).await.close().await.unwrap();
    // As many as a busy bot gets in a minute, and some of today.
    let keys = format!(
        "INSERT INTO {schema}.known (key, since)
         SELECT decode(md5(n::text), 'hex'), now() - CASE WHEN n > 60000 THEN 1 ELSE 8 END * interval '1 day'
           FROM generate_series(1, 60010) AS n"
    );
    server.sql(&keys).unwrap();
    let _store = open(&server, &schema).await;
    let left = format!("SELECT count(*) FROM {schema}.known");
    let deadline = Instant::now() + Duration::from_secs(30);
    while server.sql(&left).unwrap() != "10" {
        assert!(
            Instant::now() < deadline,
            "{} keys are left",
            server.sql(&left).unwrap()
        );
        sleep(Duration::from_millis(200)).await;
    }
}

#[tokio::test]
async fn a_conversation_of_which_nothing_is_kept_goes_eight_days_after_it_was_opened() {
    let server =
        server_or_return!("a_conversation_of_which_nothing_is_kept_goes_eight_days_after_it_was_opened");
    let schema = server.schema();
    let store = open(&server, &schema).await;
    let days_ago = |days: u64| std::time::SystemTime::now() - Duration::from_secs(days * 24 * 3600);
    for (number, who, days) in [(1, "gone", 9), (2, "kept", 7), (3, "waits", 9), (4, "timed", 9)] {
        let new = NewEvent {
            opens: Some(days_ago(days)),
            ..event(who, number)
        };
        let mut claims = store.append(vec![new], 1).await.unwrap().claims;
        let mut turn = turn(claims.pop().expect("nobody else is there").lease);
        if who == "waits" {
            turn.rows.push(row("r1"));
        } else if who == "timed" {
            turn.timers.push(timer("t", Duration::from_secs(3600), 9));
        }
        store.commit(turn).await.unwrap();
    }
    // The first pass comes at once.
    let _other = open(&server, &schema).await;
    let left = format!("SELECT convert_from(id, 'UTF8') FROM {schema}.conversation ORDER BY id");
    let deadline = Instant::now() + Duration::from_secs(20);
    while server.sql(&left).unwrap() != "page/1/kept\npage/1/timed\npage/1/waits" {
        assert!(Instant::now() < deadline, "{}", server.sql(&left).unwrap());
        sleep(Duration::from_millis(100)).await;
    }
}
