//! One call to the Graph API: signed, tried, timed, tried again where that is safe.

use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use reqwest::{
    Request, Response,
    header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue},
};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;
use tokio::time::Instant;

use super::{
    Action, GraphError,
    answer::Answer,
    call::{Body, Call, Repeat, Token},
    client::Inner,
    error::Report,
    fault::{Clean, Fault, Refusal, parse_cause, wait_asked},
    hook::{RequestView, ResponseView},
    redact,
    sign::{Page, Signed},
};

impl Inner {
    /// Makes the call for `page`, as often as it takes and is allowed.
    pub(super) async fn call(&self, page: &Page, call: Call, again: bool) -> Result<Answer, GraphError> {
        let deadline = Instant::now() + self.timeout.max(call.at_least);
        let mut waits = None;
        let mut attempt = 1;
        loop {
            let error = match self.attempt(page, &call, deadline, attempt).await {
                Ok((status, body)) => return Ok(Answer { call, status, body }),
                Err(error) => error,
            };
            let may_repeat = matches!(error.action(), Action::Retry { .. })
                && (call.repeat == Repeat::Freely || !error.is_doubtful());
            if !again || !may_repeat || call.body.is_spent() {
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
            attempt += 1;
        }
    }

    /// The app's own token.
    ///
    /// Platform: Access tokens, <https://developers.facebook.com/docs/facebook-login/guides/access-tokens>
    fn app_token(&self) -> Result<SecretString, &'static str> {
        let id = self.provider.app_id().ok_or("there is no app id")?;
        let secrets = self.provider.app_secrets();
        let secret = secrets.first().ok_or("there is no app secret")?.expose();
        Ok(format!("{id}|{}", secret.expose_secret()).into())
    }

    async fn attempt(
        &self,
        page: &Page,
        call: &Call,
        deadline: Instant,
        attempt: u32,
    ) -> Result<(u16, Bytes), GraphError> {
        let fail = |fault, source: Option<reqwest::Error>, secrets: &[&str]| {
            GraphError::new(Report {
                fault,
                request: Some(call.kept(secrets)),
                status: None,
                response: None,
                source: source.map(|error| error.without_url().into()),
            })
        };
        let secrets = if self.proof {
            self.provider.app_secrets()
        } else {
            Arc::default()
        };
        let secret = secrets.first();
        let signed = match &call.token {
            Token::Given(token) => Signed::new(token.clone(), secret).map(|signed| Some(Arc::new(signed))),
            Token::App => self
                .app_token()
                .and_then(|token| page.sign(token, secret))
                .map(Some),
            Token::Page => match self.provider.access_token(&page.id) {
                Some(token) => page.sign(token, secret).map(Some),
                None => Err("there is no access token for the page"),
            },
            Token::None => Ok(None),
        };
        let signed = signed.map_err(|what| fail(Fault::Token(what), None, &[]))?;
        let secrets = signed.as_ref().map(|signed| signed.secrets());
        let secrets = secrets.as_ref().map_or(&[][..], |secrets| &secrets[..]);

        let url = signed
            .as_ref()
            .map_or_else(|| call.url.clone(), |signed| signed.url(&call.url));
        let mut request = Request::new(call.method.clone(), url);
        if let Some(signed) = &signed {
            request.headers_mut().insert(AUTHORIZATION, signed.bearer());
        }
        if let Some(kind) = call.body.content_type() {
            request
                .headers_mut()
                .insert(CONTENT_TYPE, HeaderValue::from_static(kind));
        }
        match &call.body {
            Body::Empty => {}
            Body::Json(body) | Body::Form(body) => *request.body_mut() = Some(body.clone().into()),
            Body::Multipart(parts) => {
                let form = parts.form().await?;
                // The builder alone writes the boundary and the length.
                let built = reqwest::RequestBuilder::from_parts(self.http.clone(), request).multipart(form);
                request = built
                    .build()
                    .map_err(|error| fail(Fault::Connect, Some(error), secrets))?;
            }
        }
        *request.timeout_mut() = Some(deadline.saturating_duration_since(Instant::now()));
        let watched = self
            .hook
            .as_ref()
            .map(|_| self.show(&request, call, attempt, secrets));

        let started = Instant::now();
        let mut response = self.http.execute(request).await.map_err(|error| {
            if let Some(trouble) = call.body.trouble() {
                return trouble;
            }
            let fault = if error.is_connect() || error.is_builder() {
                Fault::Connect
            } else if error.is_timeout() {
                Fault::TimedOut
            } else {
                Fault::Lost
            };
            fail(fault, Some(error), secrets)
        })?;

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
        match body {
            Ok(body) => match judge(status, &headers, &body, call, secrets) {
                None => Ok((status, body)),
                Some(error) => Err(error),
            },
            // A refusal stays one, also where its words are lost.
            Err(_) if !(200..300).contains(&status) => Err(GraphError::new(Report {
                fault: Fault::Status {
                    status,
                    after: wait_asked(&headers),
                },
                request: Some(call.kept(secrets)),
                status: Some(status),
                response: None,
                source: None,
            })),
            Err((fault, source)) => Err(GraphError::new(Report {
                fault,
                request: Some(call.kept(secrets)),
                status: Some(status),
                response: None,
                source: source.map(|error| error.without_url().into()),
            })),
        }
    }

    /// Shows the request to the hook; gives back its masked URL.
    fn show(&self, request: &Request, call: &Call, attempt: u32, secrets: &[&str]) -> String {
        let url = redact::scrub(request.url().as_str(), secrets);
        if let Some(hook) = &self.hook {
            let headers: Vec<_> = request
                .headers()
                .iter()
                .map(|(name, value)| {
                    let value = if value.is_sensitive() {
                        format!("Bearer {}", redact::MASK)
                    } else {
                        redact::scrub(&String::from_utf8_lossy(value.as_bytes()), secrets)
                    };
                    (name.as_str(), value)
                })
                .collect();
            let headers: Vec<_> = headers
                .iter()
                .map(|(name, value)| (*name, value.as_str()))
                .collect();
            let body = match &call.body {
                Body::Empty => None,
                Body::Json(body) | Body::Form(body) => Some(String::from_utf8_lossy(body).into_owned()),
                Body::Multipart(parts) => Some(parts.outline()),
            };
            let body = body.map(|body| redact::scrub(&body, secrets));
            hook.on_request(&RequestView {
                method: call.method.as_str(),
                url: &url,
                headers: &headers,
                body: body.as_deref(),
                attempt,
            });
        }
        url
    }
}

/// Reads the body up to `limit` bytes.
async fn read(mut response: Response, limit: usize) -> Result<Bytes, (Fault, Option<reqwest::Error>)> {
    let too_large = || {
        (
            Fault::TooLarge(format!("the answer is larger than {limit} bytes")),
            None,
        )
    };
    let lost = |error: reqwest::Error| {
        let fault = if error.is_timeout() {
            Fault::TimedOut
        } else {
            Fault::Lost
        };
        (fault, Some(error))
    };
    if response
        .content_length()
        .is_some_and(|length| length > limit as u64)
    {
        return Err(too_large());
    }
    let Some(first) = response.chunk().await.map_err(lost)? else {
        return Ok(Bytes::new());
    };
    let Some(second) = response.chunk().await.map_err(lost)? else {
        return if first.len() > limit {
            Err(too_large())
        } else {
            Ok(first)
        };
    };
    let mut whole = BytesMut::from(first);
    let mut next = Some(second);
    while let Some(chunk) = next {
        if whole.len() + chunk.len() > limit {
            return Err(too_large());
        }
        whole.extend_from_slice(&chunk);
        next = response.chunk().await.map_err(lost)?;
    }
    Ok(whole.freeze())
}

/// The error in an answer, if there is one: by its status, or by an `error` in a body of any status.
pub(super) fn judge(
    status: u16,
    headers: &HeaderMap,
    body: &[u8],
    call: &Call,
    secrets: &[&str],
) -> Option<GraphError> {
    let ok = (200..300).contains(&status);
    let names_an_error = || body.windows(7).any(|window| window == b"\"error\"");
    if ok && matches!(body.first(), Some(b'{')) && body.last() == Some(&b'}') && !names_an_error() {
        return None;
    }
    let clean = Clean {
        texts: call
            .body
            .text()
            .map(|text| redact::texts(&text))
            .unwrap_or_default(),
        secrets,
    };
    let after = wait_asked(headers);
    let (fault, response) = match serde_json::from_slice::<Value>(body) {
        Ok(value) => match value
            .get("error")
            .filter(|error| !matches!(error, Value::Null | Value::Bool(false)))
        {
            Some(error) => {
                let mut refusal = Refusal::read(error, status, after, |text| clean.message(text));
                refusal.trace = refusal
                    .trace
                    .or_else(|| Some(clean.message(headers.get("x-fb-trace-id")?.to_str().ok()?)));
                (Fault::Graph(refusal), clean.answer(body))
            }
            None if ok => return None,
            None => (Fault::Status { status, after }, clean.answer(body)),
        },
        Err(_) if !ok => (Fault::Status { status, after }, clean.answer(body)),
        Err(_) if body.trim_ascii().is_empty() => {
            (Fault::Unreadable("the answer is empty".to_owned()), String::new())
        }
        Err(error) => (Fault::Unreadable(parse_cause(&error)), clean.answer(body)),
    };
    Some(GraphError::new(Report {
        fault,
        request: Some(call.kept(secrets)),
        status: Some(status),
        response: Some(response),
        source: None,
    }))
}
