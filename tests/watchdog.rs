//! A handler that never lets go of its thread ends its process, and is parked in the end like any other poison.

use std::{
    path::Path,
    process::{ExitStatus, Stdio},
    time::Duration,
};

use messenger_runtime::store::{DeadLetters, SqliteStore, Store as _};
use messenger_tests::{
    MockGraph, TempDir, sign,
    stage::{PERSON, SECRET, text_body, until},
};
use tokio::{
    io::{AsyncBufReadExt as _, BufReader, Lines},
    process::{Child, ChildStderr, Command},
    time::timeout,
};

const LONG: Duration = Duration::from_secs(60);

/// A process of the bot that serves.
struct Program {
    process: Child,
    log: Lines<BufReader<ChildStderr>>,
    url: String,
}

impl Program {
    async fn start(graph: &MockGraph, data: &Path) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_looping-bot"))
            .args(["serve", "--addr", "localhost:0"])
            .env_clear()
            .envs([
                ("MESSENGER_ACCESS_TOKEN", "PAGE-TOKEN"),
                ("MESSENGER_APP_SECRET", SECRET),
                ("MESSENGER_VERIFY_TOKEN", "a-long-random-word"),
                ("MESSENGER_APP_ID", "1001"),
                ("MESSENGER_OPERATOR_ADDR", "off"),
                ("MESSENGER_GRAPH_ORIGIN", &graph.origin()),
                ("MESSENGER_STORE", &format!("sqlite:{}", data.display())),
            ])
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("the program starts");
        let mut log = BufReader::new(process.stderr.take().expect("its log is a pipe")).lines();
        let url = loop {
            let line = log.next_line().await.expect("the log is text");
            let line = line.expect("it serves before it ends");
            if let Some((_, url)) = line.split_once(" serves ") {
                break url.to_owned();
            }
        };
        Self { process, log, url }
    }

    /// Whether what somebody writes was acknowledged.
    async fn hears(&self, person: &str, mid: &str, text: &str) -> bool {
        let body = text_body(person, mid, text);
        let request = reqwest::Client::new()
            .post(&self.url)
            .header("x-hub-signature-256", sign::sha256(SECRET, body.as_bytes()))
            .timeout(Duration::from_secs(5))
            .body(body);
        request.send().await.is_ok_and(|answer| answer.status() == 200)
    }

    /// What it ends with, and the rest of its log.
    async fn ended(mut self) -> (ExitStatus, String) {
        let rest = async {
            let mut rest = String::new();
            while let Some(line) = self.log.next_line().await.expect("the log is text") {
                rest = rest + &line + "\n";
            }
            (self.process.wait().await.expect("it ends"), rest)
        };
        timeout(LONG, rest).await.expect("it ends by itself")
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_handler_that_loops_ends_its_process_and_is_parked_while_the_others_go_on() {
    let (graph, folder) = (MockGraph::start().await, TempDir::new("watchdog"));
    let data = folder.path().join("bot.db");
    let mut program = Program::start(&graph, &data).await;
    assert!(program.hears(PERSON, "m1", "loop").await);
    assert!(program.hears(PERSON, "m2", "after it").await);
    let mut unheard = Vec::new();
    for run in 1..=5 {
        // A thread may be left for them, or they are answered once it is parked.
        let (mid, text) = (format!("m_{run}"), format!("run {run}"));
        if !program.hears("77", &mid, &text).await {
            unheard.push((mid, text));
        }
        let (ended, log) = program.ended().await;
        assert_eq!(ended.code(), Some(1), "run {run}: {log}");
        let line = log.lines().find(|line| line.contains("MSG627"));
        assert!(
            line.is_some_and(|line| line.contains("loops")),
            "run {run}: {log}"
        );
        assert!(!log.contains(PERSON), "nobody is named: {log}");
        program = Program::start(&graph, &data).await;
    }
    until("the answer behind it", || graph.copies("hello after it") == 1).await;
    for (mid, text) in unheard {
        assert!(program.hears("77", &mid, &text).await);
    }
    for run in 1..=5 {
        until("the answers to others", || {
            graph.copies(&format!("hello run {run}")) == 1
        })
        .await;
    }
    // One that only waits, and one that lets go again and again, end by their time alone.
    assert!(program.hears("78", "m8", "wait").await && program.hears("79", "m9", "compute").await);
    tokio::time::sleep(Duration::from_secs(4)).await;
    assert!(program.hears("78", "m10", "still there").await);
    until("an answer of the same process", || {
        graph.copies("hello still there") == 1
    })
    .await;
    assert!(program.process.try_wait().expect("it can be asked").is_none());
    program.process.kill().await.expect("it can be ended");
    let store = SqliteStore::open(&data).await.expect("the file of the bot");
    let letters = store
        .dead_letters(DeadLetters::default())
        .await
        .expect("it can be read");
    let causes: Vec<_> = letters.iter().map(|letter| &*letter.cause.code).collect();
    assert_eq!(causes, ["MSG620", "MSG213", "MSG213"]);
}
