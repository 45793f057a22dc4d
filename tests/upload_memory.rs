//! What it costs to send 25 MB: a process of its own, measured by its peak of resident memory.

use std::{
    fs::{self, File},
    io::{self, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use messenger_runtime::{
    config::Config,
    graph::{Client, Graph, Source, Upload},
};
use tokio::io::AsyncReadExt as _;

/// The largest file that the platform takes.
const SIZE: usize = 25 << 20;
/// How much more memory than idle it may take to send it.
const BOUND: u64 = 2 << 20;

/// Takes uploads slowly, keeps nothing of them, and answers how long they were.
fn slow_server() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let origin = format!("http://{}", listener.local_addr().expect("an address"));
    thread::spawn(move || {
        for connection in listener.incoming() {
            swallow(connection.expect("a connection")).expect("a whole request");
        }
    });
    origin
}

fn swallow(mut connection: TcpStream) -> io::Result<()> {
    let mut buffer = vec![0; 32 << 10];
    loop {
        let (mut head, mut got) = (Vec::new(), 0);
        let body_begins = loop {
            let read = connection.read(&mut buffer)?;
            if read == 0 {
                return Ok(());
            }
            got += read;
            head.extend_from_slice(&buffer[..read]);
            if let Some(end) = head.windows(4).position(|window| window == b"\r\n\r\n") {
                break end + 4;
            }
        };
        let text = String::from_utf8_lossy(&head[..body_begins]).to_ascii_lowercase();
        let length = text
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "));
        let length: usize = length.and_then(|length| length.parse().ok()).expect("a length");
        while got < body_begins + length {
            let read = connection.read(&mut buffer)?;
            if read == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            got += read;
            thread::sleep(Duration::from_micros(500));
        }
        let answer = format!(r#"{{"attachment_id":"{length}"}}"#);
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", answer.len());
        connection.write_all((head + &answer).as_bytes())?;
    }
}

/// A line of `/proc/self/status`, in bytes.
fn status(name: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").expect("Linux tells");
    let line = status.lines().find(|line| line.starts_with(name));
    let kilobytes = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok());
    kilobytes.expect("a number of kilobytes") << 10
}

/// Sets the peak back to what there is now.
fn forget_peak() {
    fs::write("/proc/self/clear_refs", "5").expect("a process may reset its own peak");
}

/// By how much the peak of memory while sending is above what there was before.
async fn growth(graph: &Graph, upload: impl FnOnce() -> Upload) -> u64 {
    forget_peak();
    let idle = status("VmRSS:");
    let length = graph.upload(upload()).await.expect("it is taken");
    let length: usize = length.parse().expect("the server answers the length");
    assert!(length > SIZE, "{length} bytes have arrived");
    status("VmHWM:").saturating_sub(idle)
}

struct Temporary(PathBuf);

impl Temporary {
    fn new(size: usize) -> Self {
        let path = std::env::temp_dir().join(format!("upload-memory-{}.mp4", std::process::id()));
        let file = File::create(&path).expect("room for a file");
        file.set_len(size as u64).expect("a file with a hole");
        Self(path)
    }
    fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        fs::remove_file(&self.0).expect("it was there");
    }
}

#[tokio::test]
async fn streaming_25_mb_takes_less_than_2_mb_of_memory() {
    let config = Config::builder()
        .access_token("TOKEN")
        .app_secret("secret")
        .verify_token("verify");
    let client = Client::builder(config.build().unwrap().provider).origin(slow_server());
    let graph = client.build().unwrap().page("1");
    let film = Temporary::new(SIZE);
    let file = || Upload::video(Source::file(film.path()));
    // Threads, connections and buffers that stay are part of idling.
    graph.upload(file()).await.unwrap();

    let of_file = growth(&graph, file).await;
    let stream = || {
        let reader = tokio::io::repeat(7).take(SIZE as u64);
        Upload::video(Source::stream("film.mp4", SIZE as u64, reader))
    };
    let from_stream = growth(&graph, stream).await;
    forget_peak();
    let idle = status("VmRSS:");
    graph.attachment_id(file()).await.unwrap();
    let known = status("VmHWM:").saturating_sub(idle);
    let held = growth(&graph, || {
        Upload::video(Source::bytes("film.mp4", fs::read(film.path()).unwrap()))
    })
    .await;

    println!("file {of_file}, stream {from_stream}, known by content {known}, held in memory {held} bytes");
    assert!(of_file < BOUND, "a file took {of_file} bytes");
    assert!(from_stream < BOUND, "a stream took {from_stream} bytes");
    assert!(known < BOUND, "a file known by its content took {known} bytes");
    // Were the measure blind, everything above would pass.
    assert!(held > BOUND * 10, "of {SIZE} bytes held in memory it sees {held}");
}
