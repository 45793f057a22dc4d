//! Timers.

use std::time::Duration;

use super::super::rig::{Rig, Verdict, append, event, key, none, same, some, timer, turn};
use crate::{
    event::Channel,
    store::{Claim, TimerChange, Turn},
};

const SHORT: Duration = Duration::from_millis(300);
const LONG: Duration = Duration::from_secs(3_600);

fn timing(claim: &Claim, timers: Vec<TimerChange>) -> Turn {
    Turn {
        timers,
        ..turn(claim)
    }
}

fn cancel(name: &str) -> TimerChange {
    TimerChange::Cancel { name: name.into() }
}

pub(super) async fn they_fire_in_order(rig: &Rig) -> Verdict {
    let clause = "commit: a timer joins its conversation's queue after its time, as an event, in the order of the times";
    let store = rig.fresh().await;
    append(&store, vec![event("a", 1)]).await?;
    let claim = rig.claim(&store, clause).await?;
    let timers = vec![
        timer("third", SHORT * 3, 13),
        timer("first", SHORT, 11),
        timer("second", SHORT * 2, 12),
    ];
    none(clause, store.commit(timing(&claim, timers)).await?.next)?;
    for (number, name) in [(11, "first"), (12, "second"), (13, "third")] {
        let mut next = Some(rig.claim(&store, clause).await?);
        while let Some(fired) = next.take() {
            same(clause, fired.key, key(number))?;
            let what = (fired.event.channel, fired.event.field.as_deref(), fired.claims);
            same(clause, what, (Channel::Timer, Some(name), 1))?;
            store.commit(turn(&fired)).await?;
        }
    }
    rig.no_claim(&store, clause).await?;
    let kept = store.dossier(&super::super::rig::person("a")).await?;
    same(clause, kept.map_or(0, |kept| kept.timers.len()), 0)
}

pub(super) async fn one_is_replaced(rig: &Rig) -> Verdict {
    let clause = "commit: a timer takes the place of the timer of the same name";
    let store = rig.fresh().await;
    append(&store, vec![event("a", 1), event("a", 2)]).await?;
    let first = rig.claim(&store, clause).await?;
    let timers = vec![timer("one", SHORT, 11), timer("two", LONG, 12)];
    let second = some(clause, store.commit(timing(&first, timers)).await?.next)?;
    let timers = vec![
        timer("one", LONG, 21),
        timer("two", LONG, 22),
        timer("two", SHORT, 23),
    ];
    store.commit(timing(&second, timers)).await?;
    same(clause, rig.claim(&store, clause).await?.key, key(23))?;
    rig.no_claim(&store, clause).await?;
    let kept = some(clause, store.dossier(&super::super::rig::person("a")).await?)?;
    same(
        clause,
        kept.timers.iter().map(|(name, _)| &**name).collect(),
        vec!["one"],
    )
}

pub(super) async fn one_is_cancelled(rig: &Rig) -> Verdict {
    let clause = "commit: a cancelled timer never fires; timers are changed in the order of the turn";
    let store = rig.fresh().await;
    append(&store, vec![event("a", 1), event("a", 2), event("b", 3)]).await?;
    let first = rig.claim(&store, clause).await?;
    let timers = vec![
        cancel("none"),
        timer("one", SHORT, 11),
        timer("two", SHORT, 12),
        cancel("two"),
        cancel("three"),
        timer("three", SHORT, 13),
    ];
    let second = some(clause, store.commit(timing(&first, timers)).await?.next)?;
    store.commit(timing(&second, vec![cancel("one")])).await?;
    let other = rig.claim(&store, clause).await?;
    store.commit(timing(&other, vec![cancel("three")])).await?;
    same(clause, rig.claim(&store, clause).await?.key, key(13))?;
    rig.no_claim(&store, clause).await
}

pub(super) async fn they_wait_for_their_time(rig: &Rig) -> Verdict {
    let clause = "commit: a timer does not fire before its time, and is no event until then";
    let store = rig.fresh().await;
    append(&store, vec![event("a", 1)]).await?;
    let claim = rig.claim(&store, clause).await?;
    none(
        clause,
        store
            .commit(timing(&claim, vec![timer("one", LONG, 11)]))
            .await?
            .next,
    )?;
    rig.no_claim(&store, clause).await?;
    same(clause, store.backlog().await?.events, 0)?;
    let kept = some(clause, store.dossier(&super::super::rig::person("a")).await?)?;
    same(clause, (kept.events.len(), kept.timers.len()), (0, 1))
}

pub(super) async fn they_take_their_turn(rig: &Rig) -> Verdict {
    let clause = "claim: a timer that ran out waits for its turn like any event";
    let store = rig.fresh().await;
    append(&store, vec![event("a", 1), event("a", 2), event("a", 3)]).await?;
    let first = rig.claim(&store, clause).await?;
    let second = store
        .commit(timing(&first, vec![timer("one", Duration::ZERO, 11)]))
        .await?
        .next;
    let second = some(clause, second)?;
    same(clause, second.key, key(2))?;
    rig.no_claim(&store, clause).await?;
    let third = some(clause, store.commit(turn(&second)).await?.next)?;
    same(clause, third.key, key(3))?;
    let fired = match store.commit(turn(&third)).await?.next {
        Some(fired) => fired,
        None => rig.claim(&store, clause).await?,
    };
    same(clause, fired.key, key(11))
}
