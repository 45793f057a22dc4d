//! A good answer, and the forms in which the platform gives them.

use std::{collections::HashMap, fmt};

use bytes::Bytes;
use serde::{Deserialize, Deserializer, de, de::DeserializeOwned};
use serde_json::Value;

use super::{
    GraphError,
    call::Call,
    error::Report,
    fault::{Fault, parse_cause},
    redact,
};

/// A good answer, with what an error about it would need.
pub(super) struct Answer {
    pub(super) call: Call,
    pub(super) status: u16,
    pub(super) body: Bytes,
}

impl Answer {
    /// Parses the answer.
    pub(super) fn read<T: DeserializeOwned>(&self) -> Result<T, GraphError> {
        serde_json::from_slice(&self.body).map_err(|error| self.unexpected(parse_cause(&error)))
    }

    /// Parses the answer, which must be an object: serde would take an array for a struct too.
    pub(super) fn object<T: DeserializeOwned>(&self) -> Result<T, GraphError> {
        if self.body.trim_ascii_start().first() != Some(&b'{') {
            return Err(self.unexpected("the answer is not a JSON object"));
        }
        self.read()
    }

    /// The members of the answer's `data`.
    pub(super) fn data<T: DeserializeOwned>(&self) -> Result<Vec<T>, GraphError> {
        #[derive(Deserialize)]
        struct Data<T> {
            data: Vec<T>,
        }
        self.object::<Data<T>>().map(|answer| answer.data)
    }

    /// The first member of the answer's `data`, if it has any.
    pub(super) fn first<T: DeserializeOwned>(&self) -> Result<Option<T>, GraphError> {
        Ok(self.data()?.into_iter().next())
    }

    /// That the platform did what was asked: `{"success": true}`, `{"success": "true"}`,
    /// `{"result": "success"}`, or any other object that does not say it failed.
    pub(super) fn done(&self) -> Result<(), GraphError> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Flag {
            Bool(bool),
            Text(String),
            Other(de::IgnoredAny),
        }
        let answer: HashMap<String, Flag> = self.object()?;
        match answer.get("success") {
            Some(Flag::Bool(false)) => {}
            Some(Flag::Text(text)) if text == "false" => {}
            Some(Flag::Bool(true) | Flag::Text(_) | Flag::Other(_)) | None => return Ok(()),
        }
        Err(self.unexpected("the platform answered that it did not succeed"))
    }

    /// The id of what the call made.
    pub(super) fn id(&self) -> Result<String, GraphError> {
        #[derive(Deserialize)]
        struct Made {
            #[serde(default)]
            id: Id,
        }
        let made: Made = self.object()?;
        made.id
            .named()
            .ok_or_else(|| self.unexpected("the answer has no id"))
    }

    /// An error: the answer is JSON, but not what the call answers.
    pub(super) fn unexpected(&self, what: impl Into<String>) -> GraphError {
        GraphError::new(Report {
            fault: Fault::Unexpected(what.into()),
            request: Some(self.call.kept(&[])),
            status: Some(self.status),
            response: Some(redact::outline(&self.body)),
            source: None,
        })
    }
}

/// An id, which the platform writes as a string or as a number; `null` counts as missing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Id(pub(super) Option<String>);

impl Id {
    /// The id, unless it is empty.
    pub(super) fn named(self) -> Option<String> {
        self.0.filter(|id| !id.is_empty())
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum AnyId {
            Text(String),
            Unsigned(u64),
            Signed(i64),
            Missing(()),
        }
        Ok(Self(match AnyId::deserialize(deserializer)? {
            AnyId::Text(id) => Some(id),
            AnyId::Unsigned(id) => Some(id.to_string()),
            AnyId::Signed(id) => Some(id.to_string()),
            AnyId::Missing(()) => None,
        }))
    }
}

/// For `deserialize_with`: an id that may be written as a number, or be missing.
pub(super) fn maybe_id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Id::deserialize(deserializer).map(|id| id.0)
}

/// For `deserialize_with`: an id, or a time that some answers write as a number; anything else counts as
/// missing.
pub(super) fn lenient_id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let id: Option<Id> = lenient(deserializer)?;
    Ok(id.and_then(|id| id.0))
}

/// For `deserialize_with`: an id that may be written as a number.
pub(super) fn id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Id::deserialize(deserializer)?
        .0
        .ok_or_else(|| de::Error::custom("an id is a string or a number"))
}

/// For `deserialize_with`: whatever does not have the expected form counts as missing.
pub(super) fn lenient<'de, T: DeserializeOwned, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    let value = Value::deserialize(deserializer)?;
    Ok(serde_json::from_value(value).ok())
}

/// For `deserialize_with`: a list within an answer, bare or as `{"data": [..]}`. A member that cannot be
/// read does not take the others with it.
pub(super) fn nested<'de, T: DeserializeOwned, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<T>, D::Error> {
    let list = match Value::deserialize(deserializer)? {
        Value::Object(mut list) => list.remove("data").unwrap_or_default(),
        list => list,
    };
    let Value::Array(items) = list else {
        return Ok(Vec::new());
    };
    Ok(items
        .into_iter()
        .filter_map(|item| serde_json::from_value(item).ok())
        .collect())
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer")
            .field("call", &self.call)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}
