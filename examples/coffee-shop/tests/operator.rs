//! What an operator does: probes, dead letters, people's data, against a running shop and without one.
#![cfg(unix)]

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    path::PathBuf,
    process::{Child, ChildStderr, Command, Output, Stdio},
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use messenger_runtime::AppSecret;

const SECRET: &str = "0123456789abcdef0123456789abcdef";
const TOKEN: &str = "a-token-for-operators";
const LATE: Duration = Duration::from_secs(20);

fn coffee_shop(arguments: &[&str], variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_coffee-shop"));
    command
        .env_clear()
        // Never the store of whoever runs the tests.
        .env("MESSENGER_STORE", "memory")
        .args(arguments)
        .envs(variables.iter().copied());
    command
}

fn run(arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    let mut command = coffee_shop(arguments, variables);
    command.stdin(Stdio::null()).output().expect("the program starts")
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A Graph API that refuses every message for good.
fn refusing() -> String {
    let refusal = r#"{"error":{"message":"No matching user found","type":"OAuthException","code":100,"error_subcode":2018001}}"#;
    graph("400 Bad Request", refusal).0
}

/// A Graph API that takes every message, and what it has taken.
fn taking() -> (String, Arc<Mutex<Vec<String>>>) {
    graph("200 OK", r#"{"recipient_id":"2","message_id":"m_taken"}"#)
}

/// A Graph API with one answer to everything, and the bodies that it gets.
fn graph(status: &'static str, answer: &'static str) -> (String, Arc<Mutex<Vec<String>>>) {
    let bodies = Arc::<Mutex<Vec<String>>>::default();
    let seen = Arc::clone(&bodies);
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let origin = format!("http://{}", listener.local_addr().expect("an address"));
    thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let seen = Arc::clone(&seen);
            thread::spawn(move || {
                let mut reader = BufReader::new(stream.try_clone().expect("a second hand"));
                loop {
                    let (mut line, mut length) = (String::new(), 0);
                    while reader.read_line(&mut line).is_ok_and(|read| read > 0) && line != "\r\n" {
                        let lower = line.to_ascii_lowercase();
                        if let Some(value) = lower.strip_prefix("content-length:") {
                            length = value.trim().parse().expect("a number");
                        }
                        line.clear();
                    }
                    let mut body = vec![0; length];
                    if line.is_empty() || reader.read_exact(&mut body).is_err() {
                        return;
                    }
                    let body = String::from_utf8(body).expect("JSON is text");
                    seen.lock().expect("no panic under the lock").push(body);
                    let answer = format!(
                        "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{answer}",
                        answer.len()
                    );
                    if stream.write_all(answer.as_bytes()).is_err() {
                        return;
                    }
                }
            });
        }
    });
    (origin, bodies)
}

/// A running shop, killed where a test ends early.
struct Shop {
    program: Child,
    log: BufReader<ChildStderr>,
    webhook: String,
    operator: String,
}

impl Shop {
    fn open(variables: &[(&str, &str)]) -> Self {
        let mut program = coffee_shop(&["serve", "--addr", "localhost:0"], &[])
            .envs([
                ("MESSENGER_ACCESS_TOKEN", "EAAcoffee"),
                ("MESSENGER_APP_SECRET", SECRET),
                ("MESSENGER_VERIFY_TOKEN", "a-long-random-word"),
                ("MESSENGER_APP_ID", "1517776481860111"),
                ("MESSENGER_STORE", "memory"),
            ])
            .envs(variables.iter().copied())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut log = BufReader::new(program.stderr.take().expect("its log is a pipe"));
        let (mut webhook, mut operator) = (None, None);
        while webhook.is_none() {
            let mut line = String::new();
            let read = log.read_line(&mut line).expect("the log is text");
            assert_ne!(read, 0, "it ended before it served");
            let line = line.trim_end();
            if let Some((_, address)) = line.split_once(" answers its operator on http://") {
                operator = Some(address.to_owned());
            }
            if let Some((_, address)) = line.split_once(" serves http://") {
                webhook = address.strip_suffix("/webhook").map(str::to_owned);
            }
        }
        Self {
            program,
            log,
            webhook: webhook.expect("the loop ended"),
            operator: operator.unwrap_or_default(),
        }
    }

    fn says(&self, mid: &str, text: &str) {
        let body = format!(
            r#"{{"object":"page","entry":[{{"id":"1","messaging":[{{"sender":{{"id":"2"}},"recipient":{{"id":"1"}},"message":{{"mid":"{mid}","text":"{text}"}}}}]}}]}}"#
        );
        let tag = AppSecret::from(SECRET).sign(body.as_bytes());
        let tag: String = tag.iter().map(|byte| format!("{byte:02x}")).collect();
        let head = format!(
            "POST /webhook HTTP/1.1\r\nX-Hub-Signature-256: sha256={tag}\r\nContent-Length: {}\r\n",
            body.len()
        );
        let answer = ask(&self.webhook, &head, &body).expect("it listens");
        assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    }

    fn get(&self, path: &str) -> Option<String> {
        ask(&self.operator, &format!("GET {path} HTTP/1.1\r\n"), "")
    }

    /// The variables by which commands find this shop.
    fn variables(&self) -> [(&str, &str); 2] {
        [
            ("MESSENGER_OPERATOR_ADDR", &self.operator),
            ("MESSENGER_STORE", "memory"),
        ]
    }

    /// Sends SIGTERM.
    fn tell(&self) {
        let told = Command::new("kill").arg(self.program.id().to_string()).status();
        assert!(told.expect("there is a kill command").success());
    }

    fn end(&mut self) -> Option<i32> {
        let ended = self.program.wait().expect("it ends");
        let mut rest = String::new();
        self.log.read_to_string(&mut rest).expect("the log is text");
        ended.code()
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        // It has usually ended by then.
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

fn ask(address: &str, head: &str, body: &str) -> Option<String> {
    let mut stream = TcpStream::connect(address).ok()?;
    write!(stream, "{head}Host: localhost\r\nConnection: close\r\n\r\n{body}").ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    Some(answer)
}

fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let started = Instant::now();
    while !is_so() {
        assert!(started.elapsed() < LATE, "{what} does not happen");
        thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn a_refused_message_is_listed_shown_replayed_and_discarded() {
    let graph = refusing();
    let shop = Shop::open(&[
        ("MESSENGER_OPERATOR_ADDR", "localhost:0"),
        ("MESSENGER_GRAPH_ORIGIN", &graph),
    ]);
    let variables = shop.variables();
    let list = run(&["dead-letters", "list"], &variables);
    assert_eq!(
        (list.status.code(), out(&list)),
        (Some(0), String::new()),
        "{}",
        told(&list)
    );
    assert_eq!(told(&list), "There are no dead letters.\n");

    shop.says("m1", "gibberish");
    until("the message becomes a dead letter", || {
        !out(&run(&["dead-letters", "list"], &variables)).is_empty()
    });
    let list = out(&run(&["dead-letters", "list", "--kind", "message"], &variables));
    assert!(
        list.starts_with("id ") && list.contains("message") && list.contains("1/2"),
        "{list}"
    );
    assert!(!list.contains("gibberish"), "{list}");
    let first = list
        .lines()
        .nth(1)
        .and_then(|line| line.split(' ').next())
        .expect("an id")
        .to_owned();

    let shown = run(&["dead-letters", "show", &first], &variables);
    let document: serde_json::Value = serde_json::from_slice(&shown.stdout).expect("JSON");
    assert_eq!(document["kind"], "message");
    assert!(document["body"]["action"].is_object(), "{document}");

    // It is refused again, and has another number then.
    let replayed = run(&["dead-letters", "replay", &first, "999999"], &variables);
    assert_eq!(replayed.status.code(), Some(1));
    assert_eq!(out(&replayed), format!("{first} is queued again\n"));
    assert!(told(&replayed).contains("MSG646"), "{}", told(&replayed));
    until("it is a dead letter again", || {
        let list = run(&["dead-letters", "list", "--json", "--after", &first], &variables);
        let list: serde_json::Value = serde_json::from_slice(&list.stdout).expect("JSON");
        let letters = list["dead_letters"].as_array().expect("a list");
        letters.iter().any(|letter| letter["kind"] == "message")
    });
    let list = run(&["dead-letters", "list", "--json"], &variables);
    let list: serde_json::Value = serde_json::from_slice(&list.stdout).expect("JSON");
    let ids: Vec<String> = list["dead_letters"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|letter| letter["id"].to_string())
        .collect();
    let mut command = vec!["dead-letters", "discard"];
    command.extend(ids.iter().map(String::as_str));
    assert_eq!(run(&command, &variables).status.code(), Some(0));
    assert_eq!(run(&command, &variables).status.code(), Some(1), "they are gone");
    assert_eq!(out(&run(&["dead-letters", "list"], &variables)), "");
}

#[test]
fn a_person_is_exported_and_erased() {
    let graph = refusing();
    let shop = Shop::open(&[
        ("MESSENGER_OPERATOR_ADDR", "localhost:0"),
        ("MESSENGER_GRAPH_ORIGIN", &graph),
    ]);
    let variables = shop.variables();
    let nobody = run(&["person", "export", "1", "2"], &variables);
    assert_eq!(nobody.status.code(), Some(1));
    assert!(told(&nobody).contains("MSG646"), "{}", told(&nobody));

    shop.says("m1", "my secret wish");
    until("something is kept", || {
        run(&["person", "export", "1", "2"], &variables).status.success()
    });
    let export = run(&["person", "export", "1", "2"], &variables);
    let document: serde_json::Value = serde_json::from_slice(&export.stdout).expect("JSON");
    assert_eq!(document["person"], "2");

    let unsure = run(&["person", "erase", "1", "2"], &variables);
    assert_eq!(unsure.status.code(), Some(2), "nobody can be asked");
    assert!(told(&unsure).contains("--yes"), "{}", told(&unsure));
    assert!(run(&["person", "export", "1", "2"], &variables).status.success());

    assert!(told(&unsure).contains("nothing was deleted"), "{}", told(&unsure));
    let erased = run(&["person", "erase", "1", "2", "--yes"], &variables);
    assert_eq!(erased.status.code(), Some(0), "{}", told(&erased));
    until("nothing is kept", || {
        // A message that was on its way may have been given up since.
        let again = run(&["person", "erase", "1", "2", "--yes"], &variables)
            .status
            .code();
        again == Some(1) && run(&["person", "export", "1", "2"], &variables).status.code() == Some(1)
    });
}

/// The ids of all dead letters, oldest first.
fn ids(variables: &[(&str, &str)]) -> Vec<String> {
    let list = run(&["dead-letters", "list", "--json"], variables);
    let list: serde_json::Value =
        serde_json::from_slice(&list.stdout).unwrap_or_else(|_| panic!("no JSON: {}", told(&list)));
    let letters = list["dead_letters"].as_array().expect("a list");
    letters.iter().map(|letter| letter["id"].to_string()).collect()
}

#[test]
fn the_store_of_a_shop_that_is_closed_is_looked_into_and_what_is_replayed_leaves_when_it_opens() {
    let dir = Folder::new();
    let store = format!("sqlite:{}", dir.0.join("shop.db").display());
    let graph = refusing();
    let open = |graph: &str| {
        Shop::open(&[
            ("MESSENGER_OPERATOR_ADDR", "localhost:0"),
            ("MESSENGER_GRAPH_ORIGIN", graph),
            ("MESSENGER_STORE", &store),
        ])
    };
    let mut shop = open(&graph);
    shop.says("m1", "gibberish");
    shop.says("m2", "menu");
    let operator = shop.operator.clone();
    let variables = [
        ("MESSENGER_OPERATOR_ADDR", &*operator),
        ("MESSENGER_STORE", &*store),
    ];
    until("both answers are dead letters", || ids(&variables).len() == 2);
    let nobody = [("MESSENGER_OPERATOR_ADDR", "off"), ("MESSENGER_STORE", &*store)];
    let busy = run(&["dead-letters", "list"], &nobody);
    assert_eq!(busy.status.code(), Some(1));
    for words in ["MSG611", "set MESSENGER_OPERATOR_ADDR as it is for the bot"] {
        assert!(told(&busy).contains(words), "{}", told(&busy));
    }
    shop.tell();
    assert_eq!(shop.end(), Some(0));

    let letters = ids(&variables);
    let [first, second] = &letters[..] else {
        panic!("two letters: {letters:?}")
    };
    let shown = run(&["dead-letters", "show", first], &variables);
    let document: serde_json::Value = serde_json::from_slice(&shown.stdout).expect("JSON");
    assert_eq!(
        (&document["kind"], &document["cause"]["code"]),
        (&"message".into(), &"MSG514".into()),
        "{document}"
    );
    let replayed = run(&["dead-letters", "replay", first], &variables);
    assert_eq!(replayed.status.code(), Some(0), "{}", told(&replayed));
    assert_eq!(
        run(&["dead-letters", "discard", second], &variables)
            .status
            .code(),
        Some(0)
    );
    assert_eq!(ids(&variables), Vec::<String>::new());
    let export = run(&["person", "export", "1", "2"], &variables);
    let document: serde_json::Value = serde_json::from_slice(&export.stdout).expect("JSON");
    let waiting = document["parts"]["messages"]["data"].as_array().map(Vec::len);
    assert_eq!(
        (&document["person"], waiting),
        (&"2".into(), Some(1)),
        "{document}"
    );

    let (graph, taken) = taking();
    let mut shop = open(&graph);
    until("the replayed one leaves", || {
        !taken.lock().expect("no panic under the lock").is_empty()
    });
    shop.tell();
    assert_eq!(shop.end(), Some(0));
    let taken = taken.lock().expect("no panic under the lock").clone();
    assert_eq!(taken.len(), 1, "{taken:?}");
    assert!(taken[0].contains("I did not get that"), "{taken:?}");

    let erase = ["person", "erase", "1", "2", "--yes"];
    assert_eq!(run(&erase, &variables).status.code(), Some(0));
    assert_eq!(run(&erase, &variables).status.code(), Some(1), "nothing is left");
    assert_eq!(
        run(&["person", "export", "1", "2"], &variables).status.code(),
        Some(1)
    );
}

/// A directory that goes away with the test.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        let path = std::env::temp_dir().join(format!("coffee-shop-{}", std::process::id()));
        std::fs::create_dir(&path).expect("a directory of its own");
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What cannot be removed is left to the system, which clears its temporary directory.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn without_a_bot_the_store_is_opened_and_one_in_memory_has_nothing() {
    let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
    let free = free.expect("a free port").to_string();
    let variables = [("MESSENGER_OPERATOR_ADDR", &*free), ("MESSENGER_STORE", "memory")];
    for command in [&["dead-letters", "list"][..], &["person", "export", "1", "2"]] {
        let ended = run(command, &variables);
        assert_eq!(ended.status.code(), Some(1), "{}", told(&ended));
        let told = told(&ended);
        assert!(
            told.contains(&format!("no bot answers its operator on http://{free}")),
            "{told}"
        );
        assert!(
            told.contains("a store in memory") && told.contains("coffee-shop serve"),
            "{told}"
        );
    }
}

#[test]
fn the_wrong_token_and_the_wrong_program_are_told_apart() {
    let shop = Shop::open(&[
        ("MESSENGER_OPERATOR_ADDR", "localhost:0"),
        ("MESSENGER_OPERATOR_TOKEN", TOKEN),
    ]);
    let [address, store] = shop.variables();
    let wrong = run(&["dead-letters", "list"], &[address, store]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(told(&wrong).contains("MSG643"), "{}", told(&wrong));
    let token = ("MESSENGER_OPERATOR_TOKEN", TOKEN);
    assert_eq!(
        run(&["dead-letters", "list"], &[address, store, token])
            .status
            .code(),
        Some(0)
    );

    // The webhook's listener is no operator listener.
    let elsewhere = run(
        &["dead-letters", "list"],
        &[("MESSENGER_OPERATOR_ADDR", &shop.webhook), store, token],
    );
    assert_eq!(elsewhere.status.code(), Some(1));
    assert!(told(&elsewhere).contains("MSG648"), "{}", told(&elsewhere));
}

#[test]
fn a_shop_that_drains_is_alive_but_not_ready() {
    // Nobody answers there, so the message is tried again until the draining is over.
    let mut shop = Shop::open(&[
        ("MESSENGER_OPERATOR_ADDR", "localhost:0"),
        ("MESSENGER_GRAPH_ORIGIN", "http://127.0.0.1:1"),
    ]);
    assert!(
        shop.get("/readyz")
            .expect("it listens")
            .starts_with("HTTP/1.1 200 ")
    );
    let public = ask(&shop.webhook, "GET /readyz HTTP/1.1\r\n", "").expect("it listens");
    assert!(
        public.starts_with("HTTP/1.1 200 ") && public.ends_with("ready\n"),
        "{public}"
    );
    shop.says("m1", "menu");
    shop.tell();
    until("it drains", || {
        shop.get("/readyz")
            .is_some_and(|answer| answer.starts_with("HTTP/1.1 503 "))
    });
    let ready = shop.get("/readyz").expect("it listens");
    assert!(ready.contains(r#""status":"draining""#), "{ready}");
    assert!(
        shop.get("/healthz")
            .expect("it listens")
            .starts_with("HTTP/1.1 200 ")
    );
    assert!(
        shop.get("/metrics")
            .expect("it listens")
            .contains("messenger_ready 0")
    );
    shop.tell();
    assert_eq!(shop.end(), Some(1), "a second signal cuts it short");
}

#[test]
fn an_address_that_is_taken_or_open_to_all_is_refused() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let taken = taken.local_addr().map(|address| (taken, address.to_string()));
    let (_listener, address) = taken.expect("an address");
    let serve = |operator: &str| {
        let settings = [
            ("MESSENGER_ACCESS_TOKEN", "EAAcoffee"),
            ("MESSENGER_APP_SECRET", SECRET),
            ("MESSENGER_VERIFY_TOKEN", "a-long-random-word"),
            ("MESSENGER_OPERATOR_ADDR", operator),
        ];
        run(&["serve", "--addr", "localhost:0"], &settings)
    };
    let ended = serve(&address);
    assert_eq!(ended.status.code(), Some(1));
    assert!(
        told(&ended).contains("MSG640") && told(&ended).contains(&address),
        "{}",
        told(&ended)
    );
    let ended = serve("0.0.0.0:0");
    assert_eq!(ended.status.code(), Some(2));
    assert!(told(&ended).contains("MSG641"), "{}", told(&ended));
    let ended = serve("nowhere");
    assert_eq!(ended.status.code(), Some(2));
    assert!(
        told(&ended).contains("MSG002: MESSENGER_OPERATOR_ADDR"),
        "{}",
        told(&ended)
    );
}
