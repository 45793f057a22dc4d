//! The TypeScript guide.

use messenger_runtime::{
    config::Config,
    graph::{PAGE_INBOX, Source, Upload},
};
use serde_json::{Value, json};

use super::{
    Args, Built, Caller, Failure, Outcome,
    messages::{self, Content},
    pages, plain, profile, told, typed, unsaid,
};
use crate::vectors::Vector;

pub(crate) async fn run(caller: &Caller, vector: &Vector, args: Args<'_>) -> Outcome {
    let to = args.get(0);
    match vector.method.as_str() {
        "validateConfig" => {
            let config = if to.is_object() {
                &vector.args[0]
            } else {
                &vector.client
            };
            Config::from_vars(|name| plain(&config[name]))
                .map(drop)
                .map_err(told)
        }
        "sendMessageWithTyping" => {
            (typing(caller, to, true)?.send)().await?;
            // How long the typing shows is up to the bot.
            (text(caller, args)?.send)().await
        }
        "escalateToHuman" => {
            (send(caller, to, own_words(vector)?, &Value::Null)?.send)().await?;
            // What it tells the inbox is the guide's own as well.
            let pass = vector.requests.get(1).and_then(|request| request.body.as_ref());
            let metadata = pass.and_then(|body| body["metadata"].as_str());
            let pass = caller
                .graph
                .pass_thread_control(&args.text(0)?, Some(PAGE_INBOX), metadata);
            (caller.request(pass)?.send)().await
        }
        "sendHelpMessage" => (send(caller, to, own_words(vector)?, &Value::Null)?.send)().await,
        "exchangeForLongLivedToken" => {
            let caller = caller.with_secret(args.get(1), args.get(2))?;
            caller
                .app
                .exchange_token(&args.text(0)?.into())
                .await
                .map(drop)
                .map_err(Failure::from)
        }
        // It counts in memory; here calls are paced by themselves, and nothing is sent.
        "checkLimit" | "getResetTime" => Ok(()),
        method => (build(caller, method, args)?.send)().await,
    }
}

fn build(caller: &Caller, method: &str, args: Args<'_>) -> Result<Built, Failure> {
    let (to, second, third) = (args.get(0), args.get(1), args.get(2));
    let tagged = |tag: &Value| send(caller, to, json!({"text": second}), &json!({"tag": tag}));
    let template = |payload| {
        send(
            caller,
            to,
            json!({"attachment": {"type": "template", "payload": payload}}),
            &Value::Null,
        )
    };
    match method {
        "sendTextMessage" | "sendWithRetry" => text(caller, args),
        "sendMediaAttachment" => media(caller, to, second, third, args.get(3)),
        "sendImage" => media(caller, to, &"image".into(), second, third),
        "sendVideo" => media(caller, to, &"video".into(), second, third),
        "sendFile" => media(caller, to, &"file".into(), second, third),
        "sendCachedAttachment" => {
            let attachment = json!({"type": second, "payload": {"attachment_id": third}});
            send(caller, to, json!({"attachment": attachment}), &Value::Null)
        }
        "uploadAttachment" => {
            let upload = Upload::new(typed(to)?, Source::url(args.text(1)?)).reusable(true);
            caller.request(caller.graph.upload(upload))
        }
        "sendTaggedMessage" => tagged(third),
        "sendShippingUpdate" => tagged(&"POST_PURCHASE_UPDATE".into()),
        "sendSecurityAlert" => tagged(&"ACCOUNT_UPDATE".into()),
        "sendHumanAgentFollowup" => tagged(&"HUMAN_AGENT".into()),
        "sendTypingIndicator" => typing(caller, to, second != false),
        // It cuts what is too long before it calls.
        "sendQuickReplies" => send(
            caller,
            to,
            json!({"text": second, "quick_replies": cut(third, 13)}),
            &Value::Null,
        ),
        "sendButtonTemplate" => {
            template(json!({"template_type": "button", "text": second, "buttons": cut(third, 3)}))
        }
        "sendGenericTemplate" => template(json!({"template_type": "generic", "elements": cut(second, 10)})),
        "sendMediaTemplate" => template(json!({"template_type": "media", "elements": second})),
        "sendReceiptTemplate" => {
            let mut receipt = second.clone();
            if let Some(receipt) = receipt.as_object_mut() {
                receipt.insert("template_type".to_owned(), "receipt".into());
            }
            template(receipt)
        }
        "setPersistentMenu" => {
            let locale = args.maybe_text(1).unwrap_or_else(|| "default".to_owned());
            let menu = profile::menu(to, &Value::Null)?;
            caller.request(
                caller
                    .graph
                    .set_persistent_menu([(locale, menu)].into_iter().collect::<profile::Menus>()),
            )
        }
        "passThreadControl" => {
            // What another app is told is JSON, as text.
            let metadata = match third {
                Value::Null => None,
                Value::String(text) => Some(text.clone()),
                metadata => Some(metadata.to_string()),
            };
            let (psid, app) = (args.text(0)?, args.text(1)?);
            caller.request(
                caller
                    .graph
                    .pass_thread_control(&psid, Some(&app), metadata.as_deref()),
            )
        }
        "takeThreadControl" | "requestThreadControl" => pages::build(caller, method, args, args),
        _ => Err(Failure::Unknown),
    }
}

/// Everything of the guide is an answer, unless it has a tag.
fn send(caller: &Caller, to: &Value, message: Value, options: &Value) -> Result<Built, Failure> {
    let mut options = options.clone();
    if options["tag"].is_null() {
        options = json!({"messaging_type": "RESPONSE"});
    }
    messages::send(caller, to, Content::Message(message), &options)
}

fn text(caller: &Caller, args: Args<'_>) -> Result<Built, Failure> {
    send(caller, args.get(0), json!({"text": args.get(1)}), &Value::Null)
}

fn typing(caller: &Caller, to: &Value, on: bool) -> Result<Built, Failure> {
    let action = if on { "typing_on" } else { "typing_off" };
    messages::raw(caller, &json!({"recipient": {"id": to}, "sender_action": action}))
}

/// Reusable unless it is said not to be.
fn media(caller: &Caller, to: &Value, kind: &Value, url: &Value, reusable: &Value) -> Result<Built, Failure> {
    let reusable = reusable.as_bool().unwrap_or(true);
    let attachment = json!({"type": kind, "payload": {"url": url, "is_reusable": reusable}});
    send(caller, to, json!({"attachment": attachment}), &Value::Null)
}

/// Some functions of the guide have words of their own, which are the bot's and not the client's: they are
/// taken from the recorded message, and go through the types like any other.
fn own_words(vector: &Vector) -> Result<Value, Failure> {
    let body = vector.requests.first().and_then(|request| request.body.as_ref());
    body.map(|body| body["message"].clone())
        .ok_or_else(|| unsaid("nothing is recorded of its words"))
}

fn cut(list: &Value, most: usize) -> Value {
    list.as_array()
        .into_iter()
        .flatten()
        .take(most)
        .cloned()
        .collect()
}
