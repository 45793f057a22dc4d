//! The production server, started and stopped as an operator would.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    process::{Child, ChildStderr, Command, Stdio},
    time::{Duration, Instant},
};

use messenger_runtime::AppSecret;

const SECRET: &str = "0123456789abcdef0123456789abcdef";

fn coffee_shop() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_coffee-shop"));
    command.env_clear();
    command
}

#[test]
fn every_missing_or_malformed_setting_is_named_at_once() {
    // `serve` is what a bot does when it is told nothing.
    for arguments in [&["serve"][..], &[]] {
        let ended = coffee_shop()
            .args(arguments)
            .env("PORT", "coffee")
            .output()
            .expect("the program starts");
        assert_eq!(ended.status.code(), Some(2));
        assert_eq!(String::from_utf8_lossy(&ended.stdout), "");
        let told = String::from_utf8_lossy(&ended.stderr);
        for problem in [
            "MSG001: MESSENGER_ACCESS_TOKEN is not set",
            "MSG001: MESSENGER_APP_SECRET is not set",
            "MSG001: MESSENGER_VERIFY_TOKEN is not set",
            "MSG002: PORT is not what it should be",
            "`coffee-shop chat` runs the bot here",
        ] {
            assert!(told.contains(problem), "{problem} is missing in\n{told}");
        }
    }
}

/// A running server, killed where a test ends early.
struct Server {
    program: Child,
    stderr: BufReader<ChildStderr>,
    address: String,
}

impl Server {
    fn start() -> Self {
        Self::with(&[])
    }

    fn with(variables: &[(&str, &str)]) -> Self {
        let mut program = coffee_shop()
            .args(["serve", "--addr", "localhost:0"])
            .envs(variables.iter().copied())
            .envs([
                ("MESSENGER_ACCESS_TOKEN", "EAAcoffee"),
                ("MESSENGER_APP_SECRET", SECRET),
                ("MESSENGER_VERIFY_TOKEN", "a-long-random-word"),
                ("MESSENGER_APP_ID", "1517776481860111"),
                ("MESSENGER_OPERATOR_ADDR", "off"),
                ("MESSENGER_STORE", "memory"),
            ])
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut stderr = BufReader::new(program.stderr.take().expect("its log is a pipe"));
        let mut line = String::new();
        let address = loop {
            line.clear();
            assert_ne!(
                stderr.read_line(&mut line).expect("the log is text"),
                0,
                "it ended before it served"
            );
            if let Some((_, address)) = line.trim_end().split_once(" serves http://") {
                break address
                    .strip_suffix("/webhook")
                    .expect("the webhook's path is told")
                    .to_owned();
            }
        };
        Self {
            program,
            stderr,
            address,
        }
    }

    fn get(&self, query: &str) -> String {
        self.ask(&format!("GET /webhook?{query} HTTP/1.1\r\n"), "")
    }

    /// Posts a message of a person, as the platform does.
    fn says(&self, text: &str) -> String {
        let body = format!(
            r#"{{"object":"page","entry":[{{"id":"1","messaging":[{{"sender":{{"id":"2"}},"recipient":{{"id":"1"}},"message":{{"mid":"m","text":"{text}"}}}}]}}]}}"#
        );
        let tag = AppSecret::from(SECRET).sign(body.as_bytes());
        let tag: String = tag.iter().map(|byte| format!("{byte:02x}")).collect();
        let head = format!(
            "POST /webhook HTTP/1.1\r\nX-Hub-Signature-256: sha256={tag}\r\nContent-Length: {}\r\n",
            body.len()
        );
        self.ask(&head, &body)
    }

    fn ask(&self, head: &str, body: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).expect("it listens");
        write!(stream, "{head}Host: shop\r\nConnection: close\r\n\r\n{body}").expect("it reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it answers");
        answer
    }

    /// Sends SIGTERM.
    fn tell(&self) {
        let told = Command::new("kill").arg(self.program.id().to_string()).status();
        assert!(told.expect("there is a kill command").success());
    }

    /// Its exit code and the rest of its log.
    fn end(&mut self) -> (Option<i32>, String) {
        let ended = self.program.wait().expect("it ends");
        let mut log = String::new();
        self.stderr.read_to_string(&mut log).expect("the log is text");
        (ended.code(), log)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It has usually ended by then.
        let _ = self.program.kill();
    }
}

#[test]
#[cfg(unix)]
fn it_answers_the_handshake_and_ends_with_0_when_told_to() {
    let mut server = Server::start();
    let handshake = "hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=";
    let right = server.get(&format!("{handshake}a-long-random-word"));
    assert!(
        right.starts_with("HTTP/1.1 200 ") && right.ends_with("\r\n\r\n1158201444"),
        "{right}"
    );
    let wrong = server.get(&format!("{handshake}another-word"));
    assert!(wrong.starts_with("HTTP/1.1 403 "), "{wrong}");

    server.tell();
    let (code, log) = server.end();
    assert_eq!(code, Some(0), "{log}");
    assert!(!log.contains('\u{1b}'), "a file has no colours: {log:?}");
    assert!(log.ends_with("coffee-shop has stopped\n"), "{log}");
    assert!(!log.contains("EAAcoffee") && !log.contains(SECRET), "{log}");
}

#[test]
#[cfg(unix)]
fn a_second_signal_cuts_the_draining_short() {
    // It takes calls and never answers, so the reply stays on its way.
    let graph = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let origin = format!("http://{}", graph.local_addr().expect("an address"));
    let mut server = Server::with(&[("MESSENGER_GRAPH_ORIGIN", &origin)]);
    assert!(server.says("menu").starts_with("HTTP/1.1 200 "));
    let _calling = graph.accept().expect("the bot calls");
    let begun = Instant::now();
    server.tell();
    let mut line = String::new();
    while !line.contains("the server has stopped") {
        line.clear();
        assert_ne!(server.stderr.read_line(&mut line).expect("the log is text"), 0);
    }
    server.tell();
    let (code, log) = server.end();
    assert_eq!(code, Some(1), "{log}");
    assert!(begun.elapsed() < Duration::from_secs(5), "it drained on");
    let told =
        "coffee-shop: MSG022: stopped by a second signal, before all was done: 0 events, 1 message left\n";
    assert!(log.ends_with(told), "{log}");
}

#[test]
fn a_log_filter_that_cannot_be_read_is_mentioned_and_replaced() {
    let ended = coffee_shop().arg("serve").env("RUST_LOG", "shop=loud").output();
    let log = ended.expect("the program starts").stderr;
    let log = String::from_utf8_lossy(&log);
    assert!(
        log.starts_with("coffee-shop: RUST_LOG is not a filter like "),
        "{log}"
    );
    assert!(log.contains("`info` is used"), "{log}");
}
