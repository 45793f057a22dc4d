//! What a person has on the phone: the messages of the bot, and what can be tapped.

use serde_json::Value;

/// A message as a line: its text, `[title=payload]` for each quick reply, `(title=payload)` for each button.
pub(crate) fn shown(message: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let pairs = |list: &Value, open: char, close: char| -> Vec<String> {
        let list = list.as_array().into_iter().flatten();
        list.map(|one| format!("{open}{}={}{close}", text(&one["title"]), text(&one["payload"])))
            .collect()
    };
    let mut parts = Vec::from_iter(message["text"].as_str().map(str::to_owned));
    for card in message["attachment"]["payload"]["elements"]
        .as_array()
        .into_iter()
        .flatten()
    {
        parts.push(text(&card["title"]));
        parts.extend(pairs(&card["buttons"], '(', ')'));
    }
    parts.extend(pairs(&message["quick_replies"], '[', ']'));
    parts.join(" ")
}

/// The quick replies of a line.
pub(crate) fn quick_replies(line: &str) -> Vec<(String, String)> {
    tappable(line, '[', ']')
}

/// The buttons of a line.
pub(crate) fn buttons(line: &str) -> Vec<(String, String)> {
    tappable(line, '(', ')')
}

fn tappable(line: &str, open: char, close: char) -> Vec<(String, String)> {
    line.split(open)
        .skip(1)
        .filter_map(|part| part.split_once(close)?.0.split_once('='))
        .map(|(title, payload)| (title.to_owned(), payload.to_owned()))
        .collect()
}
