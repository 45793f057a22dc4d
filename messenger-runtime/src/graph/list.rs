//! Lists, which the platform gives in pages.

use std::{collections::VecDeque, fmt};

use futures_util::{Stream, stream};
use secrecy::SecretString;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;

use super::{
    GraphError, Request,
    answer::{Answer, lenient},
    call::Token,
    request::Draft,
};

/// A list that the platform gives in pages: read it item by item, as a stream, or whole.
///
/// Pages are asked for when they are needed. An item that cannot be read is an error in its place and
/// does not end the list; a page that cannot be had does.
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
    ready: VecDeque<Result<T, GraphError>>,
    ended: bool,
}

/// One page of a [`List`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ListPage<T> {
    /// The items.
    pub items: Vec<T>,
    /// The cursor of the next page, for [`List::after`]; `None` on the last.
    pub after: Option<String>,
}

impl<T: DeserializeOwned> List<T> {
    pub(super) fn new(draft: Draft) -> Self {
        Self {
            draft,
            after: None,
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
            let Wire { data, paging } = answer.object()?;
            let items = data
                .into_iter()
                .map(|item| read(item, answer))
                .collect::<Result<_, _>>()?;
            Ok(ListPage {
                items,
                after: paging.and_then(Paging::after),
            })
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
        let request = self.draft.clone().maybe_query("after", self.after.as_deref());
        let (Wire { data, paging }, items) = request
            .reads(|answer| {
                let mut page: Wire = answer.object()?;
                let items: VecDeque<_> = page.data.drain(..).map(|item| read(item, answer)).collect();
                Ok((page, items))
            })
            .send()
            .await?;
        debug_assert!(data.is_empty(), "the items were taken out above");
        let after = paging.and_then(Paging::after).filter(|_| !items.is_empty());
        self.ready = items;
        // A cursor that leads to itself would go round for ever.
        self.ended = after.is_none() || after == self.after;
        self.after = after;
        Ok(())
    }
}

#[derive(Deserialize)]
struct Wire {
    #[serde(default)]
    data: Vec<Value>,
    #[serde(default, deserialize_with = "lenient")]
    paging: Option<Paging>,
}

/// Of the two ways to the next page only the cursor is followed: `next` is an address with a token in it.
#[derive(Deserialize)]
struct Paging {
    cursors: Option<Cursors>,
}

#[derive(Deserialize)]
struct Cursors {
    after: Option<String>,
}

impl Paging {
    fn after(self) -> Option<String> {
        self.cursors?.after.filter(|cursor| !cursor.is_empty())
    }
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
