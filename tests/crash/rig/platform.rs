//! The platform's side of the wire: a Graph API that takes messages, refuses some for good, sometimes cuts a request
//! after taking its message, and echoes what it took: mostly at once, sometimes late, sometimes never.

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
    cycles::ECHO_WAIT,
    ledger::{Arrival, Counts, Ledger, Violation},
    post::{COMMENTS, Post, author, comment, person},
};

/// How many of a thousand messages are refused.
const REFUSED: u32 = 40;
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
    refused: bool,
    /// `None` where it never leaves.
    echo_after: Option<Duration>,
}

impl Fate {
    /// Draws one; of a thousand messages that are not cut, `lost` have no echo.
    fn draw(random: &mut Rng, lost: u32) -> Self {
        let mut in_thousand = |share| random.u32(0..1000) < share;
        let cut = in_thousand(CUT);
        let lost = in_thousand(if cut { LOST_WHEN_CUT } else { lost });
        let (late, slow, refused) = (in_thousand(LATE), in_thousand(50), in_thousand(REFUSED));
        Self {
            answered_after: Duration::from_millis(random.u64(if slow { 20..80 } else { 0..4 })),
            cut,
            refused,
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
    /// Whether it takes what has no echo a second time, as if it had been sent again.
    twice: bool,
}

/// Starts the Graph API on a free port; gives its origin. Where it is to take messages `twice`, the rig must notice.
pub(crate) async fn start(ledger: Arc<Ledger>, post: Post, seed: u64, twice: bool) -> io::Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let origin = format!("http://{}", listener.local_addr()?);
    let platform = Arc::new(Platform {
        ledger,
        post,
        random: Mutex::new(Rng::with_seed(seed)),
        twice,
    });
    let app = Router::new().fallback(answer).with_state(platform);
    tokio::spawn(async move { axum::serve(listener, app).await });
    Ok(origin)
}

/// The number of the process that has this token.
fn process(headers: &HeaderMap) -> Option<usize> {
    let token = headers.get("authorization")?.to_str().ok()?;
    let number = token.strip_prefix("Bearer ")?.strip_prefix(PAGE_TOKEN)?;
    number.strip_prefix('-')?.parse().ok()
}

/// Whose conversation a message belongs to, and the person it goes to.
fn recipient(body: &Value, text: &str) -> Option<(usize, String)> {
    if let Some(id) = body.pointer("/recipient/id").and_then(Value::as_str) {
        return Some((person(id)?, id.to_owned()));
    }
    let number = comment(body.pointer("/recipient/comment_id")?.as_str()?)?;
    // A private reply goes to the comment that it answers.
    let is_its_own = text.split(' ').nth(1) == Some(number);
    is_its_own.then(|| (COMMENTS, author(number)))
}

async fn answer(
    State(platform): State<Arc<Platform>>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    let text_at = |pointer| body.pointer(pointer).and_then(Value::as_str);
    let text = text_at("/message/text").unwrap_or_default();
    let (Some((to, id)), Some(key), Some(process), true) = (
        recipient(&body, text).filter(|(to, _)| *to < platform.ledger.people()),
        text_at("/message/metadata"),
        process(&headers),
        uri.path().ends_with("/messages"),
    ) else {
        let what = format!("the bot made a call that nobody expects: {} {body}", uri.path());
        platform.ledger.violated(Violation::new(what));
        return StatusCode::BAD_REQUEST.into_response();
    };
    let fate = platform.fate(to, key, text);
    platform.take(to, process, key, text, fate);
    sleep(fate.answered_after).await;
    if fate.cut {
        let broken =
            futures_util::stream::once(async { Err::<Bytes, _>(io::Error::other("cut on purpose")) });
        return Body::from_stream(broken).into_response();
    }
    if fate.refused {
        let error = json!({"error": {
            "message": "(#100) The message's data is invalid", "type": "OAuthException", "code": 100,
            "error_subcode": 2_534_015, "fbtrace_id": "crash",
        }});
        return (StatusCode::BAD_REQUEST, Json(error)).into_response();
    }
    Json(json!({"recipient_id": id, "message_id": format!("m_{key}")})).into_response()
}

impl Platform {
    fn fate(&self, to: usize, key: &str, text: &str) -> Fate {
        let lost = if self.twice { 10 * LOST } else { LOST };
        let mut fate = Fate::draw(
            &mut self.random.lock().unwrap_or_else(PoisonError::into_inner),
            lost,
        );
        let person = self.ledger.person(to);
        // A handler that waits for its message fails if that is refused, which is another story; and what is kept
        // of the last person is deleted.
        let may_be = !text.starts_with("chat ") && to + 1 != self.ledger.people();
        fate.refused = person.is_refused(key) || fate.refused && may_be && person.is_new(key);
        // While no echoes leave, a message in doubt would stay so; and bots that end leave it to the next start.
        fate.cut &= !fate.refused && !self.post.is_quiet();
        if fate.refused {
            fate.echo_after = None;
        }
        fate
    }

    /// Writes a message down and has its echo leave.
    fn take(&self, to: usize, process: usize, key: &str, text: &str, fate: Fate) {
        let arrival = Arrival {
            key,
            text,
            process,
            cut: fate.cut,
            refused: fate.refused,
            echo_lost: fate.echo_after.is_none(),
        };
        let counts = &self.ledger.counts;
        if fate.refused && self.ledger.person(to).is_new(key) {
            Counts::one(&counts.refused);
        }
        self.ledger.arrived(to, arrival);
        if fate.refused {
            return;
        }
        if fate.cut {
            Counts::one(&counts.cut);
        }
        let (post, key, text) = (self.post.clone(), key.to_owned(), text.to_owned());
        let Some(after) = fate.echo_after else {
            Counts::one(&counts.echoes_lost);
            if self.twice {
                let ledger = Arc::clone(&self.ledger);
                tokio::spawn(async move {
                    sleep(ECHO_WAIT).await;
                    let again = Arrival {
                        key: &key,
                        text: &text,
                        process,
                        cut: false,
                        refused: false,
                        echo_lost: true,
                    };
                    ledger.arrived(to, again);
                });
            }
            return;
        };
        if after > Duration::from_millis(20) {
            Counts::one(&counts.echoes_late);
        }
        tokio::spawn(async move {
            sleep(after).await;
            post.echo(to, &key, &text).await;
        });
    }
}
