//! What leaves: the calls as the platform takes them in a batch.

use std::{borrow::Cow, collections::HashMap, sync::Arc, time::Duration};

use reqwest::{Method, Url};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Serialize;
use serde_json::{Map, Value};
use url::form_urlencoded::Serializer;

use super::{Batch, Item};
use crate::{
    graph::{
        Graph, GraphError,
        call::{Body, Call, Pace, Repeat, Token},
        client::encode,
        sign::Signed,
    },
    message::{Fields, limits::BATCH},
};

#[derive(Serialize)]
struct Wire<'a> {
    access_token: &'a str,
    include_headers: bool,
    batch: Vec<WireItem<'a>>,
}

#[derive(Serialize)]
struct WireItem<'a> {
    method: &'a str,
    /// Without a slash in front.
    relative_url: String,
    /// A form.
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    depends_on: Option<String>,
    /// The platform leaves out by itself the answers that other calls wait for.
    #[serde(skip_serializing_if = "Option::is_none")]
    omit_response_on_success: Option<bool>,
}

impl Batch {
    /// The one call that the batch is, and what must not be printed about any of its calls.
    pub(in crate::graph) fn wire(&self) -> Result<(Call, Vec<SecretString>), GraphError> {
        Fields::default()
            .number("batch", self.items.len(), BATCH)
            .finish()?;
        self.check_names()?;
        let token = token(&self.graph, &self.token)?
            .ok_or_else(|| GraphError::token("there is no access token for the batch"))?;
        let signed = sign(&self.graph, token.clone())?;
        let mut secrets = vec![token.clone()];
        let mut repeat = Repeat::Freely;
        let mut at_least = Duration::ZERO;
        let mut parts = Vec::with_capacity(self.items.len());
        let mut batch = Vec::with_capacity(self.items.len());
        for (index, item) in self.items.iter().enumerate() {
            let call = item.call.as_ref().map_err(GraphError::clone)?;
            if call.repeat == Repeat::OnlyIfNotArrived {
                repeat = Repeat::OnlyIfNotArrived;
            }
            at_least = at_least.max(call.at_least);
            parts.push((Arc::clone(item.graph.page_state()), call.pace.clone()));
            secrets.extend(call.secrets.iter().cloned());
            let own = match &call.token {
                Token::Page if item.graph.page_id() == self.graph.page_id() => None,
                own => self::token(&item.graph, own)?,
            };
            let own = own
                .filter(|own| own.expose_secret() != token.expose_secret())
                .map(|own| sign(&item.graph, own))
                .transpose()?;
            if let Some(own) = &own {
                secrets.extend(own.secrets().map(SecretString::from));
            }
            batch.push(self.wire_item(index, item, call, own.as_ref(), &signed)?);
        }
        let mut url = self.graph.inner().root()?;
        if let Some(proof) = signed.proof() {
            url.query_pairs_mut().append_pair("appsecret_proof", proof);
            secrets.push(proof.into());
        }
        let body = encode(&Wire {
            access_token: token.expose_secret(),
            include_headers: self.include_headers,
            batch,
        })?;
        let call = Call {
            at_least,
            method: Method::POST,
            url,
            body: Body::Json(body),
            repeat,
            pace: Pace::Other,
            parts: parts.into(),
            token: Token::InBody {
                given: self.token.is_given(),
            },
            secrets: secrets.clone(),
        };
        Ok((call, secrets))
    }

    fn check_names(&self) -> Result<(), GraphError> {
        let mut names: Vec<_> = (0..self.items.len()).map(|index| self.name(index)).collect();
        names.sort_unstable();
        match names.windows(2).find(|pair| pair[0] == pair[1]) {
            Some(pair) => Err(GraphError::request(
                format!("two calls of the batch have the name `{}`", pair[0]),
                None,
            )),
            None => Ok(()),
        }
    }

    fn wire_item<'a>(
        &self,
        index: usize,
        item: &Item,
        call: &'a Call,
        own: Option<&Signed>,
        signed: &Signed,
    ) -> Result<WireItem<'a>, GraphError> {
        let posts = call.method == Method::POST;
        let mut url: Url = call.url.clone();
        let mut body = form(&call.body)?;
        let token = own.map(Signed::token);
        if posts && let Some(token) = token {
            let mut form = Serializer::for_suffix(body.unwrap_or_default(), 0);
            body = Some(form.append_pair("access_token", token).finish());
        }
        if !posts {
            // Of these the platform reads the query alone.
            if let Some(form) = body.take() {
                url.query_pairs_mut()
                    .extend_pairs(url::form_urlencoded::parse(form.as_bytes()));
            }
            if let Some(token) = token {
                url.query_pairs_mut().append_pair("access_token", token);
            }
        }
        if let Some(proof) = own.unwrap_or(signed).proof() {
            url.query_pairs_mut().append_pair("appsecret_proof", proof);
        }
        let relative = self.graph.inner().relative(&url).ok_or_else(|| {
            GraphError::request(
                "a call in the batch belongs to a client of another origin or version",
                None,
            )
        })?;
        Ok(WireItem {
            method: call.method.as_str(),
            relative_url: self.with_references(relative).into_owned(),
            body,
            name: (item.awaited || item.name.is_some()).then(|| self.name(index)),
            depends_on: item.after.map(|earlier| self.name(earlier)),
            omit_response_on_success: (item.awaited || item.omit_response_on_success)
                .then_some(item.omit_response_on_success),
        })
    }

    /// `url` with the references to other calls written plainly, as the platform looks for them. Only
    /// those that the batch gave out: one that came in with an id of unknown origin stays escaped.
    fn with_references<'u>(&self, url: &'u str) -> Cow<'u, str> {
        let mut url = Cow::Borrowed(url);
        for reference in &self.references {
            let in_a_form: String = url::form_urlencoded::byte_serialize(reference.as_bytes()).collect();
            // A segment of a path escapes this one too.
            for escaped in [in_a_form.replace('*', "%2A").replace('+', "%20"), in_a_form] {
                if url.contains(&escaped) {
                    url = Cow::Owned(url.replace(&escaped, reference));
                }
            }
        }
        url
    }

    /// Lets each message and sender action wait for the one before it to the same person.
    pub(super) fn chain(&mut self) {
        let mut last: HashMap<String, usize> = HashMap::new();
        for index in 0..self.items.len() {
            let Some((recipient, _)) = self.items[index].recipient() else {
                continue;
            };
            if let Some(earlier) = last.insert(recipient, index)
                && self.items[index].after.is_none()
            {
                self.items[index].after = Some(earlier);
                self.items[earlier].awaited = true;
            }
        }
    }

    /// Whether two messages to one person may arrive in either order.
    pub(in crate::graph) fn is_unordered(&self) -> bool {
        let mut last: HashMap<String, usize> = HashMap::new();
        for (index, item) in self.items.iter().enumerate() {
            let Some((recipient, true)) = item.recipient() else {
                continue;
            };
            if let Some(earlier) = last.insert(recipient, index) {
                let mut before = item.after;
                while let Some(at) = before
                    && at != earlier
                {
                    before = self.items[at].after;
                }
                if before.is_none() {
                    return true;
                }
            }
        }
        false
    }

    pub(super) fn warn_of_order(&self) {
        if self.is_unordered() {
            tracing::warn!(
                calls = self.items.len(),
                "a batch has several messages to one person, which may arrive in any order; say `in_order` or `after`"
            );
        }
    }
}

impl Item {
    /// To whom it sends, and whether it is a message, where it is one or a sender action.
    fn recipient(&self) -> Option<(String, bool)> {
        let call = self.call.as_ref().ok()?;
        let Body::Json(body) = &call.body else {
            return None;
        };
        if call.method != Method::POST || !call.url.path().ends_with("/messages") {
            return None;
        }
        let body: Map<String, Value> = serde_json::from_slice(body).ok()?;
        Some((body.get("recipient")?.to_string(), body.contains_key("message")))
    }
}

/// The token that `graph` makes a call with; `None` where the call proves itself.
fn token(graph: &Graph, token: &Token) -> Result<Option<SecretString>, GraphError> {
    let inner = graph.inner();
    match token {
        Token::Page => match inner.provider.access_token(graph.page_id()) {
            Some(token) => Ok(Some(token)),
            None => Err(GraphError::token("there is no access token for the page")),
        },
        Token::App => inner.app_token().map(Some).map_err(GraphError::token),
        Token::Given(token) => Ok(Some(token.clone())),
        Token::None | Token::InBody { .. } => Ok(None),
    }
}

fn sign(graph: &Graph, token: SecretString) -> Result<Signed, GraphError> {
    let inner = graph.inner();
    let secrets = inner.proof.then(|| inner.provider.app_secrets());
    let secret = secrets.as_ref().and_then(|secrets| secrets.first());
    Signed::new(token, secret).map_err(GraphError::token)
}

/// A body as a form: strings as they are, anything else as JSON.
fn form(body: &Body) -> Result<Option<String>, GraphError> {
    let body = match body {
        Body::Empty => return Ok(None),
        Body::Multipart(_) => {
            return Err(GraphError::request(
                "a file's content cannot be part of a batch; upload it before and send its attachment id",
                None,
            ));
        }
        Body::Json(body) => body,
    };
    let members: Map<String, Value> = serde_json::from_slice(body)
        .map_err(|_| GraphError::request("the body of a call in a batch must be a JSON object", None))?;
    let mut form = Serializer::new(String::new());
    for (name, value) in &members {
        match value {
            Value::String(text) => form.append_pair(name, text),
            other => form.append_pair(name, &other.to_string()),
        };
    }
    Ok(Some(form.finish()))
}
