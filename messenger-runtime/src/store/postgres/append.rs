//! Keeping events.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
};

use super::{
    batch::Call,
    claims,
    database::{Connection, Database},
    echoes::{self, Echo},
    fault::Fault,
    name,
    turns::{self, opened_at, opened_in},
};
use crate::{
    fail_points::crash_point,
    store::{Accepted, Appended, Claim, Conversation, Lease, NewEvent},
};

/// Names in bytes up to which an index takes them, whatever they are made of.
const LONGEST: usize = 2_000;

/// The events of one request.
pub(super) struct Append {
    events: Vec<Event>,
    claim: usize,
}

struct Event {
    new: NewEvent,
    name: Vec<u8>,
    body: Vec<u8>,
    echo: Option<Echo>,
}

impl Append {
    pub(super) fn new(events: Vec<NewEvent>, claim: usize) -> Self {
        let with_name = |new: NewEvent| {
            let name = name::encode(&new.conversation);
            Event {
                body: turns::json(&new.event),
                echo: Echo::of(&new, &name).filter(|_| name.len() <= LONGEST),
                name,
                new,
            }
        };
        Self {
            events: events.into_iter().map(with_name).collect(),
            claim,
        }
    }

    /// The echoes among them.
    pub(super) fn echoes(&self) -> Vec<Echo> {
        self.events
            .iter()
            .filter_map(|event| event.echo.clone())
            .collect()
    }
}

impl Call for Append {
    type Answer = Accepted;
    type Made = Accepted;

    fn weight(&self) -> usize {
        self.events.len()
    }

    fn alone(&self) -> Option<&[u8]> {
        None
    }

    async fn make(
        calls: &[Self],
        database: &Database,
        connection: &Connection<'_>,
    ) -> Result<Vec<Accepted>, Fault> {
        let mut answers: Vec<Accepted> = calls
            .iter()
            .map(|call| Accepted {
                events: vec![Appended::Duplicate; call.events.len()],
                ..Accepted::default()
            })
            .collect();
        // One line for each key: a key that comes twice is a duplicate the second time.
        let (mut keys, mut names, mut bodies, mut wanted) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let mut places = Vec::new();
        let mut endless = Endless::default();
        let mut conversations: BTreeMap<&[u8], (Option<i64>, bool)> = BTreeMap::new();
        let mut seen = HashSet::new();
        let (mut heard, mut echo_calls) = (Vec::new(), HashMap::new());
        for (at, call) in calls.iter().enumerate() {
            let mut room = call.claim;
            let mut of_call = HashMap::new();
            for (nth, event) in call.events.iter().enumerate() {
                if event.name.len() > LONGEST {
                    endless.add(event, (at, nth));
                    continue;
                }
                let (opened, _) = conversations.entry(&event.name).or_default();
                *opened = (*opened).max(event.new.opens.map(opened_in));
                if let Some(echo) = &event.echo {
                    // Locked with the others, so that all are in the order of their names.
                    for name in &echo.names {
                        conversations.entry(name).or_default().1 = true;
                    }
                    echo_calls.insert(echo.key.as_bytes(), (at, Arc::clone(&echo.key)));
                    heard.push(echo);
                }
                if !seen.insert(event.new.key) {
                    continue;
                }
                let want = *of_call.entry(&event.name).or_insert_with(|| {
                    let want = room > 0;
                    room -= usize::from(want);
                    want
                });
                keys.push(event.new.key.as_slice());
                names.push(event.name.as_slice());
                bodies.push(event.body.as_slice());
                wanted.push(want);
                places.push((at, nth));
            }
        }
        let (mut ids, mut opened, mut locks) = (Vec::new(), Vec::new(), Vec::new());
        for (id, (opens, is_locked)) in conversations {
            ids.push(id);
            opened.push(opens);
            locks.push(is_locked);
        }
        let lease = database.lease_secs();
        let in_steps = !heard.is_empty() || !endless.keys.is_empty();
        if in_steps {
            connection.begin().await?;
        }
        crash_point!("postgres.append");
        let fresh = connection
            .query(
                &connection.sql.append,
                &[
                    &keys,
                    &names,
                    &bodies,
                    &wanted,
                    &ids,
                    &opened,
                    &database.holder,
                    &lease,
                    &locks,
                ],
            )
            .await?;
        for (at, nth) in endless.bury(connection).await? {
            answers[at].events[nth] = Appended::Fresh;
        }
        if in_steps {
            let settled = echoes::settle(connection, &heard).await?;
            crash_point!("postgres.append.echo");
            connection.commit().await?;
            for row in &settled {
                if let Some((at, key)) = echo_calls.get(row.get::<_, &[u8]>(0)) {
                    answers[*at].settled.push(Arc::clone(key));
                }
            }
            if !settled.is_empty() {
                database.rows_wait();
            }
        }
        crash_point!("postgres.appended");
        database.count(fresh.len().try_into().unwrap_or(i64::MAX));
        let mut waits = false;
        for row in fresh {
            let line = usize::try_from(row.get::<_, i64>(0) - 1)
                .map_err(|_| Fault::damaged("a line without a number"))?;
            let (at, nth) = places[line];
            answers[at].events[nth] = Appended::Fresh;
            waits |= row.get::<_, bool>(4);
            if let Some(epoch) = row.get::<_, Option<i64>>(1) {
                let NewEvent {
                    conversation,
                    key,
                    event,
                    ..
                } = &calls[at].events[nth].new;
                let conversation: Arc<Conversation> = Arc::new(conversation.clone());
                answers[at].claims.push(Claim {
                    lease: Lease {
                        conversation,
                        epoch: epoch.cast_unsigned(),
                    },
                    key: *key,
                    event: Arc::new(event.clone()),
                    claims: 1,
                    state: row.get::<_, Option<&[u8]>>(2).map(Arc::from),
                    opened: row.get::<_, Option<i64>>(3).map(opened_at),
                });
            }
        }
        if waits {
            database.events_wait();
        }
        Ok(answers)
    }

    async fn finish(made: Accepted, _: &Database) -> Accepted {
        made
    }

    async fn forsaken(answer: Accepted, database: &Database) {
        for claim in answer.claims {
            claims::give_back(database, &claim.lease).await;
        }
    }
}

/// Events whose conversations have names too long to be looked for. They are dead letters of the page, so that they
/// keep nothing else out.
#[derive(Default)]
struct Endless<'e> {
    keys: Vec<&'e [u8]>,
    pages: Vec<Vec<u8>>,
    bodies: Vec<&'e [u8]>,
    places: Vec<(usize, usize)>,
}

impl<'e> Endless<'e> {
    fn add(&mut self, event: &'e Event, place: (usize, usize)) {
        if self.keys.contains(&event.new.key.as_slice()) {
            return;
        }
        let conversation = &event.new.conversation;
        self.keys.push(&event.new.key);
        self.pages
            .push(name::of_page(conversation.object, &conversation.page));
        self.bodies.push(&event.body);
        self.places.push(place);
    }

    /// Buries them; where those stood that are fresh.
    async fn bury(self, connection: &Connection<'_>) -> Result<Vec<(usize, usize)>, Fault> {
        if self.keys.is_empty() {
            return Ok(Vec::new());
        }
        let cause = "the id of its person is longer than the database can look for";
        let buried = connection
            .query(
                &connection.sql.bury_endless,
                &[&self.keys, &self.pages, &self.bodies, &"MSG606", &cause],
            )
            .await?;
        let mut fresh = Vec::with_capacity(buried.len());
        for row in buried {
            let line = usize::try_from(row.get::<_, i64>(0) - 1)
                .map_err(|_| Fault::damaged("a line without a number"))?;
            tracing::error!("MSG606: an event is kept as a dead letter of its page: {cause}");
            fresh.push(self.places[line]);
        }
        Ok(fresh)
    }
}
