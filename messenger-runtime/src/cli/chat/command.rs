//! What a line means.

/// A line, understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Command {
    /// An empty line.
    Nothing,
    Text(String),
    /// Taps the choice of this number, from 1.
    Tap(usize),
    Start,
    Reference(String),
    Image(String),
    Postback(String),
    /// Somebody writes from the inbox.
    Agent(String),
    /// The inbox gives the conversation back.
    GiveBack,
    Help,
    Quit,
    /// Not understood, and why.
    Wrong(String),
}

/// The commands: how each is written and what it does.
pub(super) const HELP: [(&str, &str); 10] = [
    ("TEXT", "write; =2 writes the text 2, =/x the text /x"),
    ("NUMBER", "tap the button or quick reply of that number"),
    ("/start", "tap Get Started"),
    ("/ref CODE", "come by the link m.me/<page>?ref=CODE"),
    ("/image URL", "send a picture"),
    ("/postback PAYLOAD", "tap an old button that carries this payload"),
    ("/agent TEXT", "a human writes to you from the page's inbox"),
    ("/agent", "the inbox gives the conversation back to the bot"),
    ("/help", "show this"),
    ("/quit", "leave, as does the end of the input"),
];

/// Reads a line.
pub(super) fn read(line: &str) -> Command {
    let line = line.trim();
    if let Some(text) = line.strip_prefix('=') {
        return match text.trim() {
            "" => Command::Wrong("there is nothing after the =".to_owned()),
            text => Command::Text(text.to_owned()),
        };
    }
    if !line.is_empty() && line.bytes().all(|byte| byte.is_ascii_digit()) {
        return Command::Tap(line.parse().unwrap_or(usize::MAX));
    }
    let Some(command) = line.strip_prefix('/') else {
        return if line.is_empty() {
            Command::Nothing
        } else {
            Command::Text(line.to_owned())
        };
    };
    let (name, rest) = command.split_once(char::is_whitespace).unwrap_or((command, ""));
    let rest = rest.trim();
    let with = |of: fn(String) -> Command, missing: &str| match rest {
        "" => Command::Wrong(format!("/{name} needs {missing}")),
        rest => of(rest.to_owned()),
    };
    match name {
        "start" => Command::Start,
        "ref" => with(Command::Reference, "a code, as in /ref table-7"),
        "image" => with(
            Command::Image,
            "an address, as in /image https://example.com/cat.jpg",
        ),
        "postback" => with(Command::Postback, "a payload, as in /postback MENU"),
        "agent" if rest.is_empty() => Command::GiveBack,
        "agent" => Command::Agent(rest.to_owned()),
        "help" => Command::Help,
        "quit" => Command::Quit,
        _ => Command::Wrong(format!(
            "there is no command /{name}; /help shows them, =/{name} sends it as a text"
        )),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lines_mean_what_the_help_says() {
        let text = |text: &str| Command::Text(text.to_owned());
        for (line, command) in [
            ("", Command::Nothing),
            ("  ", Command::Nothing),
            ("menu ", text("menu")),
            ("2", Command::Tap(2)),
            ("99999999999999999999999", Command::Tap(usize::MAX)),
            ("=2", text("2")),
            ("=/start", text("/start")),
            ("2 moka", text("2 moka")),
            ("²", text("²")),
            ("/start", Command::Start),
            ("/ref table-7", Command::Reference("table-7".to_owned())),
            ("/agent  Hello there", Command::Agent("Hello there".to_owned())),
            ("/agent", Command::GiveBack),
            ("/quit", Command::Quit),
        ] {
            assert_eq!(read(line), command, "{line:?}");
        }
        for line in ["=", "/ref", "/image ", "/postback", "/", "/dance"] {
            assert!(matches!(read(line), Command::Wrong(_)), "{line:?}");
        }
    }

    #[test]
    fn everything_in_the_help_is_understood() {
        for (usage, _) in HELP {
            assert!(!matches!(read(usage), Command::Wrong(_)), "{usage}");
        }
    }

    proptest! {
        #[test]
        fn no_line_is_too_odd(line: String) {
            let _ = read(&line);
        }
    }
}
