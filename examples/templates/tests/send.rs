//! With `--send` the example sends every kind and says what the platform answered.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    process::Command,
    thread,
};

use serde_json::{Value, json};

fn read(stream: &TcpStream) -> (String, Value) {
    let mut reader = BufReader::new(stream);
    let (mut first, mut length) = (String::new(), 0);
    reader.read_line(&mut first).expect("a request line");
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).expect("a header");
        let line = line.trim().to_ascii_lowercase();
        if line.is_empty() {
            break;
        }
        if let Some(bytes) = line.strip_prefix("content-length:") {
            length = bytes.trim().parse().expect("a length");
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).expect("the body");
    (first, serde_json::from_slice(&body).expect("JSON"))
}

/// Refuses a form and takes everything else.
fn answer(mut stream: &TcpStream, body: &Value) {
    let refused = body["message"]["attachment"]["payload"]["template_type"] == "instant_form";
    let (status, json) = if refused {
        let error = json!({"message": "No such form", "type": "OAuthException", "code": 1, "error_subcode": 2_018_382});
        ("400 Bad Request", json!({"error": error}))
    } else {
        ("200 OK", json!({"recipient_id": "2541893", "message_id": "m_1"}))
    };
    let json = json.to_string();
    write!(
        stream,
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{json}",
        json.len()
    )
    .expect("the answer leaves");
}

#[test]
fn every_kind_is_sent_and_the_refusal_is_told() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let origin = format!("http://{}", listener.local_addr().expect("an address"));
    let (requests, seen) = std::sync::mpsc::channel();
    // It ends with the test.
    thread::spawn(move || {
        for stream in listener.incoming() {
            let stream = stream.expect("a connection");
            let (line, body) = read(&stream);
            if requests.send((line, body.clone())).is_err() {
                break;
            }
            answer(&stream, &body);
        }
    });
    let ended = Command::new(env!("CARGO_BIN_EXE_templates"))
        .args(["--send", "2541893"])
        .env_clear()
        .envs([
            ("MESSENGER_GRAPH_ORIGIN", origin.as_str()),
            ("MESSENGER_PAGE_ID", "815"),
            ("MESSENGER_ACCESS_TOKEN", "canary-token"),
            ("MESSENGER_APP_SECRET", "0123456789abcdef0123456789abcdef"),
            ("MESSENGER_VERIFY_TOKEN", "word"),
        ])
        .output()
        .expect("the program starts");
    let told = String::from_utf8_lossy(&ended.stdout);
    let errors = String::from_utf8_lossy(&ended.stderr);
    assert_eq!(ended.status.code(), Some(1), "{told}{errors}");
    assert!(
        !told.contains("canary") && !errors.contains("canary"),
        "{told}{errors}"
    );

    let lines: Vec<&str> = told.lines().collect();
    assert_eq!(lines.len(), 26, "{told}");
    assert_eq!(lines[25], "24 sent, 1 refused");
    for line in &lines[..25] {
        if line.starts_with("instant_form ") {
            assert!(line.contains("refused: ") && line.contains("2018382"), "{line}");
        } else {
            assert!(line.ends_with(" sent as m_1"), "{line}");
        }
    }
    let bodies: Vec<(String, Value)> = seen.try_iter().collect();
    assert!(bodies.len() >= 25, "{} requests", bodies.len());
    for (line, body) in bodies {
        assert!(
            line.starts_with("POST /v") && line.contains("/messages"),
            "{line}"
        );
        assert!(!line.contains("canary"), "{line}");
        assert_eq!(body["recipient"], json!({"id": "2541893"}));
    }
}
