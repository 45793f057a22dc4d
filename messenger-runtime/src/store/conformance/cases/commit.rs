//! Ending turns.

use std::sync::Arc;

use super::super::rig::{
    Rig, Verdict, all_letters, append, broken, cause, event, failing, key, loose, none, one, person, refused,
    same, sending, some, stored, timer, turn,
};
use crate::store::{Cause, DeadKind, Settlement, StateChange, StoreError, StoredEvent, Turn};

pub(super) async fn the_event_is_consumed(rig: &Rig) -> Verdict {
    let clause = "commit: the event is consumed, and a conversation without a next one is freed";
    let store = rig.fresh().await;
    append(&store, vec![event("a", 1)]).await?;
    let claim = rig.claim(&store, clause).await?;
    none(clause, store.commit(turn(&claim)).await?.next)?;
    same(clause, store.backlog().await?.events, 0)?;
    rig.no_claim(&store, clause).await?;
    append(&store, vec![event("a", 2)]).await?;
    same(clause, rig.claim(&store, clause).await?.key, key(2))
}

pub(super) async fn the_next_event_comes_under_the_same_lease(rig: &Rig) -> Verdict {
    let clause = "commit: gives the conversation's next event under the same lease";
    let store = rig.fresh().await;
    append(&store, vec![event("a", 1), event("a", 2)]).await?;
    let first = rig.claim(&store, clause).await?;
    append(&store, vec![event("a", 3)]).await?;
    let second = some(clause, store.commit(turn(&first)).await?.next)?;
    same(
        clause,
        (second.key, second.lease.clone()),
        (key(2), first.lease.clone()),
    )?;
    rig.no_claim(&store, clause).await?;
    let third = some(clause, store.commit(turn(&second)).await?.next)?;
    same(
        clause,
        (third.key, third.lease, third.claims),
        (key(3), first.lease, 1),
    )
}

pub(super) async fn state_is_replaced(rig: &Rig) -> Verdict {
    let clause = "commit: the conversation's state is replaced where the turn changed it";
    let store = rig.fresh().await;
    append(&store, (1..=5).map(|number| event("a", number)).collect()).await?;
    let set = |json: &[u8]| Some(StateChange::Set(Arc::from(json)));
    let mut claim = rig.claim(&store, clause).await?;
    let changes = [
        (set(b"{\"step\":1}"), Some("{\"step\":1}")),
        (None, Some("{\"step\":1}")),
        (set(b"{\"step\":2}"), Some("{\"step\":2}")),
        (Some(StateChange::Clear), None),
    ];
    same(clause, claim.state.as_deref(), None)?;
    for (state, expected) in changes {
        let changing = Turn {
            state,
            ..turn(&claim)
        };
        claim = some(clause, store.commit(changing).await?.next)?;
        same(clause, claim.state.as_deref(), expected.map(str::as_bytes))?;
    }
    let last = Turn {
        state: set(b"{}"),
        ..turn(&claim)
    };
    store.commit(last).await?;
    append(&store, vec![event("a", 6), event("b", 7)]).await?;
    same(
        clause,
        rig.claim(&store, clause).await?.state.as_deref(),
        Some(&b"{}"[..]),
    )?;
    same(clause, rig.claim(&store, clause).await?.state.as_deref(), None)
}

pub(super) async fn rows_join_those_waiting(rig: &Rig) -> Verdict {
    let clause = "commit: the outgoing rows join those already waiting, behind them and in order";
    let store = rig.fresh().await;
    store.enqueue(loose("a", &["9", "8"])).await?;
    append(&store, vec![event("a", 1), event("a", 2)]).await?;
    let first = rig.claim(&store, clause).await?;
    let second = some(
        clause,
        store.commit(sending(&first, &["7", "3", "6"])).await?.next,
    )?;
    store.commit(sending(&second, &["5", "1"])).await?;
    let expected = ["9", "8", "7", "3", "6", "5", "1"].map(str::to_owned);
    same(clause, rig.drain_rows(&store, clause).await?, expected.to_vec())
}

pub(super) async fn known_rows_are_left_out(rig: &Rig) -> Verdict {
    let clause = "commit: a row whose key stands in the outbox already is left out";
    let store = rig.fresh().await;
    store.enqueue(loose("a", &["1", "2"])).await?;
    append(&store, vec![event("a", 1)]).await?;
    let claim = rig.claim(&store, clause).await?;
    store.commit(sending(&claim, &["2", "3", "1", "3"])).await?;
    same(clause, store.backlog().await?.rows, 3)?;
    let expected = ["1", "2", "3"].map(str::to_owned);
    same(clause, rig.drain_rows(&store, clause).await?, expected.to_vec())
}

pub(super) async fn the_first_row_may_be_leased(rig: &Rig) -> Verdict {
    let clause =
        "commit: where `send` asks for it and no row was waiting or in flight, the first row is leased";
    let store = rig.fresh().await;
    append(&store, (1..=3).map(|number| event("a", number)).collect()).await?;
    let claim = rig.claim(&store, clause).await?;
    let send = |claim, keys: &[&str]| Turn {
        send: true,
        ..sending(claim, keys)
    };
    let first = store.commit(send(&claim, &["1", "2"])).await?;
    let row = match first.row {
        Some(row) => row,
        None => rig.row(&store, clause).await?,
    };
    same(clause, &*row.new.key, "1")?;
    same(clause, row.attempts, 0)?;
    let claim = some(clause, first.next)?;
    let second = store.commit(send(&claim, &["3"])).await?;
    none(clause, second.row)?;
    rig.no_row(&store, clause).await?;
    let row = some(clause, store.settle(row, Settlement::Done).await?.next)?;
    let row = some(clause, store.settle(row, Settlement::Done).await?.next)?;
    none(clause, store.settle(row, Settlement::Done).await?.next)?;
    let claim = some(clause, second.next)?;
    let third = store.commit(sending(&claim, &["4"])).await?;
    none(
        "commit: no row is leased where `send` does not ask for it",
        third.row,
    )?;
    same(clause, &*rig.row(&store, clause).await?.new.key, "4")
}

pub(super) async fn an_old_epoch_changes_nothing(rig: &Rig) -> Verdict {
    let clause = "commit: whoever commits with an older epoch has lost the conversation and changes nothing";
    let store = rig.fresh().await;
    append(&store, vec![event("a", 1)]).await?;
    let old = rig.claim(&store, clause).await?;
    store.release(old.lease.clone(), false).await?;
    let new = rig.claim(&store, clause).await?;
    let lost = Turn {
        state: Some(StateChange::Set(Arc::from(*b"{}"))),
        timers: vec![timer("later", std::time::Duration::ZERO, 9)],
        unreadable: vec![("{}".to_owned(), cause())],
        failed: Some(cause()),
        send: true,
        ..sending(&old, &["lost"])
    };
    refused(clause, store.commit(lost).await, &StoreError::LeaseLost)?;
    let backlog = store.backlog().await?;
    same(
        clause,
        (backlog.events, backlog.rows, backlog.dead_letters),
        (1, 0, 0),
    )?;
    let dossier = some(clause, store.dossier(&person("a")).await?)?;
    if dossier.state.is_some() || !dossier.timers.is_empty() {
        return broken(clause, format!("{dossier:?}"));
    }
    store.commit(sending(&new, &["kept"])).await?;
    same(
        clause,
        rig.drain_rows(&store, clause).await?,
        vec!["kept".to_owned()],
    )
}

pub(super) async fn a_failed_event_is_kept(rig: &Rig) -> Verdict {
    let clause = "commit: an event that failed becomes a dead letter with key, body, cause and attempts";
    let store = rig.fresh().await;
    append(&store, vec![event("a", 1), event("a", 2)]).await?;
    let claim = rig.claim(&store, clause).await?;
    store.release(claim.lease, true).await?;
    let claim = rig.claim(&store, clause).await?;
    let mut failing = failing(&claim);
    failing.rows = sending(&claim, &["sorry"]).rows;
    let next = some(clause, store.commit(failing).await?.next)?;
    same(clause, next.key, key(2))?;
    let letter = one(clause, store.dead_letters(all_letters()).await?)?;
    same(clause, &*letter.conversation, &person("a"))?;
    let kept = (letter.kind, letter.key, letter.cause, letter.attempts);
    same(clause, kept, (DeadKind::Event, hex::encode(key(1)), cause(), 2))?;
    let body = serde_json::from_str::<StoredEvent>(&letter.body);
    same(clause, body.ok(), Some(stored(1)))?;
    same(
        clause,
        rig.drain_rows(&store, clause).await?,
        vec!["sorry".to_owned()],
    )
}

pub(super) async fn unreadable_state_is_kept(rig: &Rig) -> Verdict {
    let clause = "commit: state that could not be read becomes dead letters of kind State, in order";
    let store = rig.fresh().await;
    append(&store, vec![event("a", 1)]).await?;
    let claim = rig.claim(&store, clause).await?;
    let causes = ["first", "second"].map(|text| Cause::new("MSG603", text));
    let unreadable = vec![
        ("{\"old\":1}".to_owned(), causes[0].clone()),
        ("not JSON".to_owned(), causes[1].clone()),
    ];
    store
        .commit(Turn {
            unreadable,
            ..turn(&claim)
        })
        .await?;
    let letters = store.dead_letters(all_letters()).await?;
    let kept: Vec<_> = letters
        .iter()
        .map(|letter| (letter.kind, letter.key.as_str(), &*letter.body, letter.attempts))
        .collect();
    let expected = vec![
        (DeadKind::State, "", "{\"old\":1}", 0),
        (DeadKind::State, "", "not JSON", 0),
    ];
    same(clause, kept, expected)?;
    let found: Vec<_> = letters.iter().map(|letter| &letter.cause).collect();
    same(clause, found, causes.iter().collect())
}
