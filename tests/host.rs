//! A bot within another program: its router in that program's axum, its stop in that program's hands.

use std::time::Duration;

use axum::{Router, routing::get};
use messenger_runtime::{
    BotService, StartError,
    prelude::*,
    store::Backlog,
    webhook::{Server, WebhookError},
};
use messenger_tests::{
    MockGraph, sign,
    stage::{PAGE, SECRET, Stage, VERIFY_TOKEN, complete, echo, from_person},
};
use serde_json::json;
use tokio::{net::TcpListener, sync::oneshot};

bot! {
    /// Takes its time.
    Guest;
    slow, hello,
}

#[on_text(words = ["slow"])]
async fn slow(chat: Chat) -> Result<&'static str, Box<dyn std::error::Error + Send + Sync>> {
    chat.send("begun").await?;
    tokio::time::sleep(Duration::from_millis(500)).await;
    chat.send("half way").await?;
    Ok("done")
}

#[fallback]
async fn hello() -> &'static str {
    "hello"
}

async fn guest(graph: &MockGraph) -> BotService<Guest> {
    let config = complete(graph).build().expect("complete settings");
    Guest::stateless()
        .config(config)
        .start()
        .await
        .expect("the bot starts")
}

async fn says(url: &str, text: &str) -> u16 {
    let item = from_person(json!({"message": {"mid": format!("m_{text}"), "text": text}}));
    let body = json!({"object": "page", "entry": [{"id": PAGE, "time": 1, "messaging": [item]}]}).to_string();
    let request = reqwest::Client::new()
        .post(url)
        .header("x-hub-signature-256", sign::sha256(SECRET, body.as_bytes()))
        .body(body);
    request.send().await.expect("an answer").status().as_u16()
}

async fn until_sent(graph: &MockGraph, count: usize) {
    let wait = async {
        while graph.texts().len() < count {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), wait)
        .await
        .expect("the messages are sent");
}

#[tokio::test]
async fn its_router_nests_in_an_axum_of_ones_own() {
    let graph = MockGraph::start().await;
    let service = guest(&graph).await;
    let app = Router::new()
        .route("/health", get(|| async { "well" }))
        .nest("/bot", service.router().expect("a secret and a token"));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let origin = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(async move { axum::serve(listener, app).await });

    assert_eq!(says(&format!("{origin}/bot/webhook"), "hi").await, 200);
    until_sent(&graph, 1).await;
    assert_eq!(graph.texts(), ["hello"]);
    let get = async |path: &str| {
        let answer = reqwest::get(format!("{origin}{path}")).await.expect("an answer");
        (answer.status().as_u16(), answer.text().await.expect("a text"))
    };
    let handshake =
        format!("/bot/webhook?hub.mode=subscribe&hub.challenge=7&hub.verify_token={VERIFY_TOKEN}");
    assert_eq!(get(&handshake).await, (200, "7".to_owned()));
    assert_eq!(get("/health").await, (200, "well".to_owned()));
    assert_eq!(says(&format!("{origin}/webhook"), "hi").await, 404);
}

#[tokio::test]
async fn a_handler_at_work_when_the_stop_comes_still_gets_its_reply_out() {
    let graph = MockGraph::start().await;
    let service = guest(&graph).await;
    let handle = service.handle();
    let server = Server::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}/webhook", server.local_addr());
    let (stop, stopped) = oneshot::channel::<()>();
    let serving = tokio::spawn(async move {
        let stopped = async { drop(stopped.await) };
        service.serve(server, stopped).await
    });

    assert_eq!(says(&url, "slow").await, 200);
    until_sent(&graph, 1).await;
    stop.send(()).expect("it serves");
    serving.await.expect("no panic").expect("it served");
    assert_eq!(graph.texts(), ["begun", "half way", "done"]);
    assert_eq!(
        handle.backlog().await.expect("the store can tell"),
        Backlog::default()
    );
    assert!(reqwest::get(&url).await.is_err(), "the port is closed");
}

#[tokio::test]
async fn what_was_acknowledged_is_handled_before_the_bot_stops() {
    bot! { Busy; busy }
    #[fallback]
    async fn busy() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let graph = MockGraph::start().await;
    let config = complete(&graph).build().expect("complete settings");
    let service = Busy::stateless()
        .config(config)
        .start()
        .await
        .expect("the bot starts");
    let app = service.router().expect("a secret and a token");
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}/webhook", listener.local_addr().expect("an address"));
    tokio::spawn(async move { axum::serve(listener, app).await });

    for number in 0..50 {
        assert_eq!(says(&url, &format!("text {number}")).await, 200);
    }
    let draining = tokio::spawn(async move { (service.drain().await, service) });
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(says(&url, "too late").await, 503, "the platform keeps it");
    let (left, service) = draining.await.expect("no panic");
    assert_eq!(
        (left, service.handle().counts().handled),
        (Backlog::default(), 50)
    );
    assert_eq!(says(&url, "too late").await, 503);
}

#[tokio::test]
async fn a_taken_port_is_found_before_the_state_is_made() {
    let graph = MockGraph::start().await;
    let taken = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let config = complete(&graph).address(taken.local_addr().expect("an address"));
    let ended = Guest::with(|| -> std::future::Ready<()> { panic!("the state must not be made") })
        .config(config.build().expect("complete settings"))
        .run()
        .await;
    assert!(
        matches!(ended, Err(StartError::Webhook(WebhookError::Bind { .. }))),
        "{ended:?}"
    );
}

#[tokio::test]
async fn numbers_beyond_all_measure_do_not_stop_the_bot() {
    for turns in [0, usize::MAX] {
        let stage = Stage::with(
            Guest::stateless(),
            |settings| settings,
            |config| {
                config.concurrent_turns = turns;
                config.turn_timeout = Duration::MAX;
                config.human_pause = Duration::MAX;
                config.profile_ttl = Duration::MAX;
            },
        )
        .await;
        stage.says("hi").await;
        stage.event(echo("55", &stage.mid(), "Hello, this is Jo.")).await;
        stage.clock.advance(Duration::from_secs(365 * 24 * 60 * 60));
        stage.says("hi").await;
        assert_eq!(
            (stage.texts().len(), stage.handle.counts().paused),
            (1, 1),
            "{turns} turns"
        );
    }
}
