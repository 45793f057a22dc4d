//! A bot as a child process: started, killed, put to sleep, asked to end.

use std::{
    fs::File,
    io,
    os::unix::process::ExitStatusExt as _,
    path::PathBuf,
    process::{ExitStatus, Stdio},
    time::Duration,
};

use messenger_crash::{APP_ID, APP_SECRET, CUT, PAGE_TOKEN, VERIFY_TOKEN};
use rustix::process::{Pid, Signal, kill_process};
use tokio::{
    net::TcpListener,
    process::{Child, Command},
    time::{Instant, sleep},
};

use crate::{fail_points::Armed, post::Post};

/// After how many claims an event is parked while nodes are killed every second: by then an event that does no
/// harm may well have been at work, or about to be, when five of them ended.
const PATIENT: u32 = 50;
/// How long a node may take from its start to its first handshake.
const STARTED_WITHIN: Duration = Duration::from_secs(30);

/// What every node is started with.
#[derive(Debug, Clone)]
pub(crate) struct Launch {
    pub(crate) binary: PathBuf,
    pub(crate) graph_origin: String,
    pub(crate) store: String,
    /// Where each node's log goes.
    pub(crate) logs: PathBuf,
    /// The guarantee that is taken away, as `FAILPOINTS` says it.
    pub(crate) sabotage: Option<String>,
    /// For how long leases hold.
    pub(crate) lease: Duration,
}

impl Launch {
    /// The bot with this command.
    pub(crate) fn command(&self, verb: &str) -> Command {
        let mut command = Command::new(&self.binary);
        command
            .arg(verb)
            .env_clear()
            .env("MESSENGER_ACCESS_TOKEN", PAGE_TOKEN)
            .env("MESSENGER_APP_ID", APP_ID)
            .env("MESSENGER_APP_SECRET", APP_SECRET)
            .env("MESSENGER_VERIFY_TOKEN", VERIFY_TOKEN)
            .env("MESSENGER_OPERATOR_ADDR", "off")
            .env("MESSENGER_GRAPH_ORIGIN", &self.graph_origin)
            .env("MESSENGER_STORE", &self.store)
            .env("CRASH_LEASE_MS", self.lease.as_millis().to_string())
            .stdin(Stdio::null())
            .kill_on_drop(true);
        command
    }
}

/// A node and the port it keeps over its lives.
#[derive(Debug)]
pub(crate) struct Node {
    name: String,
    launch: Launch,
    post: Post,
    port: u16,
    child: Option<Child>,
    pub(crate) armed: Option<Armed>,
    /// After how many claims an event is parked.
    pub(crate) max_claims: u32,
}

/// How a node ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// At its fail point or by a handler that aborts.
    Aborted,
    /// Killed.
    Killed,
    /// By itself, with success.
    Success,
    /// By itself, cut short by a second signal.
    Cut,
}

impl Node {
    pub(crate) async fn new(name: String, launch: Launch, post: Post) -> io::Result<Self> {
        let port = TcpListener::bind("127.0.0.1:0").await?.local_addr()?.port();
        Ok(Self {
            name,
            launch,
            post,
            port,
            child: None,
            armed: None,
            max_claims: PATIENT,
        })
    }

    /// Starts it and waits until it listens; gives how it ended where it did so before.
    pub(crate) async fn start(&mut self) -> io::Result<Option<End>> {
        let log = File::options()
            .create(true)
            .append(true)
            .open(self.launch.logs.join(format!("{}.log", self.name)))?;
        let armed = self.armed.as_ref().map(Armed::setting);
        let settings: Vec<_> = self.launch.sabotage.iter().cloned().chain(armed).collect();
        let child = self
            .launch
            .command("serve")
            .env("MESSENGER_ADDR", format!("127.0.0.1:{}", self.port))
            .env("FAILPOINTS", settings.join(";"))
            .env("CRASH_MAX_CLAIMS", self.max_claims.to_string())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()?;
        self.child = Some(child);
        let started = Instant::now();
        while !self.post.is_up(self.port).await {
            if let Some(end) = self.ended()? {
                return Ok(Some(end));
            }
            if started.elapsed() > STARTED_WITHIN {
                return Err(io::Error::other(format!(
                    "{} did not answer the handshake in time",
                    self.name
                )));
            }
            sleep(Duration::from_millis(5)).await;
        }
        self.post.up(self.port);
        Ok(None)
    }

    /// How it ended, where it has.
    pub(crate) fn ended(&mut self) -> io::Result<Option<End>> {
        let Some(child) = &mut self.child else {
            return Ok(None);
        };
        let status = child.try_wait()?;
        status.map(|status| self.gone(status)).transpose()
    }

    fn gone(&mut self, status: ExitStatus) -> io::Result<End> {
        self.child = None;
        self.post.down(self.port);
        match (status.signal(), status.code()) {
            (Some(6), _) => Ok(End::Aborted),
            (Some(9), _) => Ok(End::Killed),
            (_, Some(0)) => Ok(End::Success),
            (_, Some(CUT)) => Ok(End::Cut),
            _ => Err(io::Error::other(format!(
                "{} ended by itself: {status}",
                self.name
            ))),
        }
    }

    pub(crate) fn is_running(&self) -> bool {
        self.child.is_some()
    }

    /// Sends it a signal; does nothing where it has ended.
    pub(crate) fn signal(&self, signal: Signal) -> io::Result<()> {
        let id = self.child.as_ref().and_then(Child::id);
        let id = id.and_then(|id| Pid::from_raw(i32::try_from(id).ok()?));
        match id {
            Some(id) => Ok(kill_process(id, signal)?),
            None => Ok(()),
        }
    }

    /// Puts it to sleep; nobody posts to it meanwhile.
    pub(crate) fn pause(&self) -> io::Result<()> {
        self.post.down(self.port);
        self.signal(Signal::STOP)
    }

    /// Wakes it up.
    pub(crate) fn resume(&self) -> io::Result<()> {
        self.signal(Signal::CONT)?;
        self.post.up(self.port);
        Ok(())
    }

    /// Waits for its end, and kills it at `deadline`.
    pub(crate) async fn end_by(&mut self, deadline: Instant) -> io::Result<Option<End>> {
        let Some(child) = &mut self.child else {
            return Ok(None);
        };
        let status = match tokio::time::timeout_at(deadline, child.wait()).await {
            Ok(status) => status?,
            Err(_too_late) => {
                child.start_kill()?;
                child.wait().await?
            }
        };
        self.gone(status).map(Some)
    }

    /// Kills it as `kill -9` does.
    pub(crate) async fn kill(&mut self) -> io::Result<Option<End>> {
        self.signal(Signal::KILL)?;
        self.end_by(Instant::now() + STARTED_WITHIN).await
    }
}
