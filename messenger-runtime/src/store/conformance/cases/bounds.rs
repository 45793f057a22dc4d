//! What a store has no room for.

use std::time::Duration;

use super::super::rig::{Rig, Verdict, append, echo, event, loose, of_turn, refused, same, turn};
use crate::store::{Settlement, StoreError};

pub(super) async fn a_full_queue_takes_no_more(rig: &Rig) -> Verdict {
    let clause = "append: all or none are kept, none where the queue is at its bound";
    let store = rig.bounded(2).await?;
    append(&store, vec![event("a", 1)]).await?;
    let both = store.append(vec![event("a", 2), event("b", 3)], 0).await;
    refused(clause, both, &StoreError::Full)?;
    same(clause, store.backlog().await?.events, 1)?;
    append(&store, vec![event("a", 2)]).await?;
    refused(
        "ready: what append would fail with",
        store.ready().await,
        &StoreError::Full,
    )?;
    for _ in 0..2 {
        let claim = rig.claim(&store, clause).await?;
        let committed = store.commit(turn(&claim)).await?;
        if let Some(next) = committed.next {
            store.release(next.lease, false).await?;
        }
    }
    rig.ready(&store, clause).await?;
    append(&store, vec![event("b", 3)]).await?;
    Ok(())
}

pub(super) async fn a_full_outbox_takes_no_more_but_of_turns(rig: &Rig) -> Verdict {
    let clause =
        "append, enqueue: Full where twice as many rows wait as there may be events; a turn's rows are taken";
    let store = rig.bounded(1).await?;
    append(&store, vec![event("a", 1)]).await?;
    let claim = rig.claim(&store, clause).await?;
    store.enqueue(loose("a", &["1", "2"])).await?;
    refused(clause, store.enqueue(loose("a", &["3"])).await, &StoreError::Full)?;
    refused(
        clause,
        store.append(vec![event("b", 2)], 0).await,
        &StoreError::Full,
    )?;
    store.enqueue(of_turn(&claim.lease, &["4"])).await?;
    same(clause, store.backlog().await?.rows, 3)?;
    store.commit(turn(&claim)).await?;
    for _ in 0..2 {
        let row = rig.row(&store, clause).await?;
        if let Some(next) = store.settle(row, Settlement::Done).await?.next {
            store.settle(next, Settlement::Postponed(Duration::ZERO)).await?;
        }
    }
    rig.ready(&store, clause).await?;
    append(&store, vec![event("b", 2)]).await?;
    Ok(())
}

pub(super) async fn echoes_settle_where_nothing_is_taken(rig: &Rig) -> Verdict {
    let clause = "append: an echo settles its row also where the events are refused";
    let store = rig.bounded(1).await?;
    store.enqueue(loose("a", &["1"])).await?;
    let row = rig.row(&store, clause).await?;
    store
        .settle(row, Settlement::Doubtful(Duration::from_secs(3_600)))
        .await?;
    append(&store, vec![event("b", 1)]).await?;
    refused(
        clause,
        store.append(vec![echo("a", 2, "1")], 0).await,
        &StoreError::Full,
    )?;
    let backlog = store.backlog().await?;
    same(clause, (backlog.events, backlog.rows), (1, 0))
}
