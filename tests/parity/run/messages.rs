//! Sending: texts, media, templates, sender actions, and the factories that make a message without sending it.

use messenger_runtime::{
    graph::{NotificationType, SendRequest, Upload},
    message::{Message, MessageTag, MessagingType, QuickReply, Recipient, SenderAction, ThreadControl},
};
use serde_json::{Map, Value, json};

use super::{Args, Built, Caller, Failure, plain, told, typed, unsaid, uploads::source};

/// Whom: an id, or an object with one of the other forms.
pub(crate) fn recipient(value: &Value) -> Result<Recipient, Failure> {
    match plain(value).or_else(|| plain(&value["id"])) {
        Some(id) => Ok(Recipient::from(id)),
        None => typed(value),
    }
}

/// A message on its way: as JSON, or with a file whose content goes along.
pub(crate) enum Content {
    Message(Value),
    File { upload: Upload, quick_replies: Value },
}

impl Content {
    /// An empty list, or what is no list, is not attached.
    fn attach(&mut self, options: &Value) {
        let replies = &options["quick_replies"];
        if replies.as_array().is_none_or(Vec::is_empty) {
            return;
        }
        match self {
            Self::Message(message) => {
                if let Some(message) = message.as_object_mut() {
                    message.insert("quick_replies".to_owned(), replies.clone());
                }
            }
            Self::File { quick_replies, .. } => *quick_replies = replies.clone(),
        }
    }
}

pub(crate) fn send(
    caller: &Caller,
    to: &Value,
    mut content: Content,
    options: &Value,
) -> Result<Built, Failure> {
    content.attach(options);
    let to = recipient(to)?;
    let request = match content {
        Content::Message(message) => caller.graph.send(to, typed::<Message>(&message)?),
        Content::File {
            upload,
            quick_replies,
        } => {
            let request = caller.graph.send_file(to, upload);
            match quick_replies {
                Value::Null => request,
                replies => request.quick_replies(typed::<Vec<QuickReply>>(&replies)?),
            }
        }
    };
    caller.request(with_options(request, options)?.request())
}

fn with_options(mut request: SendRequest, options: &Value) -> Result<SendRequest, Failure> {
    for (name, value) in options.as_object().unwrap_or(&Map::new()) {
        request = match name.as_str() {
            _ if value.is_null() => request,
            "messaging_type" => request.messaging_type(typed::<MessagingType>(value)?),
            "tag" => {
                let tag = value
                    .as_str()
                    .unwrap_or_default()
                    .parse::<MessageTag>()
                    .map_err(told)?;
                match &options["messaging_type"] {
                    Value::Null => request.tag(tag),
                    explicit => request.tag(tag).messaging_type(typed(explicit)?),
                }
            }
            "persona_id" => request.persona(plain(value).unwrap_or_default()),
            "notification_type" => request.notification_type(typed::<NotificationType>(value)?),
            "reply_to" => request.reply_to(plain(&value["mid"]).unwrap_or_default()),
            "thread_control" => request.thread_control(typed::<ThreadControl>(value)?),
            // These belong to the message, to the template, to a file, to the call or to a batch item.
            "quick_replies"
            | "image_aspect_ratio"
            | "filename"
            | "is_reusable"
            | "access_token"
            | "name"
            | "depends_on"
            | "omit_response_on_success" => request,
            _ => return Err(unsaid(format!("there is no option {name}"))),
        };
    }
    Ok(request)
}

/// A body as it is: recipient, message or sender action, and options.
pub(crate) fn raw(caller: &Caller, body: &Value) -> Result<Built, Failure> {
    let mut options = body
        .as_object()
        .cloned()
        .ok_or_else(|| unsaid("a body is an object"))?;
    let to = options.remove("recipient").unwrap_or_default();
    let message = options.remove("message");
    let action = options.remove("sender_action");
    let payload = options.remove("payload");
    let options = Value::Object(options);
    match (message, action) {
        (Some(message), None) => send(caller, &to, Content::Message(message), &options),
        (None, Some(action)) => {
            let action = match payload {
                Some(payload) => json!({"sender_action": action, "payload": payload}),
                None => json!({"sender_action": action}),
            };
            sender_action(caller, &to, &action, &options)
        }
        _ => Err(unsaid("either a message or a sender action")),
    }
}

fn sender_action(caller: &Caller, to: &Value, action: &Value, options: &Value) -> Result<Built, Failure> {
    let action: SenderAction = typed(action)?;
    let mut request = caller.graph.sender_action(recipient(to)?, &action);
    if let Some(persona) = plain(&options["persona_id"]) {
        request = request.persona(persona);
    }
    caller.request(request.request())
}

fn template(payload: &Value) -> Content {
    Content::Message(json!({"attachment": {"type": "template", "payload": payload}}))
}

/// `fields` under a template's type.
fn of_type(kind: &str, fields: &Value) -> Content {
    let mut payload = fields.as_object().cloned().unwrap_or_default();
    payload.insert("template_type".to_owned(), kind.into());
    template(&Value::Object(payload))
}

/// The content that `what` of `send<what>` and `create<what>` stands for, and the options behind it.
fn content<'a>(caller: &Caller, what: &str, args: Args<'a>) -> Result<(Content, &'a Value), Failure> {
    let first = args.get(0);
    let media = |kind| media(kind, first, args.get(1)).map(|content| (content, args.get(1)));
    Ok(match what {
        "Message" => (
            made(caller, first)?.unwrap_or_else(|| Content::Message(first.clone())),
            args.get(1),
        ),
        "MessageFormData" | "AttachmentFormData" => match made(caller, first)? {
            Some(made) => (made, args.get(1)),
            None => (with_file(first, args.get(1), args.get(2))?, args.get(2)),
        },
        "Text" => (Content::Message(json!({"text": first})), args.get(1)),
        "Attachment" => (Content::Message(json!({"attachment": first})), args.get(1)),
        "Audio" | "AudioFormData" => media("audio")?,
        "Image" | "ImageFormData" => media("image")?,
        "Video" | "VideoFormData" => media("video")?,
        "File" | "FileFormData" => media("file")?,
        "Template" => (template(first), args.get(1)),
        "ButtonTemplate" => (
            of_type("button", &json!({"text": first, "buttons": args.get(1)})),
            args.get(2),
        ),
        "GenericTemplate" => {
            let options = args.get(1);
            let mut fields = json!({"elements": first});
            match &options["image_aspect_ratio"] {
                Value::Null if caller.peer.sends_horizontal => {
                    fields["image_aspect_ratio"] = "horizontal".into();
                }
                Value::Null => {}
                ratio => fields["image_aspect_ratio"] = ratio.clone(),
            }
            (of_type("generic", &fields), options)
        }
        "MediaTemplate" => (of_type("media", &json!({"elements": first})), args.get(1)),
        "ReceiptTemplate" => (of_type("receipt", first), args.get(1)),
        "AirlineBoardingPassTemplate" => (of_type("airline_boardingpass", first), args.get(1)),
        "AirlineCheckinTemplate" => (of_type("airline_checkin", first), args.get(1)),
        "AirlineItineraryTemplate" => (of_type("airline_itinerary", first), args.get(1)),
        "AirlineUpdateTemplate" => (of_type("airline_update", first), args.get(1)),
        "OneTimeNotifReqTemplate" => (of_type("one_time_notif_req", first), args.get(1)),
        _ => return Err(Failure::Unknown),
    })
}

/// What a factory made, `{"$factory": {"method": "Messenger.createText", "args": [..]}}`; `None` for anything else.
fn made(caller: &Caller, value: &Value) -> Result<Option<Content>, Failure> {
    let factory = &value["$factory"];
    let Some(method) = factory["method"].as_str() else {
        return Ok(None);
    };
    let args = factory["args"].as_array().map(Vec::as_slice).unwrap_or_default();
    let what = method.strip_prefix("Messenger.create").ok_or(Failure::Unknown)?;
    let (mut content, options) = content(caller, what, Args(args))?;
    content.attach(options);
    Ok(Some(content))
}

/// A message that is made and not sent.
pub(crate) fn create(caller: &Caller, what: &str, args: Args<'_>) -> Result<(), Failure> {
    let (mut content, options) = content(caller, what, args)?;
    content.attach(options);
    match content {
        Content::Message(message) => typed::<Message>(&message).map(drop),
        Content::File { .. } => Ok(()),
    }
}

/// An image, sound, film or file: an address, a payload, or its content.
pub(crate) fn media(kind: &str, what: &Value, options: &Value) -> Result<Content, Failure> {
    if let Some(source) = source(what, options)? {
        let upload = Upload::new(typed(&kind.into())?, source);
        return Ok(Content::File {
            upload,
            quick_replies: Value::Null,
        });
    }
    let payload = match what {
        Value::String(url) => json!({"url": url}),
        payload => payload.clone(),
    };
    Ok(Content::Message(
        json!({"attachment": {"type": kind, "payload": payload}}),
    ))
}

/// The low level of [`media`]: a message or an attachment, and the file that belongs to it.
fn with_file(message: &Value, file: &Value, options: &Value) -> Result<Content, Failure> {
    let attachment = message.get("attachment").unwrap_or(message);
    let kind = attachment["type"]
        .as_str()
        .ok_or_else(|| unsaid("an attachment has a type"))?;
    media(kind, file, options)
}

pub(crate) fn build(caller: &Caller, method: &str, args: Args<'_>) -> Result<Built, Failure> {
    let to = args.get(0);
    let action =
        |action: &Value, options| sender_action(caller, to, &json!({"sender_action": action}), options);
    match method {
        "sendRawBody" | "sendRequest" => raw(caller, to),
        "sendSenderAction" => action(args.get(1), args.get(2)),
        "markSeen" => action(&"mark_seen".into(), args.get(1)),
        "typingOn" => action(&"typing_on".into(), args.get(1)),
        "typingOff" => action(&"typing_off".into(), args.get(1)),
        _ => {
            let what = method.strip_prefix("send").ok_or(Failure::Unknown)?;
            let (content, options) = content(caller, what, args.behind(1))?;
            send(caller, to, content, options)
        }
    }
}
