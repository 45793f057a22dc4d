//! Where a connection stands, and until when it may stay there.

use std::{
    io::IoSlice,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use tokio::{
    io::{self, AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    time::Instant,
};

use super::{Limits, limits::later};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Nothing has come yet.
    Fresh,
    /// A header has begun.
    Head,
    /// A request is being answered.
    Busy,
    /// Everything was answered, nothing new has begun.
    Idle,
}

#[derive(Debug)]
struct State {
    phase: Phase,
    since: Instant,
    write_blocked: Option<Instant>,
    peer_closed: bool,
    body_left_unread: bool,
    stream: Option<TcpStream>,
}

/// What the parts of one connection tell its watchdog.
///
/// The HTTP implementation has a timer for headers, but starts it while the connection is idle, so that
/// it cannot allow 60 s between requests and 5 s for a header.
#[derive(Debug)]
pub(super) struct Progress(Mutex<State>);

impl Progress {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self(Mutex::new(State {
            phase: Phase::Fresh,
            since: Instant::now(),
            write_blocked: None,
            peer_closed: false,
            body_left_unread: false,
            stream: None,
        })))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// When the connection has to be closed unless it gets on; `None` while a request is being answered.
    pub(super) fn deadline(&self, limits: &Limits) -> Option<Instant> {
        let state = self.state();
        let phase = match state.phase {
            Phase::Fresh | Phase::Head => Some(later(state.since, limits.header)),
            Phase::Busy => None,
            Phase::Idle => Some(later(state.since, limits.idle)),
        };
        let write = state.write_blocked.map(|since| later(since, limits.idle));
        [phase, write].into_iter().flatten().min()
    }

    /// A whole header has arrived at `now`.
    pub(super) fn request(&self, now: Instant) {
        let mut state = self.state();
        state.phase = Phase::Busy;
        state.since = now;
    }

    fn answered(&self) {
        let mut state = self.state();
        state.phase = Phase::Idle;
        state.since = Instant::now();
    }

    pub(super) fn body_left_unread(&self) {
        self.state().body_left_unread = true;
    }

    /// Whether no byte has come yet.
    pub(super) fn is_fresh(&self) -> bool {
        self.state().phase == Phase::Fresh
    }

    /// The stream of an ended connection, if its peer may still be sending what nobody will read.
    pub(super) fn unread(&self, refused: bool) -> Option<TcpStream> {
        let mut state = self.state();
        let stream = state.stream.take();
        stream.filter(|_| !state.peer_closed && (refused || state.body_left_unread))
    }
}

/// A TCP stream that reports to a [`Progress`], and leaves itself there when it is dropped.
#[derive(Debug)]
pub(super) struct Wire {
    stream: Option<TcpStream>,
    progress: Arc<Progress>,
}

impl Wire {
    pub(super) fn new(stream: TcpStream, progress: Arc<Progress>) -> Self {
        Self {
            stream: Some(stream),
            progress,
        }
    }

    fn stream(&mut self) -> Pin<&mut TcpStream> {
        Pin::new(self.stream.as_mut().expect("only drop takes the stream"))
    }

    fn wrote<T>(&self, poll: Poll<T>) -> Poll<T> {
        let mut state = self.progress.state();
        if poll.is_ready() {
            state.write_blocked = None;
        } else {
            state.write_blocked.get_or_insert_with(Instant::now);
        }
        poll
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.progress.state().stream = self.stream.take();
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let poll = self.stream().poll_read(cx, buf);
        if poll.is_ready() {
            let mut state = self.progress.state();
            if buf.filled().len() == before {
                state.peer_closed = true;
            } else if state.phase == Phase::Fresh {
                state.phase = Phase::Head;
            } else if state.phase == Phase::Idle {
                state.phase = Phase::Head;
                state.since = Instant::now();
            }
        }
        poll
    }
}

impl AsyncWrite for Wire {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let poll = self.stream().poll_write(cx, buf);
        self.wrote(poll)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let poll = self.stream().poll_write_vectored(cx, bufs);
        self.wrote(poll)
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream().poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream().poll_shutdown(cx)
    }
}

/// An answer's body; the connection is idle once it has been written.
#[derive(Debug)]
pub(super) struct Answer<B> {
    body: B,
    progress: Arc<Progress>,
}

impl<B> Answer<B> {
    pub(super) fn new(body: B, progress: Arc<Progress>) -> Self {
        Self { body, progress }
    }
}

impl<B> Drop for Answer<B> {
    fn drop(&mut self) {
        self.progress.answered();
    }
}

impl<B: Body<Data = Bytes> + Unpin> Body for Answer<B> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
