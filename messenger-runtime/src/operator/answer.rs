//! Answers in JSON, and what is wrong with a request.

use axum::{
    body::Body,
    extract::RawPathParams,
    http::{
        HeaderValue, StatusCode,
        header::{CACHE_CONTROL, CONTENT_TYPE, WWW_AUTHENTICATE, X_CONTENT_TYPE_OPTIONS},
    },
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};
use url::form_urlencoded;

use crate::{
    event::Object,
    store::{Conversation, StoreError},
};

/// A document. Nobody on its way may keep it: it may be about people.
pub(super) fn json_answer(status: StatusCode, document: &Value) -> Response {
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    (status, headers, Body::from(format!("{document}\n"))).into_response()
}

pub(super) fn done(document: &Value) -> Response {
    json_answer(StatusCode::OK, document)
}

/// A request that was not answered as asked.
#[derive(Debug)]
pub(super) struct Refused {
    status: StatusCode,
    code: Option<&'static str>,
    text: String,
}

impl Refused {
    fn new(status: StatusCode, code: &'static str, text: impl Into<String>) -> Self {
        Self {
            status,
            code: Some(code),
            text: text.into(),
        }
    }

    pub(super) fn token() -> Self {
        let text = "the operator token is missing or wrong; send MESSENGER_OPERATOR_TOKEN as `Authorization: \
                    Bearer TOKEN`";
        Self::new(StatusCode::UNAUTHORIZED, "MSG643", text)
    }

    pub(super) fn browser(what: &str) -> Self {
        let text =
            format!("this came from a page in a browser or through a foreign name ({what}); ask without");
        Self::new(StatusCode::FORBIDDEN, "MSG644", text)
    }

    pub(super) fn parameter(text: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "MSG645", text)
    }

    pub(super) fn unknown(text: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "MSG646", text)
    }

    pub(super) fn impossible(text: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, "MSG647", text)
    }

    pub(super) fn starting() -> Self {
        Self {
            status: StatusCode::SERVICE_UNAVAILABLE,
            code: None,
            text: "the bot is starting".to_owned(),
        }
    }

    pub(super) fn nothing_here() -> Self {
        Self {
            status: StatusCode::NOT_FOUND,
            code: None,
            text: "there is nothing at this path".to_owned(),
        }
    }

    pub(super) fn method() -> Self {
        Self {
            status: StatusCode::METHOD_NOT_ALLOWED,
            code: None,
            text: "this path is not asked with this method".to_owned(),
        }
    }
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        Self {
            status: StatusCode::SERVICE_UNAVAILABLE,
            code: None,
            text: error.to_string(),
        }
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        // The text of an error of the store begins with its code already.
        let coded = self
            .text
            .split_once(": ")
            .filter(|(code, _)| code.starts_with("MSG"));
        let (code, text) = match (self.code, coded) {
            (Some(code), _) => (Some(code), &*self.text),
            (None, Some((code, text))) => (Some(code), text),
            (None, None) => (None, &*self.text),
        };
        let document = json!({"error": {"code": code, "text": text}});
        let mut answer = json_answer(self.status, &document);
        if self.status == StatusCode::UNAUTHORIZED {
            answer
                .headers_mut()
                .insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        answer
    }
}

/// The parameters of a query: those that are known, each once at most.
pub(super) fn parameters<const N: usize>(
    query: Option<&str>,
    known: [&str; N],
) -> Result<[Option<String>; N], Refused> {
    let mut found = [const { None }; N];
    for (name, value) in form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
        let Some(at) = known.iter().position(|one| *one == name) else {
            return Err(Refused::parameter(format!(
                "there is no such parameter here; there are {}",
                known.join(", ")
            )));
        };
        if found[at].replace(value.into_owned()).is_some() {
            return Err(Refused::parameter(format!("{} is given twice", known[at])));
        }
    }
    Ok(found)
}

/// The number that a dead letter is called by.
pub(super) fn letter_id(path: &RawPathParams) -> Result<u64, Refused> {
    let id = part(path, "id");
    number(id).ok_or_else(|| Refused::parameter("the id of a dead letter is a number"))
}

/// A number in digits alone.
pub(super) fn number(text: &str) -> Option<u64> {
    // The parser of numbers would take a plus sign.
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit());
    is_plain.then(|| text.parse().ok())?
}

/// A variable part of the path.
pub(super) fn part<'a>(path: &'a RawPathParams, name: &str) -> &'a str {
    path.iter()
        .find_map(|(key, value)| (key == name).then_some(value))
        .unwrap_or_default()
}

/// Page or Instagram account; a page unless told otherwise.
pub(super) fn object(text: Option<&str>) -> Result<Object, Refused> {
    match text {
        None | Some("page") => Ok(Object::Page),
        Some("instagram") => Ok(Object::Instagram),
        Some(_) => Err(Refused::parameter("object is `page` or `instagram`")),
    }
}

/// Stored JSON as JSON; what is none as the text that it is.
pub(super) fn embedded(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| text.into())
}

/// The conversation of a person, by the ids that the platform has given them.
pub(super) fn conversation(object: Object, page: &str, person: &str) -> Result<Conversation, Refused> {
    for id in [page, person] {
        if id.is_empty() || id.len() > 64 || !id.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Refused::parameter(
                "a page and a person are the ids that the platform calls them by",
            ));
        }
    }
    Ok(Conversation {
        object,
        page: page.into(),
        person: Some(person.into()),
    })
}
