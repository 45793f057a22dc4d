//! The platform's side of the wire: a Graph API that takes messages, sometimes cuts a request after that, and
//! echoes what it took: mostly at once, sometimes late, sometimes never.

use std::{
    io,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::{
    Json, Router,
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, StatusCode, Uri},
    response::{IntoResponse, Response},
};
use fastrand::Rng;
use messenger_crash::PAGE_TOKEN;
use serde_json::{Value, json};
use tokio::{net::TcpListener, time::sleep};

use crate::{
    ledger::{Arrival, Counts, Ledger, Violation},
    post::{Post, person},
};

/// How many of a thousand requests are cut after the message was taken.
const CUT: u32 = 10;
/// How many of a thousand echoes never leave, and of those whose request was cut.
const LOST: u32 = 10;
const LOST_WHEN_CUT: u32 = 100;
/// How many of a thousand echoes leave late, and how late at most.
const LATE: u32 = 40;
const LATE_BY: Duration = Duration::from_secs(13);

/// What becomes of one message.
#[derive(Debug, Clone, Copy)]
struct Fate {
    answered_after: Duration,
    cut: bool,
    /// `None` where it never leaves.
    echo_after: Option<Duration>,
}

impl Fate {
    fn draw(random: &mut Rng) -> Self {
        let mut in_thousand = |share| random.u32(0..1000) < share;
        let cut = in_thousand(CUT);
        let lost = in_thousand(if cut { LOST_WHEN_CUT } else { LOST });
        let (late, slow) = (in_thousand(LATE), in_thousand(50));
        Self {
            answered_after: Duration::from_millis(random.u64(if slow { 20..80 } else { 0..4 })),
            cut,
            echo_after: (!lost).then(|| {
                if late {
                    LATE_BY.mul_f64(random.f64())
                } else {
                    Duration::from_millis(random.u64(0..20))
                }
            }),
        }
    }
}

struct Platform {
    ledger: Arc<Ledger>,
    post: Post,
    random: Mutex<Rng>,
}

/// Starts the Graph API on a free port; gives its origin.
pub(crate) async fn start(ledger: Arc<Ledger>, post: Post, seed: u64) -> io::Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let origin = format!("http://{}", listener.local_addr()?);
    let platform = Arc::new(Platform {
        ledger,
        post,
        random: Mutex::new(Rng::with_seed(seed)),
    });
    let app = Router::new().fallback(answer).with_state(platform);
    tokio::spawn(async move { axum::serve(listener, app).await });
    Ok(origin)
}

async fn answer(
    State(platform): State<Arc<Platform>>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    let text_at = |pointer| body.pointer(pointer).and_then(Value::as_str);
    let authorized = headers
        .get("authorization")
        .is_some_and(|value| value.as_bytes() == format!("Bearer {PAGE_TOKEN}").as_bytes());
    let to = text_at("/recipient/id").and_then(person);
    let (Some(to), Some(text), Some(key), true) = (
        to.filter(|to| *to < platform.ledger.people()),
        text_at("/message/text"),
        text_at("/message/metadata"),
        authorized && uri.path().ends_with("/me/messages"),
    ) else {
        let what = format!("the bot made a call that nobody expects: {} {body}", uri.path());
        platform.ledger.violated(Violation::new(what));
        return StatusCode::BAD_REQUEST.into_response();
    };
    let mut fate = Fate::draw(&mut platform.random.lock().unwrap_or_else(PoisonError::into_inner));
    // While no echoes leave, a message in doubt would stay so; and bots that end leave it to the next start.
    fate.cut &= !platform.post.is_quiet();
    platform.take(to, key, text, fate);
    sleep(fate.answered_after).await;
    if fate.cut {
        let broken =
            futures_util::stream::once(async { Err::<Bytes, _>(io::Error::other("cut on purpose")) });
        return Body::from_stream(broken).into_response();
    }
    Json(json!({"recipient_id": text_at("/recipient/id"), "message_id": format!("m_{key}")})).into_response()
}

impl Platform {
    /// Writes a message down and has its echo leave.
    fn take(&self, to: usize, key: &str, text: &str, fate: Fate) {
        let arrival = Arrival {
            key,
            text,
            cut: fate.cut,
            echo_lost: fate.echo_after.is_none(),
        };
        self.ledger.arrived(to, arrival);
        let counts = &self.ledger.counts;
        if fate.cut {
            Counts::one(&counts.cut);
        }
        let Some(after) = fate.echo_after else {
            Counts::one(&counts.echoes_lost);
            return;
        };
        if after > Duration::from_millis(20) {
            Counts::one(&counts.echoes_late);
        }
        let (post, key, text) = (self.post.clone(), key.to_owned(), text.to_owned());
        tokio::spawn(async move {
            sleep(after).await;
            post.echo(to, &key, &text).await;
        });
    }
}
