//! What requests are made of, and how they are rewritten.

use std::mem;

use serde_json::{Map, Value, json};

use super::Verdict;
use crate::vectors::{Part, Request};

/// Whether the request goes to this edge.
pub(super) fn is_to(request: &Request, edge: &str) -> bool {
    request.path.rsplit('/').next() == Some(edge)
}

/// A field of the body, or a part of a form.
pub(super) fn field<'a>(request: &'a Request, name: &str) -> Option<&'a Value> {
    let part = || {
        request
            .parts
            .iter()
            .find(|part| part.name == name)
            .map(|part| &part.content)
    };
    request
        .body
        .as_ref()
        .and_then(|body| body.get(name))
        .or_else(part)
}

pub(super) fn in_body<'a>(request: &'a mut Request, name: &str) -> Option<&'a mut Value> {
    request.body.as_mut()?.get_mut(name)
}

/// Adds a field where the others are, in the body or as a part; says that it did.
pub(super) fn put(request: &mut Request, name: &str, value: impl Into<Value>) -> bool {
    let value = value.into();
    if request.parts.is_empty() {
        request.body.get_or_insert_with(|| json!({}))[name] = value;
    } else {
        request.parts.push(Part {
            name: name.to_owned(),
            filename: None,
            content_type: None,
            content: value,
        });
    }
    true
}

pub(super) fn query<'a>(request: &'a Request, name: &str) -> Option<&'a str> {
    request
        .query
        .iter()
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.as_str())
}

/// The request without some of the `fields` that it names; refused if none is left.
pub(super) fn without(request: &mut Request, gone: &[&str]) -> Verdict {
    let mut verdict = Verdict::Same;
    let mut keep = |name: &str| {
        let kept = !gone.contains(&name);
        if !kept {
            verdict = Verdict::Changed;
        }
        kept
    };
    let mut left = true;
    for (_, fields) in request.query.iter_mut().filter(|(name, _)| name == "fields") {
        *fields = fields
            .split(',')
            .filter(|name| keep(name))
            .collect::<Vec<_>>()
            .join(",");
        left = !fields.is_empty();
    }
    if let Some(fields) = in_body(request, "fields").and_then(Value::as_array_mut) {
        fields.retain(|name| name.as_str().is_none_or(&mut keep));
        left = !fields.is_empty();
    }
    if left { verdict } else { Verdict::Refused }
}

pub(super) fn message(request: &Request) -> &Value {
    field(request, "message").unwrap_or(&Value::Null)
}

/// The payload of the message's template.
pub(super) fn template(request: &Request) -> &Value {
    &message(request)["attachment"]["payload"]
}

pub(super) fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

pub(super) fn elements(request: &Request) -> impl Iterator<Item = &Value> {
    list(&template(request)["elements"])
}

/// The buttons of the template and of its elements.
pub(super) fn buttons(request: &Request) -> impl Iterator<Item = &Value> {
    list(&template(request)["buttons"]).chain(elements(request).flat_map(|element| list(&element["buttons"])))
}

pub(super) fn menus(request: &Request) -> impl Iterator<Item = &Value> {
    field(request, "persistent_menu").into_iter().flat_map(list)
}

/// Turns numbers under keys of ids into text; says whether there were any. A sticker's id is a number.
pub(super) fn ids_as_text(value: &mut Value) -> bool {
    let mut changed = false;
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                let is_id = key == "id" || key.ends_with("_id") && key != "sticker_id";
                if is_id && value.is_number() {
                    *value = value.to_string().into();
                    changed = true;
                }
                changed |= ids_as_text(value);
            }
        }
        Value::Array(items) => {
            for item in items {
                changed |= ids_as_text(item);
            }
        }
        _ => {}
    }
    changed
}

/// Moves what the body says to the query, but for what an item says about itself.
pub(super) fn body_to_query(item: &mut Request) -> bool {
    let Some(body) = item.body.as_mut().and_then(Value::as_object_mut) else {
        return false;
    };
    let (own, said): (Map<_, _>, Map<_, _>) = mem::take(body)
        .into_iter()
        .partition(|(name, _)| name.starts_with('$'));
    let moved = !said.is_empty();
    let text = |value: Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    item.query
        .extend(said.into_iter().map(|(name, value)| (name, text(value))));
    item.body = (!own.is_empty()).then_some(Value::Object(own));
    moved
}

/// Says of each item whether its answer is kept, as far as that needs saying; says if anything changed.
pub(super) fn keep_answers(items: &mut [Request]) -> bool {
    const OMIT: &str = "$omit_response_on_success";
    let awaited: Vec<_> = items
        .iter()
        .filter_map(|item| field(item, "$depends_on").cloned())
        .collect();
    let mut changed = false;
    for item in items {
        let is_awaited = field(item, "$name").is_some_and(|name| awaited.contains(name));
        let omits = field(item, OMIT).cloned();
        if is_awaited && omits.is_none() {
            changed |= put(item, OMIT, false);
        } else if !is_awaited && omits == Some(false.into()) {
            let body = item.body.as_mut().and_then(Value::as_object_mut);
            changed |= body.and_then(|body| body.remove(OMIT)).is_some();
        }
    }
    changed
}
