//! The bot under measurement, as a child process.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use tokio::{
    net::TcpListener,
    process::{Child, Command},
    time::{Instant, sleep},
};

use crate::{
    APP_SECRET, PAGE_TOKEN, VERIFY_TOKEN,
    client::Connection,
    store::{Folder, Store},
};

/// How long a bot may take from its start to its first handshake.
const STARTED_WITHIN: Duration = Duration::from_secs(20);
/// How long a bot may go on working after its last answer.
const IDLE_WITHIN: Duration = Duration::from_secs(30);
/// How long a bot uses no processor when it has nothing to do.
const IDLE: Duration = Duration::from_millis(150);
/// The kernel's unit of processor time in `/proc`, the same on every architecture it reports it for.
const TICK: Duration = Duration::from_millis(10);

/// How a bot is started.
#[derive(Clone, Debug)]
pub(crate) struct Launch {
    pub(crate) binary: PathBuf,
    /// The processors it may use, as `taskset -c` takes them.
    pub(crate) cpus: Option<String>,
    pub(crate) store: Store,
    /// How many bytes it is to keep for each text that no route takes.
    pub(crate) leak: usize,
}

/// A running bot; killed when dropped.
#[derive(Debug)]
pub(crate) struct Bot {
    child: Child,
    proc: PathBuf,
    folder: Option<Folder>,
    pub(crate) port: u16,
    /// From its start to its first answer to the handshake.
    pub(crate) cold_start: Duration,
}

impl Launch {
    /// Starts the bot and waits until it answers the handshake.
    pub(crate) async fn start(&self, graph_origin: &str, no_send: bool) -> Result<Bot, io::Error> {
        let port = free_port().await?;
        let folder = (self.store == Store::Sqlite).then(Folder::new).transpose()?;
        let store = match (&self.store, &folder) {
            (Store::Postgres(address), _) => address.clone(),
            (Store::Sqlite, Some(folder)) => format!("sqlite:{}", folder.database().display()),
            _ => "memory".to_owned(),
        };
        let started = Instant::now();
        let child = self
            .command()
            .env_clear()
            .envs(std::env::var_os("PATH").map(|path| ("PATH", path)))
            .env("PORT", port.to_string())
            .env("GRAPH_ORIGIN", graph_origin)
            .env("APP_SECRET", APP_SECRET)
            .env("VERIFY_TOKEN", VERIFY_TOKEN)
            .env("PAGE_TOKEN", PAGE_TOKEN)
            .env("NO_SEND", if no_send { "1" } else { "0" })
            .env("MESSENGER_STORE", store)
            .env("LEAK", self.leak.to_string())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .kill_on_drop(true)
            .spawn()?;
        let proc = Path::new("/proc").join(child.id().unwrap_or_default().to_string());
        let mut bot = Bot {
            child,
            proc,
            folder,
            port,
            cold_start: Duration::ZERO,
        };
        while !bot.shakes_hands(VERIFY_TOKEN).await.unwrap_or(false) {
            if let Some(status) = bot.child.try_wait()? {
                return Err(io::Error::other(format!(
                    "the bot ended before it listened: {status}"
                )));
            }
            if started.elapsed() > STARTED_WITHIN {
                return Err(io::Error::other("the bot did not answer the handshake in time"));
            }
            sleep(Duration::from_millis(1)).await;
        }
        bot.cold_start = started.elapsed();
        Ok(bot)
    }

    fn command(&self) -> Command {
        let Some(cpus) = &self.cpus else {
            return Command::new(&self.binary);
        };
        let mut command = Command::new("taskset");
        command.arg("-c").arg(cpus).arg(&self.binary);
        command
    }
}

impl Bot {
    /// Whether the bot answers the handshake for this token with the challenge.
    pub(crate) async fn shakes_hands(&self, verify_token: &str) -> Result<bool, io::Error> {
        let request = format!(
            "GET /webhook?hub.mode=subscribe&hub.verify_token={verify_token}&hub.challenge=1158201444 HTTP/1.1\r\n\
             host: localhost\r\naccept: */*\r\n\r\n"
        );
        let answer = Connection::open(self.port)
            .await?
            .exchange(request.as_bytes())
            .await?;
        Ok(answer.status == 200 && answer.body == b"1158201444")
    }

    /// Its process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id().unwrap_or_default()
    }

    /// The most memory that the bot had resident, in bytes.
    pub(crate) fn peak_memory(&self) -> Result<u64, io::Error> {
        self.status("VmHWM:")
    }

    /// The memory that the bot has resident, in bytes.
    pub(crate) fn memory(&self) -> Result<u64, io::Error> {
        self.status("VmRSS:")
    }

    fn status(&self, name: &str) -> Result<u64, io::Error> {
        let status = fs::read_to_string(self.proc.join("status"))?;
        let kibibytes = status.lines().find_map(|line| {
            let value = line.strip_prefix(name)?.trim();
            value.strip_suffix(" kB")?.parse::<u64>().ok()
        });
        kibibytes
            .map(|kibibytes| kibibytes * 1024)
            .ok_or_else(|| io::Error::other(format!("/proc/PID/status has no {name}")))
    }

    /// How many files and connections the bot has open.
    pub(crate) fn open_files(&self) -> Result<u64, io::Error> {
        Ok(fs::read_dir(self.proc.join("fd"))?.count() as u64)
    }

    /// How many bytes its database and its write-ahead log take, where it has a file.
    pub(crate) fn disk(&self) -> Result<Option<(u64, u64)>, io::Error> {
        self.folder.as_ref().map(Folder::sizes).transpose()
    }

    /// The processor time that the bot has used, in steps of 10 ms.
    pub(crate) fn processor_time(&self) -> Result<Duration, io::Error> {
        processor_time(&self.proc)
    }

    /// Waits until the bot has nothing more to do, and says when it was last seen working (to 10 ms).
    pub(crate) async fn until_idle(&self) -> Result<Instant, io::Error> {
        let started = Instant::now();
        let mut busy = started;
        let mut used = self.processor_time()?;
        while started.elapsed() < IDLE_WITHIN {
            sleep(Duration::from_millis(5)).await;
            let now = self.processor_time()?;
            if now > used {
                busy = Instant::now();
                used = now;
            } else if busy.elapsed() > IDLE {
                return Ok(busy);
            }
        }
        Err(io::Error::other(
            "the bot is still busy long after its last answer",
        ))
    }

    pub(crate) async fn kill(mut self) -> Result<(), io::Error> {
        self.child.kill().await
    }
}

/// The processor time that this process has used, in steps of 10 ms.
pub(crate) fn own_processor_time() -> Result<Duration, io::Error> {
    processor_time(Path::new("/proc/self"))
}

fn processor_time(proc: &Path) -> Result<Duration, io::Error> {
    let stat = fs::read_to_string(proc.join("stat"))?;
    ticks(&stat)
        .map(|ticks| TICK * ticks)
        .ok_or_else(|| io::Error::other("/proc/PID/stat has no times"))
}

/// User and system time of `/proc/PID/stat`; the process name before them may hold anything but ends with `)`.
fn ticks(stat: &str) -> Option<u32> {
    let (_, fields) = stat.rsplit_once(") ")?;
    let mut times = fields
        .split(' ')
        .skip(11)
        .take(2)
        .map(|field| field.parse::<u32>().ok());
    Some(times.next()?? + times.next()??)
}

async fn free_port() -> Result<u16, io::Error> {
    Ok(TcpListener::bind(("127.0.0.1", 0)).await?.local_addr()?.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_times_behind_any_name() {
        let stat = "42 (a ) b) S 1 42 42 0 -1 4194560 100 0 0 0 17 5 0 0 20 0 3 0 100 1000 100";
        assert_eq!(ticks(stat), Some(22));
    }
}
