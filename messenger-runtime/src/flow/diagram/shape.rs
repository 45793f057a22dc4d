//! The boxes of a picture, with the lines of text in them; their sizes follow from these.

use super::{
    Handler,
    layout::Size,
    pattern,
    picture::WIDTH,
    text::{Face, Font, clean},
};
use crate::flow::{StepKind, StepNode};

/// Between the rim of a box and its text.
const INSIDE: f64 = 14.0;
const ABOVE: f64 = 9.0;
const LEAST_WIDTH: f64 = 96.0;
/// The widest text of a step, and of a pattern.
const STEP: f64 = 190.0;
const PATTERN: f64 = 230.0;
/// How many lines of a prompt are shown; all of it is in the tooltip.
const PROMPT_LINES: usize = 4;
/// How many routes of a handler are shown.
const ROUTES: usize = 4;
/// How many rows a list has before it goes on beside.
const ROWS: usize = 12;
/// The widest route in a list.
const LISTED: f64 = 270.0;
const BETWEEN_COLUMNS: f64 = 28.0;
const BESIDE_NAME: f64 = 12.0;

pub(super) const HEADING: Font = font(Face::Bold, 18.0);
pub(super) const TITLE: Font = font(Face::Bold, 14.0);
pub(super) const NAME: Font = font(Face::Bold, 13.0);
pub(super) const PROMPT: Font = font(Face::Plain, 12.0);
pub(super) const NOTE: Font = font(Face::Plain, 11.0);
/// The name of a handler in a list.
pub(super) const ROW: Font = font(Face::Bold, 11.0);
pub(super) const CODE: Font = font(Face::Code, 11.0);

const fn font(face: Face, size: f64) -> Font {
    Font { face, size }
}

/// A box and the texts in it.
pub(super) struct Shape {
    pub(super) what: What,
    pub(super) texts: Vec<Text>,
    /// What is shown on top of it when somebody points there.
    pub(super) tooltip: String,
    pub(super) size: Size,
}

/// What a box stands for.
#[derive(Clone, Copy)]
pub(super) enum What {
    Step {
        flow: &'static str,
        step: &'static StepNode,
    },
    /// Where a flow starts.
    Start,
    Handler(&'static str),
    /// Handlers that begin nothing.
    List,
}

/// A line of text, by its baseline, seen from the upper left corner of its box.
pub(super) struct Text {
    pub(super) text: String,
    pub(super) font: Font,
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) is_centred: bool,
}

impl Text {
    /// A line whose bottom is at `bottom`.
    fn new(text: String, font: Font, x: f64, bottom: f64) -> Self {
        Self {
            text,
            font,
            x,
            y: bottom - font.base(),
            is_centred: false,
        }
    }
}

impl Shape {
    pub(super) fn start() -> Self {
        Self {
            what: What::Start,
            texts: Vec::new(),
            tooltip: String::new(),
            size: Size {
                width: 12.0,
                height: 12.0,
            },
        }
    }

    pub(super) fn of_step(flow: &'static str, step: &'static StepNode) -> Self {
        let does = match (step.kind, step.begins) {
            (StepKind::Ask, _) => "asks".to_owned(),
            (StepKind::Say, _) => "says".to_owned(),
            (StepKind::End, _) => "ends".to_owned(),
            (StepKind::Begin, Some(flow)) => format!("begins {flow}"),
            (StepKind::Begin, None) => "begins a flow".to_owned(),
        };
        let mut lines: Vec<(String, Font)> = vec![(does, NOTE)];
        lines.extend(
            NAME.wrap(step.name, STEP, usize::MAX)
                .into_iter()
                .map(|line| (line, NAME)),
        );
        lines.extend(
            PROMPT
                .wrap(step.prompt, STEP, PROMPT_LINES)
                .into_iter()
                .map(|line| (line, PROMPT)),
        );
        let tooltip = clean(step.prompt).trim().to_owned();
        let widest = lines
            .iter()
            .map(|(line, font)| font.width(line))
            .fold(0.0, f64::max);
        let width = (widest + 2.0 * INSIDE).max(LEAST_WIDTH);
        let mut texts = Vec::new();
        let mut y = ABOVE;
        for (text, font) in lines {
            y += font.line();
            texts.push(Text {
                is_centred: true,
                ..Text::new(text, font, width / 2.0, y)
            });
        }
        Self {
            what: What::Step { flow, step },
            texts,
            tooltip,
            size: Size {
                width,
                height: y + ABOVE,
            },
        }
    }

    pub(super) fn of_handler(handler: &Handler) -> Self {
        let mut lines: Vec<(String, Font)> = NAME
            .wrap(handler.name(), PATTERN, usize::MAX)
            .into_iter()
            .map(|line| (line, NAME))
            .collect();
        for route in handler.routes.iter().take(ROUTES) {
            let interrupts = if route.interrupts { ", may interrupt" } else { "" };
            lines.push((format!("{}{interrupts}", route.kind.attribute()), NOTE));
            lines.extend(
                CODE.wrap(pattern(route), PATTERN, 2)
                    .into_iter()
                    .map(|line| (line, CODE)),
            );
        }
        if let Some(more @ 1..) = handler.routes.len().checked_sub(ROUTES) {
            lines.push((format!("and {more} more"), NOTE));
        }
        let widest = lines
            .iter()
            .map(|(line, font)| font.width(line))
            .fold(0.0, f64::max);
        let mut texts = Vec::new();
        let mut y = ABOVE;
        for (text, font) in lines {
            y += font.line();
            texts.push(Text::new(text, font, INSIDE, y));
        }
        Self {
            what: What::Handler(handler.name()),
            texts,
            tooltip: place(handler),
            size: Size {
                width: (widest + 2.0 * INSIDE).max(LEAST_WIDTH),
                height: y + ABOVE,
            },
        }
    }

    /// Handlers one below the other, in columns: the name of each, and beside it what it takes.
    pub(super) fn of_list(heading: &str, handlers: &[Handler]) -> Self {
        let first = |lines: Vec<String>| lines.into_iter().next().unwrap_or_default();
        let entries: Vec<(String, Vec<String>)> = handlers
            .iter()
            .map(|handler| {
                let routes = handler.routes.iter().map(|route| {
                    let takes = format!("{} {}", route.kind.attribute(), route.pattern);
                    first(CODE.wrap(&takes, LISTED, 1))
                });
                (first(ROW.wrap(handler.name(), STEP, 1)), routes.collect())
            })
            .collect();
        let names = entries
            .iter()
            .map(|(name, _)| ROW.width(name))
            .fold(0.0, f64::max);
        let takes = entries
            .iter()
            .flat_map(|(_, takes)| takes)
            .map(|takes| CODE.width(takes))
            .fold(0.0, f64::max);
        let column = names + BESIDE_NAME + takes;
        let rows: usize = entries.iter().map(|(_, takes)| takes.len()).sum();
        let fit = ((WIDTH - 2.0 * INSIDE + BETWEEN_COLUMNS) / (column + BETWEEN_COLUMNS))
            .floor()
            .max(1.0);
        let most = rows.div_ceil(rows.div_ceil(ROWS).min(fit as usize));
        let top = ABOVE + NAME.line();
        let row = CODE.line() + 3.0;
        let mut texts = vec![Text::new(heading.to_owned(), NAME, INSIDE, top)];
        let (mut x, mut at, mut beside, mut longest) = (INSIDE, 0, 1.0, 0);
        for (name, takes) in entries {
            if at > 0 && at + takes.len() > most && beside < fit {
                (x, at, beside) = (x + column + BETWEEN_COLUMNS, 0, beside + 1.0);
            }
            texts.push(Text::new(name, ROW, x, top + (at as f64 + 1.0) * row));
            for takes in takes {
                at += 1;
                texts.push(Text::new(
                    takes,
                    CODE,
                    x + names + BESIDE_NAME,
                    top + at as f64 * row,
                ));
            }
            longest = longest.max(at);
        }
        Self {
            what: What::List,
            texts,
            tooltip: String::new(),
            size: Size {
                width: (x + column).max(INSIDE + NAME.width(heading)) + INSIDE,
                height: top + longest as f64 * row + ABOVE,
            },
        }
    }
}

/// The file and line of a handler.
fn place(handler: &Handler) -> String {
    let route = handler.routes[0];
    format!("{}:{}", route.file, route.line)
}
