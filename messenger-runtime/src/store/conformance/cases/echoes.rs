//! Echoes: the platform shows what it took.

use std::{sync::Arc, time::Duration};

use super::super::rig::{
    Handle, Rig, Verdict, append, echo, event, loose, none, of_turn, person, same, some,
};
use crate::store::{Conversation, Enqueue, Enqueued, NewEvent, Row, Settlement};

/// A wait that no case outlasts.
const LONG: Duration = Duration::from_secs(3_600);

/// A store with the rows `1` and `2`, the first of them claimed.
async fn sending(rig: &Rig, clause: &'static str) -> Verdict<(Handle, Row)> {
    let store = rig.fresh().await;
    store.enqueue(loose("a", &["1", "2"])).await?;
    let row = rig.row(&store, clause).await?;
    Ok((store, row))
}

/// The keys of the rows that left because of the echo.
async fn settled(store: &Handle, event: NewEvent) -> Verdict<Vec<String>> {
    let settled = store.append(vec![event], 0).await?.settled;
    Ok(settled.iter().map(|key| key.as_ref().to_owned()).collect())
}

pub(super) async fn one_in_doubt_is_settled(rig: &Rig) -> Verdict {
    let clause = "append: an echo settles the row of its key where it is in doubt";
    let (store, first) = sending(rig, clause).await?;
    store.settle(first, Settlement::Doubtful(LONG)).await?;
    same(
        clause,
        settled(&store, echo("a", 1, "1")).await?,
        vec!["1".to_owned()],
    )?;
    same(clause, store.backlog().await?.rows, 1)?;
    let next = rig.row(&store, clause).await?;
    same(clause, (&*next.new.key, next.attempts, next.doubts), ("2", 0, 0))?;
    // A later retry does not take the doubt away.
    store.settle(next, Settlement::Doubtful(Duration::ZERO)).await?;
    let again = rig.row(&store, clause).await?;
    store.settle(again, Settlement::Retry(LONG)).await?;
    same(
        clause,
        settled(&store, echo("a", 2, "2")).await?,
        vec!["2".to_owned()],
    )?;
    rig.no_row(&store, clause).await?;
    same(clause, store.backlog().await?.rows, 0)
}

pub(super) async fn one_in_flight_is_noted(rig: &Rig) -> Verdict {
    let clause = "append, settle: a row whose echo came while it was in flight leaves as sent, whatever the settlement";
    let endings = [
        Settlement::Done,
        Settlement::Dead(super::super::rig::cause()),
        Settlement::Retry(LONG),
        Settlement::Postponed(LONG),
        Settlement::Doubtful(LONG),
    ];
    for ending in endings {
        let (store, first) = sending(rig, clause).await?;
        same(clause, settled(&store, echo("a", 1, "1")).await?, vec![])?;
        same(clause, store.backlog().await?.rows, 2)?;
        let ended = store.settle(first, ending).await?;
        same(clause, ended.echoed, true)?;
        let next = some(clause, ended.next)?;
        same(clause, &*next.new.key, "2")?;
        let backlog = store.backlog().await?;
        same(clause, (backlog.rows, backlog.dead_letters), (1, 0))?;
        let ended = store.settle(next, Settlement::Retry(LONG)).await?;
        same(
            "settle: the echo of one row is not that of the next",
            ended.echoed,
            false,
        )?;
    }
    Ok(())
}

pub(super) async fn one_untouched_stays(rig: &Rig) -> Verdict {
    let clause = "append: an echo leaves alone a row that was never sent";
    let store = rig.fresh().await;
    store.enqueue(loose("a", &["1", "2"])).await?;
    same(clause, settled(&store, echo("a", 1, "1")).await?, vec![])?;
    let first = rig.row(&store, clause).await?;
    same(clause, &*first.new.key, "1")?;
    same(clause, settled(&store, echo("a", 2, "2")).await?, vec![])?;
    let ended = store.settle(first, Settlement::Done).await?;
    same(clause, ended.echoed, false)?;
    let second = some(clause, ended.next)?;
    let ended = store.settle(second, Settlement::Postponed(LONG)).await?;
    same(clause, ended.echoed, false)?;
    same(clause, settled(&store, echo("a", 3, "2")).await?, vec![])?;
    same(clause, store.backlog().await?.rows, 1)
}

pub(super) async fn one_tried_for_sure_stays(rig: &Rig) -> Verdict {
    let clause = "append: an echo leaves alone a row of which every send failed for sure";
    let (store, first) = sending(rig, clause).await?;
    store.settle(first, Settlement::Retry(LONG)).await?;
    same(clause, settled(&store, echo("a", 1, "1")).await?, vec![])?;
    same(clause, store.backlog().await?.rows, 2)
}

pub(super) async fn the_page_is_searched(rig: &Rig) -> Verdict {
    let clause = "append: the row stands in the conversation of the echo or in that of its page";
    let store = rig.fresh().await;
    let page = Conversation {
        person: None,
        ..person("a")
    };
    let of_page = Enqueue {
        conversation: Arc::new(page),
        ..loose("a", &["1", "2"])
    };
    store.enqueue(of_page).await?;
    let first = rig.row(&store, clause).await?;
    store.settle(first, Settlement::Doubtful(LONG)).await?;
    same(
        clause,
        settled(&store, echo("a", 1, "1")).await?,
        vec!["1".to_owned()],
    )?;
    let second = rig.row(&store, clause).await?;
    same(clause, settled(&store, echo("b", 2, "2")).await?, vec![])?;
    let ended = store.settle(second, Settlement::Retry(LONG)).await?;
    same(clause, ended.echoed, true)?;
    same(clause, store.backlog().await?.rows, 0)
}

pub(super) async fn a_duplicate_echo_settles_too(rig: &Rig) -> Verdict {
    let clause = "append: an echo settles its row whether the event is new or not";
    let (store, first) = sending(rig, clause).await?;
    append(&store, vec![event("a", 1)]).await?;
    store.settle(first, Settlement::Doubtful(LONG)).await?;
    same(
        clause,
        settled(&store, echo("a", 1, "1")).await?,
        vec!["1".to_owned()],
    )?;
    let second = rig.row(&store, clause).await?;
    same(clause, settled(&store, echo("a", 1, "2")).await?, vec![])?;
    same(
        clause,
        store.settle(second, Settlement::Doubtful(LONG)).await?.echoed,
        true,
    )?;
    let backlog = store.backlog().await?;
    same(clause, (backlog.events, backlog.rows), (1, 0))
}

pub(super) async fn it_is_remembered_as_sent(rig: &Rig) -> Verdict {
    let clause = "enqueue: a row of a running turn that its echo settled was sent";
    let store = rig.fresh().await;
    append(&store, vec![event("a", 1)]).await?;
    let claim = rig.claim(&store, clause).await?;
    store.enqueue(of_turn(&claim.lease, &["1", "2"])).await?;
    let first = rig.row(&store, clause).await?;
    store.settle(first, Settlement::Doubtful(LONG)).await?;
    append(&store, vec![echo("a", 2, "1")]).await?;
    let second = rig.row(&store, clause).await?;
    append(&store, vec![echo("a", 3, "2")]).await?;
    none(
        clause,
        store
            .settle(second, Settlement::Dead(super::super::rig::cause()))
            .await?
            .next,
    )?;
    let became = store.enqueue(of_turn(&claim.lease, &["1", "2"])).await?;
    same(clause, became, vec![Enqueued::Sent; 2])?;
    same(clause, store.backlog().await?.rows, 0)
}

pub(super) async fn only_the_named_row_is_settled(rig: &Rig) -> Verdict {
    let clause = "append: an echo settles the row of this key, in the conversation of the event or its page";
    let (store, first) = sending(rig, clause).await?;
    store.settle(first, Settlement::Doubtful(LONG)).await?;
    same(clause, settled(&store, echo("a", 1, "2")).await?, vec![])?;
    same(clause, settled(&store, echo("a", 2, "else")).await?, vec![])?;
    same(clause, settled(&store, echo("b", 3, "1")).await?, vec![])?;
    let mut elsewhere = echo("a", 4, "1");
    elsewhere.conversation.page = "2".into();
    same(clause, settled(&store, elsewhere).await?, vec![])?;
    same(clause, store.backlog().await?.rows, 2)?;
    rig.no_row(&store, clause).await
}
