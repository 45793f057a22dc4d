//! The signals that ask a process to end.

use std::io;

/// Completes at the first SIGTERM or SIGINT (elsewhere than on Unix: Ctrl-C).
///
/// The handlers are in place when this function returns, not only when the future is first polled. It has
/// to be called within a Tokio runtime.
///
/// # Errors
///
/// Where the system refuses the handlers.
pub fn shutdown_signal() -> io::Result<impl Future<Output = ()> + Send + 'static> {
    let mut signals = Signals::listen()?;
    Ok(async move { signals.next().await })
}

/// Each SIGTERM and SIGINT from now on.
#[cfg(unix)]
#[derive(Debug)]
pub(crate) struct Signals {
    terminate: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    pub(crate) fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    pub(crate) async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

/// Each Ctrl-C.
#[cfg(not(unix))]
#[derive(Debug)]
pub(crate) struct Signals;

#[cfg(not(unix))]
impl Signals {
    #[expect(clippy::unnecessary_wraps, reason = "as on Unix, where it may fail")]
    pub(crate) fn listen() -> io::Result<Self> {
        Ok(Self)
    }

    pub(crate) async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::{process::Command, time::Duration};

    use tokio::time::timeout;

    use super::*;

    #[tokio::test]
    async fn either_signal_completes_it_and_does_not_end_the_process() {
        for signal in ["-TERM", "-INT"] {
            let mut stopped = std::pin::pin!(shutdown_signal().expect("handlers can be installed"));
            assert!(timeout(Duration::from_millis(20), &mut stopped).await.is_err());
            let sent = Command::new("kill")
                .args([signal, &std::process::id().to_string()])
                .status();
            assert!(sent.expect("there is a kill command").success());
            timeout(Duration::from_secs(10), stopped)
                .await
                .expect("the signal arrives");
        }
    }
}
