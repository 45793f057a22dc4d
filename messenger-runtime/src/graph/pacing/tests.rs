mod places;

use std::{sync::Arc, time::Duration};

use futures_util::future::join_all;
use proptest::prelude::*;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::json;
use tokio::time::{Instant, advance, sleep};

use super::*;
use crate::graph::{Retry, codes::Throttled};

/// Never reached.
const FAR: Duration = Duration::from_secs(86_400 * 365);
const MINUTE: Duration = Duration::from_mins(1);

/// One app with two pages.
#[derive(Default)]
struct Bench {
    pacing: Pacing,
    app: Turns,
    page: Turns,
    other: Turns,
}

impl Bench {
    async fn turn(&self, pace: &Pace) -> Result<Duration, Duration> {
        self.turn_within(pace, FAR).await
    }
    async fn turn_within(&self, pace: &Pace, longest: Duration) -> Result<Duration, Duration> {
        self.pacing
            .turn(
                &self.app,
                std::iter::once((&self.page, pace)),
                Instant::now() + longest,
            )
            .await
    }
    async fn other_turn(&self, pace: &Pace) -> Result<Duration, Duration> {
        let latest = Instant::now() + FAR;
        let calls = std::iter::once((&self.other, pace));
        self.pacing.turn(&self.app, calls, latest).await
    }
    /// When so many calls leave that come at once, counted from now.
    async fn leave(&self, pace: &Pace, calls: usize) -> Vec<Duration> {
        let started = Instant::now();
        let calls = (0..calls).map(|_| async {
            self.turn(pace).await.expect("no limit");
            started.elapsed()
        });
        let mut all = join_all(calls).await;
        all.sort();
        all
    }
    fn told(&self, headers: &[(&'static str, serde_json::Value)]) {
        let usage = Usage::read(&map(headers), "42");
        self.pacing
            .note(&self.app, &self.page, &usage, Outcome::Passed, Retry::default());
    }
    fn throttled(&self, who: Throttled, asked: Option<Duration>) {
        let usage = Usage::default();
        self.pacing.note(
            &self.app,
            &self.page,
            &usage,
            Outcome::Throttled(who, asked),
            Retry::default(),
        );
    }
}

fn map(headers: &[(&'static str, serde_json::Value)]) -> HeaderMap {
    headers
        .iter()
        .map(|(name, value)| {
            let value = HeaderValue::from_str(&value.to_string()).expect("plain JSON");
            (HeaderName::from_static(name), value)
        })
        .collect()
}

fn page_usage(percent: u32) -> [(&'static str, serde_json::Value); 1] {
    [("x-page-usage", json!({"call_count": percent}))]
}

/// The most calls in any stretch of this length.
fn densest(leaves: &[Duration], per: Duration) -> usize {
    (0..leaves.len())
        .map(|first| {
            leaves[first..]
                .iter()
                .take_while(|leave| **leave < leaves[first] + per)
                .count()
        })
        .max()
        .unwrap_or(0)
}

#[tokio::test(start_paused = true)]
async fn each_kind_of_call_has_the_rate_of_the_platform() {
    let ten_minutes = Duration::from_secs(600);
    for (pace, calls, per) in [
        (Pace::Send, 300, SECOND),
        (Pace::SendMedia, 10, SECOND),
        (Pace::Conversations, 2, SECOND),
        (Pace::PrivateReply, 750, Duration::from_secs(3600)),
        (Pace::MessengerProfile, 10, ten_minutes),
        (Pace::UserMenu(Arc::from("7")), 10, ten_minutes),
    ] {
        let bench = Bench::default();
        let leaves = bench.leave(&pace, calls * 3).await;
        assert_eq!(
            leaves[calls - 1],
            Duration::ZERO,
            "{pace:?}: the first leave at once"
        );
        assert_eq!(densest(&leaves, per), calls, "{pace:?}");
        let last = leaves[calls * 3 - 1];
        assert_eq!(last, per * 2, "{pace:?}: no slower than allowed");
    }
    let bench = Bench::default();
    let leaves = bench.leave(&Pace::Other, 5000).await;
    assert_eq!(leaves[4999], Duration::ZERO, "what has no rate does not wait");
}

#[tokio::test(start_paused = true)]
async fn a_rate_can_be_set_and_pacing_be_off() {
    let pacing = Pacing::default()
        .sends(40, SECOND)
        .media_sends(0, SECOND)
        .private_replies(1, FAR)
        .conversations(3, SECOND)
        .messenger_profile(4, SECOND)
        .user_menu(5, SECOND);
    let bench = Bench {
        pacing,
        ..Bench::default()
    };
    for (pace, calls) in [
        (Pace::Send, 40),
        (Pace::SendMedia, 1),
        (Pace::Conversations, 3),
        (Pace::MessengerProfile, 4),
        (Pace::UserMenu(Arc::from("7")), 5),
    ] {
        let leaves = bench.leave(&pace, 50).await;
        assert_eq!(densest(&leaves, SECOND), calls, "{pace:?}");
    }
    assert_eq!(bench.leave(&Pace::PrivateReply, 2).await[1], DAY, "a day at most");
    let bench = Bench {
        pacing: Pacing::off().sends(1, SECOND),
        ..Bench::default()
    };
    bench.throttled(Throttled::Page, Some(MINUTE));
    assert_eq!(bench.leave(&Pace::Send, 1000).await[999], Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn one_kind_page_or_person_does_not_delay_another() {
    let bench = Bench::default();
    let waiting = async {
        bench.leave(&Pace::Conversations, 20).await;
        bench.leave(&Pace::UserMenu(Arc::from("7")), 11).await;
    };
    let others = async {
        for _ in 0..10 {
            sleep(SECOND / 2).await;
            let menu = Pace::UserMenu(Arc::from("8"));
            for turn in [
                bench.turn(&Pace::Send).await,
                bench.turn(&menu).await,
                bench.other_turn(&Pace::Conversations).await,
            ] {
                assert_eq!(turn, Ok(Duration::ZERO));
            }
        }
    };
    let started = Instant::now();
    tokio::join!(waiting, others);
    assert!(started.elapsed() > MINUTE, "the first did wait");
}

#[tokio::test(start_paused = true)]
async fn a_turn_beyond_the_deadline_is_refused_at_once_and_those_refused_come_back_in_a_row() {
    let bench = Bench::default();
    for _ in 0..2 {
        assert_eq!(bench.turn(&Pace::Conversations).await, Ok(Duration::ZERO));
    }
    let half = SECOND / 2;
    let started = Instant::now();
    let mut backs = Vec::new();
    for _ in 0..4 {
        backs.push(bench.turn_within(&Pace::Conversations, half).await);
    }
    assert_eq!(started.elapsed(), Duration::ZERO, "nobody waited");
    assert_eq!(
        backs,
        [2, 3, 4, 5].map(|halves| Err(half * halves)),
        "each at the pace of the rate"
    );
    assert_eq!(
        bench.turn_within(&Pace::Conversations, SECOND).await,
        Ok(SECOND),
        "the refused took no turn"
    );
}

#[tokio::test(start_paused = true)]
async fn who_stops_waiting_gives_its_turn_back() {
    let bench = Bench::default();
    bench.leave(&Pace::Conversations, 2).await;
    let waiting = join_all((0..20).map(|_| bench.turn(&Pace::Conversations)));
    let cut = tokio::time::timeout(SECOND / 4, waiting).await;
    assert!(cut.is_err());
    let leaves = bench.leave(&Pace::Conversations, 3).await;
    let quarters = [3, 3, 7].map(|quarters| SECOND / 4 * quarters);
    assert_eq!(leaves, quarters, "as if the others had never come");
}

#[tokio::test(start_paused = true)]
async fn usage_slows_the_page_in_proportion_and_fades() {
    let mut before = 301;
    for (percent, expected) in [
        (0, 300),
        (74, 300),
        (75, 300),
        (80, 240),
        (90, 120),
        (95, 60),
        (99, 12),
    ] {
        let bench = Bench::default();
        bench.told(&page_usage(percent));
        let leaves = bench.leave(&Pace::Send, 350).await;
        let first = leaves.iter().take_while(|leave| leave.is_zero()).count();
        assert_eq!(first, expected, "{percent} %");
        assert!(first <= before);
        before = first;
        assert_eq!(bench.other_turn(&Pace::Send).await, Ok(Duration::ZERO));
    }
    let bench = Bench::default();
    bench.told(&page_usage(95));
    assert!(
        bench.leave(&Pace::Other, 21).await[20] > Duration::ZERO,
        "calls without a rate too"
    );
    advance(Duration::from_secs(12 * 10)).await;
    let leaves = bench.leave(&Pace::Send, 301).await;
    assert_eq!(
        leaves.iter().take_while(|leave| leave.is_zero()).count(),
        180,
        "85 % are left"
    );
    advance(Duration::from_secs(12 * 15)).await;
    assert_eq!(
        bench.leave(&Pace::Send, 300).await[299],
        Duration::ZERO,
        "and then nothing"
    );
    bench.told(&page_usage(95));
    bench.told(&page_usage(10));
    advance(SECOND).await;
    assert_eq!(
        bench.leave(&Pace::Send, 300).await[299],
        Duration::ZERO,
        "the newest counts"
    );
}

#[tokio::test(start_paused = true)]
async fn full_usage_stops_the_calls_for_the_time_that_is_told() {
    let business = |minutes: u32| {
        let counts =
            json!({"type": "messenger", "call_count": 95, "estimated_time_to_regain_access": minutes});
        [("x-business-use-case-usage", json!({"9": [counts]}))]
    };
    let bench = Bench::default();
    bench.told(&business(19));
    assert_eq!(bench.turn_within(&Pace::Send, MINUTE).await, Err(MINUTE * 19));
    assert_eq!(bench.turn(&Pace::Other).await, Ok(MINUTE * 19));
    assert_eq!(bench.other_turn(&Pace::Send).await, Ok(Duration::ZERO));

    let bench = Bench::default();
    bench.told(&page_usage(100));
    assert_eq!(bench.turn(&Pace::Send).await, Ok(MINUTE));

    let bench = Bench::default();
    bench.told(&[("x-app-usage", json!({"call_count": 28, "total_time": "130"}))]);
    let both = tokio::join!(bench.turn(&Pace::Send), bench.other_turn(&Pace::Send));
    assert_eq!(both, (Ok(MINUTE), Ok(MINUTE)), "the app's usage is every page's");
}

#[tokio::test(start_paused = true)]
async fn a_throttled_call_holds_back_those_that_wait_already() {
    let bench = Bench::default();
    let started = Instant::now();
    let throttle = async {
        sleep(SECOND / 4).await;
        bench.throttled(Throttled::Page, Some(MINUTE));
        // Calls that left before come back with the same.
        bench.throttled(Throttled::Page, None);
    };
    let (leaves, ()) = tokio::join!(bench.leave(&Pace::Conversations, 8), throttle);
    assert_eq!(leaves.iter().filter(|leave| leave.is_zero()).count(), 2);
    let held = SECOND / 4 + MINUTE;
    assert!(leaves[2..].iter().all(|leave| *leave >= held), "{leaves:?}");
    assert_eq!(densest(&leaves, SECOND), 2);
    assert_eq!(leaves[7], held + SECOND * 2);
    assert_eq!(started.elapsed(), leaves[7]);
}

#[tokio::test(start_paused = true)]
async fn the_apps_throttle_holds_back_every_page_that_waits() {
    let bench = Bench::default();
    let throttle = async {
        sleep(SECOND / 4).await;
        bench.throttled(Throttled::App, Some(MINUTE));
    };
    let (leaves, ()) = tokio::join!(bench.leave(&Pace::SendMedia, 25), throttle);
    let held = SECOND / 4 + MINUTE;
    assert_eq!(leaves.iter().filter(|leave| leave.is_zero()).count(), 10);
    assert!(leaves[10..].iter().all(|leave| *leave >= held), "{leaves:?}");
    assert_eq!(densest(&leaves, SECOND), 10);
    bench.throttled(Throttled::App, Some(SECOND));
    assert_eq!(bench.other_turn(&Pace::Send).await, Ok(SECOND));
}

#[tokio::test(start_paused = true)]
async fn without_a_time_the_hold_is_drawn_longer_with_each_throttle_in_a_row() {
    let mut longest = [Duration::ZERO; 6];
    for _ in 0..200 {
        let bench = Bench::default();
        for longest in &mut longest {
            bench.throttled(Throttled::Page, None);
            *longest = (*longest).max(bench.turn(&Pace::Send).await.expect("no limit"));
        }
        bench.told(&[]);
        bench.throttled(Throttled::Page, None);
        let wait = bench.turn(&Pace::Send).await.expect("no limit");
        assert!(
            wait <= SECOND / 2 + Duration::from_millis(1),
            "an answer in between ends the row"
        );
    }
    for (n, longest) in longest.into_iter().enumerate() {
        let cap = (SECOND / 2 * (1 << n)).min(SECOND * 8);
        assert!(
            longest > cap / 2 && longest <= cap + Duration::from_millis(1),
            "{n}: {longest:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_idle_can_be_forgotten() {
    let bench = Bench::default();
    let idle = || bench.page.are_idle(&bench.pacing, Instant::now());
    assert!(idle());
    bench.turn(&Pace::Send).await.unwrap();
    assert!(!idle());
    advance(SECOND).await;
    assert!(idle());
    bench.turn(&Pace::UserMenu(Arc::from("7"))).await.unwrap();
    advance(MINUTE).await;
    assert!(!idle());
    advance(MINUTE * 9).await;
    assert!(idle());
    bench.told(&page_usage(100));
    assert!(!idle());
    advance(MINUTE * 2).await;
    assert!(!idle(), "90 % are left");
    advance(MINUTE * 3).await;
    assert!(idle());
    for person in 0..10_000 {
        bench
            .turn(&Pace::UserMenu(person.to_string().into()))
            .await
            .unwrap();
        advance(SECOND).await;
    }
    assert!(
        bench.page.menus() < 2000,
        "{} menus of 600 in use",
        bench.page.menus()
    );
}

proptest! {
    #[test]
    fn no_header_stops_the_calls_for_more_than_a_day(text in "\\PC*", number in any::<f64>()) {
        let tokio = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        tokio.block_on(async {
            let bench = Bench::default();
            let mut headers = HeaderMap::new();
            for name in ["x-app-usage", "x-page-usage", "x-business-use-case-usage"] {
                let counts = format!(r#"{{"call_count":{number},"estimated_time_to_regain_access":"{number}","type":"pages"}}"#);
                let value = if name.starts_with("x-b") { format!(r#"{{"1":[{counts}]}}"#) } else { counts };
                headers.append(name, HeaderValue::from_str(&value).unwrap());
                if let Ok(value) = HeaderValue::from_str(&text) {
                    headers.insert("x-page-usage", value);
                }
            }
            let usage = Usage::read(&headers, "42");
            bench.pacing.note(&bench.app, &bench.page, &usage, Outcome::Passed, Retry::default());
            assert!(bench.turn(&Pace::Send).await.unwrap() <= DAY + SECOND);
        });
    }

    #[test]
    fn the_rate_holds_whenever_the_calls_come(gaps in proptest::collection::vec(0_u64..400, 1..60), calls in 1_u32..6) {
        let tokio = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        tokio.block_on(async {
            let bench = Bench { pacing: Pacing::default().sends(calls, SECOND), ..Bench::default() };
            let started = Instant::now();
            let mut come = Duration::ZERO;
            let all = gaps.iter().map(|gap| {
                come += Duration::from_millis(*gap);
                let (bench, come) = (&bench, come);
                async move {
                    sleep(come).await;
                    bench.turn(&Pace::Send).await.unwrap();
                    started.elapsed()
                }
            });
            let mut leaves = join_all(all.collect::<Vec<_>>()).await;
            leaves.sort();
            assert!(densest(&leaves, SECOND) <= calls as usize, "{leaves:?}");
        });
    }
}
