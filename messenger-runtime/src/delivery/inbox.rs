//! From a verified body to events that are kept.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use axum::http::StatusCode;
use bytes::Bytes;
use tokio::time::{Instant, timeout};

use super::{Engine, drain::Phase, keep::Finished, window::opens_window};
use crate::{
    Bot, BoxFuture,
    event::{Event, Item, Webhook},
    fail_points::crash_point,
    message::split_key,
    store::{Appended, Conversation, NewEvent, StoreError, StoredEvent},
    webhook::{Sink, Taken},
};

/// How long the store may take to keep events before the platform is told to come again: it waits 5 s for its answer,
/// and ends the subscription of those who let it wait for long.
const ANSWER: Duration = Duration::from_secs(4);

/// The way into an engine, which need not know the bot to hold it.
struct Inbox<B: Bot>(Arc<Engine<B>>);

impl<B: Bot> Sink for Inbox<B> {
    fn answered(&self, status: StatusCode, took: Duration) {
        self.0.counters.times.answered(status.as_u16(), took);
        // Some are answered so before they come here. A bot that stops has room, but takes nothing.
        if status == StatusCode::SERVICE_UNAVAILABLE && self.0.phase() < Phase::Draining {
            self.0.counters.full.one();
        }
    }

    fn take(&self, body: Bytes) -> BoxFuture<'_, Taken> {
        let taken = Finished::new(Arc::clone(&self.0).take(body));
        Box::pin(async move {
            timeout(ANSWER, taken).await.unwrap_or_else(|_elapsed| {
                let late = format!("it has not kept events within {ANSWER:?}");
                self.0.health.refused(&StoreError::Unavailable(late));
                Taken::Unavailable
            })
        })
    }
}

impl<B: Bot> Engine<B> {
    async fn take(self: Arc<Self>, body: Bytes) -> Taken {
        if self.health.is_broken() {
            return Taken::Failed;
        }
        if self.phase() >= Phase::Draining {
            return Taken::Full;
        }
        let Some(_room) = self.keeping.exactly(1 + (body.len() >> 10)) else {
            return Taken::Full;
        };
        let events = match self.read(&body) {
            Ok(events) => events,
            Err(answer) => return answer,
        };
        if events.is_empty() {
            return Taken::Stored;
        }
        let places = self.turns.free(events.len());
        let asked = Instant::now();
        match self.store.append(events, super::count(places.as_ref())).await {
            Ok(accepted) => {
                crash_point!("inbox.appended");
                self.health.worked();
                self.health.took();
                self.begin(accepted.claims, places, asked);
                self.count(&accepted.events);
                for key in &accepted.settled {
                    self.outgoing.echoed(key);
                }
                // What a store kept that is broken by now may be kept or not.
                if self.health.is_broken() {
                    Taken::Failed
                } else {
                    Taken::Stored
                }
            }
            Err(error @ (StoreError::Full | StoreError::NoSpace(_))) => {
                self.health.refused(&error);
                Taken::Full
            }
            Err(error) => {
                self.health.failed(
                    "events could not be kept; the platform delivers them again",
                    &error,
                );
                match error {
                    StoreError::Unavailable(_) => Taken::Unavailable,
                    _ => Taken::Failed,
                }
            }
        }
    }
}

impl<B: Bot> Engine<B> {
    /// Says so where there is no room for events from the start.
    pub(crate) async fn look_for_room(&self) {
        if let Err(error @ (StoreError::Full | StoreError::NoSpace(_))) = self.store.ready().await {
            self.health.refused(&error);
        }
    }

    fn read(&self, body: &Bytes) -> Result<Vec<NewEvent>, Taken> {
        let webhook = Webhook::parse(body).map_err(|_| Taken::NotJson)?;
        if webhook.object().is_none() {
            return Err(Taken::Ignored);
        }
        let mut events = Vec::with_capacity(webhook.items().len());
        let mut page = Arc::<str>::default();
        for item in webhook.items() {
            if !self.provider.serves(&item.page) {
                self.counters.foreign.one();
                continue;
            }
            // The items of a body are nearly always of one page.
            if *page != *item.page {
                page = item.page.as_ref().into();
            }
            events.push(new_event(item, &page, self.settings.clock.now()));
        }
        Ok(events)
    }

    fn count(&self, appended: &[Appended]) {
        let duplicates = appended.iter().filter(|one| **one == Appended::Duplicate).count() as u64;
        self.counters.duplicates.add(duplicates);
        self.counters.received.add(appended.len() as u64 - duplicates);
    }
}

/// What is kept of an item of `page`.
pub(super) fn new_event(item: &Item<'_>, page: &Arc<str>, now: SystemTime) -> NewEvent {
    let event = Event::parse(item.clone());
    // A send in doubt may belong to a turn that still runs and waits for it, so its echo settles it as it
    // comes in and not in its own turn.
    let metadata = event.message().and_then(|message| message.metadata.as_deref());
    let echoes = metadata.filter(|_| event.is_echo()).and_then(split_key);
    NewEvent {
        conversation: Conversation {
            object: item.object,
            page: Arc::clone(page),
            person: event.person().map(Into::into),
        },
        key: event.duplicate_key(),
        opens: opens_window(&event, now),
        echoes: echoes.map(|(key, _)| key.into()),
        event: store_item(item),
    }
}

fn store_item(item: &Item<'_>) -> StoredEvent {
    StoredEvent {
        channel: item.channel,
        field: item.field.as_deref().map(Into::into),
        json: item.json.into(),
    }
}

impl StoredEvent {
    /// The item that the event was received as.
    pub(crate) fn item<'a>(&'a self, conversation: &'a Conversation) -> Item<'a> {
        Item {
            object: conversation.object,
            channel: self.channel,
            page: conversation.page.as_ref().into(),
            field: self.field.as_deref().map(Into::into),
            json: &self.json,
        }
    }
}

/// Where the webhook hands its bodies.
pub(crate) fn sink<B: Bot>(engine: &Arc<Engine<B>>) -> Arc<dyn Sink> {
    Arc::new(Inbox(Arc::clone(engine)))
}
