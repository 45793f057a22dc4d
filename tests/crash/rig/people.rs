//! The load: people who say one thing after the other, the next only when the last was acknowledged.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use fastrand::Rng;
use tokio::{
    sync::{Mutex, watch},
    task::JoinSet,
    time::sleep,
};

use crate::{
    ledger::{Ask, Asked, Counts, Ledger, Place},
    post::{COMMENTS, Post, Said, body},
};

/// How many messages a person may be owed before they wait.
const PATIENCE: usize = 300;
/// How many of a hundred bodies are posted again although they were acknowledged.
const DOUBLED: u32 = 4;
/// How many of a hundred bodies hold what others say too, and of how many others at most.
const MIXED: u32 = 10;
const OTHERS: usize = 4;
/// How many times of a hundred somebody else has the bot send, and an operator replays a message that was refused.
const OUTSIDE: u32 = 4;
const REPLAYED: u32 = 2;
/// One person of so many is in flows.
const IN_FLOWS: usize = 3;
/// After how many answers a flow is brought to its end.
const ANSWERS: u64 = 12;

/// Has everybody but the last talk until `stop`.
pub(crate) fn talk(
    ledger: &Arc<Ledger>,
    post: &Post,
    seed: u64,
    pause: Duration,
    stop: &watch::Receiver<bool>,
) -> JoinSet<()> {
    let count = ledger.people() - 1;
    let voices: Arc<[Mutex<()>]> = (0..count).map(|_| Mutex::default()).collect();
    let mut talking = JoinSet::new();
    for index in 0..count {
        let person = Talker {
            index,
            voices: Arc::clone(&voices),
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
    /// Each is held while what its owner says is not acknowledged.
    voices: Arc<[Mutex<()>]>,
    ledger: Arc<Ledger>,
    post: Post,
    random: Rng,
    pause: Duration,
}

impl Talker {
    async fn talk(mut self, stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            sleep(self.pause.mul_f64(2.0 * self.random.f64())).await;
            let percent = self.random.u32(0..100);
            if percent < OUTSIDE && self.index != COMMENTS {
                self.is_sent_to().await;
            } else if percent < OUTSIDE + REPLAYED {
                self.is_replayed().await;
            } else {
                self.say_something().await;
            }
        }
    }

    /// Says the next thing, mostly alone.
    async fn say_something(&mut self) {
        let voices = Arc::clone(&self.voices);
        let mut held = vec![(self.index, voices[self.index].lock().await)];
        if self.random.u32(0..100) < MIXED {
            for _ in 0..self.random.usize(1..=OTHERS) {
                let other = self.random.usize(0..voices.len());
                // Who is saying something is not waited for: they may be waiting for this one.
                held.extend(voices[other].try_lock().ok().map(|voice| (other, voice)));
            }
        }
        let mut said = Vec::new();
        for (index, _) in &held {
            said.extend(self.next_things(*index));
        }
        if self.random.bool() {
            said = interleaved(said);
        }
        if said.is_empty() {
            return;
        }
        let counts = &self.ledger.counts;
        let body = body(&said);
        self.post.until_acknowledged(&body).await;
        let comments = said.iter().filter(|said| said.person == COMMENTS).count();
        counts.events.fetch_add(said.len() as u64, Ordering::Relaxed);
        counts.comments.fetch_add(comments as u64, Ordering::Relaxed);
        if said.iter().any(|other| other.person != said[0].person) {
            counts.mixed.fetch_add(said.len() as u64, Ordering::Relaxed);
        }
        if self.random.u32(0..100) < DOUBLED {
            Counts::one(&counts.doubled);
            self.post.until_acknowledged(&body).await;
        }
    }

    /// What a person says next, mostly one thing; nothing while they are owed too much.
    fn next_things(&mut self, index: usize) -> Vec<Said> {
        let count = if self.random.u8(0..8) == 0 { 3 } else { 1 };
        let mut person = self.ledger.person(index);
        if person.open() >= PATIENCE || self.ledger.is_silent() {
            return Vec::new();
        }
        let mut said = Vec::new();
        // Who waits for a flow to expire says nothing, or it would be an answer.
        while said.len() < count && person.place() != Place::Waiting {
            let ask = if index == COMMENTS {
                commented(&mut self.random)
            } else if index % IN_FLOWS == 1 {
                said_in_flows(&mut self.random, person.place())
            } else {
                ask(&mut self.random)
            };
            said.push(Said {
                person: index,
                text: person.says(ask),
            });
        }
        said
    }

    /// Somebody has the bot send to this person; now and then they ask once more than they have to.
    async fn is_sent_to(&mut self) {
        let voices = Arc::clone(&self.voices);
        let _voice = voices[self.index].lock().await;
        let number = self.ledger.person(self.index).is_sent_to();
        self.post.until_sent(self.index, number).await;
        Counts::one(&self.ledger.counts.outside);
        if self.random.u32(0..100) < 5 * DOUBLED {
            self.post.until_sent(self.index, number).await;
        }
    }

    /// An operator replays a message to this person that was refused, if there is one.
    async fn is_replayed(&mut self) {
        let key = self.ledger.person(self.index).is_replayed();
        if let Some(key) = key {
            self.post.until_replayed(self.index, &key).await;
            Counts::one(&self.ledger.counts.replayed);
        }
    }
}

/// The first thing that each person says, then the second of each, and so on: what one says stays in order.
fn interleaved(said: Vec<Said>) -> Vec<Said> {
    let mut placed: Vec<(usize, Said)> = Vec::with_capacity(said.len());
    for one in said {
        let place = placed
            .iter()
            .filter(|(_, other)| other.person == one.person)
            .count();
        placed.push((place, one));
    }
    placed.sort_by_key(|(place, _)| *place);
    placed.into_iter().map(|(_, said)| said).collect()
}

fn ask(random: &mut Rng) -> Ask {
    match random.u8(0..100) {
        0..6 => Ask::Two,
        6..10 => Ask::Slow,
        10..14 => Ask::Chat,
        14..20 => Ask::Timer,
        20..22 => Ask::Fail,
        22..24 => Ask::State,
        _ => Ask::Add,
    }
}

/// What somebody says who is in flows: mostly an answer.
fn said_in_flows(random: &mut Rng, place: Place) -> Ask {
    let percent = random.u8(0..100);
    let (asked, is_within) = match place {
        _ if percent < 20 => return ask(random),
        Place::Nowhere | Place::Waiting => return if percent < 26 { Ask::Wait } else { Ask::Begin },
        Place::Flow(asked) => (asked, false),
        Place::Within(asked) => (asked, true),
    };
    let Asked { answers, is_again } = asked;
    match percent {
        20..22 => Ask::Begin,
        22..24 => Ask::Leave,
        // Mostly more than once: the third time counts.
        24..32 => Ask::Wrong,
        32..75 if is_again => Ask::Wrong,
        75.. if answers < ANSWERS => Ask::Give,
        32..50 if answers < ANSWERS => Ask::Give,
        _ if is_within => Ask::Back,
        50..62 if answers < ANSWERS => Ask::Nest,
        _ => Ask::Over,
    }
}

/// What a comment asks: all of them are one conversation, and each is answered by one private reply.
fn commented(random: &mut Rng) -> Ask {
    match random.u8(0..100) {
        0..4 => Ask::Slow,
        4..8 => Ask::State,
        _ => Ask::Add,
    }
}

/// One thing said beside the load; returns when it is acknowledged.
pub(crate) async fn say(ledger: &Ledger, post: &Post, person: usize, ask: Ask) {
    let text = ledger.person(person).says(ask);
    post.until_acknowledged(&body(&[Said { person, text }])).await;
    Counts::one(&ledger.counts.events);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_say_is_interleaved_in_order() {
        let said = |person, text: &str| Said {
            person,
            text: text.to_owned(),
        };
        let mixed = interleaved(vec![
            said(1, "a"),
            said(1, "b"),
            said(0, "c"),
            said(2, "d"),
            said(2, "e"),
        ]);
        let order: Vec<_> = mixed.iter().map(|said| &*said.text).collect();
        assert_eq!(order, ["a", "c", "d", "b", "e"]);
    }
}
