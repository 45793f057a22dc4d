//! The load: people who say one thing after the other, the next only when the last was acknowledged.

use std::{sync::Arc, time::Duration};

use fastrand::Rng;
use tokio::{sync::watch, task::JoinSet, time::sleep};

use crate::{
    ledger::{Ask, Counts, Ledger},
    post::{Post, says},
};

/// How many messages a person may be owed before they wait.
const PATIENCE: usize = 300;
/// How many of a hundred bodies are posted again although they were acknowledged.
const DOUBLED: u32 = 4;

/// Has everybody but the last talk until `stop`.
pub(crate) fn talk(
    ledger: &Arc<Ledger>,
    post: &Post,
    seed: u64,
    pause: Duration,
    stop: &watch::Receiver<bool>,
) -> JoinSet<()> {
    let mut talking = JoinSet::new();
    for index in 0..ledger.people() - 1 {
        let person = Talker {
            index,
            ledger: Arc::clone(ledger),
            post: post.clone(),
            random: Rng::with_seed(seed ^ (index as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15)),
            pause,
        };
        talking.spawn(person.talk(stop.clone()));
    }
    talking
}

struct Talker {
    index: usize,
    ledger: Arc<Ledger>,
    post: Post,
    random: Rng,
    pause: Duration,
}

impl Talker {
    async fn talk(mut self, stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            sleep(self.pause.mul_f64(2.0 * self.random.f64())).await;
            if self.ledger.person(self.index).open() >= PATIENCE {
                continue;
            }
            let body = self.next_body();
            self.post.until_acknowledged(&body.0).await;
            self.ledger
                .counts
                .events
                .fetch_add(body.1, std::sync::atomic::Ordering::Relaxed);
            if self.random.u32(0..100) < DOUBLED {
                Counts::one(&self.ledger.counts.doubled);
                self.post.until_acknowledged(&body.0).await;
            }
        }
    }

    /// What is said next, mostly one thing, and how many things it is.
    fn next_body(&mut self) -> (String, u64) {
        let count = if self.random.u8(0..8) == 0 { 3 } else { 1 };
        let mut person = self.ledger.person(self.index);
        let texts: Vec<_> = (0..count).map(|_| person.says(ask(&mut self.random))).collect();
        (says(self.index, &texts), count)
    }
}

fn ask(random: &mut Rng) -> Ask {
    match random.u8(0..100) {
        0..6 => Ask::Two,
        6..10 => Ask::Slow,
        10..14 => Ask::Chat,
        14..18 => Ask::Timer,
        18..20 => Ask::Fail,
        20..22 => Ask::State,
        _ => Ask::Add,
    }
}

/// One thing said beside the load; returns when it is acknowledged.
pub(crate) async fn say(ledger: &Ledger, post: &Post, person: usize, ask: Ask) {
    let text = ledger.person(person).says(ask);
    post.until_acknowledged(&says(person, &[text])).await;
    Counts::one(&ledger.counts.events);
}
