//! Taking events in.

use std::time::{Duration, SystemTime};

use super::super::rig::{Rig, Verdict, append, broken, event, key, person, same, turn};
use crate::store::{
    Appended::{Duplicate, Fresh},
    NewEvent,
};

pub(super) async fn new_events_are_fresh(rig: &Rig) -> Verdict {
    let clause = "append: for each event, whether it was new";
    let store = rig.fresh().await;
    let events = vec![event("a", 1), event("a", 1), event("b", 2)];
    same(
        clause,
        append(&store, events).await?,
        vec![Fresh, Duplicate, Fresh],
    )?;
    same(clause, append(&store, vec![]).await?, vec![])?;
    let clause = "append: what came with an event comes with its claim";
    let claim = rig.claim(&store, clause).await?;
    same(clause, &*claim.event, &event("a", 1).event)?;
    same(clause, claim.key, key(1))?;
    same(clause, &*claim.lease.conversation, &person("a"))
}

pub(super) async fn a_known_key_changes_nothing(rig: &Rig) -> Verdict {
    let clause = "append: an event whose key is known is a duplicate and changes nothing";
    let store = rig.fresh().await;
    append(&store, vec![event("a", 1), event("a", 2)]).await?;
    let again = append(&store, vec![event("a", 2), event("b", 1), event("b", 3)]).await?;
    same(clause, again, vec![Duplicate, Duplicate, Fresh])?;
    let mut keys = rig.drain(&store, clause).await?;
    same(
        clause,
        append(&store, vec![event("a", 1)]).await?,
        vec![Duplicate],
    )?;
    keys.extend(rig.drain(&store, clause).await?);
    same(clause, keys, vec![key(1), key(2), key(3)])
}

pub(super) async fn order_is_kept(rig: &Rig) -> Verdict {
    let clause = "append: events are kept in their order";
    let store = rig.fresh().await;
    append(&store, (1..=20).map(|number| event("a", number)).collect()).await?;
    append(&store, (21..=40).rev().map(|number| event("a", number)).collect()).await?;
    let expected = (1..=20).chain((21..=40).rev()).map(key).collect();
    same(clause, rig.drain(&store, clause).await?, expected)
}

pub(super) async fn who_appends_gets_leases(rig: &Rig) -> Verdict {
    let clause =
        "append: up to `claim` conversations are leased, each with its oldest event; claim gives the others";
    let store = rig.fresh().await;
    let events = vec![event("a", 1), event("b", 2), event("a", 3), event("c", 4)];
    let claims = store.append(events, 2).await?.claims;
    if claims.len() > 2 {
        return broken(
            clause,
            format!("{} leases where two were asked for", claims.len()),
        );
    }
    let mut keys = Vec::new();
    for claim in &claims {
        same(clause, claim.claims, 1)?;
        keys.push(claim.key);
    }
    let mut rest = Vec::new();
    while keys.len() + rest.len() < 3 {
        rest.push(rig.claim(&store, clause).await?);
    }
    rig.no_claim(&store, clause).await?;
    keys.extend(rest.iter().map(|claim| claim.key));
    same(clause, keys, vec![key(1), key(2), key(4)])?;
    for claim in claims.iter().chain(&rest) {
        let next = store.commit(turn(claim)).await?.next;
        same(clause, next.is_some(), claim.key == key(1))?;
    }
    Ok(())
}

pub(super) async fn the_day_moves_on_and_never_back(rig: &Rig) -> Verdict {
    let clause = "append: `opens` moves the conversation's 24 hours on, never back, with a duplicate too";
    let store = rig.fresh().await;
    let at = |seconds: u64| SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000 + seconds);
    let opening = |number, seconds| NewEvent {
        opens: Some(at(seconds)),
        ..event("a", number)
    };
    append(
        &store,
        vec![event("a", 1), opening(2, 100), opening(3, 50), event("a", 4)],
    )
    .await?;
    let first = rig.claim(&store, clause).await?;
    same(clause, first.opened, Some(at(100)))?;
    append(&store, vec![opening(2, 70)]).await?;
    let second = store.commit(turn(&first)).await?.next;
    same(
        clause,
        second.as_ref().and_then(|second| second.opened),
        Some(at(100)),
    )?;
    append(&store, vec![opening(2, 200)]).await?;
    let Some(second) = second else {
        return broken(clause, "the conversation has no next event");
    };
    let third = store.commit(turn(&second)).await?.next;
    same(clause, third.and_then(|third| third.opened), Some(at(200)))
}
