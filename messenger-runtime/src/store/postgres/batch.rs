//! Calls that come at the same time are made together: one transaction, one wait for the disk.

use std::{collections::HashSet, future::Future};

use tokio::sync::{mpsc, oneshot};

use super::{
    database::{Connection, Database, Shared, change},
    fault::Fault,
    handed::Handed,
};
use crate::store::StoreError;

/// How many calls wait at most; the next ones wait to wait.
const QUEUE: usize = 1024;
/// How much is done in one transaction.
const WEIGHT: usize = 512;

/// One call.
pub(super) trait Call: Send + Sync + Sized + 'static {
    type Answer: Send + 'static;
    /// What the tables say, before anything kept is read.
    type Made: Send + 'static;

    /// How much it adds to a transaction.
    fn weight(&self) -> usize;

    /// No two calls of the same are in one transaction.
    fn alone(&self) -> Option<&[u8]>;

    /// Makes all of them, or none; an answer for each.
    fn make(
        calls: &[Self],
        database: &Database,
        connection: &Connection<'_>,
    ) -> impl Future<Output = Result<Vec<Self::Made>, Fault>> + Send;

    /// Reads what was kept, when the change is committed and can fail no more.
    fn finish(made: Self::Made, database: &Database) -> impl Future<Output = Self::Answer> + Send;

    /// Nobody waits for the answer any more.
    fn forsaken(answer: Self::Answer, database: &Database) -> impl Future<Output = ()> + Send;

    /// Nobody knows whether they were made.
    fn unanswered(calls: &[Self], database: &Shared) {
        let _ = (calls, database);
    }
}

type Answered<C> = Result<Handed<<C as Call>::Answer>, StoreError>;
type Asked<C> = (C, oneshot::Sender<Answered<C>>);

/// The calls of one kind.
pub(super) struct Batches<C: Call> {
    queue: mpsc::Sender<Asked<C>>,
}

impl<C: Call> Batches<C> {
    /// Starts their task on the current runtime. It ends with this.
    pub(super) fn start(database: &Shared) -> Self {
        let (queue, asked) = mpsc::channel(QUEUE);
        tokio::spawn(work(Shared::clone(database), asked));
        Self { queue }
    }

    pub(super) async fn call(&self, call: C) -> Result<C::Answer, StoreError> {
        let (answer, answered) = oneshot::channel();
        self.queue.send((call, answer)).await.map_err(|_| panicked())?;
        Ok(answered.await.map_err(|_| panicked())??.take())
    }
}

/// The task ends before its callers only by a panic, and nothing starts it again.
fn panicked() -> StoreError {
    StoreError::Broken("the task that talks to the server has panicked; its panic is in the log".to_owned())
}

async fn work<C: Call>(database: Shared, mut asked: mpsc::Receiver<Asked<C>>) {
    let mut kept: Option<Asked<C>> = None;
    loop {
        let first = match kept.take() {
            Some(first) => first,
            None => match asked.recv().await {
                Some(first) => first,
                None => return,
            },
        };
        let (mut calls, mut answers) = (Vec::new(), Vec::new());
        let (mut weight, mut alone) = (0, HashSet::new());
        let mut next = Some(first);
        while let Some((call, answer)) = next {
            let taken = call.alone().is_some_and(|key| alone.contains(key));
            if taken || (weight > 0 && weight + call.weight() > WEIGHT) {
                kept = Some((call, answer));
                break;
            }
            weight += call.weight();
            alone.extend(call.alone().map(<[u8]>::to_vec));
            calls.push(call);
            answers.push(answer);
            next = asked.try_recv().ok();
        }
        match together(&database, &calls).await {
            Ok(made) => {
                for (made, answer) in made.into_iter().zip(answers) {
                    give::<C>(&database, answer, Ok(made)).await;
                }
            }
            // One of them may have spoilt it for all.
            Err(StoreError::Refused(_)) if calls.len() > 1 => {
                for (call, answer) in calls.into_iter().zip(answers) {
                    let made = together(&database, std::slice::from_ref(&call)).await;
                    let made = made.and_then(|mut made| {
                        made.pop()
                            .ok_or_else(|| StoreError::Unavailable("the server gave no answer".to_owned()))
                    });
                    give::<C>(&database, answer, made).await;
                }
            }
            Err(error) => {
                for answer in answers {
                    give::<C>(&database, answer, Err(error.clone())).await;
                }
            }
        }
    }
}

async fn together<C: Call>(database: &Shared, calls: &[C]) -> Result<Vec<C::Made>, StoreError> {
    let made = change!(database, connection, C::make(calls, database, connection).await);
    if matches!(made, Err(StoreError::Unavailable(_))) {
        C::unanswered(calls, database);
    }
    made
}

async fn give<C: Call>(
    database: &Shared,
    answer: oneshot::Sender<Answered<C>>,
    made: Result<C::Made, StoreError>,
) {
    let made = match made {
        Ok(made) => {
            let made = C::finish(made, database).await;
            let database = Shared::clone(database);
            Ok(Handed::new(made, |made| async move {
                C::forsaken(made, &database).await;
            }))
        }
        Err(error) => Err(error),
    };
    // What nobody takes gives itself back.
    drop(answer.send(made));
}
