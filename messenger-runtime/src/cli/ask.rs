//! What is shown before something is written, and the question whether it is wanted.

use std::{
    fmt,
    io::{self, BufRead as _, IsTerminal as _, Write as _},
};

use super::{Failure, log};

/// How a line came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    Same,
    New,
    Gone,
    Changed,
    /// There, and left as it is.
    Left,
    /// No difference by itself: a line among others.
    None,
}

/// Lines with marks, for standard output; coloured where that is a terminal.
#[derive(Debug)]
pub(super) struct Page {
    colours: bool,
    pub(super) text: String,
}

impl Page {
    pub(super) fn plain() -> Self {
        Self {
            colours: false,
            text: String::new(),
        }
    }

    pub(super) fn for_stdout() -> Self {
        Self {
            colours: io::stdout().is_terminal() && !log::no_colour(),
            ..Self::plain()
        }
    }

    /// What the lines below are about.
    pub(super) fn heading(&mut self, text: impl fmt::Display) {
        self.text += &format!("{text}\n");
    }

    /// A line, `depth` steps to the right.
    pub(super) fn line(&mut self, depth: usize, mark: Mark, text: impl fmt::Display) {
        let (sign, colour) = match mark {
            Mark::Same => ("= ", ""),
            Mark::New => ("+ ", "\x1b[32m"),
            Mark::Gone => ("- ", "\x1b[31m"),
            Mark::Changed => ("~ ", "\x1b[33m"),
            Mark::Left => ("? ", "\x1b[2m"),
            Mark::None => ("  ", ""),
        };
        let reset = "\x1b[0m";
        let (colour, reset) = if self.colours && !colour.is_empty() {
            (colour, reset)
        } else {
            ("", "")
        };
        let line = format!("{:1$}{sign}{text}", "", depth * 2);
        self.text += &format!("{colour}{}{reset}\n", line.trim_end());
    }
}

/// Asks on the terminal; anything but yes is no. Where nobody can answer, that is an error which says what
/// to write instead, and what was not `done`.
pub(super) fn whether(question: &str, done: &str) -> Result<bool, Failure> {
    let stdin = io::stdin();
    if !stdin.is_terminal() {
        return Err(Failure::Command(format!(
            "nothing was {done}: there is no terminal to ask on; --yes does it without asking"
        )));
    }
    let mut stderr = io::stderr();
    write!(stderr, "{question} [y/N] ")?;
    stderr.flush()?;
    let mut answer = String::new();
    stdin.lock().read_line(&mut answer)?;
    Ok(is_yes(&answer))
}

fn is_yes(answer: &str) -> bool {
    matches!(&*answer.trim().to_ascii_lowercase(), "y" | "yes")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_yes_is_yes() {
        for yes in ["y\n", "Y\r\n", " yes ", "YES\n"] {
            assert!(is_yes(yes), "{yes:?}");
        }
        for no in ["", "\n", "n\n", "no\n", "yeah\n", "yes please\n", "ja\n"] {
            assert!(!is_yes(no), "{no:?}");
        }
    }

    #[test]
    fn colours_are_for_terminals() {
        let mut page = Page::plain();
        page.line(1, Mark::New, "coffee");
        page.heading("");
        assert_eq!(page.text, "  + coffee\n\n");
        let mut page = Page {
            colours: true,
            ..Page::plain()
        };
        page.line(0, Mark::Gone, "tea");
        assert_eq!(page.text, "\u{1b}[31m- tea\u{1b}[0m\n");
    }
}
