//! Lists, which the platform gives in pages.

use std::{
    collections::{HashSet, VecDeque},
    fmt,
    hash::{BuildHasher as _, RandomState},
};

use futures_util::{Stream, stream};
use secrecy::SecretString;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;
use url::form_urlencoded;

use super::{
    GraphError, Request,
    answer::{Answer, lenient, lenient_id},
    call::Token,
    request::Draft,
};

/// A list that the platform gives in pages: read it item by item, as a stream, or whole.
///
/// Pages are asked for when they are needed. An item that cannot be read is an error in its place and
/// does not end the list; a page that cannot be had does. Cursors that go round in a circle are MSG508, after
/// the items of the page that closes it.
///
/// The platform hides items that the token may not see, so that a page can be short or empty with more behind
/// it. A list ends where a page has no cursor, or where a page is empty and the platform names no next one.
///
/// ```
/// # use messenger_runtime::graph::{Graph, GraphError};
/// # async fn example(graph: Graph) -> Result<(), GraphError> {
/// let mut personas = graph.personas();
/// while let Some(persona) = personas.next().await {
///     println!("{}", persona?.id);
/// }
/// let all = graph.personas().limit(100).all().await?;
/// # Ok(()) }
/// ```
///
/// Platform: Paginated results, <https://developers.facebook.com/docs/graph-api/results>
#[must_use = "a list asks for nothing until it is read"]
pub struct List<T> {
    draft: Draft,
    after: Option<String>,
    seen: Seen,
    ready: VecDeque<Result<T, GraphError>>,
    ended: bool,
}

/// One page of a [`List`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ListPage<T> {
    /// The items.
    pub items: Vec<T>,
    /// The cursor to go on from, for [`List::after`]; `None` where nothing comes any more. A last page that has
    /// items can have one all the same: the page behind it is empty, and has none.
    pub after: Option<String>,
}

impl<T: DeserializeOwned> List<T> {
    pub(super) fn new(draft: Draft) -> Self {
        Self {
            draft,
            after: None,
            seen: Seen::default(),
            ready: VecDeque::new(),
            ended: false,
        }
    }

    /// How many items a page has; the platform's own choice unless set.
    pub fn limit(mut self, items: u32) -> Self {
        self.draft = self.draft.query("limit", items.to_string());
        self
    }

    /// Begins behind this cursor, see [`ListPage::after`].
    pub fn after(mut self, cursor: impl Into<String>) -> Self {
        self.after = Some(cursor.into());
        self
    }

    /// Asks with this token in place of the list's own, on every page.
    ///
    /// ```
    /// # use messenger_runtime::graph::{Graph, GraphError};
    /// # use secrecy::SecretString;
    /// # async fn example(graph: Graph, token: SecretString) -> Result<(), GraphError> {
    /// let all = graph.personas().token(token).all().await?;
    /// # Ok(()) }
    /// ```
    pub fn token(mut self, token: SecretString) -> Self {
        self.draft = self.draft.token(Token::Given(token));
        self
    }

    /// The first page alone, as a request that can be put into a batch.
    pub fn page(self) -> Request<ListPage<T>> {
        self.draft.maybe_query("after", self.after).reads(|answer| {
            let (data, onward) = Wire::read(answer)?;
            let after = onward.map_err(|what| answer.unexpected(what))?;
            let items = data
                .into_iter()
                .map(|item| read(item, answer))
                .collect::<Result<_, _>>()?;
            Ok(ListPage { items, after })
        })
    }

    /// The next item; `None` at the end.
    pub async fn next(&mut self) -> Option<Result<T, GraphError>> {
        while self.ready.is_empty() && !self.ended {
            if let Err(error) = self.turn().await {
                self.ended = true;
                return Some(Err(error));
            }
        }
        self.ready.pop_front()
    }

    /// Every item.
    ///
    /// # Errors
    ///
    /// The first [`GraphError`], of a page or of an item.
    pub async fn all(mut self) -> Result<Vec<T>, GraphError> {
        let mut all = Vec::new();
        while let Some(item) = self.next().await {
            all.push(item?);
        }
        Ok(all)
    }

    /// The items as a stream, for the combinators of the `futures` crates.
    pub fn into_stream(self) -> impl Stream<Item = Result<T, GraphError>> + Send
    where
        T: Send,
    {
        stream::unfold(self, |mut list| async move { Some((list.next().await?, list)) })
    }

    /// Asks for the next page.
    async fn turn(&mut self) -> Result<(), GraphError> {
        if let Some(after) = &self.after {
            self.seen.note(after);
        }
        let request = self.draft.clone().maybe_query("after", self.after.as_deref());
        let Request {
            graph,
            call,
            read: page,
        } = request.reads(Wire::read);
        let answer = graph.call(call?).await?;
        let (data, onward) = page(&answer)?;
        self.ready = data.into_iter().map(|item| read(item, &answer)).collect();
        let onward = onward.and_then(|after| match after {
            Some(after) if self.seen.has(&after) => Err(CIRCLE),
            after => Ok(after),
        });
        self.ended = !matches!(onward, Ok(Some(_)));
        match onward {
            Ok(after) => self.after = after,
            // What the page has comes first.
            Err(what) => self.ready.push_back(Err(answer.unexpected(what))),
        }
        Ok(())
    }
}

const CIRCLE: &str = "the cursors of the list go round in a circle";
const NO_CURSOR: &str = "the list has a next page, but no cursor to ask for it by";

/// The cursors that a list came by.
#[derive(Default)]
struct Seen {
    /// Their hashes: an item is read for each page, while a cursor can be long.
    hashes: HashSet<u64>,
    hasher: RandomState,
}

impl Seen {
    /// Begins anew when it is full: any shorter circle is still found, one round later.
    const ROOM: usize = 1 << 16;

    fn note(&mut self, cursor: &str) {
        if self.hashes.len() == Self::ROOM {
            self.hashes.clear();
        }
        self.hashes.insert(self.hasher.hash_one(cursor));
    }

    fn has(&self, cursor: &str) -> bool {
        self.hashes.contains(&self.hasher.hash_one(cursor))
    }
}

/// The cursor of the next page, none at the end, or why it cannot be had.
type Onward = Result<Option<String>, &'static str>;

#[derive(Deserialize)]
struct Wire {
    data: Option<Vec<Value>>,
    #[serde(default, deserialize_with = "lenient")]
    paging: Option<Paging>,
}

impl Wire {
    /// The items of a page, and how to go on from it.
    fn read(answer: &Answer) -> Result<(Vec<Value>, Onward), GraphError> {
        let Self { data, paging } = answer.object()?;
        let data = data.ok_or_else(|| answer.unexpected("the answer has no `data`"))?;
        let Paging { cursors, next } = paging.unwrap_or_default();
        let next = next.filter(|next| !next.is_empty());
        if data.is_empty() && next.is_none() {
            return Ok((data, Ok(None)));
        }
        let after = cursors
            .and_then(|cursors| cursors.after)
            .filter(|cursor| !cursor.is_empty());
        let after = after.or_else(|| next.as_deref().and_then(cursor_of));
        let onward = match (&after, next) {
            (None, Some(_)) => Err(NO_CURSOR),
            _ => Ok(after),
        };
        Ok((data, onward))
    }
}

#[derive(Default, Deserialize)]
struct Paging {
    #[serde(default, deserialize_with = "lenient")]
    cursors: Option<Cursors>,
    /// The address of the next page, with a token in it. It is not followed.
    #[serde(default, deserialize_with = "lenient")]
    next: Option<String>,
}

#[derive(Deserialize)]
struct Cursors {
    #[serde(default, deserialize_with = "lenient_id")]
    after: Option<String>,
}

/// The cursor in the address of a page.
fn cursor_of(next: &str) -> Option<String> {
    let (_, query) = next.split_once('?')?;
    let (_, cursor) = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "after")?;
    Some(cursor.into_owned()).filter(|cursor| !cursor.is_empty())
}

fn read<T: DeserializeOwned>(item: Value, answer: &Answer) -> Result<T, GraphError> {
    serde_json::from_value(item).map_err(|error| {
        answer.unexpected(format!(
            "an item of the list: {}",
            super::fault::parse_cause(&error)
        ))
    })
}

impl<T> fmt::Debug for List<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("List")
            .field("draft", &self.draft)
            .field("ended", &self.ended)
            .finish_non_exhaustive()
    }
}
