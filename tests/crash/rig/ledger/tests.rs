mod flows;

use tokio::time::{advance, sleep};

use super::*;

const ECHO_WAIT: Duration = Duration::from_secs(9);
const MOMENT: Duration = Duration::from_millis(100);

/// A ledger with two processes.
fn ledger() -> Ledger {
    let ledger = Ledger::new(2, ECHO_WAIT, None);
    assert_eq!((ledger.process_starts(), ledger.process_starts()), (0, 1));
    ledger
}

/// The message of a process, whose echo is lost.
fn arrival<'a>(key: &'a str, text: &'a str, process: usize) -> Arrival<'a> {
    Arrival {
        key,
        text,
        process,
        cut: false,
        refused: false,
        echo_lost: true,
    }
}

/// The replies to `count` numbers.
fn replies(ledger: &Ledger, count: usize) -> Vec<String> {
    let mut person = ledger.person(1);
    for _ in 0..count {
        person.says(Ask::Add);
    }
    drop(person);
    let mut tally = messenger_crash::Tally::default();
    let reply = |number| {
        tally.add(number);
        format!("reply {number} {tally}")
    };
    (1..=count as u64).map(reply).collect()
}

/// What is wrong so far, or `None`.
fn kind(ledger: &Ledger) -> Option<Kind> {
    ledger.violation().map(|violation| violation.kind)
}

/// What is said of one message that comes twice, after what `happens` to the processes within a second of it.
async fn twice(happens: impl FnOnce(&Ledger), again_by: usize) -> Option<Kind> {
    let ledger = ledger();
    let reply = &replies(&ledger, 1)[0];
    ledger.arrived(1, arrival("a:r0", reply, 0));
    advance(MOMENT).await;
    happens(&ledger);
    advance(ECHO_WAIT).await;
    ledger.arrived(1, arrival("a:r0", reply, again_by));
    kind(&ledger)
}

#[tokio::test(start_paused = true)]
async fn a_message_comes_again_where_its_own_process_was_in_trouble() {
    assert_eq!(twice(|ledger| ledger.process_has_ended(0), 1).await, None);
    assert_eq!(twice(|ledger| ledger.process_stops(0), 1).await, None);
    assert_eq!(twice(|ledger| ledger.process_loses_leases(0), 1).await, None);
    assert_eq!(twice(Ledger::database_goes, 1).await, None);
}

#[tokio::test(start_paused = true)]
async fn the_trouble_of_another_process_excuses_nothing() {
    let doubled = Some(Kind::Doubled);
    assert_eq!(twice(|_| (), 0).await, doubled, "nothing happened");
    assert_eq!(twice(|ledger| ledger.process_has_ended(1), 0).await, doubled);
    assert_eq!(twice(|ledger| ledger.process_stops(1), 0).await, doubled);
    assert_eq!(twice(|ledger| ledger.process_loses_leases(1), 0).await, doubled);
    let later = |ledger: &Ledger| {
        let (key, text) = ("b:r0", ledger.person(1).says(Ask::State));
        assert_eq!(text, "state 2");
        let owed = ledger.missing().expect("it is owed");
        let text = owed.what.split('"').nth(1).expect("its text is told");
        ledger.arrived(1, arrival(key, text, 0));
        ledger.process_has_ended(0);
    };
    assert_eq!(twice(later, 1).await, doubled, "the message behind it had come");
}

#[tokio::test(start_paused = true)]
async fn a_process_that_ends_long_after_a_message_excuses_nothing() {
    let ledger = ledger();
    let reply = &replies(&ledger, 1)[0];
    ledger.arrived(1, arrival("a:r0", reply, 0));
    sleep(troubles::DOUBT + MOMENT).await;
    ledger.process_has_ended(0);
    sleep(ECHO_WAIT).await;
    ledger.arrived(1, arrival("a:r0", reply, 1));
    assert_eq!(kind(&ledger), Some(Kind::Doubled));
}

#[tokio::test(start_paused = true)]
async fn a_copy_ahead_of_its_echo_s_time_is_one_too_many() {
    let ledger = ledger();
    let reply = &replies(&ledger, 1)[0];
    ledger.arrived(1, arrival("a:r0", reply, 0));
    ledger.process_has_ended(0);
    sleep(ECHO_WAIT - MOMENT).await;
    ledger.arrived(1, arrival("a:r0", reply, 1));
    assert_eq!(kind(&ledger), Some(Kind::Doubled));
}

#[tokio::test(start_paused = true)]
async fn what_comes_instead_of_the_next_tells_what_went_wrong() {
    let right = replies(&ledger(), 3);
    let tally = |numbers: &[u64]| {
        let mut tally = messenger_crash::Tally::default();
        numbers.iter().for_each(|&number| tally.add(number));
        tally
    };
    for (instead, wrong) in [
        (right[0].clone(), Kind::Doubled),
        (right[2].clone(), Kind::Passed),
        (format!("reply 2 {}", tally(&[1, 1, 2])), Kind::Doubled),
        (format!("reply 2 {}", tally(&[2])), Kind::Undone),
        (format!("reply 2 {}", tally(&[2, 1])), Kind::OutOfOrder),
        ("outside 9".to_owned(), Kind::Doubled),
        (format!("timer 2 1 {}", tally(&[1])), Kind::Doubled),
    ] {
        let ledger = ledger();
        replies(&ledger, 3);
        ledger.arrived(1, arrival("1:r0", &right[0], 0));
        assert_eq!(kind(&ledger), None);
        ledger.arrived(1, arrival("2:r0", &instead, 0));
        assert_eq!(kind(&ledger), Some(wrong), "{instead}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_message_that_was_passed_is_out_of_order_if_it_comes_and_else_lost() {
    for (wanted, comes) in [(Kind::OutOfOrder, true), (Kind::Lost, false)] {
        let kinds: &'static [Kind] = if comes { &[Kind::OutOfOrder] } else { &[Kind::Lost] };
        let ledger = Ledger::new(2, ECHO_WAIT, Some(kinds));
        let replies = replies(&ledger, 2);
        ledger.arrived(1, arrival("2:r0", &replies[1], 0));
        assert_eq!(kind(&ledger), None, "it is not known yet");
        assert_eq!(ledger.others().map(|(_, count)| count), Some(1));
        if comes {
            ledger.arrived(1, arrival("1:r0", &replies[0], 0));
        }
        sleep(2 * ECHO_WAIT).await;
        ledger.look_for_lost();
        assert_eq!(kind(&ledger), Some(wanted));
    }
}

#[tokio::test(start_paused = true)]
async fn a_timer_tells_of_the_session_that_it_found() {
    for (timers, numbers, right) in [(1, &[1, 2][..], true), (2, &[1, 2], false), (1, &[1], false)] {
        let ledger = ledger();
        let mut person = ledger.person(1);
        person.says(Ask::Add);
        person.says(Ask::Timer);
        drop(person);
        let mut tally = messenger_crash::Tally::default();
        for number in 1..=2 {
            tally.add(number);
            let key = format!("{number}:r0");
            ledger.arrived(1, arrival(&key, &format!("reply {number} {tally}"), 0));
        }
        let mut found = messenger_crash::Tally::default();
        numbers.iter().for_each(|&number| found.add(number));
        ledger.arrived(1, arrival("3:r0", &format!("timer 2 {timers} {found}"), 0));
        assert_eq!(kind(&ledger).is_none(), right, "{timers} {numbers:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_refused_comes_again_only_in_doubt_or_replayed() {
    let refused = |key| Arrival {
        refused: true,
        ..arrival(key, "outside 1", 0)
    };
    for (happens, wrong) in [(true, None), (false, Some(Kind::Doubled))] {
        let ledger = ledger();
        assert_eq!(ledger.person(1).is_sent_to(), 1);
        ledger.arrived(1, refused("a:0"));
        assert_eq!((ledger.refusals(), ledger.is_settled()), (1, true));
        if happens {
            ledger.process_has_ended(0);
        }
        sleep(ECHO_WAIT).await;
        ledger.arrived(1, refused("a:0"));
        assert_eq!(kind(&ledger), wrong);
        assert_eq!(ledger.refusals(), 1, "one dead letter for one message");
    }
    let ledger = ledger();
    ledger.person(1).is_sent_to();
    ledger.arrived(1, refused("a:0"));
    assert_eq!(ledger.person(1).is_replayed().as_deref(), Some("a:0"));
    assert_eq!(
        (ledger.refusals(), ledger.is_settled()),
        (0, false),
        "it is owed again"
    );
    ledger.arrived(1, arrival("a:0", "outside 1", 1));
    assert_eq!((kind(&ledger), ledger.is_settled()), (None, true));
    ledger.arrived(1, arrival("a:0", "outside 1", 1));
    assert_eq!(kind(&ledger), Some(Kind::Doubled), "replayed once");
}

#[tokio::test(start_paused = true)]
async fn what_is_sent_from_outside_comes_once_and_in_order() {
    let run = |texts: &[&str]| {
        let ledger = ledger();
        ledger.person(1).is_sent_to();
        ledger.person(1).is_sent_to();
        for (index, text) in texts.iter().enumerate() {
            ledger.arrived(1, arrival(&format!("{index}:0"), text, 0));
        }
        (kind(&ledger), ledger.is_settled())
    };
    assert_eq!(run(&["outside 1", "outside 2"]), (None, true));
    assert_eq!(run(&["outside 1"]), (None, false));
    assert_eq!(run(&["outside 1", "outside 1"]).0, Some(Kind::Doubled));
    assert_eq!(run(&["outside 2", "outside 1"]).0, Some(Kind::Passed));
}

#[test]
fn what_was_said_is_unanswered_while_something_is_owed_for_it() {
    let ledger = ledger();
    assert_eq!(ledger.unanswered(&ledger.said()), 0, "nothing was said");
    let replies = replies(&ledger, 1);
    let said = ledger.said();
    ledger.person(1).says(Ask::Timer);
    assert_eq!(ledger.unanswered(&said), 1, "what is said later does not count");
    ledger.arrived(1, arrival("a:r0", &replies[0], 0));
    assert_eq!(ledger.unanswered(&said), 0);
    assert_eq!(ledger.unanswered(&ledger.said()), 2, "a reply and a timer");
    assert!(kind(&ledger).is_none());
}
