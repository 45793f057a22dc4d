//! messenger-node.

use messenger_runtime::graph::{IdFilter, Method, Metric, PAGE_INBOX, Source, Upload, UserField};
use serde_json::{Value, json};

use super::{
    Args, Built, Caller, Failure, Outcome,
    messages::{self, Content},
    pages, plain, profile, typed, unsaid,
    uploads::source,
};

pub(crate) async fn run(caller: &Caller, method: &str, args: Args<'_>) -> Outcome {
    match method {
        // What a client was made with; nothing is sent.
        "getPageToken" | "setPageToken" | "getAppToken" | "setAppToken" | "getApiVersion"
        | "setApiVersion" => Ok(()),
        _ => (build(caller, method, args)?.send)().await,
    }
}

fn build(caller: &Caller, method: &str, args: Args<'_>) -> Result<Built, Failure> {
    let graph = &caller.graph;
    let (first, second) = (args.get(0), args.get(1));
    let send = |to, message| messages::send(caller, to, Content::Message(message), &Value::Null);
    match method {
        "sendGraphRequest" => raw(caller, first),
        "callSendApi" => messages::raw(caller, first),
        "sendText" => send(first, json!({"text": second})),
        "sendTemplate" => send(
            first,
            json!({"attachment": {"type": "template", "payload": second}}),
        ),
        "sendQuickReplies" => send(first, quick_replies(second, args.get(2))),
        "sendAttachment" => messages::send(caller, second, attachment(first)?, &Value::Null),
        "sendSenderAction" => messages::raw(caller, &json!({"recipient": first, "sender_action": second})),
        "uploadAttachment" => {
            caller.request(graph.upload(Upload::new(typed(&first["type"])?, content(first)?).reusable(true)))
        }
        "createCustomLabel" => pages(caller, "createLabel", args),
        "getCustomLabelById" => pages(caller, "getLabelDetails", args),
        "getAllCustomLabels" => pages(caller, "getLabelList", args),
        "deleteCustomLabel" => pages(caller, "deleteLabel", args),
        "addPsidtoCustomLabel" => pages(caller, "associateLabel", args),
        "removePsidfromCustomLabel" => pages(caller, "dissociateLabel", args),
        "getCustomLabelsByPsid" => pages(caller, "getAssociatedLabels", args),
        "passThreadControl" => {
            let app = match args.text(1)?.as_str() {
                "page_inbox" => PAGE_INBOX.to_owned(),
                app => app.to_owned(),
            };
            let metadata = args.maybe_text(2);
            caller.request(graph.pass_thread_control(&args.text(0)?, Some(&app), metadata.as_deref()))
        }
        "getSecondaryReceiverList" => pages(caller, "getSecondaryReceivers", args),
        "getMessagingInsights" => {
            let metrics = pages::strings(&first["metrics"]).into_iter().map(Metric::Other);
            let range = json!({"since": first["since"], "until": first["until"]});
            caller.request(graph.insights(metrics, &pages::insight_options(&range)?))
        }
        "setNlpConfigs" => pages(caller, "setNLPConfigs", args),
        "getMatchingAsids" => ids(caller, UserField::IdsForApps, args),
        "getMatchingPsids" => ids(caller, UserField::IdsForPages, args),
        // One page, for all its name.
        "getAllPersonas" => caller.request(graph.personas().page()),
        "getUserProfile" => pages::user_profile(caller, &args.text(0)?, second),
        "getMessengerProfile" if first.is_null() => {
            let all = json!([
                "account_linking_url",
                "persistent_menu",
                "get_started",
                "greeting",
                "whitelisted_domains",
                "payment_settings",
                "target_audience",
                "home_url",
            ]);
            caller.request(graph.messenger_profile(profile::properties(&all)?))
        }
        "getMessengerProfile" | "setMessengerProfile" | "deleteMessengerProfile" => {
            profile::build(caller, method, args)
        }
        "takeThreadControl"
        | "requestThreadControl"
        | "getThreadOwner"
        | "createPersona"
        | "getPersona"
        | "deletePersona" => pages(caller, method, args),
        _ => Err(Failure::Unknown),
    }
}

/// The same call under its name in messaging-api-messenger.
fn pages(caller: &Caller, method: &str, args: Args<'_>) -> Result<Built, Failure> {
    pages::build(caller, method, args, args)
}

fn raw(caller: &Caller, given: &Value) -> Result<Built, Failure> {
    let path = given["path"].as_str().ok_or_else(|| unsaid("there is no path"))?;
    let method = match (given["method"].as_str(), given["payload"].is_null()) {
        (Some(method), _) => method.parse().map_err(unsaid)?,
        (None, true) => Method::GET,
        (None, false) => Method::POST,
    };
    if !given["form_data"].is_null() {
        return Err(unsaid("a form is sent by `send_file` and `upload`"));
    }
    let mut request = caller.graph.raw(method, path);
    for (name, value) in given["qs"].as_object().into_iter().flatten() {
        let value = plain(value).unwrap_or_else(|| value.to_string());
        request = match name.as_str() {
            "access_token" => request.token(value.into()),
            _ => request.query(name, value),
        };
    }
    if !given["payload"].is_null() {
        request = request.json(&given["payload"]);
    }
    caller.request(request.request())
}

fn quick_replies(replies: &Value, text: &Value) -> Value {
    match text {
        Value::Null => json!({"quick_replies": replies}),
        text => json!({"quick_replies": replies, "text": text}),
    }
}

/// An address begins with `http`; anything else is a path.
fn content(given: &Value) -> Result<Source, Failure> {
    let what = &given["source"];
    match (source(what, &Value::Null)?, what.as_str()) {
        (Some(source), _) => Ok(source),
        (None, Some(url)) if url.starts_with("http") => Ok(Source::url(url)),
        (None, Some(path)) => Ok(Source::file(path)),
        (None, None) => Err(unsaid("neither an address nor a file")),
    }
}

/// Always reusable.
fn attachment(given: &Value) -> Result<Content, Failure> {
    let upload = Upload::new(typed(&given["type"])?, content(given)?).reusable(true);
    Ok(Content::File {
        upload,
        quick_replies: Value::Null,
    })
}

fn ids(caller: &Caller, field: UserField, args: Args<'_>) -> Result<Built, Failure> {
    let (id, filter) = (args.text(0)?, IdFilter::new());
    if args.get(1) != "ASID" {
        return caller.request(caller.graph.user_field(&id, field, &filter).page());
    }
    // The id of the app itself, so with the app's token.
    let token = caller.setting("app_token").map(Into::into);
    caller
        .under(token)
        .request(caller.app.user_field(&id, field, &filter).page())
}
