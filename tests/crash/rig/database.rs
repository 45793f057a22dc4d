//! A PostgreSQL of this run's own, whose first process can be killed.

use std::{io, sync::Arc};

use messenger_tests::PostgresServer;
use tokio::task::spawn_blocking;

/// A throwaway cluster.
#[derive(Debug, Clone)]
pub(crate) struct Database(Arc<PostgresServer>);

impl Database {
    /// Whether there is a server to make one with.
    pub(crate) fn is_installed() -> bool {
        PostgresServer::is_installed()
    }

    /// Makes a cluster and starts it.
    pub(crate) async fn make() -> io::Result<Self> {
        let server = blocking(PostgresServer::start).await?;
        Ok(Self(Arc::new(server)))
    }

    pub(crate) fn url(&self) -> String {
        self.0.url()
    }

    /// Ends its first process with `kill -9`, and so all others.
    pub(crate) async fn kill(&self) -> io::Result<()> {
        let server = Arc::clone(&self.0);
        blocking(move || server.kill()).await
    }

    /// Starts it again.
    pub(crate) async fn start(&self) -> io::Result<()> {
        let server = Arc::clone(&self.0);
        blocking(move || server.up()).await
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, String> + Send + 'static,
) -> io::Result<T> {
    spawn_blocking(work)
        .await
        .map_err(io::Error::other)?
        .map_err(io::Error::other)
}
