//! What the tests stand on: a bot on a real socket, a Graph API that records, bodies signed as the platform
//! signs them.

#[cfg(test)]
mod corpus_events;
pub mod corpus_expect;
pub mod faulty;
pub mod graph;
pub mod postgres_server;
pub mod postgres_session;
pub mod shelf;
pub mod sign;
pub mod stage;
pub mod temp;

pub use graph::MockGraph;
pub use postgres_server::PostgresServer;
pub use postgres_session::PostgresSession;
pub use stage::Stage;
pub use temp::TempDir;
