//! A day in the life of a bot: many people at once, restarts, and a clock that jumps.

use std::{collections::HashMap, sync::Arc, time::SystemTime};

use messenger_runtime::{
    Bot as _,
    event::Object,
    graph::Pacing,
    store::{Conversation, MemoryStore, SqliteStore, Store},
};
use messenger_tests::{
    Stage, TempDir,
    shelf::reopened,
    sign,
    stage::{PAGE, SECRET, TestClock, millis},
};
use serde_json::{Value, json};

use crate::{
    bot::Teahouse,
    model::Event,
    moves::{Act, Between, Move},
    phone,
};

/// How many people's events are in one body.
const BATCH: usize = 25;

/// What one person did in a round, and what came of it.
#[derive(Debug, Clone)]
pub(crate) struct Round {
    /// The time by the bot's clock, in seconds since the day began.
    pub(crate) now: u64,
    /// One event, or two at once.
    pub(crate) events: Vec<Event>,
    /// Whether the platform delivered it twice.
    pub(crate) twice: bool,
    /// What the bot said, as a phone shows it.
    pub(crate) said: Vec<String>,
    /// The flow as it is stored, without its deadline.
    pub(crate) stored: Value,
}

/// Where the bot keeps its conversations.
pub(crate) enum Shelf {
    Memory(Arc<MemoryStore>),
    Sqlite(TempDir),
}

impl Shelf {
    async fn stage(&self, clock: Option<TestClock>) -> (Stage, Arc<dyn Store>) {
        let change = |config: &mut messenger_runtime::config::Config| {
            if let Some(clock) = clock {
                config.clock = Arc::new(clock);
            }
        };
        match self {
            Self::Memory(store) => {
                let bot = Teahouse::stateless()
                    .store(Arc::clone(store))
                    .pacing(Pacing::off());
                let stage = Stage::with(bot, |settings| settings, change).await;
                (stage, Arc::clone(store) as Arc<dyn Store>)
            }
            Self::Sqlite(folder) => {
                let store: Arc<SqliteStore> = Arc::new(reopened(&folder.path().join("bot.db")).await);
                let bot = Teahouse::stateless()
                    .store(Arc::clone(&store))
                    .pacing(Pacing::off());
                (Stage::with(bot, |settings| settings, change).await, store)
            }
        }
    }
}

/// Lets everybody do what they do; gives what came of it for each.
pub(crate) async fn live(shelf: &Shelf, between: &[Between], people: &[Vec<Move>]) -> Vec<Vec<Round>> {
    let http = reqwest::Client::new();
    let (mut stage, mut store) = shelf.stage(None).await;
    let clock = stage.clock.clone();
    let mut lives = vec![Vec::<Round>::new(); people.len()];
    let (mut now, mut seen) = (0, 0);
    for (at, between) in between.iter().enumerate() {
        match between {
            Between::Nothing => {}
            Between::Minutes(minutes) => {
                now += minutes * 60;
                clock.advance(std::time::Duration::from_secs(minutes * 60));
            }
            Between::Restart => {
                drop((stage, store));
                (stage, store) = shelf.stage(Some(clock.clone())).await;
                seen = 0;
            }
        }
        let (mut first, mut second) = (Vec::new(), Vec::new());
        for (person, moves) in people.iter().enumerate() {
            let life = &mut lives[person];
            let (events, twice) = concrete(&moves[at], life);
            let mut items = events.iter().enumerate().map(|(which, event)| {
                let mid = format!("m_{at}_{person}_{which}");
                item(event, &id(person), &mid, at * 2 + which)
            });
            let one = items.next().expect("each round has an event");
            second.extend(if twice { Some(one.clone()) } else { items.next() });
            first.push(one);
            life.push(Round {
                now,
                events,
                twice,
                said: Vec::new(),
                stored: Value::Null,
            });
        }
        let bodies = first.chunks(BATCH).chain(second.chunks(BATCH)).map(|items| {
            let body = json!({"object": "page", "entry": [{"id": PAGE, "time": 1, "messaging": items}]});
            let (stage, http) = (&stage, &http);
            async move { post(http, stage, body.to_string()).await }
        });
        let statuses = futures_util::future::join_all(bodies).await;
        assert!(statuses.iter().all(|status| *status == 200), "{statuses:?}");
        stage.quiet().await;

        let mut said = HashMap::<String, Vec<String>>::new();
        let calls = stage.graph.calls();
        for call in &calls[seen..] {
            let line = match call.path.as_str() {
                "me/pass_thread_control" => "(pass)".to_owned(),
                _ if call.body.get("message").is_some() => phone::shown(&call.body["message"]),
                _ => continue,
            };
            said.entry(call.to().expect("a recipient").to_owned())
                .or_default()
                .push(line);
        }
        seen = calls.len();
        for (person, life) in lives.iter_mut().enumerate() {
            let round = life.last_mut().expect("it was begun above");
            round.said = said.remove(&id(person)).unwrap_or_default();
            round.stored = stored(&*store, &id(person)).await;
        }
        assert!(said.is_empty(), "somebody else was written to: {said:?}");
    }
    lives
}

/// As [`Stage::post`], by a client that is kept.
async fn post(http: &reqwest::Client, stage: &Stage, body: String) -> u16 {
    let signature = sign::sha256(SECRET, body.as_bytes());
    let request = http.post(stage.url()).header("x-hub-signature-256", signature);
    let response = request.body(body).send().await.expect("the server answers");
    response.status().as_u16()
}

fn id(person: usize) -> String {
    format!("3{person:05}")
}

/// The flow of the person, without what depends on the clock of this machine.
async fn stored(store: &dyn Store, person: &str) -> Value {
    let conversation = Conversation {
        object: Object::Page,
        page: PAGE.into(),
        person: Some(person.into()),
    };
    let dossier = store.dossier(&conversation).await.expect("the store reads");
    let state = dossier.and_then(|dossier| dossier.state);
    let mut state: Value = state.map_or(Value::Null, |state| {
        serde_json::from_str(&state).expect("states are JSON")
    });
    let mut flow = state["flow"].take();
    let mut kept = Some(&mut flow);
    while let Some(Value::Object(fields)) = kept {
        fields.remove("expires");
        fields.remove("suspended");
        kept = fields.get_mut("within");
    }
    flow
}

/// The events of a move, by what the person has on the phone.
fn concrete(what: &Move, life: &[Round]) -> (Vec<Event>, bool) {
    match what {
        Move::One(act) => (vec![event(act, life)], false),
        Move::Twice(act) => (vec![event(act, life)], true),
        Move::Together(one, other) => (vec![event(one, life), event(other, life)], false),
    }
}

fn event(act: &Act, life: &[Round]) -> Event {
    let messages = || {
        life.iter()
            .flat_map(|round| &round.said)
            .filter(|line| *line != "(pass)")
    };
    match act {
        Act::Says(text) => Event::Text(text),
        Act::Taps(which) => {
            let last: Vec<_> = messages().next_back().into_iter().collect();
            tap(which, &last).unwrap_or(Event::Text("order"))
        }
        Act::TapsOld(which) => {
            let all: Vec<_> = messages().collect();
            tap(which, &all).unwrap_or(Event::Text("Nantes"))
        }
        Act::TapsMenu(payload) => Event::Postback((*payload).to_owned()),
        Act::SendsPlace => Event::Location,
        Act::SendsPicture => Event::Image,
        Act::Reads => Event::Read,
        Act::IsAnswered => Event::Agent,
    }
}

fn tap(which: &proptest::sample::Index, lines: &[&String]) -> Option<Event> {
    let quick_replies = lines.iter().flat_map(|line| phone::quick_replies(line));
    let quick_replies = quick_replies.map(|(title, payload)| Event::QuickReply { title, payload });
    let buttons = lines.iter().flat_map(|line| phone::buttons(line));
    let taps: Vec<_> = quick_replies
        .chain(buttons.map(|(_, payload)| Event::Postback(payload)))
        .collect();
    (!taps.is_empty()).then(|| which.get(&taps).clone())
}

/// The event as the platform sends it.
fn item(event: &Event, person: &str, mid: &str, serial: usize) -> Value {
    let attachment = |attachment: Value| json!({"message": {"mid": mid, "attachments": [attachment]}});
    let mut item = match event {
        Event::Text(text) => json!({"message": {"mid": mid, "text": text}}),
        Event::QuickReply { title, payload } => {
            json!({"message": {"mid": mid, "text": title, "quick_reply": {"payload": payload}}})
        }
        Event::Postback(payload) => {
            json!({"postback": {"mid": mid, "title": "A button", "payload": payload}})
        }
        Event::Location => {
            attachment(json!({"type": "location", "payload": {"coordinates": {"lat": 47.2, "long": -1.5}}}))
        }
        Event::Image => attachment(json!({"type": "image", "payload": {"url": "https://tea.example/a.png"}})),
        Event::Read => json!({"read": {"watermark": serial}}),
        Event::Agent => {
            json!({"message": {"mid": mid, "is_echo": true, "app_id": 263_902_037_430_900_u64, "text": "hi"}})
        }
    };
    let (from, to) = if *event == Event::Agent {
        (PAGE, person)
    } else {
        (person, PAGE)
    };
    item["sender"] = json!({"id": from});
    item["recipient"] = json!({"id": to});
    item["timestamp"] = millis(SystemTime::now());
    item
}
