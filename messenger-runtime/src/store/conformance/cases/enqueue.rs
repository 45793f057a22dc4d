//! Rows outside the commit of a turn.

use super::super::rig::{
    Rig, Verdict, append, event, key, loose, of_turn, one, refused, same, sending, some, turn,
};
use crate::store::{
    Appended, Enqueue,
    Enqueued::{GivenUp, Known, Sent, Waiting},
    Settlement, StoreError,
};

pub(super) async fn rows_join_those_waiting(rig: &Rig) -> Verdict {
    let clause = "enqueue: rows join those that wait, behind them; a key that waits already is the same row";
    let store = rig.fresh().await;
    same(
        clause,
        store.enqueue(loose("a", &["2", "1", "2"])).await?,
        vec![Waiting; 3],
    )?;
    same(
        clause,
        store.enqueue(loose("a", &["1", "3"])).await?,
        vec![Waiting; 2],
    )?;
    let expected = ["2", "1", "3"].map(str::to_owned);
    same(clause, rig.drain_rows(&store, clause).await?, expected.to_vec())
}

pub(super) async fn a_void_turn_queues_nothing(rig: &Rig) -> Verdict {
    let clause = "enqueue: LeaseLost where the turn is void, and nothing is queued or remembered";
    let store = rig.fresh().await;
    append(&store, vec![event("a", 1)]).await?;
    let claim = rig.claim(&store, clause).await?;
    store.release(claim.lease.clone(), false).await?;
    let void = || Enqueue {
        once: Some(key(77)),
        ..of_turn(&claim.lease, &["lost"])
    };
    refused(clause, store.enqueue(void()).await, &StoreError::LeaseLost)?;
    let new = rig.claim(&store, clause).await?;
    refused(clause, store.enqueue(void()).await, &StoreError::LeaseLost)?;
    same(clause, store.backlog().await?.rows, 0)?;
    same(
        clause,
        append(&store, vec![event("b", 77)]).await?,
        vec![Appended::Fresh],
    )?;
    same(
        clause,
        store.enqueue(of_turn(&new.lease, &["kept"])).await?,
        vec![Waiting],
    )?;
    same(
        clause,
        rig.drain_rows(&store, clause).await?,
        vec!["kept".to_owned()],
    )
}

pub(super) async fn a_turn_run_again_sends_once(rig: &Rig) -> Verdict {
    let clause = "enqueue: until the turn is committed the store remembers what became of its rows";
    let store = rig.fresh().await;
    append(&store, vec![event("a", 1), event("a", 2)]).await?;
    let first = rig.claim(&store, clause).await?;
    store
        .enqueue(of_turn(&first.lease, &["sent", "dead", "late"]))
        .await?;
    let row = rig.row(&store, clause).await?;
    let row = some(clause, store.settle(row, Settlement::Done).await?.next)?;
    let row = some(
        clause,
        store
            .settle(row, Settlement::Dead(super::super::rig::cause()))
            .await?
            .next,
    )?;
    store.release(first.lease, true).await?;
    let again = rig.claim(&store, clause).await?;
    let became = store
        .enqueue(of_turn(&again.lease, &["sent", "dead", "late", "new"]))
        .await?;
    same(clause, became, vec![Sent, GivenUp, Waiting, Waiting])?;
    let row = some(clause, store.settle(row, Settlement::Done).await?.next)?;
    same(clause, &*row.new.key, "new")?;
    same(
        clause,
        store.enqueue(of_turn(&again.lease, &["late"])).await?,
        vec![Sent],
    )?;
    let clause = "commit: what Enqueue::turn had the store remember is forgotten";
    let second = some(clause, store.commit(turn(&again)).await?.next)?;
    store.settle(row, Settlement::Done).await?;
    let became = store.enqueue(of_turn(&second.lease, &["sent", "new"])).await?;
    same(clause, became, vec![Waiting; 2])?;
    store.commit(sending(&second, &["last"])).await?;
    let expected = ["sent", "new", "last"].map(str::to_owned);
    same(clause, rig.drain_rows(&store, clause).await?, expected.to_vec())
}

pub(super) async fn once_is_once(rig: &Rig) -> Verdict {
    let clause = "enqueue: where `once` is known as the key of an event or of rows, nothing is queued";
    let store = rig.fresh().await;
    let once = |number, keys: &[&str]| Enqueue {
        once: Some(key(number)),
        ..loose("a", keys)
    };
    append(&store, vec![event("b", 1)]).await?;
    same(clause, store.enqueue(once(1, &["1", "2"])).await?, vec![Known; 2])?;
    same(clause, store.enqueue(once(2, &["3"])).await?, vec![Waiting])?;
    same(clause, store.enqueue(once(2, &["4"])).await?, vec![Known])?;
    same(
        clause,
        append(&store, vec![event("b", 2)]).await?,
        vec![Appended::Duplicate],
    )?;
    let row = one(clause, rig.within(clause, store.claim_outbox(5)).await?)?;
    same(clause, &*row.new.key, "3")?;
    store.settle(row, Settlement::Done).await?;
    same(clause, store.enqueue(once(2, &["3"])).await?, vec![Known])?;
    same(clause, store.backlog().await?.rows, 0)
}
