//! One call to the Graph API: paced, signed, tried, timed, tried again where that is safe.

mod judge;
mod reading;
mod showing;

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use reqwest::{
    Request,
    header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue},
};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::time::{Instant, timeout_at};
use tracing::{Instrument as _, Span};

pub(super) use self::judge::judge;
use self::{reading::read, showing::edge};
use super::{
    Action, GraphError,
    answer::Answer,
    call::{Body, Call, Repeat, Token},
    client::Inner,
    codes::Throttled,
    error::Report,
    fault::{Fault, wait_asked},
    hook::ResponseView,
    pacing::{Outcome, Usage},
    redact,
    sign::{Page, Signed},
};
use crate::AppSecret;

/// How long a caller that keeps its own count waits for its turn: its place is wanted by other pages.
const SHORT_WAIT: Duration = Duration::from_millis(50);

/// What became of a call so far.
#[derive(Default)]
struct Course {
    attempts: u32,
    /// How long it waited for its turns.
    paced: Duration,
}

impl Inner {
    /// Makes the call for `page`, as often as it takes and is allowed.
    pub(super) async fn call(&self, page: &Page, call: Call, again: bool) -> Result<Answer, GraphError> {
        let span = showing::span(page, &call);
        let mut course = Course::default();
        let tries = self.tries(page, call, again, &span, &mut course);
        let result = tries.instrument(span.clone()).await;
        showing::ended(&span, &course, &result);
        result
    }

    async fn tries(
        &self,
        page: &Page,
        call: Call,
        again: bool,
        span: &Span,
        course: &mut Course,
    ) -> Result<Answer, GraphError> {
        let deadline = Instant::now() + self.timeout.max(call.at_least);
        let mut waits = None;
        let mut last: Option<GraphError> = None;
        loop {
            let waited = self.wait_for_turn(page, &call, again, deadline).await;
            if let Err(after) = waited.map(|waited| course.paced += waited) {
                // What an earlier try met says more, and can leave a doubt that this would hide.
                return Err(last.unwrap_or_else(|| failed(Fault::Paced(after), None, None, &call, &[])));
            }
            course.attempts += 1;
            let attempt = course.attempts;
            let error = match self.attempt(page, &call, deadline, attempt, span).await {
                Ok((status, body)) => return Ok(Answer { call, status, body }),
                Err(error) => error,
            };
            let may_repeat = matches!(error.action(), Action::Retry { .. })
                && (call.repeat == Repeat::Freely || !error.is_doubtful());
            let too_soon =
                call.pace.is_counted_over_minutes() && error.throttled().is_some() && error.after().is_none();
            if !again || !may_repeat || too_soon || call.body.is_spent() {
                return Err(error);
            }
            let waits = waits.get_or_insert_with(|| self.retry.schedule());
            let Some(wait) = waits
                .next()
                .map(|wait| wait.max(error.after().unwrap_or_default()))
            else {
                return Err(error);
            };
            // A try cut short while it still connects could not tell that nothing was sent.
            if Instant::now() + wait + self.connect_timeout >= deadline {
                return Err(error);
            }
            tracing::debug!(
                id = error.id(),
                code = error.code(),
                attempt,
                ?wait,
                "trying again"
            );
            tokio::time::sleep(wait).await;
            last = Some(error);
        }
    }

    /// Waits until the rates let the call leave, while that still leaves it the time to connect.
    async fn wait_for_turn(
        &self,
        page: &Page,
        call: &Call,
        again: bool,
        deadline: Instant,
    ) -> Result<Duration, Duration> {
        let mut latest = deadline - self.connect_timeout;
        if !again {
            latest = latest.min(Instant::now() + SHORT_WAIT);
        }
        if call.parts.is_empty() {
            let calls = std::iter::once((&page.turns, &call.pace));
            self.pacing.turn(&self.app.turns, calls, latest).await
        } else {
            let calls = call.parts.iter().map(|(page, pace)| (&page.turns, pace));
            self.pacing.turn(&self.app.turns, calls, latest).await
        }
    }

    /// Notes what an answer tells about the rates.
    pub(super) fn note(
        &self,
        page: &Page,
        token: &Token,
        headers: &HeaderMap,
        result: Result<Outcome, &GraphError>,
    ) {
        let mut usage = Usage::read(headers, &page.id);
        let foreign = token.is_given() && std::ptr::eq(page, &*self.app);
        if foreign {
            usage = usage.of_the_app();
        }
        let outcome = result.unwrap_or_else(|error| match error.throttled() {
            None => Outcome::Passed,
            Some(Throttled::User) if !token.is_given() => Outcome::Throttled(Throttled::App, error.after()),
            Some(Throttled::Page) if foreign => Outcome::Throttled(Throttled::User, error.after()),
            Some(whose) => Outcome::Throttled(whose, error.after()),
        });
        self.pacing
            .note(&self.app.turns, &page.turns, &usage, outcome, self.retry);
    }

    /// The app's own token.
    ///
    /// Platform: Access tokens, <https://developers.facebook.com/docs/facebook-login/guides/access-tokens>
    pub(super) fn app_token(&self) -> Result<SecretString, &'static str> {
        let id = self.provider.app_id().ok_or("there is no app id")?;
        let secrets = self.provider.app_secrets();
        let secret = secrets.first().ok_or("there is no app secret")?.expose();
        Ok(format!("{id}|{}", secret.expose_secret()).into())
    }

    /// What the call is signed with; nothing where the caller is proven by the query.
    fn sign(&self, page: &Page, call: &Call) -> Result<Option<Arc<Signed>>, &'static str> {
        let secrets = if self.proof {
            self.provider.app_secrets()
        } else {
            Arc::default()
        };
        let secret: Option<&AppSecret> = secrets.first();
        match &call.token {
            Token::Given(token) => Signed::new(token.clone(), secret).map(|signed| Some(Arc::new(signed))),
            Token::App => page.sign(self.app_token()?, secret).map(Some),
            Token::Page => match self.provider.access_token(&page.id) {
                Some(token) => page.sign(token, secret).map(Some),
                None => Err("there is no access token for the page"),
            },
            Token::None | Token::InBody { .. } => Ok(None),
        }
    }

    /// The request as it leaves.
    async fn request(
        &self,
        call: &Call,
        signed: Option<&Signed>,
        deadline: Instant,
    ) -> Result<Request, GraphError> {
        let url = signed.map_or_else(|| call.url.clone(), |signed| signed.url(&call.url));
        let mut request = Request::new(call.method.clone(), url);
        if let Some(signed) = signed {
            request.headers_mut().insert(AUTHORIZATION, signed.bearer());
        }
        if let Some(kind) = call.body.content_type() {
            request
                .headers_mut()
                .insert(CONTENT_TYPE, HeaderValue::from_static(kind));
        }
        match &call.body {
            Body::Empty => {}
            Body::Json(body) => *request.body_mut() = Some(body.clone().into()),
            Body::Multipart(parts) => {
                let form = timeout_at(deadline, parts.form()).await.map_err(|late| {
                    GraphError::request("the file took too long to open", Some(late.into()))
                })??;
                // The builder alone writes the boundary and the length.
                let built = reqwest::RequestBuilder::from_parts(self.http.clone(), request).multipart(form);
                request = built.build().map_err(|error| {
                    GraphError::request(
                        "the multipart form cannot be built",
                        Some(error.without_url().into()),
                    )
                })?;
            }
        }
        *request.timeout_mut() = Some(deadline.saturating_duration_since(Instant::now()));
        Ok(request)
    }

    async fn attempt(
        &self,
        page: &Page,
        call: &Call,
        deadline: Instant,
        attempt: u32,
        span: &Span,
    ) -> Result<(u16, Bytes), GraphError> {
        let signed = self
            .sign(page, call)
            .map_err(|what| failed(Fault::Token(what), None, None, call, &[]))?;
        let secrets: Vec<_> = call
            .secrets
            .iter()
            .map(SecretString::expose_secret)
            .chain(signed.iter().flat_map(|signed| signed.secrets()))
            .collect();
        let secrets = &secrets[..];
        if attempt == 1 && !span.is_disabled() {
            span.record("edge", edge(call.url.path(), secrets));
        }
        let request = self.request(call, signed.as_deref(), deadline).await?;
        let watched = self
            .hook
            .as_ref()
            .map(|_| self.show(&request, call, attempt, secrets));

        let started = Instant::now();
        let mut response = match self.http.execute(request).await {
            Ok(response) => response,
            Err(error) => {
                let fault = if error.is_connect() || error.is_builder() {
                    Fault::Connect
                } else if error.is_timeout() {
                    Fault::TimedOut
                } else {
                    Fault::Lost
                };
                let error = call
                    .body
                    .trouble()
                    .unwrap_or_else(|| failed(fault, None, Some(error), call, secrets));
                showing::tried(attempt, &Err(&error));
                return Err(error);
            }
        };

        let status = response.status().as_u16();
        let headers = std::mem::take(response.headers_mut());
        let body = read(response, self.max_answer).await;
        if let (Some(hook), Some(url), Ok(body)) = (&self.hook, &watched, &body) {
            hook.on_response(&ResponseView {
                method: call.method.as_str(),
                url,
                status,
                body: &redact::scrub(&String::from_utf8_lossy(body), secrets),
                elapsed: started.elapsed(),
                attempt,
            });
        }
        let result = match body {
            Ok(body) => match judge(status, &headers, &body, call, secrets) {
                None => Ok((status, body)),
                Some(error) => Err(error),
            },
            // A refusal stays one, also where its words are lost.
            Err(_) if !(200..300).contains(&status) => {
                let after = wait_asked(&headers);
                let fault = Fault::Status { status, after };
                Err(failed(fault, Some(status), None, call, secrets))
            }
            Err((fault, source)) => Err(failed(fault, Some(status), source, call, secrets)),
        };
        let error = result.as_ref().err();
        let outcome = if call.parts.is_empty() {
            Outcome::Passed
        } else {
            Outcome::Silent
        };
        self.note(page, &call.token, &headers, error.map_or(Ok(outcome), Err));
        if let Some(error) = error {
            self.forget_refused(page, call, error).await;
        }
        showing::tried(attempt, &error.map_or(Ok(status), Err));
        result
    }
}

fn failed(
    fault: Fault,
    status: Option<u16>,
    source: Option<reqwest::Error>,
    call: &Call,
    secrets: &[&str],
) -> GraphError {
    GraphError::new(Report {
        fault,
        request: Some(call.kept(secrets)),
        status,
        response: None,
        source: source.map(|error| error.without_url().into()),
    })
}
