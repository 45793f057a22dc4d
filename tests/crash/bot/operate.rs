//! What operators do to a store while no bot runs.

use messenger_crash::PAGE;
use messenger_runtime::{
    event::Object,
    store::{Conversation, DeadKind, DeadLetters, StoredEvent},
};
use serde_json::{Value, json};

use crate::{Problem, store};

/// Replays the oldest event among the dead letters whose handler failed; prints who said what.
pub(crate) async fn replay() -> Result<(), Problem> {
    let store = store::open().await?;
    let which = DeadLetters {
        kind: Some(DeadKind::Event),
        ..DeadLetters::default()
    };
    let letters = store.dead_letters(which).await?;
    let failed = letters.iter().find(|letter| letter.cause.code == "MSG211");
    let letter = failed.ok_or("no handler has failed")?;
    let event: StoredEvent = serde_json::from_str(&letter.body)?;
    let item: Value = serde_json::from_str(&event.json)?;
    store.replay(letter.id).await?;
    println!(
        "{}",
        json!({"person": letter.conversation.person, "text": item["message"]["text"]})
    );
    Ok(store.close().await?)
}

/// Deletes everything about a person.
pub(crate) async fn erase(person: &str) -> Result<(), Problem> {
    let store = store::open().await?;
    let conversation = Conversation {
        object: Object::Page,
        page: PAGE.into(),
        person: Some(person.into()),
    };
    if !store.erase(&conversation).await? {
        return Err(format!("nothing is kept about {person}").into());
    }
    Ok(store.close().await?)
}
