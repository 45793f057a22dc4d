//! Where the platform's present form rightly differs from what the others send: one reviewed list.
//!
//! Each rule looks at the shape of a recorded request, alone or as an item of a batch, and at the name of the
//! method that made it where the shape alone does not say what it is about. It either turns the request into
//! what the platform takes today or says that it is refused before it is sent. The test fails where a rule is
//! never applied.

mod shape;

use serde_json::{Value, json};
use shape::{
    body_to_query, buttons, elements, field, ids_as_text, in_body, is_to, keep_answers, list, menus, message,
    put, query, template, without,
};

use crate::vectors::Request;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Same,
    /// The request was rewritten into its present form.
    Changed,
    /// The platform takes it no longer, or never did.
    Refused,
}

pub(crate) struct Rule {
    pub(crate) reason: &'static str,
    /// Judges a request; the second is the method that made it.
    pub(crate) judge: fn(&mut Request, &str) -> Verdict,
}

pub(crate) const RULES: &[Rule] = &[
    Rule {
        reason: "a message tag or messaging type that the platform does not have is refused, whether it was retired on \
                 4 March 2020 or 27 April 2026 or never was one: the platform answers error 100",
        judge: |request, _| {
            let beyond = |name, known: &[&str]| {
                field(request, name)
                    .and_then(Value::as_str)
                    .is_some_and(|value| !known.contains(&value))
            };
            refused_if(
                beyond("tag", &["HUMAN_AGENT", "CUSTOMER_FEEDBACK"])
                    || beyond(
                        "messaging_type",
                        &["RESPONSE", "UPDATE", "MESSAGE_TAG", "UTILITY"],
                    ),
            )
        },
    },
    Rule {
        reason: "the location quick reply is gone",
        judge: |request, _| {
            refused_if(
                list(&message(request)["quick_replies"]).any(|reply| reply["content_type"] == "location"),
            )
        },
    },
    Rule {
        reason: "quick replies stand under a text, an attachment or a template: alone they are no message",
        judge: |request, _| {
            let message = message(request);
            let content = ["text", "attachment", "attachments", "template"]
                .iter()
                .any(|name| !message[name].is_null());
            refused_if(!message["quick_replies"].is_null() && !content)
        },
    },
    Rule {
        reason: "a card needs something besides its title",
        judge: |request, _| {
            let bare = |card: &Value| card.as_object().is_some_and(|card| card.keys().eq(["title"]));
            refused_if(template(request)["template_type"] == "generic" && elements(request).any(bare))
        },
    },
    Rule {
        reason: "a phone_number button has an international number, which begins with +",
        judge: |request, _| {
            let local = |button: &Value| {
                let number = button["payload"].as_str().unwrap_or_default();
                button["type"] == "phone_number" && !number.starts_with('+')
            };
            refused_if(buttons(request).any(local))
        },
    },
    Rule {
        reason: "a fallback_url goes with messenger_extensions only",
        judge: |request, _| {
            let stray =
                |opens: &Value| !opens["fallback_url"].is_null() && opens["messenger_extensions"] != true;
            let actions = elements(request).map(|card| &card["default_action"]);
            refused_if(buttons(request).chain(actions).any(stray))
        },
    },
    Rule {
        reason: "the timestamp of a receipt is in seconds",
        judge: |request, _| {
            let timestamp = template(request)["timestamp"].as_str();
            refused_if(timestamp.is_some_and(|text| !text.bytes().all(|byte| byte.is_ascii_digit())))
        },
    },
    Rule {
        reason: "the messaging type is documented as required: what has none is an UPDATE",
        judge: |request, _| {
            let has_none = is_to(request, "messages") && field(request, "messaging_type").is_none();
            changed_if(
                has_none && field(request, "message").is_some() && put(request, "messaging_type", "UPDATE"),
            )
        },
    },
    Rule {
        reason: "in a message, not to be reusable is the default and goes without saying",
        judge: |request, _| {
            let to_messages = is_to(request, "messages");
            let payload = request
                .body
                .as_mut()
                .and_then(|body| body.pointer_mut("/message/attachment/payload"));
            let payload = payload
                .and_then(Value::as_object_mut)
                .filter(|payload| payload.get("is_reusable") == Some(&false.into()));
            changed_if(to_messages && payload.is_some_and(|payload| payload.remove("is_reusable").is_some()))
        },
    },
    Rule {
        reason: "ids are strings: the platform documents them so, and a number may lose digits",
        judge: |request, _| changed_if(request.body.as_mut().is_some_and(ids_as_text)),
    },
    Rule {
        reason: "home_url, target_audience and payment_settings are no properties of a profile any more",
        judge: |request, _| {
            let gone = ["home_url", "target_audience", "payment_settings"];
            if !is_to(request, "messenger_profile") {
                return Verdict::Same;
            }
            match request.method.as_str() {
                "POST" => refused_if(gone.iter().any(|name| field(request, name).is_some())),
                _ => without(request, &gone),
            }
        },
    },
    Rule {
        reason: "a menu is flat since v8.0",
        judge: |request, _| {
            let mut items = menus(request).flat_map(|menu| list(&menu["call_to_actions"]));
            refused_if(items.any(|item| item["type"] == "nested"))
        },
    },
    Rule {
        reason: "a menu needs an entry for the locale default",
        judge: |request, _| {
            let (mut any, mut default) = (false, false);
            for menu in menus(request) {
                any = true;
                default |= menu["locale"] == "default";
            }
            refused_if(any && !default)
        },
    },
    Rule {
        reason: "disabled_surfaces of a menu knew one surface, the chat plugin, which is gone",
        judge: |request, _| {
            let menus = in_body(request, "persistent_menu").and_then(Value::as_array_mut);
            let removed = menus
                .into_iter()
                .flatten()
                .filter_map(|menu| menu.as_object_mut()?.remove("disabled_surfaces"));
            changed_if(removed.count() > 0)
        },
    },
    Rule {
        reason: "ice breakers have locales: the flat list is the old format",
        judge: |request, _| {
            let questions = in_body(request, "ice_breakers");
            let Some(questions) = questions.filter(|questions| questions[0]["question"].is_string()) else {
                return Verdict::Same;
            };
            *questions = json!([{"locale": "default", "call_to_actions": questions.take()}]);
            Verdict::Changed
        },
    },
    Rule {
        reason: "whitelisted domains and the account linking address are https",
        judge: |request, _| {
            let open = |url: &Value| url.as_str().is_some_and(|url| !url.starts_with("https://"));
            let domains =
                field(request, "whitelisted_domains").is_some_and(|domains| list(domains).any(open));
            refused_if(domains || field(request, "account_linking_url").is_some_and(open))
        },
    },
    Rule {
        reason: "last_ad_referral and is_payment_enabled are no fields of a person any more",
        judge: |request, _| without(request, &["last_ad_referral", "is_payment_enabled"]),
    },
    Rule {
        reason: "a new label's name is its page_label_name",
        judge: |request, _| {
            let labels = is_to(request, "custom_labels");
            let body = request
                .body
                .as_mut()
                .and_then(Value::as_object_mut)
                .filter(|_| labels);
            let Some((body, name)) = body.and_then(|body| body.remove("name").map(|name| (body, name)))
            else {
                return Verdict::Same;
            };
            body.insert("page_label_name".to_owned(), name);
            Verdict::Changed
        },
    },
    Rule {
        reason: "labels are asked for their page_label_name; their id comes unasked. One label is read from a bare id, \
                 as a person is, so the method's name says that it is one",
        judge: |request, method| {
            let known = |field| matches!(field, "id" | "name");
            let old = query(request, "fields").is_none_or(|fields| fields.split(',').all(known));
            if request.method != "GET" || !old || !READS_LABELS.contains(&method) {
                return Verdict::Same;
            }
            request.query.retain(|(name, _)| name != "fields");
            request
                .query
                .push(("fields".to_owned(), "page_label_name".to_owned()));
            Verdict::Changed
        },
    },
    Rule {
        reason: "the path of insights has no trailing slash",
        judge: |request, _| {
            let slash = request.path.ends_with("/insights/");
            changed_if(slash && request.path.pop().is_some())
        },
    },
    Rule {
        reason: "an empty batch asks for nothing and is refused",
        judge: |request, _| refused_if(request.batch.as_ref().is_some_and(Vec::is_empty)),
    },
    Rule {
        reason: "a batch of this client always says whether it wants headers, and wants them where nobody said so: they \
                 tell how long a throttled call is to wait",
        judge: |request, _| {
            let unsaid = request.batch.is_some() && field(request, "include_headers").is_none();
            changed_if(unsaid && put(request, "include_headers", true))
        },
    },
    Rule {
        reason: "this client writes a body into the items of a batch that post, and says all else in their query, so that \
                 an item that deletes needs no body to be read",
        judge: |request, _| {
            let items = request
                .batch
                .iter_mut()
                .flatten()
                .filter(|item| item.method == "DELETE");
            let moved = items.map(body_to_query).filter(|moved| *moved).count();
            changed_if(moved > 0)
        },
    },
    Rule {
        reason: "an item of a batch that others wait for says that its answer is kept, for the platform would leave \
                 it out; to keep that of any other goes without saying",
        judge: |request, _| changed_if(request.batch.as_mut().is_some_and(|items| keep_answers(items))),
    },
];

/// The methods of the others that read labels.
const READS_LABELS: [&str; 6] = [
    "getLabelDetails",
    "getLabelList",
    "getAssociatedLabels",
    "getCustomLabelById",
    "getAllCustomLabels",
    "getCustomLabelsByPsid",
];

fn refused_if(refused: bool) -> Verdict {
    if refused { Verdict::Refused } else { Verdict::Same }
}

fn changed_if(changed: bool) -> Verdict {
    if changed { Verdict::Changed } else { Verdict::Same }
}
