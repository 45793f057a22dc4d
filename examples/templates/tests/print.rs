//! Without arguments the example prints every kind, and the platform would take each.

use std::process::{Command, Output, Stdio};

use messenger_runtime::message::{Message, Platform, Reply};
use serde_json::Value;

/// Written down a second time: a kind that goes missing is noticed.
const NAMES: &[&str] = &[
    "text",
    "quick_replies",
    "image",
    "audio",
    "video",
    "file",
    "attachments",
    "sticker_id",
    "button",
    "generic",
    "media",
    "receipt",
    "product",
    "coupon",
    "image_grid",
    "utility",
    "customer_feedback",
    "customer_information",
    "instant_form",
    "notification_messages",
    "one_time_notif_req",
    "airline_boardingpass",
    "airline_checkin",
    "airline_itinerary",
    "airline_update",
];

fn templates(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_templates"))
        .args(arguments)
        .env_clear()
        .output()
        .expect("the program starts")
}

/// Where in a message its kind shows.
fn shows(message: &Value) -> &str {
    let attachment = &message["attachment"];
    for template in [&attachment["payload"]["template_type"], &attachment["type"]] {
        if let Some(name) = template.as_str() {
            return name;
        }
    }
    for field in ["quick_replies", "attachments", "sticker_id", "text"] {
        if !message[field].is_null() {
            return field;
        }
    }
    "utility"
}

#[test]
fn every_kind_is_printed_and_passes_the_check() {
    let ended = templates(&[]);
    assert!(ended.status.success());
    assert_eq!(String::from_utf8_lossy(&ended.stderr), "");
    let printed = String::from_utf8(ended.stdout).expect("the output is text");
    let mut names = Vec::new();
    for part in printed.split("== ").filter(|part| !part.is_empty()) {
        let (name, body) = part.split_once('\n').expect("a name, then the body");
        names.push(name);
        let body: Value = serde_json::from_str(body).unwrap_or_else(|error| panic!("{name}: {error}"));
        let mut fields: Vec<&String> = body.as_object().expect("a request is an object").keys().collect();
        fields.sort();
        assert_eq!(fields, ["message", "messaging_type", "recipient"], "{name}");
        assert_eq!(body["recipient"], serde_json::json!({"id": "PSID"}), "{name}");
        let messaging_type = if name == "utility" { "UTILITY" } else { "UPDATE" };
        assert_eq!(body["messaging_type"], messaging_type, "{name}");
        assert_eq!(shows(&body["message"]), name);

        let message: Message =
            serde_json::from_value(body["message"].clone()).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(Reply::from(message).check(Platform::Messenger), Ok(()), "{name}");
    }
    assert_eq!(names, NAMES);
}

#[test]
fn what_it_does_not_know_it_says() {
    for arguments in [
        &["--send"][..],
        &["--all"],
        &["--send", "1", "2"],
        &["--send", ""],
        &["--send", " "],
        &["--send", "--help"],
    ] {
        let ended = templates(arguments);
        assert_eq!(ended.status.code(), Some(2));
        assert_eq!(String::from_utf8_lossy(&ended.stdout), "");
        assert_eq!(
            String::from_utf8_lossy(&ended.stderr),
            "usage: templates [--send PSID]\n"
        );
    }
}

#[test]
fn help_is_no_mistake() {
    for argument in ["--help", "-h"] {
        let ended = templates(&[argument]);
        assert_eq!(ended.status.code(), Some(0));
        assert_eq!(
            String::from_utf8_lossy(&ended.stdout),
            "usage: templates [--send PSID]\n"
        );
        assert_eq!(String::from_utf8_lossy(&ended.stderr), "");
    }
}

/// As behind `| head -1`.
#[test]
fn it_ends_quietly_where_nobody_reads_on() {
    let mut running = Command::new(env!("CARGO_BIN_EXE_templates"))
        .env_clear()
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    drop(running.stdout.take());
    let ended = running.wait_with_output().expect("the program ends");
    assert_eq!(ended.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&ended.stderr), "");
}

#[test]
fn sending_needs_the_settings_of_a_bot() {
    let ended = templates(&["--send", "2541893"]);
    assert_eq!(ended.status.code(), Some(1));
    let told = String::from_utf8_lossy(&ended.stderr);
    assert!(
        told.contains("MSG001: MESSENGER_ACCESS_TOKEN is not set"),
        "{told}"
    );
}
