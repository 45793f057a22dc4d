use std::{error::Error, sync::Arc, time::Duration};

use serde_json::json;
use tokio::sync::mpsc;

use super::{
    log,
    platform::{Arrival, Bodies, Platform},
    run,
    screen::{Look, Screen},
    wire::{Act, PAGE, PERSON},
};
use crate::{
    __private::{Call, Captures, Declined, Entry, Outcome, Pattern, Running, Table},
    Bot, BotBuilder,
    message::{Button, QuickReply, RawPayload, Reply},
    routing::{HandlerError, Route, RouteKind},
    store::StoreLocation,
    webhook::{Limits, Server},
};

#[cfg(feature = "sqlite")]
mod noted;

const PIPE: Look = Look {
    colour: false,
    interactive: false,
};

/// A bot by hand, so that the chat is tested without the macros.
struct Parrot;

const fn route(kind: RouteKind, pattern: &'static str) -> Route {
    Route::__new(kind, pattern, "parrot", "parrot.rs", 1, false)
}

impl Bot for Parrot {
    type State = ();

    const ROUTES: &'static [Route] = &[
        route(RouteKind::GetStarted, "HELLO"),
        route(RouteKind::Postback, ""),
        route(RouteKind::Fallback, ""),
    ];

    const TABLE: Table<()> = Table {
        entries: &[
            entry(
                Self::ROUTES[0],
                Pattern::Payload {
                    head: "HELLO",
                    captures: &[],
                },
                |context, _| {
                    let reference = context.event().reference().unwrap_or("nowhere").to_owned();
                    say(Reply::text(format!("Hello from {reference}")))
                },
            ),
            entry(Self::ROUTES[1], Pattern::Any, |context, _| {
                say(Reply::text(format!(
                    "You tapped {}",
                    context.event().payload().unwrap_or("nothing")
                )))
            }),
            entry(Self::ROUTES[2], Pattern::Any, |context, _| {
                match context.event().text().unwrap_or_default() {
                    "buttons" => say(Reply::typing_on().then(Reply::buttons(
                        "Which?",
                        [
                            Button::postback("A", RawPayload("PAYLOAD:A".to_owned())),
                            Button::url("B", "https://parrot.example"),
                        ],
                    ))),
                    "quick" => say(Reply::text("Quick?")
                        .quick_replies([QuickReply::text("C", RawPayload("C".to_owned()))])),
                    "too long" => say(Reply::text("x".repeat(3000))),
                    "elsewhere" => say(Reply::text("Bye").pass_to("42")),
                    "fail" => fail(),
                    "silence" => say(Reply::default()),
                    "sleep" => Ok(Box::pin(std::future::pending())),
                    other => say(Reply::text(format!("You said {other}"))),
                }
            }),
        ],
        postback: |payload| (payload == "HELLO").then_some(0),
        quick_reply: |_| None,
    };
}

const fn entry(route: Route, pattern: Pattern, call: Call<()>) -> Entry<()> {
    Entry {
        route,
        pattern,
        fits: |_: &Captures<'_>| Ok(()),
        call,
    }
}

fn say<'a>(reply: Reply) -> Result<Running<'a>, Declined> {
    Ok(Box::pin(async { Ok(Outcome::Reply(reply)) }))
}

fn fail<'a>() -> Result<Running<'a>, Declined> {
    let error = Box::<dyn Error + Send + Sync>::from("no beans");
    Ok(Box::pin(async { Err(HandlerError::Failed(error.into())) }))
}

/// The transcript of a conversation.
fn transcript(builder: BotBuilder<Parrot>, lines: &str, logged: bool) -> String {
    kept(builder, None, lines, logged)
}

/// The same, kept in a store.
fn kept(builder: BotBuilder<Parrot>, store: Option<StoreLocation>, lines: &str, logged: bool) -> String {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let mut out = Vec::new();
    let screen = Screen::new(&mut out, PIPE);
    let (to_screen, arrivals) = mpsc::unbounded_channel();
    if logged {
        log::show_on("bot", to_screen.clone());
    }
    runtime
        .block_on(run(
            builder,
            (store, None),
            "parrot",
            screen,
            lines.as_bytes(),
            (to_screen, arrivals),
        ))
        .unwrap();
    // What holds the store lets go of it.
    runtime.shutdown_timeout(Duration::from_secs(10));
    String::from_utf8(out).unwrap()
}

#[test]
fn a_conversation_by_taps_and_words() {
    assert_eq!(
        transcript(
            Parrot::stateless(),
            "1\n/start\nbuttons\n1\n2\n3\nquick\n1\n1\n=2\n\né / <\nsilence\n",
            false
        ),
        "\
you    1
!      there is nothing to tap yet; =1 sends 1 as a text

you    /start  (taps Get Started)
bot    Hello from nowhere

you    buttons
       (the bot is typing)
bot    Which?
       [1] A  [2] B (https://parrot.example)

you    1  (taps A)
bot    You tapped PAYLOAD:A

you    2  (taps B)
       (a tap would open https://parrot.example)

you    3
!      there are [1] to [2] to tap; =3 sends 3 as a text

you    quick
bot    Quick?
       [1] C

you    1  (taps C)
bot    You said C

you    1
!      “C” is gone: quick replies stay only until the next message

you    =2
bot    You said 2

you    é / <
bot    You said é / <

you    silence
       (no answer)
"
    );
}

#[test]
fn a_link_opens_the_conversation_or_joins_it() {
    let text = transcript(Parrot::stateless(), "/ref table-7\n/quit\nnever read\n", false);
    assert_eq!(
        text,
        "you    /ref table-7  (follows a link and taps Get Started)\nbot    Hello from table-7\n"
    );
    let text = transcript(Parrot::stateless(), "hi\n/ref table-7\n", false);
    assert!(
        text.ends_with("you    /ref table-7  (follows a link)\n       (no answer)\n"),
        "{text}"
    );
}

#[test]
fn what_fails_is_told_where_it_happens() {
    // Other tests of this process may log into this conversation, so it is not compared as a whole.
    let text = transcript(Parrot::stateless(), "fail\ntoo long\nelsewhere\nhi\n", true);
    for told in [
        "!      MSG211: the handler failed: no beans",
        "!      MSG101 text: 3000 characters",
        "!      the platform refused a call of the bot: (#100) There is no such app",
        "you    hi\n",
        "bot    You said hi\n",
    ] {
        assert!(text.contains(told), "{told} is missing in\n{text}");
    }
}

#[test]
fn a_human_in_the_inbox_silences_the_bot_until_they_give_back() {
    let text = transcript(
        Parrot::stateless(),
        "/agent\n/agent I am Bob\nhi\n/agent\nhi\n",
        false,
    );
    assert_eq!(
        text,
        "\
you    /agent
!      the bot has the conversation; /agent TEXT has a human write to you

you    /agent I am Bob
inbox  I am Bob

you    hi
       (no answer: the bot is quiet while a human writes; /agent gives the conversation back)

you    /agent
       (the inbox gives the conversation back to the bot)

you    hi
bot    You said hi
"
    );
}

#[test]
fn lines_that_are_no_text_are_read_as_far_as_they_are() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let mut out = Vec::new();
    let screen = Screen::new(&mut out, PIPE);
    let lines = &b"a\xff\r\nb"[..];
    runtime
        .block_on(run(
            Parrot::stateless(),
            (None, None),
            "parrot",
            screen,
            lines,
            mpsc::unbounded_channel(),
        ))
        .unwrap();
    let text = String::from_utf8(out).unwrap();
    assert_eq!(
        text,
        "you    a\u{fffd}\nbot    You said a\u{fffd}\n\nyou    b\nbot    You said b\n"
    );
}

/// The platform's side alone, and the problems that it tells.
struct Alone {
    platform: Arc<Platform>,
    arrivals: mpsc::UnboundedReceiver<Arrival>,
    bodies: Option<Bodies>,
}

impl Alone {
    fn new() -> Self {
        let (to_screen, arrivals) = mpsc::unbounded_channel();
        let (platform, bodies) =
            Platform::new("the-token".to_owned(), "another secret".into(), None, to_screen);
        Self {
            platform,
            arrivals,
            bodies: Some(bodies),
        }
    }

    async fn problem(&mut self) -> String {
        match self.arrivals.recv().await {
            Some(Arrival::Problem(problem)) => problem,
            other => panic!("no problem, but {other:?}"),
        }
    }
}

async fn serve(router: axum::Router) -> String {
    let server = Server::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", server.local_addr());
    tokio::spawn(server.serve(router, Limits::default(), std::future::pending()));
    origin
}

#[tokio::test]
async fn the_webhook_refuses_what_another_secret_has_signed() {
    let config = super::config(None, None, "http://127.0.0.1:9").unwrap();
    let service = Parrot::stateless().config(config).start().await.unwrap();
    let webhook = serve(service.router().unwrap()).await + "/webhook";
    let mut alone = Alone::new();
    tokio::spawn(Arc::clone(&alone.platform).deliver(webhook, alone.bodies.take().unwrap()));
    alone.platform.act(&Act::Text("hi".to_owned()));
    assert_eq!(
        alone.problem().await,
        "the webhook answered 401 Unauthorized, not 200"
    );
}

#[tokio::test]
async fn the_platform_refuses_what_the_platform_refuses() {
    let mut alone = Alone::new();
    let graph = serve(alone.platform.graph()).await;
    let http = reqwest::Client::new();
    let message = |token: &'static str, person: &str| {
        let body = json!({"recipient": {"id": person}, "message": {"text": "hi"}});
        http.post(format!("{graph}/v25.0/{PAGE}/messages"))
            .bearer_auth(token)
            .json(&body)
            .send()
    };
    for (token, person, problem) in [
        ("no-token", PERSON, "Invalid OAuth access token"),
        ("the-token", "7", "No matching user found"),
    ] {
        assert_eq!(message(token, person).await.unwrap().status(), 400);
        assert!(alone.problem().await.contains(problem));
    }
    let answer = http
        .delete(format!("{graph}/v25.0/{PAGE}/messages"))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 400);
    assert!(
        alone
            .problem()
            .await
            .ends_with(&format!("does not play DELETE /v25.0/{PAGE}/messages"))
    );
    assert_eq!(message("the-token", PERSON).await.unwrap().status(), 200);
    assert!(matches!(alone.arrivals.recv().await, Some(Arrival::Message(_))));
}

#[test]
fn a_bot_that_hangs_does_not_hang_the_chat() {
    let mut config = super::config(None, None, "http://127.0.0.1:9").unwrap();
    config.turn_timeout = Duration::from_millis(50);
    let text = transcript(Parrot::stateless().config(config), "sleep\nhi\n", false);
    assert!(text.ends_with("you    hi\nbot    You said hi\n"), "{text}");
}
