//! A session of its own on the server of a test, for what the test holds open.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
};

/// What is printed behind the rows of each run.
const END: &str = "that was all";

/// A `psql` that waits for statements. Its transaction, where one is open, ends with it.
#[derive(Debug)]
pub struct PostgresSession {
    psql: Child,
    said: BufReader<ChildStdout>,
}

impl PostgresSession {
    pub(super) fn start(psql: &Path, url: &str) -> Result<Self, String> {
        let mut psql = Command::new(psql)
            .args(["-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", url])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("psql does not run: {error}"))?;
        let said = psql.stdout.take().ok_or("psql says nothing")?;
        Ok(Self {
            psql,
            said: BufReader::new(said),
        })
    }

    /// Runs SQL to its end and gives what it printed, one row a line.
    ///
    /// # Errors
    ///
    /// Where a statement failed; the session has ended then.
    pub fn run(&mut self, sql: &str) -> Result<String, String> {
        let asks = self.psql.stdin.as_mut().ok_or("psql hears nothing")?;
        writeln!(asks, "{sql};\nSELECT '{END}';").map_err(|error| error.to_string())?;
        asks.flush().map_err(|error| error.to_string())?;
        let mut rows = String::new();
        loop {
            let mut line = String::new();
            let read = self.said.read_line(&mut line);
            if read.map_err(|error| error.to_string())? == 0 {
                return Err(format!("{sql}: failed"));
            }
            if line.trim() == END {
                return Ok(rows.trim().to_owned());
            }
            rows += &line;
        }
    }

    /// The number of its process on the server.
    ///
    /// # Errors
    ///
    /// As [`run`](Self::run).
    pub fn pid(&mut self) -> Result<String, String> {
        self.run("SELECT pg_backend_pid()")
    }
}

impl Drop for PostgresSession {
    fn drop(&mut self) {
        // The server notices that nobody is there, and ends what is open.
        let _ = self.psql.kill();
        let _ = self.psql.wait();
    }
}
