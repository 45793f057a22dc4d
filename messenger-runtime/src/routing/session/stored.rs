//! The form in which sessions are stored: `{"version": 1, "data": ..}` by name.

use std::{
    collections::BTreeMap,
    error::Error,
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};

use super::{NoMigration, SessionState};

/// The sessions of a conversation by name, none of them read.
pub(crate) type StoredSessions = BTreeMap<String, Json>;

/// A JSON value as it is stored.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Json(Box<RawValue>);

impl Json {
    pub(crate) fn text(&self) -> &str {
        self.0.get()
    }
}

impl From<Box<RawValue>> for Json {
    fn from(raw: Box<RawValue>) -> Self {
        Self(raw)
    }
}

impl PartialEq for Json {
    fn eq(&self, other: &Self) -> bool {
        self.text() == other.text()
    }
}

impl Eq for Json {}

impl fmt::Debug for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Json({} bytes)", self.text().len())
    }
}

#[derive(Serialize, Deserialize)]
struct Envelope<'a> {
    version: u32,
    #[serde(borrow)]
    data: &'a RawValue,
}

/// The value that is stored, brought to today's version.
pub(super) fn read<T: SessionState>(stored: &Json) -> Result<T, Fault> {
    let envelope: Envelope<'_> = serde_json::from_str(stored.text()).map_err(|error| Fault {
        version: None,
        kind: FaultKind::Envelope(Arc::new(error)),
    })?;
    let fault = |kind| Fault {
        version: Some(envelope.version),
        kind,
    };
    // The user's own code reads it, and a panic must not take the turn with it.
    catch_unwind(AssertUnwindSafe(|| {
        let data = envelope.data.get();
        if envelope.version == T::VERSION {
            return serde_json::from_str(data).map_err(|error| fault(FaultKind::Data(Arc::new(error))));
        }
        let data = serde_json::from_str(data).map_err(|error| fault(FaultKind::Data(Arc::new(error))))?;
        T::migrate(envelope.version, data).map_err(|error| fault(FaultKind::Migrate(error.into())))
    }))
    .unwrap_or_else(|_panic| Err(fault(FaultKind::Panicked)))
}

/// The form in which `value` is stored; it was read back from that.
pub(super) fn write<T: SessionState>(value: &T) -> Result<Json, serde_json::Error> {
    let data = to_raw_value(value)?;
    serde_json::from_str::<T>(data.get())?;
    let envelope = Envelope {
        version: T::VERSION,
        data: &data,
    };
    to_raw_value(&envelope).map(Json)
}

/// Why a stored session cannot be read.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) version: Option<u32>,
    kind: FaultKind,
}

#[derive(Debug)]
enum FaultKind {
    Envelope(Arc<serde_json::Error>),
    Data(Arc<serde_json::Error>),
    Migrate(Arc<dyn Error + Send + Sync>),
    Panicked,
}

impl Fault {
    /// In words, without anything that is stored: what `serde` says may quote it, and so may `migrate`.
    pub(super) fn text(&self) -> String {
        match &self.kind {
            FaultKind::Envelope(error) => {
                format!("it has no `version` and `data`, {}", Place(error))
            }
            FaultKind::Data(error) => format!("its data does not fit the type, {}", Place(error)),
            FaultKind::Migrate(error) => match (
                error.downcast_ref::<NoMigration>(),
                error.downcast_ref::<serde_json::Error>(),
            ) {
                (Some(error), _) => error.to_string(),
                (_, Some(error)) => format!("`migrate` failed, {}", Place(error)),
                _ => "`migrate` failed".to_owned(),
            },
            FaultKind::Panicked => "the code that reads it panicked".to_owned(),
        }
    }

    /// The error itself, which may quote what is stored.
    pub(super) fn source(self) -> Option<Arc<dyn Error + Send + Sync>> {
        match self.kind {
            FaultKind::Envelope(error) | FaultKind::Data(error) => Some(error),
            FaultKind::Migrate(error) => Some(error),
            FaultKind::Panicked => None,
        }
    }
}

/// Where `serde_json` stopped and over what, without a quote.
pub(crate) struct Place<'e>(pub(crate) &'e serde_json::Error);

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use serde_json::error::Category;
        let what = match self.0.classify() {
            Category::Io => "writing failed",
            Category::Syntax => "a syntax error",
            Category::Data => "a value of another type or a missing one",
            Category::Eof => "its end is missing",
        };
        f.write_str(what)?;
        match self.0.line() {
            0 => Ok(()),
            line => write!(f, " (line {line}, column {})", self.0.column()),
        }
    }
}
