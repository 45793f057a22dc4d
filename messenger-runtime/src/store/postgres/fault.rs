//! What the server's errors mean to whoever asked.

use std::error::Error as _;

use tokio_postgres::error::SqlState;

use crate::store::StoreError;

/// Why a change was not made.
#[derive(Debug)]
pub(super) enum Fault {
    /// It met another one; tried again, it may pass.
    Again(String),
    /// For this input, or for now.
    Final(StoreError),
}

impl Fault {
    pub(super) fn unavailable(text: impl Into<String>) -> Self {
        Self::Final(StoreError::Unavailable(text.into()))
    }

    /// Rows that belong together do not.
    pub(super) fn damaged(what: &str) -> Self {
        Self::Final(StoreError::Broken(format!(
            "its tables contradict each other: {what}"
        )))
    }
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        Self::Final(error)
    }
}

impl From<Fault> for StoreError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Again(text) => Self::Unavailable(text),
            Fault::Final(error) => error,
        }
    }
}

impl From<tokio_postgres::Error> for Fault {
    fn from(error: tokio_postgres::Error) -> Self {
        let text = describe(&error);
        let Some(db) = error.as_db_error() else {
            // Only a value that cannot be put on the wire is the input's own fault.
            return if error.to_string().starts_with("error serializing parameter") {
                Self::Final(StoreError::Refused(text))
            } else {
                Self::unavailable(text)
            };
        };
        classify(db.code(), text)
    }
}

/// No statement can be made until somebody has changed the database: rights taken away, tables dropped or altered.
const OF_THE_TABLES: [SqlState; 6] = [
    SqlState::INSUFFICIENT_PRIVILEGE,
    SqlState::INVALID_SCHEMA_NAME,
    SqlState::UNDEFINED_TABLE,
    SqlState::UNDEFINED_COLUMN,
    SqlState::DATATYPE_MISMATCH,
    SqlState::INVALID_COLUMN_REFERENCE,
];

fn classify(code: &SqlState, text: String) -> Fault {
    if *code == SqlState::T_R_SERIALIZATION_FAILURE || *code == SqlState::T_R_DEADLOCK_DETECTED {
        return Fault::Again(text);
    }
    let error = if *code == SqlState::DISK_FULL {
        StoreError::NoSpace(text)
    } else if *code == SqlState::DATA_CORRUPTED || *code == SqlState::INDEX_CORRUPTED {
        StoreError::Broken(text)
    } else if OF_THE_TABLES.contains(code) {
        StoreError::Broken(format!(
            "the tables are not as this version made them, or its role may not use them: {text}"
        ))
    } else if *code == SqlState::QUERY_CANCELED {
        StoreError::Unavailable(format!(
            "{text}; raise the timeout of the store where this comes again"
        ))
    } else {
        match code.code().get(..2) {
            // Data exceptions, violated constraints, limits of the server.
            Some("22" | "23" | "54") => StoreError::Refused(text),
            _ => StoreError::Unavailable(text),
        }
    };
    Fault::Final(error)
}

/// The error in words: the server's message and code. Its details are left out, for they quote values.
pub(super) fn describe(error: &tokio_postgres::Error) -> String {
    if let Some(db) = error.as_db_error() {
        return format!("{} (SQLSTATE {})", db.message(), db.code().code());
    }
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(code: &str) -> Fault {
        classify(&SqlState::from_code(code), "text".to_owned())
    }

    #[test]
    fn codes_become_what_the_engine_can_act_on() {
        for code in ["40001", "40P01"] {
            assert!(matches!(of(code), Fault::Again(_)), "{code}");
        }
        assert!(matches!(of("53100"), Fault::Final(StoreError::NoSpace(_))));
        for code in ["22021", "23502", "54000"] {
            assert!(matches!(of(code), Fault::Final(StoreError::Refused(_))), "{code}");
        }
        for code in [
            "XX001", "XX002", "42501", "3F000", "42P01", "42703", "42804", "42P10",
        ] {
            assert!(matches!(of(code), Fault::Final(StoreError::Broken(_))), "{code}");
        }
        for code in [
            "57P01", "57014", "08006", "53300", "55P03", "25006", "42P05", "40003",
        ] {
            assert!(
                matches!(of(code), Fault::Final(StoreError::Unavailable(_))),
                "{code}"
            );
        }
    }
}
