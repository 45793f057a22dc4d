//! Batches: up to fifty calls in one request.
//!
//! Platform: Batch requests, <https://developers.facebook.com/docs/graph-api/batch-requests>

mod answers;
mod wire;

use std::{
    fmt,
    sync::atomic::{AtomicU64, Ordering},
};

use secrecy::SecretString;

use super::{
    App, Graph, GraphError, RawRequest, Request, SendRequest, SenderActionRequest,
    answer::Answer,
    call::{Call, Token},
};
use crate::BoxFuture;
pub use answers::{BatchAnswers, BatchError};

/// Tells the keys of one batch from those of another.
static BATCHES: AtomicU64 = AtomicU64::new(0);

/// Calls that leave together, 1 to 50 of them; awaiting it makes them.
///
/// Each call goes in as a [`Request`] and leaves a [`BatchKey`], under which its answer is found, with
/// its own type. A call that fails does not fail the others:
///
/// ```
/// # use messenger_runtime::graph::{Graph, GraphError};
/// # async fn example(graph: Graph, psid: &str) -> Result<(), GraphError> {
/// let mut batch = graph.batch();
/// let profile = batch.add(graph.profile(psid));
/// let owner = batch.add(graph.thread_owner(psid));
/// let answers = batch.await?;
/// println!("{:?} is with {:?}", answers.get(&profile)?.first_name(), answers.get(&owner)?);
/// # Ok(()) }
/// ```
///
/// **Order.** The platform makes the calls of a batch side by side, in any order. Where the order matters,
/// say so: [`after`](Self::after) for one call, [`in_order`](Self::in_order) for all messages to each
/// person. Two messages to one person without that are sent with a warning in the log. Do not put
/// `typing_on` and `typing_off` into one batch, not even in order: nobody would see the typing.
///
/// **Doubt.** A large batch can take the platform too long. Answers that were not ready are then missing
/// (MSG521); such a send may have arrived. A call that waits for one that failed for sure was not made
/// (MSG522). A batch is tried again like a single call: where it may have arrived only if every call in it
/// can be repeated, as reads can.
///
/// **Limits.** Each call counts as one against the platform's rates, and the batch leaves when each has its
/// turn: where one comes too late for the time-out, it is MSG518 at once. It may take as long as the slowest
/// of its calls may. An empty batch and one of more than 50 calls are MSG517. A call that cannot be made (a
/// violated limit, `Unsupported`) is the error of the whole batch, and nothing leaves; so is one with a file's
/// content in it, which is uploaded beforehand and sent by its attachment id.
///
/// **Tokens.** A call made for another page, for the app or with [`Request::token`] carries that token.
/// The batch's own stands in the body of the request, where the platform wants it; hooks and errors do
/// not show it.
///
/// Platform: Batch requests, <https://developers.facebook.com/docs/graph-api/batch-requests>
#[must_use = "a batch does nothing until it is awaited"]
pub struct Batch {
    id: u64,
    graph: Graph,
    token: Token,
    include_headers: bool,
    in_order: bool,
    items: Vec<Item>,
    /// What [`result`](Self::result) gave out.
    references: Vec<String>,
}

/// A call in a batch.
struct Item {
    graph: Graph,
    call: Result<Call, GraphError>,
    name: Option<String>,
    /// The call that must have succeeded before.
    after: Option<usize>,
    /// Whether something else in the batch builds on it.
    awaited: bool,
    omit_response_on_success: bool,
}

/// Where the answer to one call of a batch is found.
pub struct BatchKey<T> {
    batch: u64,
    index: usize,
    read: fn(&Answer) -> Result<T, GraphError>,
}

/// A call that is being put into a [`Batch`].
#[must_use = "the call is put into the batch by `add`"]
pub struct BatchCall<'b> {
    batch: &'b mut Batch,
    name: Option<String>,
    after: Result<Option<usize>, GraphError>,
}

impl Graph {
    /// Begins a batch with the page's token.
    pub fn batch(&self) -> Batch {
        Batch::new(self.clone(), Token::Page)
    }
}

impl App {
    /// Begins a batch with the app's own token.
    pub fn batch(&self) -> Batch {
        Batch::new(self.graph().clone(), Token::App)
    }
}

impl Batch {
    fn new(graph: Graph, token: Token) -> Self {
        Self {
            id: BATCHES.fetch_add(1, Ordering::Relaxed),
            graph,
            token,
            include_headers: true,
            in_order: false,
            items: Vec::new(),
            references: Vec::new(),
        }
    }

    /// Makes the batch, with the calls of its page in it, with this token in place of the page's. Calls for
    /// another page, for the app or with [`Request::token`] keep theirs.
    pub fn token(mut self, token: SecretString) -> Self {
        self.token = Token::Given(token);
        self
    }

    /// Whether the answers come with their headers, as they do unless this says otherwise. Without them
    /// nothing is known of how long a throttled call is to wait.
    pub fn include_headers(mut self, include: bool) -> Self {
        self.include_headers = include;
        self
    }

    /// Sends what goes to one person in the order in which it was added: each message and sender action
    /// waits for the one before. Where one fails, those behind it are not sent. People do not wait for each
    /// other; a call with an [`after`](Self::after) of its own keeps that.
    pub fn in_order(mut self) -> Self {
        self.in_order = true;
        self
    }

    /// Adds a call.
    pub fn add<T>(&mut self, request: impl Into<Request<T>>) -> BatchKey<T> {
        self.call().add(request)
    }

    /// Adds a call whose answer is left out when it succeeds (`omit_response_on_success`).
    pub fn add_omitting<T>(&mut self, request: impl Into<Request<T>>) -> BatchKey<()> {
        self.call().add_omitting(request)
    }

    /// Begins a call under this name, which must be the only one of its kind. Calls that others build on
    /// have a name anyhow: `call` and their number, so that a name of that form is MSG503.
    pub fn named(&mut self, name: impl Into<String>) -> BatchCall<'_> {
        self.call().named(name)
    }

    /// Begins a call that is made after `earlier` has succeeded (`depends_on`).
    ///
    /// ```
    /// # use messenger_runtime::graph::{Graph, GraphError};
    /// # async fn example(graph: Graph, psid: &str) -> Result<(), GraphError> {
    /// let mut batch = graph.batch();
    /// let first = batch.add(graph.send(psid, "Your order is ready."));
    /// let second = batch.after(&first).add(graph.send(psid, "See you soon!"));
    /// let answers = batch.await?;
    /// answers.get(&first)?;
    /// answers.get(&second)?;
    /// # Ok(()) }
    /// ```
    pub fn after<T>(&mut self, earlier: &BatchKey<T>) -> BatchCall<'_> {
        self.call().after(earlier)
    }

    /// A reference to a part of the answer to `earlier`, by its `JSONPath`, to be used as an id in the
    /// path or as a parameter in the query of a later call. The platform puts the value in its place, and makes that call after `earlier`.
    ///
    /// ```
    /// # use messenger_runtime::graph::{Graph, GraphError};
    /// # async fn example(graph: Graph, psid: &str) -> Result<(), GraphError> {
    /// let mut batch = graph.batch();
    /// let sent = batch.add(graph.send(psid, "Hello!"));
    /// let recipient = batch.result(&sent, "$.recipient_id");
    /// let profile = batch.after(&sent).add(graph.profile(&recipient));
    /// # Ok(()) }
    /// ```
    ///
    /// A key of another batch gives a reference that no call can resolve.
    pub fn result<T>(&mut self, earlier: &BatchKey<T>, json_path: &str) -> String {
        let name = if earlier.batch == self.id {
            self.items[earlier.index].awaited = true;
            self.name(earlier.index)
        } else {
            "a-call-of-another-batch".to_owned()
        };
        let reference = format!("{{result={name}:{json_path}}}");
        self.references.push(reference.clone());
        reference
    }

    /// How many calls it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether it has no call yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    fn call(&mut self) -> BatchCall<'_> {
        BatchCall {
            batch: self,
            name: None,
            after: Ok(None),
        }
    }

    fn name(&self, index: usize) -> String {
        let given = self.items[index].name.clone();
        given.unwrap_or_else(|| format!("call{index}"))
    }

    /// Makes the calls.
    ///
    /// # Errors
    ///
    /// Any [`GraphError`] that concerns the batch as a whole; those of single calls are in the answers.
    pub async fn send(mut self) -> Result<BatchAnswers, GraphError> {
        if self.in_order {
            self.chain();
        }
        let (call, secrets) = self.wire()?;
        self.warn_of_order();
        let answer = self.graph.call(call).await?;
        self.answers(&answer, &secrets).await
    }
}

impl BatchCall<'_> {
    /// Gives the call this name.
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Makes the call after `earlier` has succeeded. The last one said holds: a call waits for one other.
    pub fn after<T>(mut self, earlier: &BatchKey<T>) -> Self {
        self.after = if earlier.batch == self.batch.id {
            Ok(Some(earlier.index))
        } else {
            Err(foreign_key())
        };
        self
    }

    /// Adds the call.
    #[expect(
        clippy::should_implement_trait,
        reason = "it adds to the batch, as `Batch::add` does"
    )]
    pub fn add<T>(self, request: impl Into<Request<T>>) -> BatchKey<T> {
        let Request { graph, call, read } = request.into();
        self.push(graph, call, read, false)
    }

    /// Adds the call, whose answer is left out when it succeeds (`omit_response_on_success`).
    ///
    /// Reading it then tells whether it failed. Where the batch ran out of time, that an answer is missing
    /// says nothing by itself: it counts as success only if a call that waits for it was answered, or if no
    /// other answer is missing.
    pub fn add_omitting<T>(self, request: impl Into<Request<T>>) -> BatchKey<()> {
        let Request { graph, call, .. } = request.into();
        self.push(graph, call, |_| Ok(()), true)
    }

    fn push<T>(
        self,
        graph: Graph,
        call: Result<Call, GraphError>,
        read: fn(&Answer) -> Result<T, GraphError>,
        omit_response_on_success: bool,
    ) -> BatchKey<T> {
        let Self { batch, name, after } = self;
        let (after, call) = match after {
            Ok(after) => (after, call),
            Err(error) => (None, call.and(Err(error))),
        };
        let call = match &name {
            Some(name) if is_default(name) => call.and(Err(GraphError::request(
                format!("the name `{name}` stands for a call of the batch without a name"),
                None,
            ))),
            _ => call,
        };
        if let Some(earlier) = after {
            batch.items[earlier].awaited = true;
        }
        batch.items.push(Item {
            graph,
            call,
            name,
            after,
            awaited: false,
            omit_response_on_success,
        });
        BatchKey {
            batch: batch.id,
            index: batch.items.len() - 1,
            read,
        }
    }
}

/// Whether calls without a name have names like this.
fn is_default(name: &str) -> bool {
    name.strip_prefix("call")
        .is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
}

fn foreign_key() -> GraphError {
    GraphError::request("a key of another batch", None)
}

impl<T> BatchKey<T> {
    /// The number of the call in its batch, counted from 0.
    #[must_use]
    pub fn index(&self) -> usize {
        self.index
    }
}

impl IntoFuture for Batch {
    type Output = Result<BatchAnswers, GraphError>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

impl From<SendRequest> for Request<super::Sent> {
    fn from(request: SendRequest) -> Self {
        request.request()
    }
}

impl From<SenderActionRequest> for Request<super::Sent> {
    fn from(request: SenderActionRequest) -> Self {
        request.request()
    }
}

impl From<RawRequest> for Request<serde_json::Value> {
    fn from(request: RawRequest) -> Self {
        request.request()
    }
}

impl fmt::Debug for Batch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let calls: Vec<_> = self.items.iter().map(|item| &item.call).collect();
        f.debug_struct("Batch")
            .field("calls", &calls)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for BatchCall<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BatchCall")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for BatchKey<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BatchKey")
            .field("index", &self.index)
            .finish_non_exhaustive()
    }
}
