//! What reaches the bot beside its webhook: somebody who has it send something, once, and an operator who replays a
//! message while it runs.
//!
//! ```text
//! POST /send/PERSON/NUMBER    sends "outside NUMBER", once however often it is asked
//! POST /replay/PERSON/KEY     replays the dead letter of that message; PERSON is `page` for the page's conversation
//! ```
//!
//! 200 where it is done, 404 where there is no such dead letter, else 503.

use axum::{
    Router,
    extract::{Path, State},
    http::StatusCode,
    routing::post,
};
use messenger_crash::PAGE;
use messenger_runtime::{
    Handle,
    event::Object,
    store::{Conversation, DeadKind, DeadLetters, Replayed, StoreError},
};
use tokio::net::TcpListener;

/// Answers on `listener` for as long as the process lives.
pub(crate) fn serve(listener: TcpListener, bot: Handle) {
    let routes = Router::new()
        .route("/send/{person}/{number}", post(send))
        .route("/replay/{person}/{key}", post(replay))
        .with_state(bot);
    tokio::spawn(async move { axum::serve(listener, routes).await });
}

async fn send(State(bot): State<Handle>, Path((person, number)): Path<(String, u64)>) -> StatusCode {
    let (to, key) = (bot.to(PAGE, &person), format!("outside-{number}"));
    match to.send_once(&key, format!("outside {number}")).await {
        Ok(_is_new) => StatusCode::OK,
        Err(error) => refused(&error.to_string()),
    }
}

async fn replay(State(bot): State<Handle>, Path((person, key)): Path<(String, String)>) -> StatusCode {
    match replayed(&bot, &person, &key).await {
        Ok(true) => StatusCode::OK,
        Ok(false) => StatusCode::NOT_FOUND,
        Err(error) => refused(&error.to_string()),
    }
}

/// Whether the message was a dead letter and waits again.
async fn replayed(bot: &Handle, person: &str, key: &str) -> Result<bool, StoreError> {
    let conversation = Conversation {
        object: Object::Page,
        page: PAGE.into(),
        person: (person != "page").then(|| person.into()),
    };
    let which = DeadLetters {
        kind: Some(DeadKind::Message),
        conversation: Some(conversation),
        limit: usize::MAX,
        ..DeadLetters::default()
    };
    let letters = bot.dead_letters(which).await?;
    let Some(letter) = letters.iter().find(|letter| letter.key == key) else {
        return Ok(false);
    };
    Ok(bot.replay(letter.id).await? == Replayed::Queued)
}

fn refused(why: &str) -> StatusCode {
    eprintln!("crash-bot: refused from outside: {why}");
    StatusCode::SERVICE_UNAVAILABLE
}
