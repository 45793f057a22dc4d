//! The server: accepting, the connection cap, the stop.

use std::{
    io,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use axum::Router;
use futures_util::FutureExt as _;
use tokio::{
    net::{TcpListener, TcpStream, ToSocketAddrs},
    sync::{OwnedSemaphorePermit, Semaphore, watch},
    time::{sleep, timeout},
};

use super::{
    Limits, WebhookError,
    connection::{Order, Shared},
};

/// A bound HTTP/1.1 server with the deadlines that `axum::serve` lacks.
///
/// It speaks plain HTTP; TLS is the business of the proxy in front of it (the platform only calls
/// `https` addresses with a public certificate).
///
/// ```no_run
/// use messenger_runtime::webhook::{Limits, Server, shutdown_signal};
///
/// # async fn run(router: axum::Router) -> Result<(), Box<dyn std::error::Error>> {
/// let server = Server::bind("127.0.0.1:3000").await?;
/// println!("listening on {}", server.local_addr());
/// let drained = server.serve(router, Limits::default(), shutdown_signal()?).await;
/// assert_eq!(drained.unfinished, 0);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    stop: StopHandle,
}

/// Stops a [`Server`] from anywhere. Clones stop the same server.
#[derive(Debug, Clone)]
pub struct StopHandle(watch::Sender<bool>);

impl StopHandle {
    /// Has the server stop accepting and finish what is under way. Returns at once; the server's
    /// [`serve`](Server::serve) returns when that is done.
    pub fn stop(&self) {
        self.0.send_replace(true);
    }
}

/// How a server ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "connections that were cut are worth a log line"]
pub struct Drained {
    /// Connections that were cut because they were not finished within [`Limits::grace`].
    pub unfinished: usize,
}

impl Server {
    /// Listens on `address`; port 0 takes any free port.
    ///
    /// # Errors
    ///
    /// `MSG464` when the address is taken, not this machine's, or not allowed.
    pub async fn bind(address: impl ToSocketAddrs + std::fmt::Debug) -> Result<Self, WebhookError> {
        let failed = |source| WebhookError::Bind {
            address: format!("{address:?}"),
            source,
        };
        let listener = TcpListener::bind(&address).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        Ok(Self {
            listener,
            address,
            stop: StopHandle(watch::Sender::new(false)),
        })
    }

    /// The address in use, with its actual port.
    #[must_use]
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// A handle that stops this server.
    #[must_use]
    pub fn stop_handle(&self) -> StopHandle {
        self.stop.clone()
    }

    /// Serves `router` until `shutdown` completes or a [`StopHandle`] stops it, then drains.
    ///
    /// Draining: connections that the system had already completed are still accepted, then the port is
    /// closed; idle connections are closed, requests under way are answered (with `Connection: close`);
    /// what is not finished after [`Limits::grace`] is cut. Dropping this future cuts everything at once.
    pub async fn serve(self, router: Router, limits: Limits, shutdown: impl Future<Output = ()>) -> Drained {
        let Self { listener, stop, .. } = self;
        let (cap, grace) = (limits.connection_cap(), limits.grace);
        if cap < limits.connections {
            tracing::info!(
                cap,
                asked = limits.connections,
                "connection cap lowered to half of the open files"
            );
        }
        let slots = Arc::new(Semaphore::new(cap));
        let shared = Arc::new(Shared {
            router,
            limits,
            full: AtomicBool::new(false),
        });
        let orders = watch::Sender::new(Order::Serve);
        let spawn = |stream, slot| {
            let connection = Arc::clone(&shared).serve(stream, orders.subscribe());
            tokio::spawn(async move {
                connection.await;
                drop(slot);
            });
        };

        let mut stopped = stop.0.subscribe();
        let stopped = async move { drop(stopped.wait_for(|stopped| *stopped).await) };
        let accepting = async {
            loop {
                let Some(slot) = free(&slots, &shared.full).await else {
                    return;
                };
                spawn(accept(&listener).await, slot);
            }
        };
        tokio::select! {
            () = shutdown => {}
            () = stopped => {}
            () = accepting => {}
        }

        // To the peers of these the connection stands; closing the port would reset it.
        tokio::task::yield_now().await;
        while let Ok(slot) = Arc::clone(&slots).try_acquire_owned()
            && let Some(Ok((stream, _))) = listener.accept().now_or_never()
        {
            spawn(stream, slot);
        }
        drop(listener);
        orders.send_replace(Order::Drain);
        let all = u32::try_from(cap).unwrap_or(u32::MAX);
        let unfinished = match timeout(grace, slots.acquire_many(all)).await {
            Ok(_) => 0,
            Err(_) => cap - slots.available_permits(),
        };
        orders.send_replace(Order::Cut);
        Drained { unfinished }
    }
}

/// A slot for the next connection; `full` says whether there is none.
async fn free(slots: &Arc<Semaphore>, full: &AtomicBool) -> Option<OwnedSemaphorePermit> {
    if let Ok(slot) = Arc::clone(slots).try_acquire_owned() {
        return Some(slot);
    }
    full.store(true, Ordering::Relaxed);
    let slot = Arc::clone(slots).acquire_owned().await.ok();
    full.store(false, Ordering::Relaxed);
    slot
}

/// The next connection. What fails is the peer's or passes; neither ends the server.
async fn accept(listener: &TcpListener) -> TcpStream {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => return stream,
            Err(error) if is_of_the_peer(&error) => {}
            Err(error) => {
                // Usually the limit of open files: the connection stays queued, so asking again at
                // once would spin.
                tracing::warn!(%error, "cannot accept connections, trying again in 100 ms");
                sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

fn is_of_the_peer(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(
        error.kind(),
        ConnectionAborted | ConnectionRefused | ConnectionReset
    )
}
