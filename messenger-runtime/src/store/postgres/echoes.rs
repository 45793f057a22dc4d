//! Echoes of rows in doubt or in flight.

use std::{collections::HashSet, sync::Arc};

use super::{
    database::{Connection, Database, change},
    fault::Fault,
    name,
};
use crate::store::NewEvent;

/// The echo of a row.
#[derive(Clone)]
pub(super) struct Echo {
    pub(super) key: Arc<str>,
    /// Where the row may stand: the event's conversation and that of its page.
    pub(super) names: [Vec<u8>; 2],
}

impl Echo {
    /// The echo that an event of the conversation `name` is.
    pub(super) fn of(new: &NewEvent, name: &[u8]) -> Option<Self> {
        let page = || name::of_page(new.conversation.object, &new.conversation.page);
        new.echoes.as_ref().map(|key| Self {
            key: Arc::clone(key),
            names: [name.to_vec(), page()],
        })
    }
}

/// Notes the echoes of rows in flight and settles those in doubt, in a transaction that has locked their conversations; the
/// keys that were settled.
pub(super) async fn settle(
    connection: &Connection<'_>,
    echoes: &[&Echo],
) -> Result<Vec<tokio_postgres::Row>, Fault> {
    let sql = connection.sql;
    let all: Vec<&[u8]> = echoes.iter().flat_map(|echo| names(echo)).collect();
    // A conversation that began since they were locked has no row that was sent before. Nobody waits for it here, where
    // it would be out of order.
    let held = connection.query(&sql.lock_free, &[&all]).await?;
    let held: HashSet<&[u8]> = held.iter().map(|row| row.get(0)).collect();
    // The page's own conversation is named twice where it is the event's.
    let mut lines = HashSet::new();
    for echo in echoes {
        let held = names(echo).filter(|name| held.contains(name));
        lines.extend(held.map(|name| (name, echo.key.as_bytes())));
    }
    let (names, keys): (Vec<&[u8]>, Vec<&[u8]>) = lines.into_iter().unzip();
    connection.query(&sql.echo, &[&names, &keys]).await
}

fn names(echo: &Echo) -> impl Iterator<Item = &[u8]> {
    echo.names.iter().map(Vec::as_slice)
}

/// Settles the echoes of events that found no room. What cannot be settled now is when the platform delivers again.
pub(super) async fn settle_alone(database: &Database, echoes: &[Echo]) {
    if echoes.is_empty() {
        return;
    }
    let echoes: Vec<&Echo> = echoes.iter().collect();
    let locked: Vec<&[u8]> = echoes.iter().flat_map(|echo| names(echo)).collect();
    let settled = change!(database, connection, {
        connection.begin_locked(&locked).await?;
        let settled = settle(connection, &echoes).await?;
        connection.commit().await?;
        Ok(settled.len())
    });
    match settled {
        Ok(0) => {}
        Ok(_) => database.rows_wait(),
        Err(error) => tracing::debug!(%error, "the echoes of refused events are not settled yet"),
    }
}
