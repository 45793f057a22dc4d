//! Dead letters.

use super::super::rig::{
    Handle, Rig, Verdict, all_letters, append, cause, event, failing, key, loose, none, of_turn, one, person,
    row, same, some, stored, turn,
};
use crate::store::{
    Appended, DeadKind, DeadLetter, DeadLetters, Enqueued, Replayed, Settlement, Turn, replay_key,
};

/// A store with one dead letter of each kind of the person `a` and an event's of `b`.
async fn buried(rig: &Rig, clause: &'static str) -> Verdict<(Handle, Vec<DeadLetter>)> {
    let store = rig.fresh().await;
    append(&store, vec![event("a", 1), event("b", 2)]).await?;
    let claim = rig.claim(&store, clause).await?;
    let failed = Turn {
        unreadable: vec![("{}".to_owned(), cause())],
        ..failing(&claim)
    };
    store.commit(failed).await?;
    store.enqueue(loose("a", &["1"])).await?;
    let sent = rig.row(&store, clause).await?;
    store.settle(sent, Settlement::Dead(cause())).await?;
    let claim = rig.claim(&store, clause).await?;
    store.commit(failing(&claim)).await?;
    let letters = store.dead_letters(all_letters()).await?;
    Ok((store, letters))
}

/// The letter of a kind of the person `a`.
fn of_kind<'a>(clause: &'static str, letters: &'a [DeadLetter], kind: DeadKind) -> Verdict<&'a DeadLetter> {
    let mut of_kind = letters.iter().filter(|letter| letter.kind == kind);
    some(clause, of_kind.next())
}

pub(super) async fn they_are_listed(rig: &Rig) -> Verdict {
    let clause = "dead_letters: oldest first, of a kind and of a conversation where asked for";
    let (store, letters) = buried(rig, clause).await?;
    same(clause, letters.len(), 4)?;
    same(clause, store.backlog().await?.dead_letters, 4)?;
    same(clause, letters.is_sorted_by(|one, next| one.id < next.id), true)?;
    same(clause, letters.iter().all(|letter| letter.id > 0), true)?;
    let first: Vec<_> = letters[..2].iter().map(|letter| letter.kind).collect();
    same(
        clause,
        first.contains(&DeadKind::Event) && first.contains(&DeadKind::State),
        true,
    )?;
    let last: Vec<_> = letters[2..].iter().map(|letter| letter.kind).collect();
    same(clause, last, vec![DeadKind::Message, DeadKind::Event])?;
    for kind in DeadKind::ALL {
        for conversation in [None, Some(person("a")), Some(person("b")), Some(person("c"))] {
            let expected: Vec<_> = letters
                .iter()
                .filter(|letter| letter.kind == kind)
                .filter(|letter| {
                    conversation
                        .as_ref()
                        .is_none_or(|whose| *letter.conversation == *whose)
                })
                .cloned()
                .collect();
            let which = DeadLetters {
                kind: Some(kind),
                conversation,
                ..DeadLetters::default()
            };
            same(clause, store.dead_letters(which).await?, expected)?;
        }
    }
    for letter in &letters {
        same(clause, store.dead_letter(letter.id).await?.as_ref(), Some(letter))?;
    }
    none(clause, store.dead_letter(u64::MAX >> 1).await?)
}

pub(super) async fn they_are_listed_in_pages(rig: &Rig) -> Verdict {
    let clause = "dead_letters: with a higher id than `after`, at most `limit`";
    let (store, letters) = buried(rig, clause).await?;
    let (mut after, mut paged) = (0, Vec::new());
    for _ in 0..letters.len() {
        let which = DeadLetters {
            after,
            limit: 1,
            ..DeadLetters::default()
        };
        let letter = one(clause, store.dead_letters(which).await?)?;
        after = letter.id;
        paged.push(letter);
    }
    same(clause, paged, letters)?;
    let which = DeadLetters {
        after,
        ..DeadLetters::default()
    };
    same(clause, store.dead_letters(which).await?, vec![])
}

pub(super) async fn an_event_is_replayed(rig: &Rig) -> Verdict {
    let clause = "replay: an event waits at the end of its conversation's queue under its replay_key, with no attempts";
    let (store, letters) = buried(rig, clause).await?;
    append(&store, vec![event("a", 3)]).await?;
    let letter = of_kind(clause, &letters, DeadKind::Event)?;
    same(clause, store.replay(letter.id).await?, Replayed::Queued)?;
    same(clause, store.replay(letter.id).await?, Replayed::Unknown)?;
    none(clause, store.dead_letter(letter.id).await?)?;
    same(clause, store.backlog().await?.events, 2)?;
    let first = rig.claim(&store, clause).await?;
    same(clause, first.key, key(3))?;
    let replayed = some(clause, store.commit(turn(&first)).await?.next)?;
    same(
        clause,
        (replayed.key, replayed.claims),
        (replay_key(key(1), letter.id), 1),
    )?;
    same(clause, &*replayed.event, &stored(1))
}

pub(super) async fn a_replay_is_no_duplicate(rig: &Rig) -> Verdict {
    let clause = "replay: the event is no duplicate, however often it fails; its own key stays known";
    let store = rig.fresh().await;
    append(&store, vec![event("a", 1)]).await?;
    let mut keys = vec![key(1)];
    for _ in 0..3 {
        let claim = rig.claim(&store, clause).await?;
        same(clause, Some(&claim.key), keys.last())?;
        store.commit(failing(&claim)).await?;
        let letter = one(clause, store.dead_letters(all_letters()).await?)?;
        same(clause, &letter.key, &hex::encode(claim.key))?;
        same(clause, store.replay(letter.id).await?, Replayed::Queued)?;
        keys.push(replay_key(claim.key, letter.id));
    }
    same(
        clause,
        append(&store, vec![event("a", 1)]).await?,
        vec![Appended::Duplicate],
    )?;
    same(clause, rig.drain(&store, clause).await?.last(), keys.last())
}

pub(super) async fn a_message_is_replayed(rig: &Rig) -> Verdict {
    let clause = "replay: a message keeps its key and waits at the end of its outbox, with no attempts";
    let (store, letters) = buried(rig, clause).await?;
    store.enqueue(loose("a", &["2"])).await?;
    let letter = of_kind(clause, &letters, DeadKind::Message)?;
    same(clause, store.replay(letter.id).await?, Replayed::Queued)?;
    same(clause, store.replay(letter.id).await?, Replayed::Unknown)?;
    let first = rig.row(&store, clause).await?;
    same(clause, &*first.new.key, "2")?;
    let replayed = some(clause, store.settle(first, Settlement::Done).await?.next)?;
    same(clause, (replayed.attempts, replayed.doubts), (0, 0))?;
    same(clause, &*replayed.new, &row("1"))
}

pub(super) async fn a_given_up_chat_message_is_replayed(rig: &Rig) -> Verdict {
    let clause =
        "replay: a message of a turn not yet committed is queued, whatever the store remembers of it";
    let store = rig.fresh().await;
    append(&store, vec![event("a", 1)]).await?;
    let claim = rig.claim(&store, clause).await?;
    store.enqueue(of_turn(&claim.lease, &["1"])).await?;
    let sent = rig.row(&store, clause).await?;
    store.settle(sent, Settlement::Dead(cause())).await?;
    let letter = one(clause, store.dead_letters(all_letters()).await?)?;
    same(clause, store.replay(letter.id).await?, Replayed::Queued)?;
    let became = store.enqueue(of_turn(&claim.lease, &["1"])).await?;
    same(clause, became, vec![Enqueued::Waiting])?;
    same(
        clause,
        rig.drain_rows(&store, clause).await?,
        vec!["1".to_owned()],
    )
}

pub(super) async fn a_state_is_not_replayed(rig: &Rig) -> Verdict {
    let clause = "replay: a state stays what it is";
    let (store, letters) = buried(rig, clause).await?;
    let letter = of_kind(clause, &letters, DeadKind::State)?;
    same(clause, store.replay(letter.id).await?, Replayed::Impossible)?;
    same(clause, store.dead_letter(letter.id).await?.as_ref(), Some(letter))?;
    same(clause, store.replay(u64::MAX >> 1).await?, Replayed::Unknown)
}

pub(super) async fn one_is_discarded(rig: &Rig) -> Verdict {
    let clause = "discard: deletes a dead letter; whether there was one";
    let (store, letters) = buried(rig, clause).await?;
    let letter = of_kind(clause, &letters, DeadKind::Message)?;
    same(clause, store.discard(letter.id).await?, true)?;
    same(clause, store.discard(letter.id).await?, false)?;
    same(clause, store.replay(letter.id).await?, Replayed::Unknown)?;
    let left = store.dead_letters(all_letters()).await?;
    same(clause, left.len(), letters.len() - 1)?;
    same(clause, left.iter().any(|left| left.id == letter.id), false)?;
    let backlog = store.backlog().await?;
    same(clause, (backlog.dead_letters, backlog.rows), (3, 0))
}
