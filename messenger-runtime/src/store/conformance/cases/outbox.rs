//! Sending rows.

use std::time::{Duration, SystemTime};

use super::super::rig::{
    Handle, Rig, Verdict, all_letters, append, broken, cause, event, loose, none, one, person, row, same,
    some,
};
use crate::{
    event::Object,
    store::{DeadKind, Enqueue, NewEvent, NewRow, Row, Settlement},
};

/// A wait that no case outlasts.
const LONG: Duration = Duration::from_secs(3_600);

/// A store with the rows `1`, `2` and `3` of one conversation, the first of them in flight.
async fn sending(rig: &Rig, clause: &'static str) -> Verdict<(Handle, Row)> {
    let store = rig.fresh().await;
    store.enqueue(loose("a", &["1", "2", "3"])).await?;
    let row = rig.row(&store, clause).await?;
    same(clause, &*row.new.key, "1")?;
    Ok((store, row))
}

pub(super) async fn one_in_flight(rig: &Rig) -> Verdict {
    let clause = "claim_outbox: conversations have one row in flight";
    let (store, first) = sending(rig, clause).await?;
    rig.no_row(&store, clause).await?;
    store.enqueue(loose("a", &["4"])).await?;
    rig.no_row(&store, clause).await?;
    store.enqueue(loose("b", &["5", "6"])).await?;
    let other = one(clause, rig.within(clause, store.claim_outbox(5)).await?)?;
    same(clause, &*other.new.key, "5")?;
    let second = some(clause, store.settle(first, Settlement::Done).await?.next)?;
    same(
        clause,
        (&*second.new.key, &*second.conversation),
        ("2", &person("a")),
    )?;
    rig.no_row(&store, clause).await
}

pub(super) async fn order_is_kept(rig: &Rig) -> Verdict {
    let clause = "claim_outbox: the rows of a conversation are sent one after the other, in order";
    let store = rig.fresh().await;
    let keys: Vec<_> = (0..40).map(|number| format!("{}", number * 7 % 40)).collect();
    for some in keys.chunks(8) {
        store
            .enqueue(loose("a", &some.iter().map(String::as_str).collect::<Vec<_>>()))
            .await?;
    }
    same(clause, rig.drain_rows(&store, clause).await?, keys)
}

pub(super) async fn a_waiting_claim_wakes(rig: &Rig) -> Verdict {
    let clause = "claim_outbox: it waits until conversations have a row that is due";
    let store = rig.fresh().await;
    let waiting = rig.within(clause, store.claim_outbox(5));
    let queueing = async {
        rig.pass(Duration::from_millis(20)).await;
        store.enqueue(loose("a", &["1"])).await
    };
    let (rows, queued) = tokio::join!(waiting, queueing);
    queued?;
    let first = one(clause, rows?)?;
    let waiting = rig.within(clause, store.claim_outbox(5));
    let settling = async {
        rig.pass(Duration::from_millis(20)).await;
        store.settle(first, Settlement::Retry(rig.short())).await
    };
    let (rows, settled) = tokio::join!(waiting, settling);
    none(clause, settled?.next)?;
    same(clause, one(clause, rows?)?.attempts, 1)
}

pub(super) async fn sent_rows_leave(rig: &Rig) -> Verdict {
    let clause = "settle: a row that is done leaves the outbox, and the next one that is due is given";
    let (store, mut sent) = sending(rig, clause).await?;
    for expected in ["2", "3"] {
        let settled = store.settle(sent, Settlement::Done).await?;
        same(clause, settled.echoed, false)?;
        sent = some(clause, settled.next)?;
        same(
            clause,
            (&*sent.new.key, sent.attempts, sent.doubts),
            (expected, 0, 0),
        )?;
        same(clause, &*sent.new, &row(expected))?;
    }
    none(clause, store.settle(sent, Settlement::Done).await?.next)?;
    same(clause, store.backlog().await?.rows, 0)?;
    rig.no_row(&store, clause).await?;
    store.enqueue(loose("a", &["4"])).await?;
    same(clause, &*rig.row(&store, clause).await?.new.key, "4")
}

pub(super) async fn dead_rows_become_letters(rig: &Rig) -> Verdict {
    let clause = "settle: a dead row leaves the outbox and is kept with key, body, cause and attempts";
    let (store, first) = sending(rig, clause).await?;
    store.settle(first, Settlement::Retry(Duration::ZERO)).await?;
    let first = rig.row(&store, clause).await?;
    let next = some(clause, store.settle(first, Settlement::Dead(cause())).await?.next)?;
    same(clause, &*next.new.key, "2")?;
    same(clause, store.backlog().await?.rows, 2)?;
    let letter = one(clause, store.dead_letters(all_letters()).await?)?;
    same(clause, &*letter.conversation, &person("a"))?;
    let kept = (letter.kind, letter.key.as_str(), letter.cause, letter.attempts);
    same(clause, kept, (DeadKind::Message, "1", cause(), 2))?;
    same(
        clause,
        serde_json::from_str::<NewRow>(&letter.body).ok(),
        Some(row("1")),
    )
}

pub(super) async fn a_retry_waits_and_counts(rig: &Rig) -> Verdict {
    let clause = "settle: a retry waits, the rows behind it too, and counts as an attempt";
    let (store, first) = sending(rig, clause).await?;
    let settled = store.settle(first, Settlement::Retry(rig.short())).await?;
    none(clause, settled.next)?;
    rig.no_row(&store, clause).await?;
    let again = rig.row(&store, clause).await?;
    same(
        clause,
        (&*again.new.key, again.attempts, again.doubts),
        ("1", 1, 0),
    )?;
    let next = some(clause, store.settle(again, Settlement::Done).await?.next)?;
    same(clause, (&*next.new.key, next.attempts), ("2", 0))
}

pub(super) async fn a_postponed_row_does_not_count(rig: &Rig) -> Verdict {
    let clause = "settle: a postponed row waits as a retry does, but was not tried";
    let (store, first) = sending(rig, clause).await?;
    none(
        clause,
        store
            .settle(first, Settlement::Postponed(rig.short()))
            .await?
            .next,
    )?;
    rig.no_row(&store, clause).await?;
    let again = rig.row(&store, clause).await?;
    same(
        clause,
        (&*again.new.key, again.attempts, again.doubts),
        ("1", 0, 0),
    )
}

pub(super) async fn a_doubtful_row_is_counted(rig: &Rig) -> Verdict {
    let clause = "settle: a doubtful send waits and counts one attempt and one doubt";
    let (store, first) = sending(rig, clause).await?;
    none(
        clause,
        store.settle(first, Settlement::Doubtful(rig.short())).await?.next,
    )?;
    rig.no_row(&store, clause).await?;
    let again = rig.row(&store, clause).await?;
    same(
        clause,
        (&*again.new.key, again.attempts, again.doubts),
        ("1", 1, 1),
    )?;
    store.settle(again, Settlement::Retry(Duration::ZERO)).await?;
    let again = rig.row(&store, clause).await?;
    same(
        clause,
        (&*again.new.key, again.attempts, again.doubts),
        ("1", 2, 1),
    )
}

pub(super) async fn an_old_epoch_changes_nothing(rig: &Rig) -> Verdict {
    let clause = "settle: one that somebody else holds since, or nobody any more, changes nothing";
    let (store, old) = sending(rig, clause).await?;
    let settle = [
        Settlement::Done,
        Settlement::Dead(cause()),
        Settlement::Retry(LONG),
        Settlement::Doubtful(LONG),
    ];
    store
        .settle(old.clone(), Settlement::Retry(Duration::ZERO))
        .await?;
    for settlement in settle.clone() {
        let settled = store.settle(old.clone(), settlement).await?;
        none(clause, settled.next)?;
        same(clause, settled.echoed, false)?;
    }
    let new = rig.row(&store, clause).await?;
    same(clause, (&*new.new.key, new.attempts, new.doubts), ("1", 1, 0))?;
    if new.epoch <= old.epoch {
        return broken(
            "claim_outbox: the epoch rises with every claim",
            format!("{new:?}"),
        );
    }
    for settlement in settle.clone() {
        none(clause, store.settle(old.clone(), settlement).await?.next)?;
    }
    let backlog = store.backlog().await?;
    same(clause, (backlog.rows, backlog.dead_letters), (3, 0))?;
    let next = some(clause, store.settle(new.clone(), Settlement::Done).await?.next)?;
    same(clause, &*next.new.key, "2")?;
    // The outbox runs empty and is filled again: an old right must not become a new one.
    let next = some(clause, store.settle(next, Settlement::Done).await?.next)?;
    none(clause, store.settle(next.clone(), Settlement::Done).await?.next)?;
    store.enqueue(loose("a", &["4", "5"])).await?;
    let last = rig.row(&store, clause).await?;
    for row in [old, new, next] {
        for settlement in settle.clone() {
            none(clause, store.settle(row.clone(), settlement).await?.next)?;
        }
    }
    same(clause, store.backlog().await?.rows, 2)?;
    let next = some(clause, store.settle(last, Settlement::Done).await?.next)?;
    same(clause, &*next.new.key, "5")
}

pub(super) async fn hastening_is_for_one_page(rig: &Rig) -> Verdict {
    let clause = "hasten: makes every row of the page that waits for a time due now, and no other";
    let store = rig.fresh().await;
    store.enqueue(loose("a", &["1"])).await?;
    store.enqueue(loose("b", &["2"])).await?;
    let others = [(Object::Page, "2", "3"), (Object::Instagram, "1", "4")];
    for (object, page, key) in others {
        let mut other = person("a");
        other.object = object;
        other.page = page.into();
        let conversation = other.into();
        store
            .enqueue(Enqueue {
                conversation,
                ..loose("a", &[key])
            })
            .await?;
    }
    for _ in 0..4 {
        let row = rig.row(&store, clause).await?;
        store.settle(row, Settlement::Retry(LONG)).await?;
    }
    rig.no_row(&store, clause).await?;
    let waiting = async {
        let mut keys = Vec::new();
        while keys.len() < 2 {
            let rows = rig.within(clause, store.claim_outbox(5)).await?;
            keys.extend(rows.iter().map(|row| row.new.key.as_ref().to_owned()));
        }
        Verdict::Ok(keys)
    };
    let hastening = async {
        rig.pass(Duration::from_millis(20)).await;
        store.hasten(Object::Page, "1").await
    };
    let (keys, hastened) = tokio::join!(waiting, hastening);
    hastened?;
    let mut keys: Vec<String> = keys?;
    keys.sort();
    same(clause, keys, ["1", "2"].map(str::to_owned).to_vec())?;
    rig.no_row(&store, clause).await
}

pub(super) async fn hastening_leaves_rows_in_doubt_alone(rig: &Rig) -> Verdict {
    let clause = "hasten: rows with a doubt wait for their echoes";
    let store = rig.fresh().await;
    for (person, key) in [("a", "1"), ("b", "2")] {
        store.enqueue(loose(person, &[key])).await?;
    }
    for _ in 0..2 {
        let row = rig.row(&store, clause).await?;
        let settlement = if &*row.new.key == "1" {
            Settlement::Doubtful(LONG)
        } else {
            Settlement::Retry(LONG)
        };
        store.settle(row, settlement).await?;
    }
    store.hasten(Object::Page, "1").await?;
    same(clause, &*rig.row(&store, clause).await?.new.key, "2")?;
    rig.no_row(&store, clause).await
}

pub(super) async fn a_dropped_claim_loses_nothing(rig: &Rig) -> Verdict {
    let clause = "claim_outbox: the future may be dropped at any time without losing a row for good";
    let store = rig.fresh().await;
    for number in 1_u64..=20 {
        let wait = Duration::from_micros(number * 150);
        let key = number.to_string();
        let keys = [key.as_str()];
        let dropped = tokio::time::timeout(wait, store.claim_outbox(5));
        let (came, queued) = tokio::join!(dropped, store.enqueue(loose("a", &keys)));
        queued?;
        let rows = match came {
            Ok(rows) => rows?,
            Err(_) => rig.within(clause, store.claim_outbox(5)).await?,
        };
        let row = one(clause, rows)?;
        same(clause, &*row.new.key, key.as_str())?;
        none(clause, store.settle(row, Settlement::Done).await?.next)?;
    }
    same(clause, store.backlog().await?.rows, 0)
}

pub(super) async fn rows_know_the_day(rig: &Rig) -> Verdict {
    let clause = "claim_outbox, settle: rows say when the person last opened the conversation's 24 hours";
    let at = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    let store = rig.fresh().await;
    let opening = NewEvent {
        opens: Some(at),
        ..event("a", 1)
    };
    append(&store, vec![opening]).await?;
    store.enqueue(loose("a", &["1", "2"])).await?;
    store.enqueue(loose("b", &["3"])).await?;
    let mut rows = vec![rig.row(&store, clause).await?, rig.row(&store, clause).await?];
    rows.sort_by(|one, other| one.new.key.cmp(&other.new.key));
    let [first, other] = rows.as_slice() else {
        return broken(clause, "two rows were claimed");
    };
    same(clause, (first.opened, other.opened), (Some(at), None))?;
    let next = some(clause, store.settle(first.clone(), Settlement::Done).await?.next)?;
    same(clause, next.opened, Some(at))
}
