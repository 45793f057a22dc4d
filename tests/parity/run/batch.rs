//! Batches: each item by the call that it stands for.

use std::collections::HashMap;

use messenger_runtime::graph::{Batch, BatchAnswers, BatchCall, BatchKey, GraphError, Request};
use serde_json::Value;

use super::{Args, Built, Caller, Failure, Outcome, build, plain, unsaid};

/// What a batch item says about itself.
#[derive(Default)]
pub(crate) struct Item<'k> {
    name: Option<String>,
    after: Option<&'k dyn Key>,
    omit: bool,
}

/// The key of a call, whatever the call answers.
pub(crate) trait Key: Send {
    /// The call after this one, which has no name.
    fn first<'b>(&self, batch: &'b mut Batch) -> BatchCall<'b>;
    fn after<'b>(&self, call: BatchCall<'b>) -> BatchCall<'b>;
    fn result(&self, batch: &mut Batch, path: &str) -> String;
    fn read(&self, answers: &BatchAnswers) -> Result<(), GraphError>;
}

impl<T: Send + 'static> Key for BatchKey<T> {
    fn first<'b>(&self, batch: &'b mut Batch) -> BatchCall<'b> {
        batch.after(self)
    }
    fn after<'b>(&self, call: BatchCall<'b>) -> BatchCall<'b> {
        call.after(self)
    }
    fn result(&self, batch: &mut Batch, path: &str) -> String {
        batch.result(self, path)
    }
    fn read(&self, answers: &BatchAnswers) -> Result<(), GraphError> {
        answers.get(self).map(drop)
    }
}

pub(crate) fn add<T: Send + 'static>(
    batch: &mut Batch,
    request: Request<T>,
    item: &Item<'_>,
) -> Box<dyn Key> {
    let call = match (&item.name, item.after) {
        (Some(name), Some(earlier)) => earlier.after(batch.named(name)),
        (Some(name), None) => batch.named(name),
        (None, Some(earlier)) => earlier.first(batch),
        (None, None) if item.omit => return Box::new(batch.add_omitting(request)),
        (None, None) => return Box::new(batch.add(request)),
    };
    if item.omit {
        Box::new(call.add_omitting(request))
    } else {
        Box::new(call.add(request))
    }
}

/// Makes the batch `[{"$batch": {"method": "MessengerBatch.sendText", "args": [..]}}, ..]`.
pub(crate) async fn run(caller: &Caller, args: Args<'_>) -> Outcome {
    let mut caller = caller.clone();
    caller.peer.sends_horizontal = true;
    caller.peer.asks_default_fields = caller.peer.asks_default_fields_in_batches;
    let options = args.get(1);
    let mut batch = caller.graph.batch();
    if let Some(token) = options["access_token"].as_str() {
        batch = batch.token(token.to_owned().into());
    }
    if let Some(include) = options["include_headers"].as_bool() {
        batch = batch.include_headers(include);
    }
    let items = args
        .get(0)
        .as_array()
        .ok_or_else(|| unsaid("a batch is a list"))?;
    let mut names: HashMap<String, usize> = HashMap::new();
    let mut keys: Vec<Box<dyn Key>> = Vec::new();
    for item in items {
        let factory = &item["$batch"];
        let method = factory["method"]
            .as_str()
            .and_then(|method| method.strip_prefix("MessengerBatch."));
        let args = factory["args"].as_array().map(Vec::as_slice).unwrap_or_default();
        let Built { add, .. } = build(&caller, method.ok_or(Failure::Unknown)?, Args(args), Args(args))?;
        let earlier = |name: &str| {
            let index = names
                .get(name)
                .ok_or_else(|| unsaid(format!("no call before is named {name}")))?;
            Ok::<_, Failure>(&*keys[*index])
        };
        for (name, path) in args.iter().flat_map(references) {
            earlier(name)?.result(&mut batch, path);
        }
        let options = args.last().unwrap_or(&Value::Null);
        let about = Item {
            name: options["name"].as_str().map(str::to_owned),
            after: options["depends_on"].as_str().map(earlier).transpose()?,
            omit: options["omit_response_on_success"].as_bool().unwrap_or_default(),
        };
        let key = add(&mut batch, &about);
        if let Some(name) = plain(&options["name"]) {
            names.insert(name, keys.len());
        }
        keys.push(key);
    }
    let answers = batch.send().await?;
    let mut read = keys.iter().map(|key| key.read(&answers));
    // The error of one item is no error of the batch; but a success can be read.
    if caller.plain_success {
        read.try_for_each(|read| read).map_err(Failure::from)
    } else {
        Ok(())
    }
}

/// The parts of the texts of `value` that stand for an earlier answer, `{result=name:$.path}`, as name and path.
fn references(value: &Value) -> Vec<(&str, &str)> {
    match value {
        Value::String(text) => text
            .split("{result=")
            .skip(1)
            .filter_map(|rest| rest.split_once('}')?.0.split_once(':'))
            .collect(),
        Value::Array(items) => items.iter().flat_map(references).collect(),
        Value::Object(members) => members.values().flat_map(references).collect(),
        _ => Vec::new(),
    }
}
