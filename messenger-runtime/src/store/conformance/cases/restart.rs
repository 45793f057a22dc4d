//! What a store that survives keeps over a crash.

use std::{sync::Arc, time::Duration};

use super::super::rig::{
    Handle, Rig, Verdict, all_letters, append, cause, echo, event, failing, key, loose, none, of_turn, one,
    person, refused, same, sending, some, timer, turn,
};
use crate::store::{
    Appended, Enqueue,
    Enqueued::{GivenUp, Sent, Waiting},
    Replayed, Row, Settlement, StateChange, StoreError, Turn, replay_key,
};

const LONG: Duration = Duration::from_secs(3_600);

pub(super) async fn a_row_in_flight_is_in_doubt_and_waits_ten_seconds(rig: &Rig) -> Verdict {
    let clause =
        "claim_outbox: a row left in flight counts one doubt more and no attempt, and is due 10 s later";
    let store = rig.fresh().await;
    store.enqueue(loose("a", &["1", "2"])).await?;
    rig.row(&store, clause).await?;
    let store = rig.reopen(store).await?;
    rig.no_row(&store, clause).await?;
    rig.pass(Duration::from_secs(8)).await;
    rig.no_row(&store, clause).await?;
    let again = rig.row(&store, clause).await?;
    same(
        clause,
        (&*again.new.key, again.attempts, again.doubts),
        ("1", 0, 1),
    )
}

pub(super) async fn what_was_acknowledged_is_there(rig: &Rig) -> Verdict {
    let clause = "every change is durable when its future returns";
    let store = rig.fresh().await;
    append(&store, vec![event("a", 1), event("a", 2), event("b", 3)]).await?;
    let claim = rig.claim(&store, clause).await?;
    let full = Turn {
        state: Some(StateChange::Set(Arc::from(*b"{\"step\":1}"))),
        timers: vec![timer("later", LONG, 9)],
        ..sending(&claim, &["1", "2"])
    };
    store.commit(full).await?;
    let once = Enqueue {
        once: Some(key(50)),
        ..loose("b", &["3"])
    };
    store.enqueue(once.clone()).await?;
    let before = (
        store.dossier(&person("a")).await?,
        store.dossier(&person("b")).await?,
    );
    let store = rig.reopen(store).await?;
    let after = (
        store.dossier(&person("a")).await?,
        store.dossier(&person("b")).await?,
    );
    same(clause, after, before)?;
    let backlog = store.backlog().await?;
    same(clause, (backlog.events, backlog.rows), (2, 3))?;
    let again = append(&store, vec![event("a", 1), event("b", 3)]).await?;
    same(
        "append: keys are known over a restart",
        again,
        vec![Appended::Duplicate; 2],
    )?;
    let again = store.enqueue(once).await?;
    same(
        "enqueue: `once` is known over a restart",
        again,
        vec![crate::store::Enqueued::Known],
    )
}

pub(super) async fn leases_are_free_and_claims_stay_counted(rig: &Rig) -> Verdict {
    let clause = "claim: after a crash leases are free, and the claim before it counts";
    let mut store = rig.fresh().await;
    append(&store, vec![event("a", 1), event("a", 2)]).await?;
    let mut old = None;
    for count in 1..=3 {
        if count == 3 {
            let clause = "claim: what was claimed twice and not ended is a suspect, over a restart too";
            rig.nothing(clause, store.claim(10, false)).await?;
        }
        let claim = rig.claim(&store, clause).await?;
        same(clause, (claim.key, claim.claims), (key(1), count))?;
        if let Some(old) = old.replace(claim) {
            refused(clause, store.commit(turn(&old)).await, &StoreError::LeaseLost)?;
        }
        store = rig.reopen(store).await?;
    }
    let claim = rig.claim(&store, clause).await?;
    let next = some(clause, store.commit(turn(&claim)).await?.next)?;
    same(clause, (next.key, next.claims), (key(2), 1))
}

async fn in_flight(rig: &Rig, clause: &'static str) -> Verdict<(Handle, Row)> {
    let store = rig.fresh().await;
    store.enqueue(loose("a", &["1", "2"])).await?;
    let row = rig.row(&store, clause).await?;
    Ok((store, row))
}

pub(super) async fn a_noted_echo_has_settled_its_row(rig: &Rig) -> Verdict {
    let clause = "append: an echo noted for a row in flight has settled it after a crash";
    let (store, _row) = in_flight(rig, clause).await?;
    append(&store, vec![echo("a", 1, "1")]).await?;
    let store = rig.reopen(store).await?;
    let next = rig.row(&store, clause).await?;
    same(clause, (&*next.new.key, next.attempts, next.doubts), ("2", 0, 0))?;
    same(clause, store.backlog().await?.rows, 1)
}

pub(super) async fn an_echo_settles_a_row_left_in_flight(rig: &Rig) -> Verdict {
    let clause = "append: an echo settles a row that a dead process left in flight";
    let (store, _row) = in_flight(rig, clause).await?;
    let store = rig.reopen(store).await?;
    rig.no_row(&store, clause).await?;
    let settled = store.append(vec![echo("a", 1, "1")], 0).await?.settled;
    same(clause, settled.iter().map(|key| &**key).collect(), vec!["1"])?;
    same(clause, &*rig.row(&store, clause).await?.new.key, "2")
}

pub(super) async fn what_became_of_the_rows_of_a_turn_is_remembered(rig: &Rig) -> Verdict {
    let clause = "enqueue: the same turn, run again after a crash, does not send its rows twice";
    let store = rig.fresh().await;
    append(&store, vec![event("a", 1)]).await?;
    let claim = rig.claim(&store, clause).await?;
    store.enqueue(of_turn(&claim.lease, &["1", "2", "3"])).await?;
    let row = rig.row(&store, clause).await?;
    let row = some(clause, store.settle(row, Settlement::Done).await?.next)?;
    let row = some(clause, store.settle(row, Settlement::Dead(cause())).await?.next)?;
    store.settle(row, Settlement::Retry(LONG)).await?;
    let store = rig.reopen(store).await?;
    let claim = rig.claim(&store, clause).await?;
    let became = store.enqueue(of_turn(&claim.lease, &["1", "2", "3"])).await?;
    same(clause, became, vec![Sent, GivenUp, Waiting])?;
    same(clause, store.backlog().await?.rows, 1)
}

pub(super) async fn timers_survive(rig: &Rig) -> Verdict {
    let clause = "commit: timers survive a crash, and fire when their time has come";
    let store = rig.fresh().await;
    append(&store, vec![event("a", 1)]).await?;
    let claim = rig.claim(&store, clause).await?;
    let timers = vec![
        timer("second", Duration::from_millis(400), 12),
        timer("first", Duration::from_millis(200), 11),
        timer("last", LONG, 13),
    ];
    store
        .commit(Turn {
            timers,
            ..turn(&claim)
        })
        .await?;
    let store = rig.reopen(store).await?;
    let mut keys = Vec::new();
    while keys.len() < 2 {
        let mut next = Some(rig.claim(&store, clause).await?);
        while let Some(claim) = next {
            keys.push(claim.key);
            next = store.commit(turn(&claim)).await?.next;
        }
    }
    same(clause, keys, vec![key(11), key(12)])?;
    rig.no_claim(&store, clause).await
}

pub(super) async fn order_survives(rig: &Rig) -> Verdict {
    let clause = "the order of events and rows survives a crash";
    let store = rig.fresh().await;
    // A permutation that no index gives by itself.
    let numbers: Vec<_> = (1..=22_u8).map(|number| number * 11 % 23).collect();
    append(&store, numbers.iter().map(|number| event("a", *number)).collect()).await?;
    let keys: Vec<_> = numbers.iter().map(u8::to_string).collect();
    let rows: Vec<_> = keys.iter().map(String::as_str).collect();
    store.enqueue(loose("a", &rows)).await?;
    let store = rig.reopen(store).await?;
    same(
        clause,
        rig.drain(&store, clause).await?,
        numbers.into_iter().map(key).collect(),
    )?;
    same(clause, rig.drain_rows(&store, clause).await?, keys)
}

pub(super) async fn old_epochs_are_void(rig: &Rig) -> Verdict {
    let clause = "commit, settle: leases and rows of before the crash change nothing";
    let store = rig.fresh().await;
    append(&store, vec![event("a", 1)]).await?;
    store.enqueue(loose("a", &["1"])).await?;
    let (claim, row) = (rig.claim(&store, clause).await?, rig.row(&store, clause).await?);
    let store = rig.reopen(store).await?;
    let new = rig.claim(&store, clause).await?;
    let lost = &StoreError::LeaseLost;
    refused(clause, store.commit(turn(&claim)).await, lost)?;
    refused(clause, store.release(claim.lease.clone(), false).await, lost)?;
    refused(clause, store.enqueue(of_turn(&claim.lease, &["2"])).await, lost)?;
    rig.no_row(&store, clause).await?;
    let failed = Settlement::Dead(cause());
    none(clause, store.settle(row, failed).await?.next)?;
    let backlog = store.backlog().await?;
    same(clause, (backlog.events, backlog.rows), (1, 1))?;
    none(clause, store.commit(turn(&new)).await?.next)
}

pub(super) async fn state_of_dead_letters_survives(rig: &Rig) -> Verdict {
    let clause = "dead letters survive a crash and are replayed after it";
    let store = rig.fresh().await;
    append(&store, vec![event("a", 1), event("b", 2)]).await?;
    let claim = rig.claim(&store, clause).await?;
    store.commit(failing(&claim)).await?;
    let before = store.dead_letters(all_letters()).await?;
    let store = rig.reopen(store).await?;
    let letters = store.dead_letters(all_letters()).await?;
    same(clause, &letters, &before)?;
    let letter = one(clause, letters)?;
    let claim = rig.claim(&store, clause).await?;
    store.commit(failing(&claim)).await?;
    let later = store.dead_letters(all_letters()).await?;
    let rising = later.is_sorted_by(|one, next| one.id < next.id);
    same(
        "dead letters: later ones have higher numbers",
        (later.len(), rising),
        (2, true),
    )?;
    same(clause, store.replay(letter.id).await?, Replayed::Queued)?;
    let expected = vec![replay_key(key(1), letter.id)];
    same(clause, rig.drain(&store, clause).await?, expected)
}
