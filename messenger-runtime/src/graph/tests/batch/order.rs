//! The order of messages to one person.

use super::*;

#[tokio::test]
async fn messages_to_one_person_can_be_put_in_order() {
    let server = Server::start([answers(&vec![sent("m"); 5])]).await;
    let graph = server.graph();
    let mut batch = graph.batch().in_order();
    batch.add(graph.send("7", "1"));
    batch.add(graph.send("8", "1"));
    batch.add(graph.typing_on("7"));
    batch.add(graph.profile("7"));
    batch.add(graph.send("7", "2"));
    let answers = batch.await.unwrap();
    assert_eq!(answers.errors().count(), 0);
    let body = server.asked()[0].json();
    let waits: Vec<_> = (0..5)
        .map(|n| body["batch"][n].get("depends_on").cloned())
        .collect();
    assert_eq!(
        waits,
        [None, None, Some(json!("call0")), None, Some(json!("call2"))]
    );
}

#[test]
fn messages_without_an_order_are_noticed() {
    let graph = Client::builder(Keys::new("TOKEN", "secret"))
        .build()
        .unwrap()
        .page("42");
    let text = |to: &str| graph.send(to, "x");
    let mut batch = graph.batch();
    let first = batch.add(text("7"));
    batch.add(text("8"));
    batch.add(graph.mark_seen("7"));
    assert!(!batch.is_unordered());
    let second = batch.after(&first).add(text("7"));
    assert!(!batch.is_unordered());
    let profile = batch.after(&second).add(graph.profile("7"));
    batch.after(&profile).add(text("7"));
    assert!(!batch.is_unordered(), "also through another call");
    batch.after(&first).add(text("7"));
    assert!(batch.is_unordered());
}

/// Keeps the fields of events.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<String>>>);

impl tracing::Subscriber for Log {
    fn enabled(&self, _: &tracing::Metadata<'_>) -> bool {
        true
    }
    fn new_span(&self, _: &tracing::span::Attributes<'_>) -> tracing::span::Id {
        tracing::span::Id::from_u64(1)
    }
    fn record(&self, _: &tracing::span::Id, _: &tracing::span::Record<'_>) {}
    fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}
    fn event(&self, event: &tracing::Event<'_>) {
        let mut fields = event.metadata().level().to_string();
        event.record(
            &mut |field: &tracing::field::Field, value: &dyn std::fmt::Debug| {
                fields += &format!(" {field}={value:?}");
            },
        );
        self.0.lock().unwrap().push(fields);
    }
    fn enter(&self, _: &tracing::span::Id) {}
    fn exit(&self, _: &tracing::span::Id) {}
}

#[tokio::test]
async fn a_missing_order_is_warned_of_once() {
    let server = Server::start([answers(&vec![sent("m"); 3])]).await;
    let graph = server.graph();
    for (in_order, warnings) in [(false, 1), (true, 0)] {
        let mut batch = graph.batch();
        for text in ["1", "2", "3"] {
            batch.add(graph.send("psid-7", text));
        }
        if in_order {
            batch = batch.in_order();
        }
        let log = Log::default();
        let kept = tracing::subscriber::set_default(log.clone());
        batch.await.unwrap();
        drop(kept);
        let all = log.0.lock().unwrap();
        let warned: Vec<_> = all.iter().filter(|line| line.starts_with("WARN")).collect();
        assert_eq!(warned.len(), warnings, "{warned:?}");
        assert!(warned.iter().all(|line| line.contains("in_order")), "{warned:?}");
        assert!(!all.iter().any(|line| line.contains("psid-7")));
    }
}
