//! The terminal: who says what, in which colour.

use std::io::{self, IsTerminal as _, Write};

use super::answer::{Line, Style};
use crate::cli::log::no_colour;

/// How wide the column of the speakers is.
const COLUMN: usize = 7;

/// How the conversation is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Look {
    pub(super) colour: bool,
    /// Whether somebody sits there: they are prompted, and see what they type. Otherwise the lines are
    /// repeated, so that the output is the whole conversation.
    pub(super) interactive: bool,
}

impl Look {
    /// What suits this terminal or pipe.
    pub(super) fn of_this_terminal(plain: bool) -> Self {
        let interactive = io::stdin().is_terminal() && io::stdout().is_terminal();
        Self {
            colour: interactive && !plain && !no_colour(),
            interactive,
        }
    }
}

/// Where the conversation is shown.
#[derive(Debug)]
pub(super) struct Screen<W> {
    out: W,
    look: Look,
    begun: bool,
}

impl<W: Write> Screen<W> {
    pub(super) fn new(out: W, look: Look) -> Self {
        Self {
            out,
            look,
            begun: false,
        }
    }

    /// Says what this is, to somebody who sits there; and whether a conversation goes on.
    pub(super) fn welcome(&mut self, bot: &str, goes_on: bool) -> io::Result<()> {
        if self.look.interactive {
            let next = if goes_on {
                "You are Ann, and the conversation goes on where it was: numbers still tap what\n\
                 was shown last. /help shows what else there is."
            } else {
                "You are Ann and have opened the conversation. Write something, tap a choice by\n\
                 its number, or begin with /start. /help shows what else there is."
            };
            writeln!(
                self.out,
                "{bot}, with the platform's side played on this machine: no account is needed.\n{next}"
            )?;
            self.begun = true;
        }
        Ok(())
    }

    /// Asks for a line.
    pub(super) fn prompt(&mut self) -> io::Result<()> {
        if self.look.interactive {
            self.gap()?;
            self.label("you", GREEN)?;
            self.out.flush()?;
        }
        Ok(())
    }

    /// Takes back a prompt that was not answered, to show something else.
    pub(super) fn interrupt(&mut self) -> io::Result<()> {
        if self.look.interactive {
            writeln!(self.out)
        } else {
            Ok(())
        }
    }

    /// What the person did; `meaning` where the line does not say it itself.
    pub(super) fn you(&mut self, line: &str, meaning: Option<&str>) -> io::Result<()> {
        let meaning = meaning.map(|meaning| (Style::Dim, format!("({meaning})")));
        if self.look.interactive {
            return meaning.map_or(Ok(()), |meaning| self.lines("", "", &[vec![meaning]]));
        }
        self.gap()?;
        let mut shown = vec![(Style::Plain, line.to_owned())];
        if let Some((style, meaning)) = meaning {
            shown.extend([(Style::Plain, "  ".to_owned()), (style, meaning)]);
        }
        self.lines("you", GREEN, &[shown])
    }

    /// What the bot said.
    pub(super) fn bot(&mut self, lines: &[Line]) -> io::Result<()> {
        self.lines("bot", BLUE, lines)
    }

    /// What somebody said from the page's inbox.
    pub(super) fn inbox(&mut self, text: &str) -> io::Result<()> {
        self.lines("inbox", MAGENTA, &[vec![(Style::Plain, text.to_owned())]])
    }

    /// Something about the conversation.
    pub(super) fn note(&mut self, text: &str) -> io::Result<()> {
        self.lines("", "", &[vec![(Style::Dim, format!("({text})"))]])
    }

    /// Something that went wrong.
    pub(super) fn problem(&mut self, text: &str) -> io::Result<()> {
        let lines: Vec<Line> = text
            .trim_end()
            .lines()
            .map(|line| vec![(Style::Plain, line.to_owned())])
            .collect();
        self.lines("!", RED, &lines)
    }

    /// A table of two columns.
    pub(super) fn table(&mut self, rows: &[(&str, &str)]) -> io::Result<()> {
        let width = rows.iter().map(|(left, _)| left.len()).max().unwrap_or_default();
        let lines: Vec<Line> = rows
            .iter()
            .map(|(left, right)| {
                vec![
                    (Style::Choice, format!("{left:width$}")),
                    (Style::Plain, format!("  {right}")),
                ]
            })
            .collect();
        self.lines("", "", &lines)
    }

    fn lines(&mut self, who: &str, colour: &str, lines: &[Line]) -> io::Result<()> {
        self.begun = true;
        for (index, line) in lines.iter().enumerate() {
            self.label(if index == 0 { who } else { "" }, colour)?;
            for (style, text) in line {
                self.paint(style.colour(), &printable(text))?;
            }
            writeln!(self.out)?;
        }
        self.out.flush()
    }

    /// An empty line between one exchange and the next.
    fn gap(&mut self) -> io::Result<()> {
        if std::mem::replace(&mut self.begun, true) {
            writeln!(self.out)
        } else {
            Ok(())
        }
    }

    fn label(&mut self, who: &str, colour: &str) -> io::Result<()> {
        self.paint(colour, &format!("{who:COLUMN$}"))
    }

    fn paint(&mut self, colour: &str, text: &str) -> io::Result<()> {
        if self.look.colour && !colour.is_empty() {
            write!(self.out, "\u{1b}[{colour}m{text}\u{1b}[0m")
        } else {
            self.out.write_all(text.as_bytes())
        }
    }
}

/// Without what would steer the terminal.
fn printable(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { '\u{fffd}' } else { c })
        .collect()
}

const RED: &str = "1;31";
const GREEN: &str = "1;32";
const BLUE: &str = "1;34";
const MAGENTA: &str = "1;35";

impl Style {
    fn colour(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Strong => "1",
            Self::Choice => "36",
            Self::Dim => "2",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(look: Look, show: impl FnOnce(&mut Screen<&mut Vec<u8>>) -> io::Result<()>) -> String {
        let mut out = Vec::new();
        show(&mut Screen::new(&mut out, look)).unwrap();
        String::from_utf8(out).unwrap()
    }

    const PIPE: Look = Look {
        colour: false,
        interactive: false,
    };

    #[test]
    fn a_pipe_gets_the_whole_conversation_and_nothing_else() {
        let text = shown(PIPE, |screen| {
            screen.welcome("shop", true)?;
            screen.prompt()?;
            screen.you("1", Some("taps Coffee"))?;
            screen.bot(&[
                vec![(Style::Strong, "One".to_owned())],
                vec![(Style::Plain, "Two".to_owned())],
            ])?;
            screen.prompt()?;
            screen.you("/agent Hi", None)?;
            screen.inbox("Hi")?;
            screen.problem("it failed\n")
        });
        assert_eq!(
            text,
            "you    1  (taps Coffee)\nbot    One\n       Two\n\nyou    /agent Hi\ninbox  Hi\n!      it failed\n"
        );
    }

    #[test]
    fn somebody_who_types_is_prompted_and_not_repeated() {
        let look = Look {
            colour: false,
            interactive: true,
        };
        let text = shown(look, |screen| {
            screen.prompt()?;
            screen.you("menu", None)?;
            screen.bot(&[vec![(Style::Plain, "Hello".to_owned())]])?;
            screen.prompt()
        });
        assert_eq!(text, "you    bot    Hello\n\nyou    ");
    }

    #[test]
    fn colours_are_for_terminals_alone() {
        let look = Look {
            colour: true,
            interactive: true,
        };
        let text = shown(look, |screen| screen.note("quiet"));
        assert_eq!(text, "       \u{1b}[2m(quiet)\u{1b}[0m\n");
    }

    #[test]
    fn a_bot_cannot_steer_the_terminal() {
        let text = shown(PIPE, |screen| {
            screen.bot(&[vec![(Style::Plain, "\u{1b}[2Jgone\r".to_owned())]])
        });
        assert_eq!(text, "bot    \u{fffd}[2Jgone\u{fffd}\n");
    }
}
