//! The flows that a handler says it begins are flows of the bot.

use syn::ext::IdentExt as _;

use crate::{
    error::{Errors, did_you_mean, list},
    parse::{
        list::{Entry, name},
        record::Record,
    },
};

pub(super) fn check(records: &[Record], flows: &[Entry], errors: &mut Errors) {
    let known: Vec<String> = flows.iter().map(|flow| flow.name().unraw().to_string()).collect();
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    for attribute in records.iter().flat_map(|record| &record.routes) {
        for (at, flow) in attribute.begins.iter().enumerate() {
            let flow = name(flow);
            let text = flow.unraw().to_string();
            if attribute.begins[..at].iter().any(|other| name(other) == flow) {
                errors.at(flow.span(), format!("`{text}` is named twice; keep one"));
            } else if !known.contains(&text.as_str()) {
                let hint = match did_you_mean(&text, &known) {
                    hint if hint.is_empty() && known.is_empty() => format!("; add `flow {text}` to its list"),
                    hint if hint.is_empty() => {
                        format!(
                            "; its flows are {}, or add `flow {text}` to its list",
                            list(&known)
                        )
                    }
                    hint => hint,
                };
                errors.at(flow.span(), format!("the bot has no flow `{text}`{hint}"));
            }
        }
    }
}
