//! Leases that run out, and several handles on one store.

use super::super::rig::{
    Rig, Verdict, append, broken, event, key, loose, none, one, refused, same, sending, some, turn,
};
use crate::store::{Settlement, StoreError};

pub(super) async fn a_lease_that_ran_out_is_void(rig: &Rig) -> Verdict {
    let clause =
        "claim, commit: a lease that ran out is another worker's, and its old holder changes nothing";
    let first = rig.fresh().await;
    let (second, lease) = rig.second(&first).await?;
    append(&first, vec![event("a", 1), event("a", 2)]).await?;
    let old = rig.claim(&first, clause).await?;
    rig.no_claim(&second, clause).await?;
    rig.pass(lease).await;
    let new = rig.claim(&second, clause).await?;
    same(clause, (new.key, new.claims), (key(1), 2))?;
    let lost = &StoreError::LeaseLost;
    refused(clause, first.commit(sending(&old, &["lost"])).await, lost)?;
    refused(clause, first.release(old.lease.clone(), false).await, lost)?;
    let renewed = first.renew(vec![old.lease.clone()], Vec::new()).await?;
    same("renew: gives those that are lost", renewed.turns, vec![old.lease])?;
    let next = some(clause, second.commit(sending(&new, &["kept"])).await?.next)?;
    same(clause, next.key, key(2))?;
    same(
        clause,
        rig.drain_rows(&first, clause).await?,
        vec!["kept".to_owned()],
    )
}

pub(super) async fn renewing_keeps_a_lease(rig: &Rig) -> Verdict {
    let clause = "renew: makes leases of turns and rows hold for another lease";
    let first = rig.fresh().await;
    let (second, lease) = rig.second(&first).await?;
    append(&first, vec![event("a", 1)]).await?;
    first.enqueue(loose("a", &["1"])).await?;
    let (claim, row) = (rig.claim(&first, clause).await?, rig.row(&first, clause).await?);
    for _ in 0..4 {
        rig.pass(lease / 3).await;
        let lost = first.renew(vec![claim.lease.clone()], vec![row.clone()]).await?;
        if !lost.turns.is_empty() || !lost.rows.is_empty() {
            return broken(clause, format!("{lost:?}"));
        }
    }
    rig.nothing(clause, second.claim(1, true)).await?;
    rig.nothing(clause, second.claim_outbox(1)).await?;
    none(clause, first.commit(turn(&claim)).await?.next)?;
    none(clause, first.settle(row, Settlement::Done).await?.next)?;
    same(clause, second.backlog().await?.is_empty(), true)
}

pub(super) async fn a_row_whose_holder_is_gone_is_in_doubt(rig: &Rig) -> Verdict {
    let clause = "claim_outbox: a row whose holder's lease ran out counts one doubt and is due 10 s after it was found so";
    let first = rig.fresh().await;
    let (second, lease) = rig.second(&first).await?;
    first.enqueue(loose("a", &["1", "2"])).await?;
    let old = rig.row(&first, clause).await?;
    rig.nothing(clause, second.claim_outbox(1)).await?;
    rig.pass(lease).await;
    rig.nothing(clause, second.claim_outbox(1)).await?;
    let failed = Settlement::Retry(std::time::Duration::ZERO);
    none(clause, first.settle(old.clone(), failed).await?.next)?;
    same(clause, first.backlog().await?.rows, 2)?;
    rig.pass(std::time::Duration::from_secs(5)).await;
    let again = one(clause, rig.within(clause, second.claim_outbox(1)).await?)?;
    none(clause, first.settle(old.clone(), Settlement::Done).await?.next)?;
    same(clause, first.backlog().await?.rows, 2)?;
    same(
        clause,
        (&*again.new.key, again.attempts, again.doubts),
        ("1", 0, 1),
    )?;
    let lost = first.renew(Vec::new(), vec![old]).await?;
    same(
        "renew: gives those that are lost",
        lost.rows.iter().map(|key| &**key).collect(),
        vec!["1"],
    )?;
    let next = some(clause, second.settle(again, Settlement::Done).await?.next)?;
    same(clause, &*next.new.key, "2")
}

pub(super) async fn two_handles_see_one_store(rig: &Rig) -> Verdict {
    let clause = "several handles: each sees what the other did, and no conversation has two workers";
    let first = rig.fresh().await;
    let (second, _) = rig.second(&first).await?;
    append(&first, vec![event("a", 1), event("b", 2)]).await?;
    let mut keys = vec![rig.claim(&second, clause).await?.key];
    keys.push(rig.claim(&first, clause).await?.key);
    keys.sort_unstable();
    same(clause, keys, vec![key(1), key(2)])?;
    rig.no_claim(&first, clause).await?;
    rig.no_claim(&second, clause).await?;
    second.enqueue(loose("a", &["1", "2"])).await?;
    let row = rig.row(&first, clause).await?;
    rig.no_row(&second, clause).await?;
    same(clause, second.backlog().await?.rows, 2)?;
    some(clause, first.settle(row, Settlement::Done).await?.next).map(drop)
}

pub(super) async fn one_handle_wakes_the_other(rig: &Rig) -> Verdict {
    let clause = "several handles: who waits learns of what another one queued";
    let first = rig.fresh().await;
    let (second, _) = rig.second(&first).await?;
    let waiting = rig.within(clause, second.claim(1, false));
    let appending = async {
        rig.pass(std::time::Duration::from_millis(50)).await;
        append(&first, vec![event("a", 1)]).await
    };
    let (claims, appended) = tokio::join!(waiting, appending);
    appended?;
    same(clause, one(clause, claims?)?.key, key(1))?;
    let waiting = rig.within(clause, first.claim_outbox(1));
    let queueing = async {
        rig.pass(std::time::Duration::from_millis(50)).await;
        second.enqueue(loose("a", &["1"])).await
    };
    let (rows, queued) = tokio::join!(waiting, queueing);
    queued?;
    same(clause, &*one(clause, rows?)?.new.key, "1")
}
