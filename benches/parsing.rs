//! How long it takes to read a webhook body.
//!
//! `cargo bench -p messenger-benches --bench parsing`

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use messenger_runtime::event::{Event, Webhook};
use serde_json::{Value, json};

criterion_group!(benches, bodies, duplicate_keys);
criterion_main!(benches);

/// A body of as many events, of the kinds that a shop sees, as the platform writes them.
fn body(events: usize) -> Vec<u8> {
    let event = |n: usize| {
        let mut event = match n % 4 {
            0 => json!({"message": {"mid": format!("m_{n:060}"), "text": "Grüße! Haben Sie Hafermilch?"}}),
            1 => json!({"message": {"mid": format!("m_{n:060}"), "text": "2 cups",
                "quick_reply": {"payload": "BUY:moka:2"}}}),
            2 => json!({"postback": {"mid": format!("m_{n:060}"), "title": "Coffee", "payload": "COFFEE"}}),
            _ => json!({"message": {"mid": format!("m_{n:060}"), "attachments": [
                {"type": "image", "payload": {"url": format!("https://scontent.example/v/{n:040}.jpg")}}]}}),
        };
        event["sender"] = json!({"id": format!("12544591546{n:05}")});
        event["recipient"] = json!({"id": "1906385232743451"});
        event["timestamp"] = json!(1_763_640_000_000_u64 + n as u64);
        event
    };
    let events: Vec<_> = (0..events).map(event).collect();
    let entry = json!({"id": "1906385232743451", "time": 1_763_640_000_000_u64, "messaging": events});
    as_the_platform_writes(&json!({"object": "page", "entry": [entry]}))
}

/// Everything outside ASCII and every slash is escaped on the wire.
fn as_the_platform_writes(body: &Value) -> Vec<u8> {
    let mut escaped = String::new();
    for unit in body.to_string().encode_utf16() {
        match u8::try_from(unit) {
            Ok(b'/') => escaped.push_str("\\/"),
            Ok(byte) if byte.is_ascii() => escaped.push(char::from(byte)),
            _ => escaped.push_str(&format!("\\u{unit:04x}")),
        }
    }
    escaped.into_bytes()
}

/// What the webhook does with a body: splits it, and reads every event.
fn read(body: &[u8]) -> usize {
    let webhook = Webhook::parse(body).expect("JSON");
    let events = webhook.items().iter().map(|item| Event::parse(item.clone()));
    events.filter(|event| event.person().is_some()).count()
}

fn bodies(c: &mut Criterion) {
    for events in [1, 20] {
        let body = body(events);
        assert_eq!(read(&body), events);
        let mut group = c.benchmark_group(format!("a body of {events} events, {} bytes", body.len()));
        group.throughput(Throughput::Elements(events as u64));
        group.bench_function("split and read", |b| b.iter(|| read(black_box(&body))));
        group.bench_function("split", |b| {
            b.iter(|| Webhook::parse(black_box(&body)).map(|webhook| webhook.items().len()));
        });
        group.bench_function("serde_json::Value", |b| {
            b.iter(|| serde_json::from_slice::<Value>(black_box(&body)));
        });
        group.finish();
    }
}

/// By what an event is known when it comes again: its mid, or its whole content.
fn duplicate_keys(c: &mut Criterion) {
    let message = body(1);
    let reaction = json!({"object": "page", "entry": [{"id": "1906385232743451", "messaging": [{
        "sender": {"id": "1254459154682919"}, "recipient": {"id": "1906385232743451"}, "timestamp": 1_763_640_000_000_u64,
        "reaction": {"mid": format!("m_{:060}", 1), "action": "react", "reaction": "love", "emoji": "\u{2764}"},
    }]}]});
    let reaction = as_the_platform_writes(&reaction);
    let mut group = c.benchmark_group("duplicate key");
    for (name, body) in [("by mid", &message), ("by content", &reaction)] {
        let webhook = Webhook::parse(body).expect("JSON");
        let event = Event::parse(webhook.items()[0].clone());
        group.bench_function(name, |b| b.iter(|| black_box(&event).duplicate_key()));
    }
    group.finish();
}
