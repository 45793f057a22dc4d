use std::time::SystemTime;

use super::*;
use crate::store::{MemoryStore, NewRow, StoredEvent};

/// Notes what it is asked for, the calls that have a default of their own among them.
#[derive(Debug, Default)]
struct Noting {
    memory: MemoryStore,
    asked: Arc<Mutex<Vec<&'static str>>>,
}

impl Noting {
    fn note(&self, name: &'static str) -> &MemoryStore {
        self.asked.lock().unwrap().push(name);
        &self.memory
    }
}

const LEASE: Duration = Duration::from_secs(7);

impl Store for Noting {
    fn lease(&self) -> Option<Duration> {
        self.note("lease");
        Some(LEASE)
    }
    fn append(&self, events: Vec<NewEvent>, claim: usize) -> BoxFuture<'_, Result<Accepted, StoreError>> {
        self.note("append").append(events, claim)
    }
    fn claim(&self, limit: usize, suspects: bool) -> BoxFuture<'_, Result<Vec<Claim>, StoreError>> {
        self.note("claim").claim(limit, suspects)
    }
    fn renew(&self, turns: Vec<Lease>, rows: Vec<Row>) -> BoxFuture<'_, Result<Lost, StoreError>> {
        self.note("renew");
        let rows = rows.into_iter().map(|row| Arc::clone(&row.new.key)).collect();
        Box::pin(async move { Ok(Lost { turns, rows }) })
    }
    fn commit(&self, turn: Turn) -> BoxFuture<'_, Result<Committed, StoreError>> {
        self.note("commit").commit(turn)
    }
    fn release(&self, lease: Lease, tried: bool) -> BoxFuture<'_, Result<(), StoreError>> {
        self.note("release").release(lease, tried)
    }
    fn enqueue(&self, enqueue: Enqueue) -> BoxFuture<'_, Result<Vec<Enqueued>, StoreError>> {
        self.note("enqueue").enqueue(enqueue)
    }
    fn claim_outbox(&self, limit: usize) -> BoxFuture<'_, Result<Vec<Row>, StoreError>> {
        self.note("claim_outbox").claim_outbox(limit)
    }
    fn settle(&self, row: Row, settlement: Settlement) -> BoxFuture<'_, Result<Settled, StoreError>> {
        self.note("settle").settle(row, settlement)
    }
    fn hasten(&self, object: Object, page: &str) -> BoxFuture<'_, Result<(), StoreError>> {
        self.note("hasten").hasten(object, page)
    }
    fn dead_letters(&self, which: DeadLetters) -> BoxFuture<'_, Result<Vec<DeadLetter>, StoreError>> {
        self.note("dead_letters").dead_letters(which)
    }
    fn dead_letter(&self, id: u64) -> BoxFuture<'_, Result<Option<DeadLetter>, StoreError>> {
        self.note("dead_letter").dead_letter(id)
    }
    fn replay(&self, id: u64) -> BoxFuture<'_, Result<Replayed, StoreError>> {
        self.note("replay").replay(id)
    }
    fn discard(&self, id: u64) -> BoxFuture<'_, Result<bool, StoreError>> {
        self.note("discard").discard(id)
    }
    fn dossier(&self, conversation: &Conversation) -> BoxFuture<'_, Result<Option<Dossier>, StoreError>> {
        self.note("dossier").dossier(conversation)
    }
    fn erase(&self, conversation: &Conversation) -> BoxFuture<'_, Result<bool, StoreError>> {
        self.note("erase").erase(conversation)
    }
    fn backlog(&self) -> BoxFuture<'_, Result<Backlog, StoreError>> {
        self.note("backlog").backlog()
    }
    fn ready(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        self.note("ready").ready()
    }
    fn close(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        self.note("close").close()
    }
}

/// The methods that the trait declares.
fn declared() -> Vec<&'static str> {
    let port = include_str!("../../store/mod.rs");
    let (_, methods) = port.split_once("\npub trait Store:").expect("the trait");
    let (methods, _) = methods.split_once("\n}\n").expect("its end");
    let methods = methods.lines().filter_map(|line| line.strip_prefix("    fn "));
    methods.filter_map(|line| line.split('(').next()).collect()
}

#[tokio::test]
async fn every_method_of_the_port_is_passed_on() {
    let noting = Noting::default();
    let asked = Arc::clone(&noting.asked);
    let (store, seen) = Observed::look_at(Arc::new(noting));
    let conversation = Conversation {
        object: Object::Page,
        page: "1".into(),
        person: Some("2".into()),
    };
    let event = |number| NewEvent {
        conversation: conversation.clone(),
        key: [number; 16],
        event: StoredEvent {
            channel: crate::event::Channel::Messaging,
            field: None,
            json: "{}".into(),
        },
        opens: Some(SystemTime::now()),
        echoes: None,
    };
    assert_eq!(store.lease(), Some(LEASE));
    store.append(vec![event(1), event(2)], 0).await.unwrap();
    let claim = store.claim(1, true).await.unwrap().remove(0);
    store.release(claim.lease, false).await.unwrap();
    let claim = store.claim(1, true).await.unwrap().remove(0);
    let failed = Some(Cause::new("MSG212", "it panicked"));
    let turn = Turn {
        lease: claim.lease.clone(),
        state: None,
        rows: Vec::new(),
        timers: Vec::new(),
        unreadable: Vec::new(),
        failed,
        send: false,
    };
    store.commit(turn).await.unwrap();
    let row = NewRow {
        key: "a".into(),
        to: crate::message::Recipient::Id("2".to_owned()),
        action: crate::message::Reply::text("hi").into_actions().remove(0),
    };
    let enqueue = Enqueue {
        conversation: Arc::new(conversation.clone()),
        rows: vec![row],
        turn: None,
        once: None,
    };
    store.enqueue(enqueue).await.unwrap();
    let row = store.claim_outbox(1).await.unwrap().remove(0);
    let lost = store.renew(vec![claim.lease], vec![row.clone()]).await.unwrap();
    assert_eq!((lost.turns.len(), lost.rows.len()), (1, 1), "what the store says");
    assert_eq!((seen.turns_renewed.get(), seen.rows_renewed.get()), (0, 0));
    store.settle(row, Settlement::Done).await.unwrap();
    store.hasten(Object::Page, "1").await.unwrap();
    let letters = store.dead_letters(DeadLetters::default()).await.unwrap();
    assert_eq!(letters.len(), 1);
    assert!(store.dead_letter(letters[0].id).await.unwrap().is_some());
    assert_eq!(store.replay(letters[0].id).await, Ok(Replayed::Queued));
    assert_eq!(store.discard(letters[0].id).await, Ok(false));
    assert!(store.dossier(&conversation).await.unwrap().is_some());
    assert_eq!(store.erase(&conversation).await, Ok(true));
    assert_eq!(store.backlog().await, Ok(Backlog::default()));
    store.ready().await.unwrap();
    store.close().await.unwrap();

    let asked = asked.lock().unwrap().clone();
    let never: Vec<_> = declared()
        .into_iter()
        .filter(|name| !asked.contains(name))
        .collect();
    assert_eq!(never, Vec::<&str>::new(), "not passed on");
    assert!(declared().len() > 15, "{:?}", declared());
}
