//! One connection from its accepting to its end.

use std::{
    convert::Infallible,
    future::poll_fn,
    pin::{Pin, pin},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::Poll,
    time::Duration,
};

use axum::{Router, body::Body, extract::Request};
use hyper::{
    body::Incoming,
    header::{CONNECTION, HeaderValue},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    io::AsyncReadExt as _,
    net::TcpStream,
    sync::watch,
    time::{Instant, Sleep, sleep, sleep_until, timeout},
};
use tower::Service as _;

use super::{
    Limits,
    body::Timed,
    limits::later,
    progress::{Answer, Progress, Wire},
};

/// What the connections of a server have to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Order {
    /// Serve requests.
    Serve,
    /// Finish the request under way and close.
    Drain,
    /// Close now.
    Cut,
}

/// How long a connection that was made just before the stop may wait for its first byte.
const LAST_ARRIVAL: Duration = Duration::from_millis(250);

/// How long, and how much, is read and thrown away after an early answer.
const LINGER: Duration = Duration::from_secs(1);
const LINGER_BYTES: usize = 4 << 20;

/// How a connection ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// By HTTP's own rules.
    Closed,
    /// After something that is not HTTP.
    Refused,
    /// A deadline passed.
    Late,
}

/// What all connections of a server share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) router: Router,
    pub(super) limits: Limits,
    /// Whether the connection cap is reached.
    pub(super) full: AtomicBool,
}

impl Shared {
    /// Serves `stream` until it ends or `order` says so.
    pub(super) async fn serve(self: Arc<Self>, stream: TcpStream, mut order: watch::Receiver<Order>) {
        // Answers are small; waiting to fill a packet would only delay them.
        let _ = stream.set_nodelay(true);
        let progress = Progress::new();
        let mut last = order.clone();
        let mut cut = pin!(reached(&mut last, Order::Cut));
        let end = tokio::select! {
            biased;
            end = self.speak(stream, &progress, &mut order) => end,
            () = &mut cut => return,
        };
        if let Some(stream) = progress.unread(end == End::Refused)
            && end != End::Late
        {
            tokio::select! {
                () = linger(stream) => {}
                () = &mut cut => {}
            }
        }
    }

    async fn speak(
        &self,
        stream: TcpStream,
        progress: &Arc<Progress>,
        order: &mut watch::Receiver<Order>,
    ) -> End {
        let service = service_fn(|request: hyper::Request<Incoming>| {
            let now = Instant::now();
            progress.request(now);
            let progress = Arc::clone(progress);
            let request: Request = request.map(|body| {
                Body::new(Timed::new(body, later(now, self.limits.body)).reporting_to(Arc::clone(&progress)))
            });
            let answer = self.router.clone().call(request);
            async move {
                let mut answer = answer.await?;
                if self.full.load(Ordering::Relaxed) {
                    answer
                        .headers_mut()
                        .insert(CONNECTION, HeaderValue::from_static("close"));
                }
                Ok::<_, Infallible>(answer.map(|body| Answer::new(body, progress)))
            }
        });
        let wire = TokioIo::new(Wire::new(stream, Arc::clone(progress)));
        let mut connection = pin!(
            http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(None)
                .max_header_size(self.limits.header_bytes)
                .max_buf_size(self.limits.header_bytes.max(64 << 10))
                // A peer that has said all it wants to say still gets its answer, and what it said is kept.
                .half_close(true)
                .serve_connection(wire, service)
        );

        let mut alarm = pin!(sleep_until(later(Instant::now(), self.limits.header)));
        tokio::select! {
            biased;
            end = watch_over(connection.as_mut(), alarm.as_mut(), progress, &self.limits) => return end,
            () = reached(order, Order::Drain) => {}
        }
        // Somebody who connected a moment ago has probably sent a request that has not been seen yet.
        if progress.is_fresh() {
            tokio::select! {
                biased;
                end = watch_over(connection.as_mut(), alarm.as_mut(), progress, &self.limits) => return end,
                () = sleep(LAST_ARRIVAL) => {}
            }
        }
        connection.as_mut().graceful_shutdown();
        watch_over(connection.as_mut(), alarm.as_mut(), progress, &self.limits).await
    }
}

/// Returns once the order is `order` or a later one, or nobody is left to give orders.
async fn reached(orders: &mut watch::Receiver<Order>, order: Order) {
    drop(orders.wait_for(|now| *now >= order).await);
}

/// Drives `connection` until it ends or misses a deadline.
async fn watch_over(
    mut connection: Pin<&mut impl Future<Output = hyper::Result<()>>>,
    mut alarm: Pin<&mut Sleep>,
    progress: &Progress,
    limits: &Limits,
) -> End {
    poll_fn(|cx| {
        if let Poll::Ready(end) = connection.as_mut().poll(cx) {
            return Poll::Ready(end.map_or(End::Refused, |()| End::Closed));
        }
        loop {
            // The alarm is moved only when it would ring too late, or has rung too early: a busy
            // connection costs no work with timers.
            let deadline = progress.deadline(limits);
            if let Some(deadline) = deadline.filter(|deadline| *deadline < alarm.deadline()) {
                alarm.as_mut().reset(deadline);
            }
            if alarm.as_mut().poll(cx).is_pending() {
                return Poll::Pending;
            }
            let now = Instant::now();
            match deadline {
                Some(deadline) if deadline <= now => return Poll::Ready(End::Late),
                Some(deadline) => alarm.as_mut().reset(deadline),
                None => alarm.as_mut().reset(later(now, limits.idle)),
            }
        }
    })
    .await
}

/// Reads what the peer is still sending, so that it gets to read the answer: closing a socket with unread
/// input resets it, and the answer with it.
async fn linger(mut stream: TcpStream) {
    let mut scratch = vec![0; 16 << 10];
    let mut left = LINGER_BYTES;
    let drained = async {
        while let Ok(read @ 1..) = stream.read(&mut scratch).await {
            left = left.saturating_sub(read);
            if left == 0 {
                break;
            }
        }
    };
    let _ = timeout(LINGER, drained).await;
}
