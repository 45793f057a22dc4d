//! The listener itself: where, and from when to when.

use std::{
    net::{Ipv4Addr, SocketAddr, SocketAddrV4},
    sync::Arc,
    time::Duration,
};

use secrecy::SecretString;
use tokio::task::JoinHandle;

use super::{Access, OperatorError, Subject, router};
use crate::webhook::{Limits, Server, StopHandle, WebhookError};

/// Where the operator listener listens unless told otherwise.
const DEFAULT: SocketAddr = SocketAddr::V4(SocketAddrV4::new(Ipv4Addr::LOCALHOST, 3001));

/// Where the operator listener listens: `MESSENGER_OPERATOR_ADDR`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum OperatorAddress {
    /// On `127.0.0.1:3001`. Where another program has that port, the bot runs without, and says so.
    #[default]
    Default,
    /// There. Where it cannot, the bot does not start. An address that is not a loopback one needs a token.
    At(SocketAddr),
    /// Nowhere.
    Off,
}

impl OperatorAddress {
    /// The address, unless there is none.
    #[must_use]
    pub fn address(self) -> Option<SocketAddr> {
        match self {
            Self::Default => Some(DEFAULT),
            Self::At(address) => Some(address),
            Self::Off => None,
        }
    }
}

/// A listener at work; dropping it cuts it off.
#[derive(Debug)]
pub(crate) struct Listener {
    address: SocketAddr,
    stop: StopHandle,
    task: JoinHandle<()>,
}

impl Listener {
    /// Starts to listen and to answer; `None` where there is to be none, or the usual address is taken.
    ///
    /// # Errors
    ///
    /// Others could reach it and there is no token, or the address that was asked for is not to be had.
    pub(crate) async fn start(
        wanted: OperatorAddress,
        token: Option<SecretString>,
        subject: Arc<Subject>,
    ) -> Result<Option<Self>, OperatorError> {
        let Some(address) = wanted.address() else {
            return Ok(None);
        };
        let access = match token {
            Some(token) => Access::token(token)?,
            None if address.ip().is_loopback() => Access::Local,
            None => return Err(OperatorError::NoToken),
        };
        let server = match Server::bind(address).await {
            Ok(server) => server,
            Err(WebhookError::Bind { source, .. }) if wanted != OperatorAddress::Default => {
                return Err(OperatorError::Bind { address, source });
            }
            Err(_) => {
                tracing::warn!(
                    %address,
                    "another program has the operator listener's usual port; this bot runs without the \
                     listener: choose an address with MESSENGER_OPERATOR_ADDR, or `off`"
                );
                return Ok(None);
            }
        };
        let (address, stop) = (server.local_addr(), server.stop_handle());
        let router = router(subject, access);
        let task = tokio::spawn(async move {
            let _ = server.serve(router, limits(), std::future::pending()).await;
        });
        Ok(Some(Self { address, stop, task }))
    }

    /// Where it listens, with the actual port.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers what is under way and ends.
    pub(crate) async fn end(mut self) {
        self.stop.stop();
        // It was not aborted, and a panic in it has been logged.
        let _ = (&mut self.task).await;
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// A few requests of a few bytes each.
fn limits() -> Limits {
    Limits {
        connections: 64,
        grace: Duration::from_secs(1),
        body_bytes: 1 << 10,
        ..Limits::default()
    }
}
