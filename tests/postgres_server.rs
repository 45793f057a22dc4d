//! A PostgreSQL cluster of its own for a test: in a temporary directory, gone with the test.

use std::{
    fs,
    io::{self, Write},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    thread::sleep,
    time::{Duration, Instant},
};

use crate::PostgresSession;

/// The line that brings the server to Debian and its relatives.
pub const INSTALL: &str = "apt-get install -y postgresql";

/// The variable without which a missing server fails the tests that need one.
const OPTIONAL: &str = "MESSENGER_TESTS_WITHOUT_POSTGRES";

/// The role that logs in without a password.
const TRUSTED: &str = "trusted";

/// A cluster that runs, with `fsync` on, on a port of its own on 127.0.0.1 and a Unix socket in its directory.
#[derive(Debug)]
pub struct PostgresServer {
    directory: PathBuf,
    binaries: PathBuf,
    port: u16,
    as_root: bool,
    schemas: AtomicU32,
}

impl PostgresServer {
    /// Whether a server is installed.
    #[must_use]
    pub fn is_installed() -> bool {
        binaries().is_some()
    }

    /// Makes a cluster and starts it.
    ///
    /// # Errors
    ///
    /// Why it cannot, with the line that installs what is missing.
    pub fn start() -> Result<Self, String> {
        let binaries = binaries().ok_or_else(|| {
            format!("PostgreSQL's server is not installed (no /usr/lib/postgresql/*/bin/initdb); install it: {INSTALL}")
        })?;
        let as_root = run(Command::new("id").arg("-u"))?.stdout.starts_with(b"0\n");
        let nanos = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .map_or(0, |since| since.as_nanos());
        let directory = std::env::temp_dir().join(format!("messenger-pg-{}-{nanos}", std::process::id()));
        fs::create_dir(&directory).map_err(|error| error.to_string())?;
        let server = Self {
            directory,
            binaries,
            port: free_port().map_err(|error| error.to_string())?,
            as_root,
            schemas: AtomicU32::new(0),
        };
        if as_root {
            // `initdb` and `postgres` refuse to run as root.
            run(Command::new("chown").arg(user()).arg(&server.directory))?;
        }
        let password = server.directory.join("password");
        fs::write(&password, "messenger\n").map_err(|error| error.to_string())?;
        run(server
            .command("initdb")
            .arg("-D")
            .arg(server.data())
            .args([
                "-U",
                "messenger",
                "-A",
                "scram-sha-256",
                "-E",
                "UTF8",
                "--locale=C",
                "--pwfile",
            ])
            .arg(&password))?;
        let mut settings = fs::OpenOptions::new()
            .append(true)
            .open(server.data().join("postgresql.conf"))
            .map_err(|error| error.to_string())?;
        writeln!(
            settings,
            "fsync = on\nsynchronous_commit = on\nmax_connections = 200\nlisten_addresses = '127.0.0.1'\n\
             port = {}\nunix_socket_directories = '{}'\nshared_buffers = 128MB",
            server.port,
            server.directory.display()
        )
        .map_err(|error| error.to_string())?;
        let log_ins = server.data().join("pg_hba.conf");
        let others = fs::read_to_string(&log_ins).map_err(|error| error.to_string())?;
        let trusted = format!("host all {TRUSTED} 127.0.0.1/32 trust\n{others}");
        fs::write(&log_ins, trusted).map_err(|error| error.to_string())?;
        server.up()?;
        server.sql(&format!("CREATE ROLE {TRUSTED} LOGIN SUPERUSER"))?;
        Ok(server)
    }

    /// The same, or `None` with a line that says so where no server is installed and the variable
    /// `MESSENGER_TESTS_WITHOUT_POSTGRES` allows it.
    ///
    /// # Panics
    ///
    /// Where the server does not start, or is missing and that was not allowed.
    #[must_use]
    pub fn for_test(test: &str) -> Option<Self> {
        match Self::start() {
            Ok(server) => Some(server),
            Err(error) if binaries().is_none() && std::env::var_os(OPTIONAL).is_some() => {
                // Past the capture of the test runner: nobody may take it for a test that ran.
                let _ = writeln!(io::stderr(), "NOT RUN: {test}: {error}");
                None
            }
            Err(error) => panic!("{test}: {error} (or set {OPTIONAL}=1 to leave it out)"),
        }
    }

    /// The address of its database.
    #[must_use]
    pub fn url(&self) -> String {
        self.url_with("messenger")
    }

    /// The same for somebody who needs no password: thousands of rounds of a hash take long in a test that is not optimised.
    #[must_use]
    pub fn trusted_url(&self) -> String {
        format!(
            "postgres://{TRUSTED}@127.0.0.1:{}/postgres?sslmode=disable",
            self.port
        )
    }

    /// The same with another password.
    #[must_use]
    pub fn url_with(&self, password: &str) -> String {
        format!(
            "postgres://messenger:{password}@127.0.0.1:{}/postgres?sslmode=disable",
            self.port
        )
    }

    /// The name of a schema that nobody has used yet.
    #[must_use]
    pub fn schema(&self) -> String {
        format!("bot_{}", self.schemas.fetch_add(1, Ordering::Relaxed))
    }

    /// Runs SQL and gives what it printed, one row a line.
    ///
    /// # Errors
    ///
    /// What `psql` said.
    pub fn sql(&self, sql: &str) -> Result<String, String> {
        let mut psql = Command::new(self.binaries.join("psql"));
        psql.args(["-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-c", sql])
            .arg(self.url());
        let output = run(&mut psql)?;
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }

    /// A session that stays open.
    ///
    /// # Errors
    ///
    /// Where `psql` does not run.
    pub fn session(&self) -> Result<PostgresSession, String> {
        self.session_in("postgres")
    }

    /// The same in another database.
    ///
    /// # Errors
    ///
    /// As [`session`](Self::session).
    pub fn session_in(&self, database: &str) -> Result<PostgresSession, String> {
        let url = self.url().replace("/postgres?", &format!("/{database}?"));
        PostgresSession::start(&self.binaries.join("psql"), &url)
    }

    /// Has it offer TLS from now on, with a certificate for 127.0.0.1 that an authority of its own has signed. Gives the
    /// files of that authority's certificate and of one that has signed nothing.
    ///
    /// # Errors
    ///
    /// What `openssl` or the server said.
    pub fn offer_tls(&self) -> Result<(PathBuf, PathBuf), String> {
        let at = |name: &str| self.directory.join(name);
        let key = [
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-days",
            "2",
        ];
        let openssl = |arguments: &[&str]| {
            let mut openssl = Command::new("openssl");
            run(openssl
                .current_dir(&self.directory)
                .args(arguments)
                .stdin(Stdio::null()))
            .map(drop)
        };
        for (name, subject) in [("ca", "/CN=the authority"), ("other", "/CN=another authority")] {
            let (file, private) = (format!("{name}.pem"), format!("{name}.key"));
            let made = [
                "req", "-x509", "-subj", subject, "-keyout", &private, "-out", &file,
            ];
            openssl(&[&made, &key[..]].concat())?;
        }
        let request = [
            "req",
            "-subj",
            "/CN=server",
            "-keyout",
            "server.key",
            "-out",
            "server.csr",
        ];
        openssl(&[&request, &key[..5]].concat())?;
        fs::write(at("extensions"), "subjectAltName = IP:127.0.0.1\n").map_err(|error| error.to_string())?;
        openssl(&[
            "x509",
            "-req",
            "-in",
            "server.csr",
            "-CA",
            "ca.pem",
            "-CAkey",
            "ca.key",
            "-CAcreateserial",
            "-days",
            "2",
            "-extfile",
            "extensions",
            "-out",
            "server.pem",
        ])?;
        // The server refuses a key that others can read.
        run(Command::new("chmod").arg("600").arg(at("server.key")))?;
        if self.as_root {
            run(Command::new("chown")
                .arg(user())
                .args([at("server.key"), at("server.pem")]))?;
        }
        for (setting, value) in [
            ("ssl_cert_file", at("server.pem").display().to_string()),
            ("ssl_key_file", at("server.key").display().to_string()),
            ("ssl", "on".to_owned()),
        ] {
            self.sql(&format!("ALTER SYSTEM SET {setting} = '{value}'"))?;
        }
        self.down()?;
        self.up()?;
        Ok((at("ca.pem"), at("other.pem")))
    }

    /// Whether `openssl` is installed, with which [`offer_tls`](Self::offer_tls) makes its certificates.
    #[must_use]
    pub fn can_offer_tls() -> bool {
        Command::new("openssl")
            .arg("version")
            .output()
            .is_ok_and(|output| output.status.success())
    }

    /// Ends the postmaster as a crash would, with `SIGKILL`, and waits until it and its processes are gone.
    ///
    /// # Errors
    ///
    /// Where it does not run or does not end.
    pub fn kill(&self) -> Result<(), String> {
        let file = self.data().join("postmaster.pid");
        let pid = fs::read_to_string(&file).map_err(|error| format!("it does not run: {error}"))?;
        let pid = pid.lines().next().unwrap_or_default().to_owned();
        run(Command::new("kill").args(["-9", &pid]))?;
        let deadline = Instant::now() + Duration::from_secs(30);
        while self.processes(&pid) {
            if Instant::now() > deadline {
                return Err(format!("processes of the postmaster {pid} are still there"));
            }
            sleep(Duration::from_millis(10));
        }
        // Left by the dead, whose number may still be that of a process that nobody has waited for.
        let socket = self.directory.join(format!(".s.PGSQL.{}.lock", self.port));
        for left in [file, socket] {
            fs::remove_file(left).map_err(|error| error.to_string())?;
        }
        Ok(())
    }

    /// Whether the postmaster or one of those that it started is there: each works in the data directory.
    fn processes(&self, postmaster: &str) -> bool {
        if Path::new("/proc").join(postmaster).exists() && !is_zombie(postmaster) {
            return true;
        }
        let Ok(all) = fs::read_dir("/proc") else {
            return false;
        };
        all.flatten()
            .filter_map(|entry| fs::read_link(entry.path().join("cwd")).ok())
            .any(|cwd| cwd == self.data())
    }

    /// Starts it again.
    ///
    /// # Errors
    ///
    /// What `pg_ctl` said.
    pub fn up(&self) -> Result<(), String> {
        let log = self.directory.join("log");
        run(self
            .command("pg_ctl")
            .args(["-w", "-t", "60", "start", "-D"])
            .arg(self.data())
            .arg("-l")
            .arg(&log)
            .stdout(Stdio::null()))
        .map(drop)
        .map_err(|error| format!("{error}\n{}", fs::read_to_string(&log).unwrap_or_default()))
    }

    /// Stops it as an operator would, cutting its connections.
    ///
    /// # Errors
    ///
    /// What `pg_ctl` said.
    pub fn down(&self) -> Result<(), String> {
        run(self
            .command("pg_ctl")
            .args(["-w", "-m", "fast", "stop", "-D"])
            .arg(self.data()))
        .map(drop)
    }

    fn data(&self) -> PathBuf {
        self.directory.join("data")
    }

    /// A program of the server, as somebody who is not root.
    fn command(&self, program: &str) -> Command {
        let path = self.binaries.join(program);
        let mut command = if self.as_root {
            let mut command = Command::new("setpriv");
            command
                .args(["--reuid", user(), "--regid", user(), "--clear-groups"])
                .arg(path);
            command
        } else {
            Command::new(path)
        };
        command
            .current_dir(&self.directory)
            .env("LC_ALL", "C")
            .stdin(Stdio::null());
        command
    }
}

impl Drop for PostgresServer {
    fn drop(&mut self) {
        if self.data().join("postmaster.pid").exists() {
            let stopped = run(self
                .command("pg_ctl")
                .args(["-w", "-m", "immediate", "stop", "-D"])
                .arg(self.data()));
            if let Err(error) = stopped {
                let _ = writeln!(io::stderr(), "the PostgreSQL of a test was not stopped: {error}");
            }
        }
        if let Err(error) = fs::remove_dir_all(&self.directory) {
            let _ = writeln!(
                io::stderr(),
                "{} was not removed: {error}",
                self.directory.display()
            );
        }
    }
}

/// The newest server's programs.
fn binaries() -> Option<PathBuf> {
    let mut found: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
        .ok()?
        .flatten()
        .filter_map(|entry| {
            Some((
                entry.file_name().to_str()?.parse().ok()?,
                entry.path().join("bin"),
            ))
        })
        .filter(|(_, bin)| bin.join("initdb").exists() && bin.join("postgres").exists())
        .collect();
    found.sort();
    found.pop().map(|(_, bin)| bin)
}

/// As whom the server runs where the tests run as root.
fn user() -> &'static str {
    let passwords = fs::read_to_string("/etc/passwd").unwrap_or_default();
    if passwords.lines().any(|line| line.starts_with("postgres:")) {
        "postgres"
    } else {
        "nobody"
    }
}

fn is_zombie(pid: &str) -> bool {
    fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| {
        stat.rsplit(')')
            .next()
            .is_some_and(|rest| rest.trim_start().starts_with('Z'))
    })
}

fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

fn run(command: &mut Command) -> Result<Output, String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command
        .output()
        .map_err(|error| format!("{program} does not run: {error}"))?;
    if output.status.success() {
        return Ok(output);
    }
    Err(format!(
        "{program} failed ({}): {}",
        output.status,
        String::from_utf8_lossy(&output.stderr).trim()
    ))
}
