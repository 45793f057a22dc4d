//! What comes back: one answer, error or gap for each call.

use std::fmt;

use bytes::Bytes;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::Value;

use super::{Batch, BatchKey, foreign_key};
use crate::graph::{
    GraphError,
    answer::{Answer, lenient},
    call::Call,
    error::Report,
    fault::Fault,
    transport::judge,
};

/// The answers to the calls of a [`Batch`].
pub struct BatchAnswers {
    batch: u64,
    answers: Vec<Result<Answer, GraphError>>,
}

impl BatchAnswers {
    /// The answer to the call with this key.
    ///
    /// # Errors
    ///
    /// The error of that call, exactly as if it had been made alone; MSG521 where the platform gave no
    /// answer to it; MSG503 for a key of another batch.
    pub fn get<T>(&self, key: &BatchKey<T>) -> Result<T, GraphError> {
        if key.batch != self.batch {
            return Err(foreign_key());
        }
        match &self.answers[key.index] {
            Ok(answer) => (key.read)(answer),
            Err(error) => Err(error.clone()),
        }
    }

    /// The errors of the calls that failed, in the order in which the calls were added.
    pub fn errors(&self) -> impl Iterator<Item = &GraphError> {
        self.answers.iter().filter_map(|answer| answer.as_ref().err())
    }
}

impl fmt::Debug for BatchAnswers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let statuses: Vec<_> = self
            .answers
            .iter()
            .map(|answer| answer.as_ref().map(|answer| answer.status))
            .collect();
        f.debug_tuple("BatchAnswers").field(&statuses).finish()
    }
}

/// One member of the platform's answer.
#[derive(Deserialize)]
struct Wire {
    code: u16,
    #[serde(default, deserialize_with = "lenient")]
    headers: Option<Vec<Header>>,
    /// JSON as a string.
    #[serde(default)]
    body: Value,
}

#[derive(Deserialize)]
struct Header {
    name: String,
    value: String,
}

impl Batch {
    /// Takes the answer to the whole apart.
    pub(in crate::graph) fn answers(
        self,
        answer: &Answer,
        secrets: &[SecretString],
    ) -> Result<BatchAnswers, GraphError> {
        let parts: Vec<Value> = answer.read()?;
        if parts.len() != self.items.len() {
            return Err(answer.unexpected(format!(
                "{} answers to the {} calls of the batch",
                parts.len(),
                self.items.len()
            )));
        }
        let secrets: Vec<_> = secrets.iter().map(SecretString::expose_secret).collect();
        let missing: Vec<_> = parts.iter().map(Value::is_null).collect();
        let succeeded: Vec<_> = (0..parts.len())
            .map(|index| self.succeeded_unsaid(index, &missing))
            .collect();
        let answers = self
            .items
            .into_iter()
            .zip(parts)
            .zip(succeeded)
            .map(|((item, part), succeeded)| {
                let call = item.call?;
                match part {
                    Value::Null if succeeded => Ok(Answer {
                        call,
                        status: 200,
                        body: Bytes::from_static(b"{}"),
                    }),
                    Value::Null => Err(GraphError::new(Report {
                        fault: Fault::Unanswered,
                        request: Some(call.kept(&secrets)),
                        status: None,
                        response: None,
                        source: None,
                    })),
                    part => part_of(part, call, &secrets),
                }
            })
            .collect();
        Ok(BatchAnswers {
            batch: self.id,
            answers,
        })
    }

    /// Whether the missing answer of this call means that it succeeded.
    fn succeeded_unsaid(&self, index: usize, missing: &[bool]) -> bool {
        if !missing[index] || !self.items[index].omit_response_on_success {
            return false;
        }
        let mut waiting = (0..self.items.len())
            .filter(|other| self.items[*other].after == Some(index))
            .peekable();
        if waiting.peek().is_none() {
            return !self
                .items
                .iter()
                .zip(missing)
                .any(|(item, missing)| *missing && !item.omit_response_on_success);
        }
        // Waiting calls stand behind the one they wait for, so that this ends.
        waiting.any(|other| !missing[other] || self.succeeded_unsaid(other, missing))
    }
}

/// Judges one answer as that of a single call is.
fn part_of(part: Value, call: Call, secrets: &[&str]) -> Result<Answer, GraphError> {
    let Ok(Wire { code, headers, body }) = serde_json::from_value(part) else {
        let answer = Answer {
            call,
            status: 200,
            body: Bytes::new(),
        };
        return Err(answer.unexpected("the answer to a call of the batch has no `code`"));
    };
    let headers: HeaderMap = headers
        .into_iter()
        .flatten()
        .filter_map(|Header { name, value }| {
            let name = HeaderName::try_from(name).ok()?;
            Some((name, HeaderValue::try_from(value).ok()?))
        })
        .collect();
    let body = match body {
        Value::String(text) => Bytes::from(text),
        Value::Null => Bytes::new(),
        other => Bytes::from(other.to_string()),
    };
    match judge(code, &headers, &body, &call, secrets) {
        Some(error) => Err(error),
        None => Ok(Answer {
            call,
            status: code,
            body,
        }),
    }
}
