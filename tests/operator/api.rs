//! Dead letters and people, over HTTP and through the handle.

use messenger_runtime::store::{DeadKind, DeadLetters, MemoryStore, Replayed};
use messenger_tests::stage::PERSON;
use reqwest::Method;
use serde_json::{Value, json};

use crate::stage::{SECRETLY, Watch, of, with_dead_letters};

fn ids(list: &Value) -> Vec<u64> {
    let letters = list["dead_letters"].as_array().expect("a list");
    letters
        .iter()
        .map(|letter| letter["id"].as_u64().expect("an id"))
        .collect()
}

#[tokio::test]
async fn dead_letters_are_listed_without_what_people_wrote_and_shown_with_it() {
    let watch = Watch::of(with_dead_letters().await).await;
    let (status, text) = watch.read(Method::GET, "/dead-letters").await;
    assert_eq!(status, 200);
    assert!(!text.contains(SECRETLY), "{text}");
    let list: Value = serde_json::from_str(&text).expect("JSON");
    let first = &list["dead_letters"][0];
    let members: Vec<_> = first.as_object().expect("an object").keys().collect();
    assert_eq!(
        members,
        [
            "attempts", "cause", "id", "in_logs", "key", "kind", "object", "page", "person", "since"
        ]
    );
    assert_eq!(first["kind"], "event");
    assert_eq!(
        first["cause"],
        json!({"code": "MSG505", "text": "the handler panicked"})
    );
    assert_eq!(
        (&first["page"], &first["person"]),
        (&json!("20001"), &json!(PERSON))
    );
    assert_eq!(list["next"], Value::Null);

    let (status, shown) = watch.get(&format!("/dead-letters/{}", first["id"])).await;
    assert_eq!(status, 200);
    let body: Value = serde_json::from_str(shown["body"]["json"].as_str().expect("an event")).expect("JSON");
    assert_eq!(body["message"]["text"], SECRETLY);

    let (_, events) = watch.get("/dead-letters?kind=event").await;
    let (_, states) = watch.get("/dead-letters?kind=state").await;
    let (_, own) = watch
        .get(&format!("/dead-letters?page=20001&person={PERSON}"))
        .await;
    let (_, none) = watch
        .get(&format!(
            "/dead-letters?page=20001&person={PERSON}&object=instagram"
        ))
        .await;
    let counts = [&events, &states, &own, &none].map(|list| ids(list).len());
    assert_eq!(counts, [2, 2, 2, 0]);
}

#[tokio::test]
async fn a_long_list_comes_in_pages() {
    let watch = Watch::of(with_dead_letters().await).await;
    let (_, all) = watch.get("/dead-letters").await;
    let (mut seen, mut after) = (Vec::new(), 0);
    loop {
        let (_, list) = watch.get(&format!("/dead-letters?limit=3&after={after}")).await;
        seen.extend(ids(&list));
        match list["next"].as_u64() {
            Some(next) => after = next,
            None => break,
        }
    }
    assert_eq!(seen, ids(&all));
}

#[tokio::test]
async fn what_cannot_be_read_is_refused_by_name() {
    let watch = Watch::of(MemoryStore::new()).await;
    for path in [
        "/dead-letters?kind=cat",
        "/dead-letters?limit=0",
        "/dead-letters?limit=1001",
        "/dead-letters?limit=+5",
        "/dead-letters?after=-1",
        "/dead-letters?page=20001",
        "/dead-letters?person=300001",
        "/dead-letters?page=20001&person=",
        "/dead-letters?kinds=event",
        "/dead-letters?kind=event&kind=event",
        "/dead-letters/seven",
        "/dead-letters/18446744073709551616",
        "/people/20001/300001?object=user",
        "/people/20001/30%2000",
    ] {
        let (status, document) = watch.get(path).await;
        assert_eq!(
            (status, &document["error"]["code"]),
            (400, &json!("MSG645")),
            "{path}: {document}"
        );
    }
    let (status, document) = watch.get("/dead-letters/7").await;
    assert_eq!((status, &document["error"]["code"]), (404, &json!("MSG646")));
    assert_eq!(watch.get("/nothing").await.0, 404);
    assert_eq!(watch.ask(Method::POST, "/dead-letters").await.0, 405);
}

#[tokio::test]
async fn a_replayed_event_is_handled_and_a_discarded_one_is_gone() {
    let watch = Watch::of(with_dead_letters().await).await;
    let (_, events) = watch.get("/dead-letters?kind=event").await;
    let (_, states) = watch.get("/dead-letters?kind=state").await;
    let (events, states) = (ids(&events), ids(&states));

    let (status, document) = watch
        .ask(Method::POST, &format!("/dead-letters/{}/replay", events[0]))
        .await;
    assert_eq!(
        (status, document),
        (200, json!({"id": events[0], "replayed": true}))
    );
    watch.quiet().await;
    assert_eq!(watch.graph.texts(), [format!("you said {SECRETLY}")]);
    let again = watch
        .ask(Method::POST, &format!("/dead-letters/{}/replay", events[0]))
        .await;
    assert_eq!(again.0, 404, "it is no dead letter any more");

    let (status, document) = watch
        .ask(Method::POST, &format!("/dead-letters/{}/replay", states[0]))
        .await;
    assert_eq!((status, &document["error"]["code"]), (409, &json!("MSG647")));

    let (status, document) = watch
        .ask(Method::DELETE, &format!("/dead-letters/{}", events[1]))
        .await;
    assert_eq!(
        (status, document),
        (200, json!({"id": events[1], "discarded": true}))
    );
    assert_eq!(
        watch
            .ask(Method::DELETE, &format!("/dead-letters/{}", events[1]))
            .await
            .0,
        404
    );
    let (_, left) = watch.get("/dead-letters").await;
    assert_eq!(ids(&left), states);
}

#[tokio::test]
async fn a_person_is_exported_and_erased_and_nobody_else() {
    let watch = Watch::of(with_dead_letters().await).await;
    let (status, document) = watch.get(&format!("/people/20001/{PERSON}")).await;
    assert_eq!(status, 200);
    let parts = document["parts"].as_object().expect("parts");
    let names: Vec<_> = parts.keys().collect();
    assert_eq!(
        names,
        ["dead_letters", "events", "messages", "opened", "state", "timers"]
    );
    for (name, part) in parts {
        assert!(
            part["what"].as_str().is_some_and(|what| what.ends_with('.')),
            "{name}: {part}"
        );
    }
    let opened = parts["opened"]["data"].as_str().expect("a time");
    assert!(
        opened.starts_with("20") && opened.ends_with('Z') && opened.len() == 20,
        "{opened}"
    );
    assert_eq!(parts["state"]["data"], json!({"likes": "moka"}));
    assert_eq!(parts["dead_letters"]["data"].as_array().map(Vec::len), Some(2));
    assert!(document.to_string().contains(SECRETLY), "it is theirs to see");

    let person = format!("/people/20001/{PERSON}");
    assert_eq!(watch.get(&format!("{person}?object=instagram")).await.0, 404);
    assert_eq!(
        watch
            .ask(Method::DELETE, &format!("{person}?object=instagram"))
            .await
            .0,
        404
    );
    assert_eq!(
        watch.ask(Method::DELETE, &person).await,
        (200, json!({"erased": true}))
    );
    assert_eq!(watch.get(&person).await.0, 404);
    assert_eq!(watch.ask(Method::DELETE, &person).await.0, 404);
    let left = watch
        .handle
        .dossier(&of(PERSON))
        .await
        .expect("the store answers");
    assert_eq!(left, None, "not a byte is left");
    let (_, list) = watch.read(Method::GET, "/dead-letters").await;
    assert!(!list.contains(PERSON), "{list}");
    assert_eq!(
        watch.get("/people/20001/300002").await.0,
        200,
        "somebody else is untouched"
    );
}

#[tokio::test]
async fn a_person_who_is_erased_is_forgotten_by_the_cache_of_profiles_too() {
    let watch = Watch::of(MemoryStore::new()).await;
    let look_ups = || {
        watch
            .graph
            .calls()
            .iter()
            .filter(|call| call.method == "GET")
            .count()
    };
    for (mid, looked_up) in [("m1", 1), ("m2", 1)] {
        assert_eq!(watch.says(mid, "who").await, 200);
        watch.quiet().await;
        assert_eq!(look_ups(), looked_up, "{mid}");
    }
    watch
        .ask(Method::DELETE, &format!("/people/20001/{PERSON}"))
        .await;
    watch.says("m3", "who").await;
    watch.quiet().await;
    assert_eq!(look_ups(), 2);
}

#[tokio::test]
async fn the_handle_does_the_same() {
    let watch = Watch::of(with_dead_letters().await).await;
    let events = DeadLetters {
        kind: Some(DeadKind::Event),
        ..DeadLetters::default()
    };
    let letters = watch
        .handle
        .dead_letters(events)
        .await
        .expect("the store answers");
    assert_eq!(letters.len(), 2);
    let first = watch
        .handle
        .dead_letter(letters[0].id)
        .await
        .expect("the store answers");
    assert_eq!(first.as_ref(), Some(&letters[0]));
    assert_eq!(watch.handle.replay(letters[0].id).await, Ok(Replayed::Queued));
    assert_eq!(watch.handle.replay(letters[0].id).await, Ok(Replayed::Unknown));
    assert_eq!(watch.handle.discard(letters[1].id).await, Ok(true));
    assert_eq!(watch.handle.discard(letters[1].id).await, Ok(false));
    watch.quiet().await;
    assert_eq!(watch.graph.texts().len(), 1);
    assert_eq!(watch.handle.erase(&of(PERSON)).await, Ok(true));
    assert_eq!(watch.handle.erase(&of(PERSON)).await, Ok(false));
}
