//! What comes back: one answer, error or gap for each call.

use std::fmt;

use bytes::Bytes;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::Value;

use super::{Batch, BatchKey, Item, foreign_key};
use crate::graph::{
    GraphError,
    answer::{Answer, lenient},
    call::{Call, Token},
    error::Report,
    fault::Fault,
    pacing::Outcome,
    transport::judge,
};

/// The answers to the calls of a [`Batch`].
pub struct BatchAnswers {
    batch: u64,
    answers: Vec<Result<Answer, GraphError>>,
    /// Those that the calls were given.
    names: Vec<Option<String>>,
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
    ///
    /// ```
    /// # use messenger_runtime::graph::BatchAnswers;
    /// # fn example(answers: &BatchAnswers) {
    /// for failed in answers.errors() {
    ///     eprintln!("call {} {:?}: {}", failed.index, failed.name, failed.error);
    /// }
    /// # }
    /// ```
    pub fn errors(&self) -> impl Iterator<Item = BatchError<'_>> {
        let answers = self.answers.iter().zip(&self.names).enumerate();
        answers.filter_map(|(index, (answer, name))| {
            Some(BatchError {
                index,
                name: name.as_deref(),
                error: answer.as_ref().err()?,
            })
        })
    }
}

/// A call of a batch that failed.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct BatchError<'a> {
    /// The number of the call, counted from 0 in the order in which the calls were added; that of its
    /// [`BatchKey::index`].
    pub index: usize,
    /// The name that the call was given by [`Batch::named`].
    pub name: Option<&'a str>,
    /// What went wrong.
    pub error: &'a GraphError,
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
    pub(in crate::graph) async fn answers(
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
        let mut heard = Vec::new();
        // A call stands behind the one it waits for, whose answer is therefore known.
        let mut known: Vec<Option<Result<Answer, GraphError>>> = Vec::with_capacity(parts.len());
        for (item, part) in self.items.iter().zip(parts) {
            let call = item.call.clone()?;
            let before = item.after.and_then(|earlier| known[earlier].as_ref());
            let judged = match (part, before) {
                (Value::Null, Some(Err(before))) if !before.is_doubtful() => {
                    let fault = Fault::NotReached(before.action());
                    Some(Err(without_answer(fault, &call, &secrets)))
                }
                (Value::Null, _) => None,
                (part, _) => {
                    let (headers, judged) = part_of(part, call, &secrets);
                    heard.push((item, headers, judged.as_ref().err().cloned()));
                    Some(judged)
                }
            };
            known.push(judged);
        }
        self.hear(heard).await;
        let missing: Vec<_> = known.iter().map(Option::is_none).collect();
        let succeeded: Vec<_> = (0..missing.len())
            .map(|index| self.succeeded_unsaid(index, &missing))
            .collect();
        let mut names = Vec::with_capacity(known.len());
        let mut answers = Vec::with_capacity(known.len());
        for ((item, known), succeeded) in self.items.into_iter().zip(known).zip(succeeded) {
            let call = item.call?;
            names.push(item.name);
            answers.push(match known {
                Some(known) => known,
                None if succeeded => Ok(Answer {
                    call,
                    status: 200,
                    body: Bytes::from_static(b"{}"),
                }),
                None => Err(without_answer(Fault::Unanswered, &call, &secrets)),
            });
        }
        Ok(BatchAnswers {
            batch: self.id,
            answers,
            names,
        })
    }

    /// Heeds the answers as those of single calls: what they tell about the rates, and ids that are refused.
    async fn hear(&self, mut heard: Vec<(&Item, HeaderMap, Option<GraphError>)>) {
        // A success beside a refusal does not mean that the platform has calmed down.
        heard.sort_by_key(|(_, _, error)| error.is_none());
        for (item, headers, error) in heard {
            let (Ok(call), graph) = (&item.call, &item.graph) else {
                continue;
            };
            let page = graph.page_state();
            let own = matches!(call.token, Token::Page) && graph.page_id() == self.graph.page_id();
            let token = if own { &self.token } else { &call.token };
            let result = error.as_ref().map_or(Ok(Outcome::Passed), Err);
            graph.inner().note(page, token, &headers, result);
            if let Some(error) = &error {
                graph.inner().forget_refused(page, call, error).await;
            }
        }
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

fn without_answer(fault: Fault, call: &Call, secrets: &[&str]) -> GraphError {
    GraphError::new(Report {
        fault,
        request: Some(call.kept(secrets)),
        status: None,
        response: None,
        source: None,
    })
}

/// Judges one answer as that of a single call is.
fn part_of(part: Value, call: Call, secrets: &[&str]) -> (HeaderMap, Result<Answer, GraphError>) {
    let Ok(Wire { code, headers, body }) = serde_json::from_value(part) else {
        let answer = Answer {
            call,
            status: 200,
            body: Bytes::new(),
        };
        let error = answer.unexpected("the answer to a call of the batch has no `code`");
        return (HeaderMap::new(), Err(error));
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
    let judged = match judge(code, &headers, &body, &call, secrets) {
        Some(error) => Err(error),
        None => Ok(Answer {
            call,
            status: code,
            body,
        }),
    };
    (headers, judged)
}
