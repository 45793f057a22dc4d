//! A bot as a child process: started, killed, put to sleep, asked to end.

use std::{
    fs::File,
    io::{self, Write as _},
    os::unix::process::ExitStatusExt as _,
    path::PathBuf,
    process::{ExitStatus, Stdio},
    sync::Arc,
    time::Duration,
};

use futures_util::FutureExt as _;
use messenger_crash::{APP_ID, APP_SECRET, CUT, PAGE_TOKEN, VERIFY_TOKEN};
use rustix::process::{Pid, Signal, kill_process};
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    net::TcpListener,
    process::Command,
    task::{JoinError, JoinHandle},
    time::{Instant, sleep, timeout_at},
};

use crate::{
    fail_points::Armed,
    post::{Ports, Post},
};

/// After how many claims an event is parked while nodes are killed every second: by then an event that does no
/// harm may well have been at work, or about to be, when five of them ended.
const PATIENT: u32 = 50;
/// How long a node may take from its start to its first handshake.
const STARTED_WITHIN: Duration = Duration::from_secs(30);

/// What a node says when it has lost leases.
const LOST_LEASES: [&str; 2] = ["MSG602", "did not renew leases in time"];

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
    /// Where flows keep what they were given, if not in the store.
    pub(crate) flows_beside: Option<PathBuf>,
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
            .envs(
                self.flows_beside
                    .iter()
                    .map(|folder| ("CRASH_FLOWS_BESIDE", folder)),
            )
            .stdin(Stdio::null())
            .kill_on_drop(true);
        command
    }
}

/// A node and the ports it keeps over its lives.
#[derive(Debug)]
pub(crate) struct Node {
    name: String,
    launch: Launch,
    post: Post,
    ports: Ports,
    life: Option<Life>,
    pub(crate) armed: Option<Armed>,
    /// After how many claims an event is parked.
    pub(crate) max_claims: u32,
}

/// A process of a node.
#[derive(Debug)]
struct Life {
    /// Its number in the ledger, which its token tells the platform.
    number: usize,
    id: Pid,
    /// Waits for its end and notes when that was, whoever looks.
    end: JoinHandle<io::Result<ExitStatus>>,
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
        let webhook = TcpListener::bind("127.0.0.1:0").await?;
        let outside = TcpListener::bind("127.0.0.1:0").await?;
        Ok(Self {
            name,
            launch,
            post,
            ports: Ports {
                webhook: webhook.local_addr()?.port(),
                outside: outside.local_addr()?.port(),
            },
            life: None,
            armed: None,
            max_claims: PATIENT,
        })
    }

    /// Starts it and waits until it listens; gives how it ended where it did so before.
    pub(crate) async fn start(&mut self) -> io::Result<Option<End>> {
        let mut log = File::options()
            .create(true)
            .append(true)
            .open(self.launch.logs.join(format!("{}.log", self.name)))?;
        let armed = self.armed.as_ref().map(Armed::setting);
        let settings: Vec<_> = self.launch.sabotage.iter().cloned().chain(armed).collect();
        let Ports { webhook, outside } = self.ports;
        let number = self.post.ledger().process_starts();
        let mut child = self
            .launch
            .command("serve")
            .env("MESSENGER_ACCESS_TOKEN", format!("{PAGE_TOKEN}-{number}"))
            .env("MESSENGER_ADDR", format!("127.0.0.1:{webhook}"))
            .env("CRASH_OUTSIDE_ADDR", format!("127.0.0.1:{outside}"))
            .env("FAILPOINTS", settings.join(";"))
            .env("CRASH_MAX_CLAIMS", self.max_claims.to_string())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()?;
        let id = child.id().and_then(|id| Pid::from_raw(i32::try_from(id).ok()?));
        let id = id.ok_or_else(|| io::Error::other("a process that has just been started has no id"))?;
        let ledger = Arc::clone(self.post.ledger());
        if let Some(said) = child.stderr.take() {
            let ledger = Arc::clone(&ledger);
            tokio::spawn(async move {
                let mut lines = BufReader::new(said).lines();
                while let Ok(Some(line)) = lines.next_line().await {
                    if LOST_LEASES.iter().any(|lost| line.contains(lost)) {
                        ledger.process_loses_leases(number);
                    }
                    // Without it only a log is missing.
                    let _ = writeln!(log, "{line}");
                }
            });
        }
        let end = tokio::spawn(async move {
            let status = child.wait().await;
            ledger.process_has_ended(number);
            status
        });
        self.life = Some(Life { number, id, end });
        let started = Instant::now();
        while !self.post.is_up(webhook).await {
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
        self.post.up(self.ports);
        Ok(None)
    }

    /// How it ended, where it has.
    pub(crate) fn ended(&mut self) -> io::Result<Option<End>> {
        let end = self.life.as_mut().and_then(|life| (&mut life.end).now_or_never());
        end.map(|end| self.gone(end)).transpose()
    }

    fn gone(&mut self, end: Result<io::Result<ExitStatus>, JoinError>) -> io::Result<End> {
        self.life = None;
        self.post.down(self.ports);
        let status = end.map_err(io::Error::other)??;
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
        self.life.is_some()
    }

    /// Sends it a signal; does nothing where it has ended, since its id may be another's by then.
    pub(crate) fn signal(&self, signal: Signal) -> io::Result<()> {
        match &self.life {
            Some(life) if !life.end.is_finished() => Ok(kill_process(life.id, signal)?),
            _ => Ok(()),
        }
    }

    /// Puts it to sleep; nobody posts to it meanwhile.
    pub(crate) fn pause(&self) -> io::Result<()> {
        self.post.down(self.ports);
        if let Some(life) = &self.life {
            self.post.ledger().process_stops(life.number);
        }
        self.signal(Signal::STOP)
    }

    /// Wakes it up.
    pub(crate) fn resume(&self) -> io::Result<()> {
        self.signal(Signal::CONT)?;
        if let Some(life) = &self.life {
            self.post.ledger().process_goes_on(life.number);
        }
        self.post.up(self.ports);
        Ok(())
    }

    /// Waits for its end, and kills it at `deadline`.
    pub(crate) async fn end_by(&mut self, deadline: Instant) -> io::Result<Option<End>> {
        let Some(life) = &mut self.life else {
            return Ok(None);
        };
        let end = match timeout_at(deadline, &mut life.end).await {
            Ok(end) => end,
            Err(_too_late) => {
                self.signal(Signal::KILL)?;
                match &mut self.life {
                    Some(life) => (&mut life.end).await,
                    None => return Ok(None),
                }
            }
        };
        self.gone(end).map(Some)
    }

    /// Kills it as `kill -9` does.
    pub(crate) async fn kill(&mut self) -> io::Result<Option<End>> {
        self.signal(Signal::KILL)?;
        self.end_by(Instant::now() + STARTED_WITHIN).await
    }
}
