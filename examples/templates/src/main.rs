//! One of each kind of message and template that Messenger has.
//!
//! Without arguments it needs no account and prints what would be sent, each under its name:
//!
//! ```text
//! $ cargo run -p templates
//! == text
//! {
//!   "messaging_type": "UPDATE",
//!   "recipient": {
//!     "id": "PSID"
//!   },
//!   "message": {
//!     "text": "We roast on Tuesdays."
//!   }
//! }
//!
//! == quick_replies
//! {
//!   "messaging_type": "UPDATE",
//!   ..
//! ```
//!
//! With `--send PSID` it sends them to a person who wrote to the page in the last 24 hours, and prints
//! what the platform answers:
//!
//! ```text
//! $ cargo run -p templates -- --send 2541893
//! text                    sent as m_Kz6..
//! quick_replies           sent as m_9Qr..
//! ..
//! ```
//!
//! `--help` says the same in a line. The page, its token and the app secret come from the environment, as for a bot: `MESSENGER_PAGE_ID`,
//! `MESSENGER_ACCESS_TOKEN`, `MESSENGER_APP_SECRET`, `MESSENGER_VERIFY_TOKEN`. Products, forms, message
//! templates and films belong to a page, so the platform refuses those until the ids at the top of
//! `kinds/templates.rs` and `kinds/forms.rs` are your own.

mod kinds;

use std::{
    env,
    io::{self, Write},
    process::ExitCode,
};

use kinds::{KINDS, Kind};
use messenger_runtime::{
    config::Config,
    graph::{Client, Graph, GraphError, MessagingType, Sent},
    message::{Message, Recipient},
};
use serde::Serialize;

type Error = Box<dyn std::error::Error>;

const USAGE: &str = "usage: templates [--send PSID]";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let out = &mut io::stdout().lock();
    let done = match arguments[..] {
        [] => print(out).map(|()| ExitCode::SUCCESS),
        ["--help" | "-h"] => writeln!(out, "{USAGE}")
            .map(|()| ExitCode::SUCCESS)
            .map_err(Error::from),
        ["--send", psid] if !psid.trim().is_empty() && !psid.starts_with('-') => send_all(out, psid),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    done.unwrap_or_else(|error| {
        if is_broken_pipe(&error) {
            return ExitCode::SUCCESS;
        }
        eprintln!("{error}");
        ExitCode::FAILURE
    })
}

/// Whether nobody reads on, as behind `| head -1`.
fn is_broken_pipe(error: &Error) -> bool {
    error
        .downcast_ref::<io::Error>()
        .is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

/// The request's body, as the Send API takes it.
#[derive(Serialize)]
struct Body<'a> {
    messaging_type: MessagingType,
    recipient: Recipient,
    message: &'a Message,
}

fn print(out: &mut impl Write) -> Result<(), Error> {
    for kind in KINDS {
        let body = serde_json::to_string_pretty(&Body {
            messaging_type: kind.messaging_type,
            recipient: Recipient::Id("PSID".to_owned()),
            message: &(kind.message)(),
        })?;
        writeln!(out, "== {}\n{body}\n", kind.name)?;
    }
    Ok(())
}

fn send_all(out: &mut impl Write, psid: &str) -> Result<ExitCode, Error> {
    let config = Config::from_env()?;
    let client = Client::builder(config.provider)
        .origin(config.graph_origin)
        .version(config.graph_version)
        .app_secret_proof(config.app_secret_proof)
        .build()?;
    // Without a page the token itself says which one it is.
    let pages = env::var("MESSENGER_PAGE_ID").unwrap_or_default();
    let page = pages
        .split(',')
        .next()
        .map(str::trim)
        .filter(|page| !page.is_empty());
    let graph = client.page(page.unwrap_or("me"));

    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let mut refused = 0;
        for kind in KINDS {
            match send(&graph, kind, psid).await {
                Ok(sent) => writeln!(
                    out,
                    "{:<24}sent as {}",
                    kind.name,
                    sent.message_id.unwrap_or_default()
                )?,
                Err(error) => {
                    refused += 1;
                    writeln!(out, "{:<24}refused: {error}", kind.name)?;
                }
            }
        }
        writeln!(out, "{} sent, {refused} refused", KINDS.len() - refused)?;
        Ok(if refused == 0 {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        })
    })
}

async fn send(graph: &Graph, kind: &Kind, psid: &str) -> Result<Sent, GraphError> {
    let message = (kind.message)();
    graph
        .send(psid, message)
        .messaging_type(kind.messaging_type)
        .await
}
