//! What the cases work with: stores without their type, things to put into them, and checks that name a clause.

mod made;

use std::{any::Any, fmt::Debug, ops::Deref, sync::Arc, time::Duration};

pub(super) use self::made::*;
use super::{Bench, Options};
use crate::{
    BoxFuture,
    store::{Appended, Claim, EventKey, NewEvent, Row, Settlement, Store, StoreError},
};

/// Why a case ended before its end.
pub(super) enum Stop {
    Broken { clause: &'static str, found: String },
    NotHere(&'static str),
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self::Broken {
            clause: "a call fails only for the reasons that its documentation names",
            found: error.to_string(),
        }
    }
}

pub(super) type Verdict<T = ()> = Result<T, Stop>;

/// A store of any type.
pub(super) struct Handle {
    store: Arc<dyn Store>,
    typed: Box<dyn Any + Send + Sync>,
}

impl Handle {
    fn new<S: Store>(store: S) -> Self {
        let store = Arc::new(store);
        let typed = Box::new(Arc::clone(&store));
        Self { store, typed }
    }

    fn typed<S: Store>(&self) -> &Arc<S> {
        self.typed.downcast_ref().expect("one bench makes one type")
    }
}

impl Deref for Handle {
    type Target = dyn Store;

    fn deref(&self) -> &Self::Target {
        &*self.store
    }
}

/// A [`Bench`] of any type.
trait AnyBench: Send + Sync {
    fn fresh(&self) -> BoxFuture<'_, Handle>;
    fn bounded(&self, events: usize) -> BoxFuture<'_, Option<Handle>>;
    fn reopen(&self, handle: Handle) -> BoxFuture<'_, Option<Handle>>;
    fn second<'a>(&'a self, handle: &'a Handle) -> BoxFuture<'a, Option<Handle>>;
}

impl<B: Bench> AnyBench for B {
    fn fresh(&self) -> BoxFuture<'_, Handle> {
        Box::pin(async move { Handle::new(Bench::fresh(self).await) })
    }

    fn bounded(&self, events: usize) -> BoxFuture<'_, Option<Handle>> {
        Box::pin(async move { Bench::bounded(self, events).await.map(Handle::new) })
    }

    fn reopen(&self, handle: Handle) -> BoxFuture<'_, Option<Handle>> {
        let typed = Arc::clone(handle.typed::<B::Store>());
        drop(handle);
        Box::pin(async move {
            let store =
                Arc::try_unwrap(typed).expect("a case has no other handle when it opens a store again");
            Bench::reopen(self, store).await.map(Handle::new)
        })
    }

    fn second<'a>(&'a self, handle: &'a Handle) -> BoxFuture<'a, Option<Handle>> {
        Box::pin(async move {
            Bench::second(self, handle.typed::<B::Store>())
                .await
                .map(Handle::new)
        })
    }
}

/// Makes stores, and waits.
#[derive(Clone)]
pub(super) struct Rig {
    bench: Arc<dyn AnyBench>,
    patience: Duration,
    deadline: Duration,
    survives: bool,
}

impl Rig {
    pub(super) fn new(bench: impl Bench, options: &Options) -> Self {
        Self {
            bench: Arc::new(bench),
            patience: options.patience,
            deadline: options.deadline,
            survives: false,
        }
    }

    pub(super) async fn fresh(&self) -> Handle {
        self.bench.fresh().await
    }

    /// A store that has room for so many events and twice as many rows.
    pub(super) async fn bounded(&self, events: usize) -> Verdict<Handle> {
        let store = self.bench.bounded(events).await;
        store.ok_or(Stop::NotHere("nothing bounds it"))
    }

    /// The store after a crash, once the leases of the dead process have run out.
    pub(super) async fn reopen(&self, store: Handle) -> Verdict<Handle> {
        let lease = store.lease().unwrap_or_default();
        let store = self.reopen_at_once(store).await?;
        self.pass(lease).await;
        Ok(store)
    }

    pub(super) async fn reopen_at_once(&self, store: Handle) -> Verdict<Handle> {
        let reopened = self.bench.reopen(store).await;
        reopened.ok_or(Stop::NotHere("nothing survives a restart"))
    }

    /// Another handle on the store, and how long leases hold.
    pub(super) async fn second(&self, store: &Handle) -> Verdict<(Handle, Duration)> {
        let lease = store
            .lease()
            .ok_or(Stop::NotHere("leases hold as long as the process"))?;
        let second = self.bench.second(store).await;
        Ok((
            second.ok_or(Stop::NotHere("only one process can have the store"))?,
            lease,
        ))
    }

    /// The same with another patience, for many short waits.
    pub(super) fn hasty(&self) -> Self {
        Self {
            patience: self.patience / 20,
            ..self.clone()
        }
    }

    /// Whether this bench's engine survives a crash, and whether it has leases that must run out first.
    pub(super) async fn probe(&mut self) -> bool {
        let store = self.fresh().await;
        let dear = store.lease().is_some();
        self.survives = self.bench.reopen(store).await.is_some();
        dear
    }

    pub(super) fn survives(&self) -> bool {
        self.survives
    }

    /// A wait that cases can wait for, and long enough to see that something waits.
    pub(super) fn short(&self) -> Duration {
        self.patience * 4
    }

    /// Lets time pass, and a little more, as the clocks of store and test may differ in the rounding.
    pub(super) async fn pass(&self, time: Duration) {
        if !time.is_zero() {
            tokio::time::sleep(time + Duration::from_millis(50)).await;
        }
    }

    /// What must come in time.
    pub(super) async fn within<T>(
        &self,
        clause: &'static str,
        coming: impl Future<Output = Result<T, StoreError>>,
    ) -> Verdict<T> {
        match tokio::time::timeout(self.deadline, coming).await {
            Ok(came) => Ok(came?),
            Err(_) => broken(clause, format!("nothing came within {:?}", self.deadline)),
        }
    }

    /// There must be room soon: a store may count now and then.
    pub(super) async fn ready(&self, store: &Handle, clause: &'static str) -> Verdict {
        let ready = async {
            while store.ready().await == Err(StoreError::Full) {
                tokio::time::sleep(self.patience / 5).await;
            }
            store.ready().await
        };
        self.within(clause, ready).await
    }

    /// What must not come.
    pub(super) async fn nothing<T: Debug>(
        &self,
        clause: &'static str,
        coming: impl Future<Output = Result<T, StoreError>>,
    ) -> Verdict {
        match tokio::time::timeout(self.patience, coming).await {
            Ok(came) => broken(clause, format!("{:?}", came?)),
            Err(_) => Ok(()),
        }
    }

    /// One conversation, which must be there to be claimed.
    pub(super) async fn claim(&self, store: &Handle, clause: &'static str) -> Verdict<Claim> {
        let claims = self.within(clause, store.claim(1, true)).await?;
        one(clause, claims)
    }

    /// One row, which must be there to be claimed.
    pub(super) async fn row(&self, store: &Handle, clause: &'static str) -> Verdict<Row> {
        let rows = self.within(clause, store.claim_outbox(1)).await?;
        one(clause, rows)
    }

    pub(super) async fn no_claim(&self, store: &Handle, clause: &'static str) -> Verdict {
        self.nothing(clause, store.claim(10, true)).await
    }

    pub(super) async fn no_row(&self, store: &Handle, clause: &'static str) -> Verdict {
        self.nothing(clause, store.claim_outbox(10)).await
    }

    /// Ends turns until no event is left; the keys in the order of their turns.
    pub(super) async fn drain(&self, store: &Handle, clause: &'static str) -> Verdict<Vec<EventKey>> {
        let mut keys = Vec::new();
        while store.backlog().await?.events > 0 {
            let mut next = Some(self.claim(store, clause).await?);
            while let Some(claim) = next {
                keys.push(claim.key);
                next = store.commit(turn(&claim)).await?.next;
            }
        }
        Ok(keys)
    }

    /// Settles rows as sent until none is left; the keys in their order.
    pub(super) async fn drain_rows(&self, store: &Handle, clause: &'static str) -> Verdict<Vec<String>> {
        let mut keys = Vec::new();
        while store.backlog().await?.rows > 0 {
            let mut next = Some(self.row(store, clause).await?);
            while let Some(row) = next {
                keys.push(row.new.key.as_ref().to_owned());
                next = store.settle(row, Settlement::Done).await?.next;
            }
        }
        Ok(keys)
    }
}

/// The clause is broken.
pub(super) fn broken<T>(clause: &'static str, found: impl Into<String>) -> Verdict<T> {
    let found = found.into();
    Err(Stop::Broken { clause, found })
}

#[expect(clippy::needless_pass_by_value, reason = "a case writes both sides in place")]
pub(super) fn same<T: PartialEq + Debug>(clause: &'static str, found: T, expected: T) -> Verdict {
    if found == expected {
        Ok(())
    } else {
        broken(clause, format!("expected {expected:?}, found {found:?}"))
    }
}

pub(super) fn one<T: Debug>(clause: &'static str, mut found: Vec<T>) -> Verdict<T> {
    match (found.len(), found.pop()) {
        (1, Some(found)) => Ok(found),
        (_, last) => broken(clause, format!("expected one, found {found:?} and {last:?}")),
    }
}

pub(super) fn some<T>(clause: &'static str, found: Option<T>) -> Verdict<T> {
    found.map_or_else(|| broken(clause, "found nothing"), Ok)
}

pub(super) fn none<T: Debug>(clause: &'static str, found: Option<T>) -> Verdict {
    found.map_or(Ok(()), |found| broken(clause, format!("found {found:?}")))
}

/// The call must have been refused with this error.
pub(super) fn refused<T: Debug>(
    clause: &'static str,
    found: Result<T, StoreError>,
    expected: &StoreError,
) -> Verdict {
    match found {
        Err(error) if error == *expected => Ok(()),
        found => broken(
            clause,
            format!("expected the error {expected:?}, found {found:?}"),
        ),
    }
}

/// Appends without asking for leases.
pub(super) async fn append(store: &Handle, events: Vec<NewEvent>) -> Verdict<Vec<Appended>> {
    Ok(store.append(events, 0).await?.events)
}
