use super::*;

/// What the bot owes for these, as a bot would send it: each said in turn by somebody who is in flows.
const CONVERSATION: [(Ask, &[&str]); 14] = [
    (Ask::Begin, &["reply 1 ..", "left 1 0"]),
    (Ask::Give, &["right 2 1 l2"]),
    (Ask::Wrong, &["again 3", "right 2 1 l2"]),
    (Ask::Nest, &["item 4 2"]),
    (Ask::Give, &["item 5 3 i5"]),
    (Ask::Add, &["reply 6 ..", "item 5 3 i5"]),
    (Ask::Fail, &["failed 7"]),
    (Ask::Back, &["back 8 4 i5 i8", "left 8 4 l2 r4 (i5 i8)"]),
    (Ask::Wrong, &["again 9", "left 8 4 l2 r4 (i5 i8)"]),
    (Ask::Wrong, &["again 10", "left 8 4 l2 r4 (i5 i8)"]),
    (Ask::Wrong, &["again 11", "right 8 4 l2 r4 (i5 i8)"]),
    (Ask::Over, &["collected 12 5 l2 r4 (i5 i8) r12"]),
    (Ask::Add, &["reply 13 .."]),
    (Ask::Wait, &["waiting 14", "expired 14"]),
];

/// What they say, and all messages that are owed for it.
fn conversation(ledger: &Ledger) -> Vec<String> {
    let (mut tally, mut owed) = (messenger_crash::Tally::default(), Vec::new());
    for (number, (ask, texts)) in (1..).zip(CONVERSATION) {
        ledger.person(1).says(ask);
        if !matches!(ask, Ask::Wrong | Ask::Fail | Ask::Wait) {
            tally.add(number);
        }
        owed.extend(texts.iter().map(|text| text.replace("..", &tally.to_string())));
    }
    owed
}

/// Has these messages come, each with a key of its own.
fn arrive(ledger: &Ledger, texts: &[String]) {
    for (index, text) in texts.iter().enumerate() {
        ledger.arrived(1, arrival(&format!("{index}:0"), text, 0));
    }
}

/// What is said of the conversation with one message put in another's place, or with that one left out.
fn instead(of: &str, text: Option<&str>) -> Option<Kind> {
    let ledger = ledger();
    let mut owed = conversation(&ledger);
    let at = owed.iter().position(|owed| owed == of).expect("it is owed");
    match text {
        Some(text) => text.clone_into(&mut owed[at]),
        None => drop(owed.remove(at)),
    }
    arrive(&ledger, &owed);
    kind(&ledger)
}

#[test]
fn a_flow_owes_each_question_once_and_tells_what_was_said_to_it() {
    let ledger = ledger();
    let owed = conversation(&ledger);
    assert_eq!(ledger.person(1).place(), Place::Waiting);
    arrive(&ledger, &owed);
    assert_eq!((kind(&ledger), ledger.is_settled()), (None, true));
    assert_eq!(ledger.person(1).place(), Place::Nowhere, "it has expired");
    let flows = Flows {
        ended: 1,
        given_back: 1,
        asked_again: 4,
        broken_off: 0,
        expired: 1,
    };
    assert_eq!(ledger.flows(), flows);
    let untried = ledger.untried().expect("none was broken off");
    assert!(untried.told().contains("broken off"), "{}", untried.told());
}

#[test]
fn a_flow_that_is_broken_off_says_so_before_the_next_and_the_one_within_first() {
    let ledger = ledger();
    for ask in [Ask::Begin, Ask::Nest, Ask::Begin, Ask::Give, Ask::Leave, Ask::Add] {
        ledger.person(1).says(ask);
    }
    let mut tally = messenger_crash::Tally::default();
    let mut reply = |numbers: &[u64]| {
        numbers.iter().for_each(|number| tally.add(*number));
        tally.to_string()
    };
    let texts = [
        format!("reply 1 {}", reply(&[1])),
        "left 1 0".to_owned(),
        "item 2 1".to_owned(),
        format!("reply 3 {}", reply(&[2, 3])),
        "shut 2 1".to_owned(),
        "dropped 2 1 l2".to_owned(),
        "left 3 0".to_owned(),
        "right 4 1 l4".to_owned(),
        "dropped 4 1 l4".to_owned(),
        format!("reply 6 {}", reply(&[4, 6])),
    ];
    arrive(&ledger, &texts);
    assert_eq!((kind(&ledger), ledger.is_settled()), (None, true));
    assert_eq!(ledger.flows().broken_off, 2);
}

#[test]
fn an_answer_lost_doubled_or_moved_is_told_apart() {
    let end = "collected 12 5 l2 r4 (i5 i8) r12";
    for (of, text, wrong) in [
        ("right 2 1 l2", "left 2 2 l2 r2", Kind::Doubled),
        ("item 5 3 i5", "item 5 4 i5 i5", Kind::Doubled),
        ("item 5 3 i5", "left 5 2 l2 r5", Kind::Undone),
        ("item 4 2", "stray 4 nest", Kind::Undone),
        (end, "collected 12 6 l2 r4 (i5 i8) (i5 i8) r12", Kind::Doubled),
        (end, "collected 12 3 l2 r4 r12", Kind::Undone),
        (end, "collected 12 5 l2 r4 (i8 i5) r12", Kind::OutOfOrder),
        (end, "collected 12 5 l2 l4 (i5 i8) r12", Kind::OutOfOrder),
        (end, "collected 12 5 l2 r4 (i5 i8) l12", Kind::OutOfOrder),
        ("item 4 2", "left 4 2", Kind::Other),
    ] {
        assert_eq!(instead(of, Some(text)), Some(wrong), "{text}");
    }
}

#[test]
fn a_question_too_few_or_too_many_is_noticed() {
    for missing in [
        "left 1 0",
        "again 3",
        "item 4 2",
        "failed 7",
        "back 8 4 i5 i8",
        "expired 14",
    ] {
        let ledger = ledger();
        let mut owed = conversation(&ledger);
        owed.retain(|text| text != missing);
        arrive(&ledger, &owed);
        assert!(
            kind(&ledger).is_some() || !ledger.is_settled(),
            "{missing} never came"
        );
    }
    for at in 0.. {
        let ledger = ledger();
        let mut owed = conversation(&ledger);
        let Some(text) = owed.get(at).cloned() else { break };
        owed.insert(at, text.clone());
        arrive(&ledger, &owed);
        assert!(kind(&ledger).is_some(), "{text:?} came twice");
    }
}

#[test]
fn what_is_wrong_names_the_person_and_what_was_said() {
    let ledger = ledger();
    let mut owed = conversation(&ledger);
    "right 2 2 l2 l2".clone_into(&mut owed[2]);
    arrive(&ledger, &owed);
    let violation = ledger.violation().expect("an answer was taken twice").to_string();
    for part in [
        "Doubled: person 1: the flow has more answers than the person has given",
        "got \"right 2 2 l2 l2\", but \"right 2 1 l2\" was next",
        "said \"give 2\"; then \"right 2 1 l2\"",
    ] {
        assert!(violation.contains(part), "{part}: {violation}");
    }
}
