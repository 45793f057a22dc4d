//! Claiming and giving back.

use std::time::Duration;

use super::super::rig::{Rig, Verdict, append, broken, event, key, none, refused, same, some, turn};
use crate::store::StoreError;

pub(super) async fn one_lease_per_conversation(rig: &Rig) -> Verdict {
    let clause = "claim: a conversation is leased to one worker";
    let store = rig.fresh().await;
    append(&store, vec![event("a", 1), event("a", 2)]).await?;
    let claim = rig.claim(&store, clause).await?;
    rig.no_claim(&store, clause).await?;
    append(&store, vec![event("a", 3)]).await?;
    rig.no_claim(&store, clause).await?;
    store.release(claim.lease, false).await?;
    rig.claim(&store, clause).await.map(drop)
}

pub(super) async fn longest_waiting_first(rig: &Rig) -> Verdict {
    let clause = "claim: those that waited longest first, up to `limit`";
    let store = rig.fresh().await;
    for number in 1..=9 {
        append(&store, vec![event(&format!("{}", 100 - number), number)]).await?;
    }
    append(&store, vec![event("98", 20), event("97", 21)]).await?;
    let mut keys = Vec::new();
    while keys.len() < 9 {
        let claims = rig.within(clause, store.claim(2, false)).await?;
        if claims.is_empty() || claims.len() > 2 {
            return broken(clause, format!("{} leases for a limit of 2", claims.len()));
        }
        keys.extend(claims.iter().map(|claim| claim.key));
    }
    same(clause, keys, (1..=9).map(key).collect())
}

pub(super) async fn a_waiting_claim_wakes(rig: &Rig) -> Verdict {
    let clause = "claim: it waits until a conversation has an event";
    let store = rig.fresh().await;
    let waiting = rig.within(clause, store.claim(5, false));
    let appending = async {
        rig.pass(Duration::from_millis(20)).await;
        append(&store, vec![event("a", 1)]).await
    };
    let (claims, appended) = tokio::join!(waiting, appending);
    appended?;
    same(clause, claims?.first().map(|claim| claim.key), Some(key(1)))
}

pub(super) async fn claims_are_counted(rig: &Rig) -> Verdict {
    let clause = "claim: each claim counts, unless it is released untried";
    let store = rig.fresh().await;
    append(&store, vec![event("a", 1), event("a", 2)]).await?;
    for (tried, expected) in [(false, 1), (true, 1), (false, 2), (true, 2), (true, 3)] {
        let claim = rig.claim(&store, clause).await?;
        same(clause, (claim.key, claim.claims), (key(1), expected))?;
        store.release(claim.lease, tried).await?;
    }
    let claim = rig.claim(&store, clause).await?;
    let next = some(clause, store.commit(turn(&claim)).await?.next)?;
    same(clause, (next.key, next.claims), (key(2), 1))
}

pub(super) async fn suspects_come_alone(rig: &Rig) -> Verdict {
    let clause = "claim: suspects are leased only where `suspects` allows it, one at most";
    let store = rig.fresh().await;
    append(&store, vec![event("a", 1), event("b", 2)]).await?;
    for _ in 0..2 {
        let mut leases = Vec::new();
        while leases.len() < 2 {
            leases.push(rig.claim(&store, clause).await?.lease);
        }
        for lease in leases {
            store.release(lease, true).await?;
        }
    }
    rig.nothing(clause, store.claim(10, false)).await?;
    append(&store, vec![event("c", 3)]).await?;
    let claims = rig.within(clause, store.claim(10, false)).await?;
    same(
        clause,
        claims.iter().map(|claim| claim.key).collect(),
        vec![key(3)],
    )?;
    let claims = rig.within(clause, store.claim(10, true)).await?;
    same(clause, claims.iter().map(|claim| claim.claims).collect(), vec![3])?;
    let accepted = store.append(vec![event("d", 4)], 10).await?;
    if accepted.claims.iter().any(|claim| claim.key != key(4)) {
        return broken(clause, "append leased a suspect");
    }
    let claims = rig.within(clause, store.claim(10, true)).await?;
    let suspects = claims.iter().filter(|claim| claim.claims > 2).count();
    let expected = usize::from(claims.iter().all(|claim| claim.key != key(4)));
    if suspects > 1 || suspects < expected {
        return broken(clause, format!("{suspects} suspects of one call"));
    }
    Ok(())
}

pub(super) async fn a_dropped_claim_loses_nothing(rig: &Rig) -> Verdict {
    let clause = "claim: the future may be dropped at any time without losing a claim for good";
    let store = rig.fresh().await;
    for number in 1..=20 {
        let wait = Duration::from_micros(u64::from(number) * 150);
        let dropped = tokio::time::timeout(wait, store.claim(5, true));
        let (came, appended) = tokio::join!(dropped, append(&store, vec![event("a", number)]));
        appended?;
        let claims = match came {
            Ok(claims) => claims?,
            Err(_) => rig.within(clause, store.claim(5, true)).await?,
        };
        same(
            clause,
            claims.iter().map(|claim| claim.key).collect(),
            vec![key(number)],
        )?;
        for claim in &claims {
            none(clause, store.commit(turn(claim)).await?.next)?;
        }
    }
    same(clause, store.backlog().await?.events, 0)
}

pub(super) async fn a_released_event_is_untouched(rig: &Rig) -> Verdict {
    let clause = "release: the conversation is given back with its event untouched";
    let store = rig.fresh().await;
    append(&store, vec![event("a", 1), event("a", 2)]).await?;
    let claim = rig.claim(&store, clause).await?;
    store.release(claim.lease.clone(), false).await?;
    same(clause, store.backlog().await?.events, 2)?;
    let again = rig.claim(&store, clause).await?;
    same(clause, (again.key, again.event.clone()), (claim.key, claim.event))?;
    if again.lease.epoch <= claim.lease.epoch {
        return broken(
            "claim: the epoch rises with every claim of the conversation",
            format!("{again:?}"),
        );
    }
    Ok(())
}

pub(super) async fn a_lease_ends_once(rig: &Rig) -> Verdict {
    let clause = "release, commit: a lease that has ended is lost";
    let lost = &StoreError::LeaseLost;
    let store = rig.fresh().await;
    append(&store, vec![event("a", 1), event("a", 2)]).await?;
    let first = rig.claim(&store, clause).await?;
    store.release(first.lease.clone(), false).await?;
    refused(clause, store.release(first.lease.clone(), false).await, lost)?;
    refused(clause, store.commit(turn(&first)).await, lost)?;
    let second = rig.claim(&store, clause).await?;
    refused(clause, store.release(first.lease.clone(), true).await, lost)?;
    refused(clause, store.commit(turn(&first)).await, lost)?;
    let third = some(clause, store.commit(turn(&second)).await?.next)?;
    none(clause, store.commit(turn(&third)).await?.next)?;
    refused(clause, store.commit(turn(&third)).await, lost)?;
    refused(clause, store.release(third.lease, false).await, lost)?;
    rig.no_claim(&store, clause).await
}
