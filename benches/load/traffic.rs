//! What people say to the bot, and what it has to answer.
//!
//! Each request is made before it is due, as the bytes of a signed `POST /webhook`, so that posting it costs a write
//! and a read. A person belongs to one connection, which posts one request after the
//! other; so the order of what a person said is certain, and so is the order of the replies.

mod says;

use std::{sync::LazyLock, time::SystemTime};

use bytes::Bytes;
use fastrand::Rng;
use hmac::{Hmac, KeyInit, Mac};
use messenger_benches::LoadRoutes;
use sha2::Sha256;

use self::says::{Said, Speaker};
use crate::{APP_SECRET, Scenario};

/// The most people who talk to the bot, over all connections.
const MOST_PEOPLE: usize = 3_200;
/// How many events each person causes at least, so that short runs too can tell the order of their replies.
const EVENTS_EACH: usize = 10;
/// The PSID of the first person; the others follow it.
const FIRST_PSID: u64 = 6_311_400_000_000_000;
const PAGE: u64 = 104_800_000_000_000;
/// How many events happen in a millisecond: so many that none happens after it was posted.
const EVENTS_PER_MILLISECOND: u64 = 100;
/// When the first event happened, in milliseconds since 1970: now, or nobody could be answered any more.
static START: LazyLock<u64> = LazyLock::new(|| {
    let since = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
});

/// All requests of a run and all replies that they call for.
#[derive(Debug)]
pub(crate) struct Traffic {
    /// Answered and checked, but not timed.
    pub(crate) warm_up: Phase,
    pub(crate) timed: Phase,
    /// Requests that were posted before, as the platform does when it got no answer: nobody may be answered twice.
    pub(crate) redelivered: Phase,
    /// The replies that each person is owed, in order.
    pub(crate) replies: Vec<Vec<String>>,
}

/// Requests that are posted as fast as the bot takes them.
#[derive(Debug, Default)]
pub(crate) struct Phase {
    /// For each connection the requests that it posts, in order.
    pub(crate) requests: Vec<Vec<Bytes>>,
    pub(crate) events: usize,
    /// How many replies the requests call for.
    pub(crate) replies: usize,
}

impl Traffic {
    /// Makes the requests of a scenario; the same ones every time.
    pub(crate) fn new(scenario: Scenario, events: usize) -> Self {
        let connections = scenario.connections;
        let each = events.div_ceil(scenario.events * connections).max(1);
        let mut writer = Writer::new(scenario, events);
        let warm_up = writer.phase(each.div_ceil(10));
        let timed = writer.phase(each);
        let redelivered = Phase {
            requests: timed
                .requests
                .iter()
                .map(|posted| posted.last().cloned().into_iter().collect())
                .collect(),
            events: connections * scenario.events,
            replies: 0,
        };
        Self {
            warm_up,
            timed,
            redelivered,
            replies: writer.replies,
        }
    }
}

/// Requests that are made while others are posted.
#[derive(Debug)]
pub(crate) struct Stream(Writer);

impl Stream {
    /// The requests of a scenario with so many events in all.
    pub(crate) fn new(scenario: Scenario, events: usize) -> Self {
        Self(Writer::new(scenario, events))
    }

    /// How many people talk to the bot.
    pub(crate) fn people(&self) -> usize {
        self.0.replies.len()
    }

    /// The next requests, so many for each connection.
    pub(crate) fn next(&mut self, requests_each: usize) -> Phase {
        self.0.phase(requests_each)
    }

    /// The replies that each person is owed for what was made so far, in order.
    pub(crate) fn owed(self) -> Vec<Vec<String>> {
        self.0.replies
    }
}

/// The index of the person whom a PSID names.
pub(crate) fn person(psid: &str) -> Option<usize> {
    psid.parse::<u64>().ok()?.checked_sub(FIRST_PSID)?.try_into().ok()
}

/// The PSID of a person.
pub(crate) fn psid(person: usize) -> u64 {
    FIRST_PSID + person as u64
}

/// A whole request: head, signature of the body, body.
pub(crate) fn signed_post(secret: &str, body: &str) -> Bytes {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("an HMAC key may have any length");
    mac.update(body.as_bytes());
    let signature = hex::encode(mac.finalize().into_bytes());
    Bytes::from(format!(
        "POST /webhook HTTP/1.1\r\nhost: localhost\r\nuser-agent: facebookexternalua\r\naccept: */*\r\n\
         content-type: application/json\r\nx-hub-signature-256: sha256={signature}\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    ))
}

#[derive(Debug)]
struct Writer {
    scenario: Scenario,
    /// How many people each connection speaks for.
    people: usize,
    rng: Rng,
    speaker: Speaker,
    written: u64,
    replies: Vec<Vec<String>>,
}

impl Writer {
    fn new(scenario: Scenario, events: usize) -> Self {
        let people = (events / EVENTS_EACH)
            .min(MOST_PEOPLE)
            .div_ceil(scenario.connections);
        Self {
            scenario,
            people,
            rng: Rng::with_seed(20),
            speaker: Speaker::new(LoadRoutes::read()),
            written: 0,
            replies: vec![Vec::new(); people * scenario.connections],
        }
    }

    fn phase(&mut self, requests_each: usize) -> Phase {
        let owed_before = self.owed();
        let connections = self.scenario.connections;
        let requests = (0..connections)
            .map(|connection| (0..requests_each).map(|_| self.request(connection)).collect())
            .collect();
        Phase {
            requests,
            events: connections * requests_each * self.scenario.events,
            replies: self.owed() - owed_before,
        }
    }

    /// When what is written last happened.
    fn time(&self) -> u64 {
        *START + self.written / EVENTS_PER_MILLISECOND
    }

    fn owed(&self) -> usize {
        self.replies.iter().map(Vec::len).sum()
    }

    /// One request. Its events stand in entries of one to five, as a busy page's do.
    fn request(&mut self, connection: usize) -> Bytes {
        let mut entries = Vec::new();
        let mut left = self.scenario.events;
        while left > 0 {
            let size = self.rng.usize(1..=left.min(5));
            let events = (0..size).map(|_| self.event(connection)).collect::<Vec<_>>();
            let time = self.time();
            entries.push(format!(
                r#"{{"id":"{PAGE}","time":{time},"messaging":[{}]}}"#,
                events.join(",")
            ));
            left -= size;
        }
        signed_post(
            APP_SECRET,
            &format!(r#"{{"object":"page","entry":[{}]}}"#, entries.join(",")),
        )
    }

    fn event(&mut self, connection: usize) -> String {
        let person = connection * self.people + self.rng.usize(0..self.people);
        self.written += 1;
        let Said { event, reply } = self.speaker.say(&mut self.rng, self.written);
        self.replies[person].extend(reply);
        format!(
            r#"{{"sender":{{"id":"{}"}},"recipient":{{"id":"{PAGE}"}},"timestamp":{},{event}}}"#,
            psid(person),
            self.time(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: Scenario = Scenario {
        connections: 4,
        events: 20,
    };

    #[test]
    fn a_run_is_the_same_every_time_and_counts_itself() {
        let traffic = Traffic::new(SMALL, 4_000);
        assert_eq!(traffic.timed.requests, Traffic::new(SMALL, 4_000).timed.requests);
        assert_eq!(traffic.timed.requests.len(), 4);
        assert_eq!(traffic.timed.events, 4_000);
        let owed = traffic.replies.iter().map(Vec::len).sum::<usize>();
        assert_eq!(owed, traffic.warm_up.replies + traffic.timed.replies);
        assert!(traffic.timed.replies > 2_800 && traffic.timed.replies < 4_000);
    }

    #[test]
    fn every_body_is_json_with_as_many_events_as_asked() {
        let traffic = Traffic::new(SMALL, 800);
        for request in traffic.timed.requests.iter().flatten() {
            let text = std::str::from_utf8(request).unwrap();
            let (_, body) = text.split_once("\r\n\r\n").unwrap();
            let body = serde_json::from_str::<serde_json::Value>(body).unwrap();
            let entries = body["entry"].as_array().unwrap();
            let events = entries
                .iter()
                .map(|entry| entry["messaging"].as_array().unwrap().len())
                .sum::<usize>();
            assert_eq!(events, 20);
        }
    }

    #[test]
    fn no_person_is_owed_a_text_twice_and_every_route_is_used() {
        let traffic = Traffic::new(SMALL, 8_000);
        for owed in &traffic.replies {
            let distinct = owed.iter().collect::<std::collections::HashSet<_>>();
            assert_eq!(distinct.len(), owed.len());
        }
        let all = traffic.replies.concat();
        for route in 0..50 {
            assert!(
                all.iter()
                    .any(|reply| reply.starts_with(&format!("[{route}] You said: "))),
                "{route}"
            );
        }
        for payload in LoadRoutes::read().payloads {
            assert!(
                all.iter()
                    .any(|reply| reply.starts_with(&format!("Picked {payload}: "))),
                "{payload}"
            );
        }
    }

    #[test]
    fn the_signature_is_the_platforms() {
        let body = r#"{"object":"page","entry":[{"id":"1","time":1,"messaging":[{"message":{"mid":"m","text":"\u00e4\u00f6\u00e5 https:\/\/x.y \u003C\u0025\u0040"}}]}]}"#;
        let request = signed_post("secret", body);
        let request = std::str::from_utf8(&request).unwrap();
        assert!(
            request.contains("sha256=2b1bbc4b3e34483c1b8a302e6d4aafa5ef5cd6291b7037093b393775a4875903\r\n")
        );
    }
}
