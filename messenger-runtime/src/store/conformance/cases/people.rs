//! What is kept of a person, and how much is kept at all.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use super::super::rig::{
    Handle, Rig, Verdict, all_letters, append, broken, cause, event, failing, key, loose, none, of_turn, one,
    person, refused, row, same, some, stored, timer, turn,
};
use crate::store::{
    Appended, Backlog, Claim, Enqueue, Enqueued, NewEvent, NewRow, Settlement, StateChange, StoreError,
    StoredEvent, Turn,
};

const LONG: Duration = Duration::from_secs(3_600);

fn opened() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000)
}

/// Everything there can be of one person; the events 2 and 3 wait, the first of them claimed.
async fn crowded(rig: &Rig, clause: &'static str, name: &str, number: u8) -> Verdict<(Handle, Claim)> {
    let store = rig.fresh().await;
    let claim = crowd(rig, &store, clause, name, number).await?;
    Ok((store, claim))
}

async fn crowd(rig: &Rig, store: &Handle, clause: &'static str, name: &str, number: u8) -> Verdict<Claim> {
    let opening = NewEvent {
        opens: Some(opened()),
        ..event(name, number)
    };
    append(
        store,
        vec![opening, event(name, number + 1), event(name, number + 2)],
    )
    .await?;
    let claim = rig.claim(store, clause).await?;
    let full = Turn {
        state: Some(StateChange::Set(Arc::from(*b"{\"step\":1}"))),
        rows: ["1", "2"].map(|key| row(&format!("{name}{key}"))).to_vec(),
        timers: vec![
            timer("later", LONG, number + 3),
            timer("even later", LONG * 2, number + 4),
        ],
        unreadable: vec![("{}".to_owned(), cause())],
        ..failing(&claim)
    };
    some(clause, store.commit(full).await?.next)
}

pub(super) async fn a_dossier_is_complete(rig: &Rig) -> Verdict {
    let clause = "dossier: everything about one conversation";
    let (store, claim) = crowded(rig, clause, "a", 1).await?;
    store.enqueue(of_turn(&claim.lease, &["3"])).await?;
    let first = rig.row(&store, clause).await?;
    store.settle(first, Settlement::Retry(LONG)).await?;
    let dossier = some(clause, store.dossier(&person("a")).await?)?;
    same(clause, dossier.conversation, person("a"))?;
    same(clause, dossier.opened, Some(opened()))?;
    same(clause, dossier.state.as_deref(), Some("{\"step\":1}"))?;
    let events: Vec<_> = dossier
        .events
        .iter()
        .map(|event| serde_json::from_str(event).ok())
        .collect();
    same(clause, events, vec![Some(stored(2)), Some(stored(3))])?;
    let rows: Vec<_> = dossier
        .rows
        .iter()
        .map(|row| serde_json::from_str(row).ok())
        .collect();
    same(clause, rows, ["a1", "a2", "3"].map(|key| Some(row(key))).to_vec())?;
    let mut timers = dossier.timers;
    timers.sort();
    let names: Vec<_> = timers.iter().map(|(name, _)| &**name).collect();
    same(clause, names, vec!["even later", "later"])?;
    let json = timers
        .iter()
        .map(|(_, event)| serde_json::from_str::<StoredEvent>(event).ok());
    same(
        clause,
        json.map(|event| event.map(|event| event.json)).collect(),
        vec![Some(stored(5).json), Some(stored(4).json)],
    )?;
    same(
        clause,
        dossier.dead_letters,
        store.dead_letters(all_letters()).await?,
    )
}

pub(super) async fn nothing_is_known_of_a_stranger(rig: &Rig) -> Verdict {
    let clause = "dossier, erase: None and false where nothing is kept";
    let (store, _claim) = crowded(rig, clause, "a", 1).await?;
    none(clause, store.dossier(&person("b")).await?)?;
    same(clause, store.erase(&person("b")).await?, false)?;
    none(clause, store.dossier(&person("b")).await?)
}

pub(super) async fn erasing_leaves_nothing(rig: &Rig) -> Verdict {
    let clause = "erase: deletes everything about one conversation";
    let (store, claim) = crowded(rig, clause, "a", 1).await?;
    store.enqueue(of_turn(&claim.lease, &["3"])).await?;
    same(clause, store.erase(&person("a")).await?, true)?;
    none(clause, store.dossier(&person("a")).await?)?;
    same(clause, store.backlog().await?, Backlog::default())?;
    same(clause, store.dead_letters(all_letters()).await?, vec![])?;
    rig.no_claim(&store, clause).await?;
    rig.no_row(&store, clause).await?;
    same(clause, store.erase(&person("a")).await?, false)?;
    let clause = "erase: an event that comes again is still known";
    same(
        clause,
        append(&store, vec![event("a", 1)]).await?,
        vec![Appended::Duplicate],
    )?;
    let clause = "erase: the conversation begins anew";
    append(&store, vec![event("a", 9)]).await?;
    let claim = rig.claim(&store, clause).await?;
    same(clause, (claim.key, claim.claims), (key(9), 1))?;
    same(clause, (claim.state, claim.opened), (None, None))
}

pub(super) async fn erasing_voids_leases(rig: &Rig) -> Verdict {
    let clause = "erase: a turn or send under way has lost its lease, for good";
    let (store, claim) = crowded(rig, clause, "a", 1).await?;
    store.enqueue(of_turn(&claim.lease, &["3"])).await?;
    let sent = rig.row(&store, clause).await?;
    store.erase(&person("a")).await?;
    for again in [false, true] {
        if again {
            // An epoch that begins at one again would make the old rights new.
            append(&store, vec![event("a", 10), event("a", 11)]).await?;
            store.enqueue(loose("a", &["4", "5"])).await?;
            same(clause, rig.claim(&store, clause).await?.key, key(10))?;
            same(clause, &*rig.row(&store, clause).await?.new.key, "4")?;
        }
        let lost = &StoreError::LeaseLost;
        refused(clause, store.commit(turn(&claim)).await, lost)?;
        refused(clause, store.release(claim.lease.clone(), false).await, lost)?;
        refused(clause, store.enqueue(of_turn(&claim.lease, &["6"])).await, lost)?;
        for settlement in [
            Settlement::Done,
            Settlement::Dead(cause()),
            Settlement::Retry(LONG),
        ] {
            let settled = store.settle(sent.clone(), settlement).await?;
            none(clause, settled.next)?;
            same(clause, settled.echoed, false)?;
        }
        let backlog = store.backlog().await?;
        let expected = if again { (2, 2, 0) } else { (0, 0, 0) };
        same(
            clause,
            (backlog.events, backlog.rows, backlog.dead_letters),
            expected,
        )?;
    }
    Ok(())
}

pub(super) async fn others_are_left_alone(rig: &Rig) -> Verdict {
    let clause = "erase: nobody else loses anything";
    let (store, claim) = crowded(rig, clause, "a", 1).await?;
    crowd(rig, &store, clause, "b", 11).await?;
    let page = crate::store::Conversation {
        person: None,
        ..person("a")
    };
    let of_page = Enqueue {
        conversation: Arc::new(page.clone()),
        ..loose("a", &["of the page"])
    };
    same(clause, store.enqueue(of_page).await?, vec![Enqueued::Waiting])?;
    let before = store.dossier(&person("a")).await?;
    same(clause, store.erase(&person("b")).await?, true)?;
    same(clause, store.dossier(&person("a")).await?, before)?;
    let kept = some(clause, store.dossier(&page).await?)?;
    let rows: Vec<_> = kept
        .rows
        .iter()
        .map(|row| serde_json::from_str::<NewRow>(row).ok())
        .collect();
    same(clause, rows, vec![Some(row("of the page"))])?;
    let next = some(clause, store.commit(turn(&claim)).await?.next)?;
    same(clause, next.key, key(3))
}

pub(super) async fn the_backlog_counts(rig: &Rig) -> Verdict {
    let clause = "backlog: events not yet consumed, rows not yet settled, dead letters";
    let store = rig.fresh().await;
    same(clause, store.backlog().await?, Backlog::default())?;
    let (store, claim) = crowded(rig, clause, "a", 1).await?;
    let sent = rig.row(&store, clause).await?;
    let count = |backlog: Backlog| (backlog.events, backlog.rows, backlog.dead_letters);
    same(clause, count(store.backlog().await?), (2, 2, 2))?;
    store.settle(sent, Settlement::Dead(cause())).await?;
    same(clause, count(store.backlog().await?), (2, 1, 3))?;
    store.commit(turn(&claim)).await?;
    same(clause, count(store.backlog().await?), (1, 1, 3))
}

pub(super) async fn the_backlog_ages(rig: &Rig) -> Verdict {
    let clause = "backlog: for how long the oldest event and the oldest row have been waiting";
    let store = rig.fresh().await;
    let wait = Duration::from_millis(200);
    append(&store, vec![event("a", 1)]).await?;
    rig.pass(wait).await;
    append(&store, vec![event("b", 2)]).await?;
    store.enqueue(loose("a", &["1"])).await?;
    let backlog = store.backlog().await?;
    let (event, row) = (
        some(clause, backlog.oldest_event)?,
        some(clause, backlog.oldest_row)?,
    );
    if event < wait || event <= row || event > wait + Duration::from_secs(60) {
        return broken(clause, format!("{backlog:?}"));
    }
    rig.drain(&store, clause).await?;
    rig.drain_rows(&store, clause).await?;
    same(clause, store.backlog().await?, Backlog::default())
}

pub(super) async fn a_healthy_store_is_ready(rig: &Rig) -> Verdict {
    let store = rig.fresh().await;
    store.ready().await?;
    append(&store, vec![event("a", 1)]).await?;
    Ok(store.ready().await?)
}

pub(super) async fn closing_ends_the_work(rig: &Rig) -> Verdict {
    let clause = "close: leases are freed, and nothing is lost";
    let store = rig.fresh().await;
    append(&store, vec![event("a", 1)]).await?;
    store.enqueue(loose("a", &["1"])).await?;
    rig.claim(&store, clause).await?;
    let lease = store.lease();
    store.close().await?;
    let store = rig.reopen_at_once(store).await?;
    if let Some(lease) = lease {
        let Ok(claims) = tokio::time::timeout(lease / 2, store.claim(1, true)).await else {
            return broken(clause, "what the closed store had leased is not free");
        };
        store.release(one(clause, claims?)?.lease, false).await?;
    }
    same(clause, rig.drain(&store, clause).await?, vec![key(1)])?;
    same(
        clause,
        rig.drain_rows(&store, clause).await?,
        vec!["1".to_owned()],
    )
}
