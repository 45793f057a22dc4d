//! `dead-letters`: what could not be handled, sent or read.

use std::process::ExitCode;

use reqwest::Method;
use serde_json::Value;

use super::{
    super::{Failure, args::DeadLetters, print, tell},
    desk::{Desk, Unanswered},
    pretty, visible,
};
use crate::{Bot, BotBuilder};

pub(crate) async fn run<B: Bot>(
    builder: BotBuilder<B>,
    name: &str,
    command: DeadLetters,
) -> Result<ExitCode, Failure> {
    let desk = Desk::find(builder, name).await?;
    let ended = answer(&desk, name, command).await;
    desk.leave().await?;
    ended
}

async fn answer(desk: &Desk, name: &str, command: DeadLetters) -> Result<ExitCode, Failure> {
    match command {
        DeadLetters::List(args) => {
            let mut path = format!("/dead-letters?after={}&limit={}", args.after, args.limit);
            if let Some(kind) = args.kind {
                path += &format!("&kind={}", kind.as_str());
            }
            let document = desk.ask(Method::GET, &path).await?;
            if args.json {
                print(&pretty(&document))?;
                return Ok(ExitCode::SUCCESS);
            }
            let letters = document["dead_letters"]
                .as_array()
                .map(Vec::as_slice)
                .unwrap_or_default();
            if letters.is_empty() {
                tell("There are no dead letters.");
                return Ok(ExitCode::SUCCESS);
            }
            print(&table(letters))?;
            if let Some(next) = document["next"].as_u64() {
                tell(format_args!(
                    "There may be more: `{name} dead-letters list --after {next}`."
                ));
            }
            Ok(ExitCode::SUCCESS)
        }
        DeadLetters::Show(args) => {
            let document = desk
                .ask(Method::GET, &format!("/dead-letters/{}", args.id))
                .await?;
            print(&pretty(&document))?;
            Ok(ExitCode::SUCCESS)
        }
        DeadLetters::Replay(args) => {
            each(name, &args.ids, async |id| {
                desk.ask(Method::POST, &format!("/dead-letters/{id}/replay"))
                    .await?;
                Ok(match desk {
                    Desk::Bot { .. } => format!("{id} is queued again"),
                    Desk::Store { .. } => format!("{id} is queued again, for when the bot runs"),
                })
            })
            .await
        }
        DeadLetters::Discard(args) => {
            each(name, &args.ids, async |id| {
                desk.ask(Method::DELETE, &format!("/dead-letters/{id}")).await?;
                Ok(format!("{id} is discarded"))
            })
            .await
        }
    }
}

/// Goes on where one cannot be done; then the exit code is 1.
async fn each(
    name: &str,
    ids: &[u64],
    ask: impl AsyncFn(u64) -> Result<String, Unanswered>,
) -> Result<ExitCode, Failure> {
    let mut code = ExitCode::SUCCESS;
    for &id in ids {
        match ask(id).await {
            Ok(done) => print(&done)?,
            Err(error) => {
                tell(format_args!("{name}: {}", error.text()));
                code = ExitCode::FAILURE;
            }
        }
    }
    Ok(code)
}

const TITLES: [&str; 6] = ["id", "kind", "since", "tried", "whose", "cause"];

fn table(letters: &[Value]) -> String {
    let mut rows = vec![TITLES.map(str::to_owned)];
    rows.extend(letters.iter().map(|letter| {
        let text = |value: &Value| value.as_str().map(visible).unwrap_or_default();
        let whose = match letter["person"].as_str() {
            Some(person) => format!("{}/{}", text(&letter["page"]), visible(person)),
            None => text(&letter["page"]),
        };
        let cause = &letter["cause"];
        [
            letter["id"].to_string(),
            text(&letter["kind"]),
            text(&letter["since"]),
            letter["attempts"].to_string(),
            whose,
            format!("{}: {}", text(&cause["code"]), text(&cause["text"])),
        ]
    }));
    let widths: [usize; TITLES.len()] = std::array::from_fn(|at| {
        rows.iter()
            .map(|row| row[at].chars().count())
            .max()
            .unwrap_or_default()
    });
    let lines = rows.iter().map(|row| {
        let cells = row
            .iter()
            .zip(widths)
            .map(|(cell, width)| format!("{cell:width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_table_shows_no_text_and_moves_no_cursor() {
        let letters = [
            json!({"id": 7, "kind": "event", "page": "20001", "person": "300001", "attempts": 1,
                   "cause": {"code": "MSG505", "text": "cut\u{1b}[2J off"}, "since": "2026-11-20T19:05:41Z"}),
            json!({"id": 12, "kind": "state", "page": "20001", "person": null, "attempts": 0,
                   "cause": {"code": "MSG603", "text": "unreadable"}, "since": "2026-11-20T19:05:42Z"}),
        ];
        let expected = "\
id  kind   since                 tried  whose         cause
7   event  2026-11-20T19:05:41Z  1      20001/300001  MSG505: cut[2J off
12  state  2026-11-20T19:05:42Z  0      20001         MSG603: unreadable";
        assert_eq!(table(&letters), expected);
    }
}
