//! What SQLite's errors mean for whoever asked.

use rusqlite::ErrorCode;

use crate::store::StoreError;

/// Why an operation came to nothing.
#[derive(Debug)]
pub(super) enum Failure {
    /// A statement failed: the transaction has to be rolled back.
    Sql(rusqlite::Error),
    /// It is refused; what it has changed so far stays.
    Answer(StoreError),
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sql(error)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Answer(error)
    }
}

/// What an error of SQLite means.
///
/// After an error of input or output nobody knows what is on the disk, so nothing may be acknowledged any more:
/// <https://www.sqlite.org/rescode.html>, and for `fsync` <https://wiki.postgresql.org/wiki/Fsync_Errors>.
pub(super) fn meaning(error: &rusqlite::Error) -> StoreError {
    let text = error.to_string();
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => StoreError::NoSpace(text),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            StoreError::Unavailable(format!("another program keeps the file locked ({text})"))
        }
        Some(
            ErrorCode::ConstraintViolation
            | ErrorCode::TooBig
            | ErrorCode::TypeMismatch
            | ErrorCode::ParameterOutOfRange,
        ) => StoreError::Refused(text),
        _ => StoreError::Broken(text),
    }
}
