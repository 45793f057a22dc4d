//! The calls of the others, made with this client.

mod batch;
mod caller;
mod guide;
mod messages;
mod node;
mod pages;
mod profile;
mod uploads;

use std::fmt;

pub(crate) use caller::{Built, Caller};
use messenger_runtime::graph::GraphError;
use serde_json::{Value, json};

use crate::{
    case, peers,
    vectors::{Grade, Vector},
};

/// Why a call was not made, or failed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// No such method is mapped.
    Unknown,
    /// What was asked for cannot be said in this client's types, so there is nothing to run.
    Unsaid(String),
    /// This client's types refused it, as they were read or parsed.
    Told(String),
    Graph(GraphError),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown => f.write_str("the method is not mapped"),
            Self::Unsaid(why) => write!(f, "cannot be said: {why}"),
            Self::Told(why) => write!(f, "refused: {why}"),
            Self::Graph(error) => write!(f, "{error}"),
        }
    }
}

impl From<GraphError> for Failure {
    fn from(error: GraphError) -> Self {
        Self::Graph(error)
    }
}

impl Failure {
    /// Whether this client refused the call by itself, and said why: before anything was sent.
    pub(crate) fn is_own_refusal(&self) -> bool {
        match self {
            Self::Graph(error) => matches!(error.id(), "MSG503" | "MSG516" | "MSG517"),
            // What serde says where nothing fits helps nobody.
            Self::Told(why) => !why.is_empty() && !why.contains("did not match any variant"),
            Self::Unknown | Self::Unsaid(_) => false,
        }
    }
}

/// There is no way to say it with this client.
pub(crate) fn unsaid(why: impl fmt::Display) -> Failure {
    Failure::Unsaid(why.to_string())
}

/// This client says that it cannot be.
pub(crate) fn told(why: impl fmt::Display) -> Failure {
    Failure::Told(why.to_string())
}

pub(crate) type Outcome = Result<(), Failure>;

/// The arguments of a call; what is not there is null.
#[derive(Clone, Copy)]
pub(crate) struct Args<'a>(pub(crate) &'a [Value]);

impl<'a> Args<'a> {
    pub(crate) fn get(&self, index: usize) -> &'a Value {
        self.0.get(index).unwrap_or(&Value::Null)
    }

    /// Without the first ones.
    pub(crate) fn behind(&self, first: usize) -> Self {
        Self(self.0.get(first..).unwrap_or_default())
    }

    /// A text or a number, as text.
    pub(crate) fn text(&self, index: usize) -> Result<String, Failure> {
        self.maybe_text(index)
            .ok_or_else(|| unsaid(format!("argument {index} is not a text")))
    }

    /// A text or a number, as text, where there is one.
    pub(crate) fn maybe_text(&self, index: usize) -> Option<String> {
        plain(self.get(index))
    }
}

/// A text or a number, as text.
pub(crate) fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Reads JSON as one of this client's types.
pub(crate) fn typed<T: serde::de::DeserializeOwned>(value: &Value) -> Result<T, Failure> {
    serde_json::from_value(value.clone()).map_err(told)
}

/// Makes the vector's call.
pub(crate) async fn run(vector: &Vector, origin: &str) -> Outcome {
    // One of them takes keys in camel case. What it sends as text keeps the case of its keys.
    let verbatim = Args(&vector.args);
    let snaked: Vec<_> = vector.args.iter().map(case::snake).collect();
    let camel = vector.system.starts_with(peers::M1);
    let args = if camel { Args(&snaked) } else { verbatim };
    let method = vector.method.as_str();
    if method == "constructor" {
        return caller::construct(vector, origin);
    }
    // Only one of the others tries again by itself.
    let tries = match method {
        "sendWithRetry" => args.get(2).as_u64().unwrap_or(3),
        _ => 1,
    };
    let caller = Caller::new(vector, origin, u32::try_from(tries).unwrap_or(1))?;
    if vector.system.starts_with(peers::NODE) {
        node::run(&caller, method, args).await
    } else if vector.system.contains(peers::GUIDE) {
        guide::run(&caller, vector, args).await
    } else {
        messaging_api(&caller, method, args, verbatim).await
    }
}

async fn messaging_api(caller: &Caller, method: &str, args: Args<'_>, verbatim: Args<'_>) -> Outcome {
    if let Some(what) = method.strip_prefix("Messenger.create") {
        return messages::create(caller, what, args);
    }
    match method {
        "sendBatch" => batch::run(caller, args).await,
        "getAllPersonas" => pages::all_personas(&caller.with_token(args)).await,
        // What a client was made with; nothing is sent.
        "connect" | "version" | "accessToken" | "appId" | "appSecret" | "axios" => Ok(()),
        _ => (build(caller, method, args, verbatim)?.send)().await,
    }
}

/// The one request of a method of messaging-api-messenger.
pub(crate) fn build(
    caller: &Caller,
    method: &str,
    args: Args<'_>,
    verbatim: Args<'_>,
) -> Result<Built, Failure> {
    let caller = &caller.with_token(args);
    let areas: [&dyn Fn() -> Result<Built, Failure>; 4] = [
        &|| messages::build(caller, method, args),
        &|| uploads::build(caller, method, args),
        &|| profile::build(caller, method, args),
        &|| pages::build(caller, method, args, verbatim),
    ];
    let known = areas
        .into_iter()
        .map(|area| area())
        .find(|built| !matches!(built, Err(Failure::Unknown)));
    known.unwrap_or(Err(Failure::Unknown))
}

/// Whether calls of this method find their way.
pub(crate) async fn is_mapped(system: &str, method: &str, args: Value) -> bool {
    let vector = Vector {
        id: String::new(),
        system: system.to_owned(),
        grade: Grade::Wire,
        client: json!({"accessToken": "T", "page_token": "T", "app_token": "A", "FACEBOOK_PAGE_ACCESS_TOKEN": "T"}),
        method: method.to_owned(),
        args: args.as_array().cloned().unwrap_or_default(),
        answers: Vec::new(),
        nobody_listens: true,
        requests: Vec::new(),
        fails: true,
        error_code: None,
    };
    // Nobody listens there.
    !matches!(run(&vector, "http://127.0.0.1:1").await, Err(Failure::Unknown))
}
