//! The picture as SVG: no scripts, no fonts from elsewhere, light and dark.

use std::fmt::{self, Write as _};

use super::{
    layout::{End, Line, Point, Rect},
    picture::{Arrow, Picture, Way},
    shape::{CODE, HEADING, NAME, NOTE, PROMPT, ROW, Shape, TITLE, Text, What},
    text::{Font, clean},
};
use crate::flow::{BotGraph, FlowGraph, StepKind};

/// Around everything.
const MARGIN: f64 = 20.0;
/// Between the heading and what is below.
const BELOW_HEADING: f64 = 14.0;
/// How long the head of an arrow is.
const HEAD: f64 = 8.0;

const STYLE: &str = "\
.graph text{font-family:system-ui,-apple-system,\"Segoe UI\",Roboto,\"Helvetica Neue\",Arial,sans-serif;fill:#1f2328}
.graph .code{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,\"Liberation Mono\",monospace;font-size:11px}
.graph .heading{font-size:18px;font-weight:700}.graph .title{font-size:14px;font-weight:700}
.graph .name{font-size:13px;font-weight:700}.graph .prompt{font-size:12px}
.graph .note{font-size:11px}.graph .row{font-size:11px;font-weight:700}
.graph .note,.graph .code{fill:#59636e}
.graph .mid{text-anchor:middle}
.graph .paper{fill:#fff}
.graph .frame{fill:#f6f8fa;stroke:#d1d9e0}
.graph .box{stroke-width:1.5;fill:#fff;stroke:#8c959f}
.graph .ask .box{fill:#eaf3ff;stroke:#2f6fd0}.graph .say .box{fill:#fff;stroke:#8c959f}
.graph .begin .box{fill:#f5eeff;stroke:#8250df}.graph .end .box,.graph .end .rim{fill:#e6f6ea;stroke:#2a8a4a}
.graph .handler .box{fill:#fff6e0;stroke:#b9770e}.graph .list .box{stroke:#d1d9e0}
.graph .start .box{fill:#59636e;stroke:none}
.graph .line{fill:none;stroke:#6e7781;stroke-width:1.5;stroke-linejoin:round}.graph .head{fill:#6e7781}
.graph .otherwise .line{stroke-dasharray:5 4}
.graph .begins .line,.graph .within .line,.graph .over .line{stroke:#8250df}
.graph .begins .head,.graph .within .head,.graph .over .head{fill:#8250df}
.graph .over .line{stroke-dasharray:5 4}
@media (prefers-color-scheme:dark){
.graph text{fill:#e6edf3}.graph .note,.graph .code{fill:#9aa4ae}
.graph .paper{fill:#0d1117}.graph .frame{fill:#151b23;stroke:#3d444d}
.graph .box{fill:#0d1117;stroke:#7d8590}
.graph .ask .box{fill:#10233f;stroke:#4c8df0}.graph .say .box{fill:#0d1117;stroke:#7d8590}
.graph .begin .box{fill:#271a42;stroke:#a57bf0}.graph .end .box,.graph .end .rim{fill:#0f2a19;stroke:#3fa55f}
.graph .handler .box{fill:#2e2310;stroke:#c9901f}.graph .list .box{stroke:#3d444d}
.graph .start .box{fill:#9aa4ae}
.graph .line{stroke:#8b949e}.graph .head{fill:#8b949e}
.graph .begins .line,.graph .within .line,.graph .over .line{stroke:#a57bf0}
.graph .begins .head,.graph .within .head,.graph .over .head{fill:#a57bf0}
}";

pub(in crate::flow) fn of_bot(graph: &BotGraph) -> String {
    write(&Picture::of_bot(graph))
}

pub(in crate::flow) fn of_flow(flow: &FlowGraph) -> String {
    write(&Picture::of_flow(flow))
}

fn write(picture: &Picture) -> String {
    let heading = if picture.is_whole {
        HEADING.line() + BELOW_HEADING
    } else {
        0.0
    };
    let drawing = &picture.drawing;
    let least = if picture.is_whole {
        HEADING.width(picture.name)
    } else {
        0.0
    };
    let width = drawing.size.width.max(least) + 2.0 * MARGIN;
    let height = drawing.size.height + heading + 2.0 * MARGIN;
    let (w, h) = (Number(width.ceil()), Number(height.ceil()));
    let mut out = Out(String::new());
    out.line(format_args!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"graph\" role=\"img\" width=\"{w}\" height=\"{h}\" viewBox=\"0 0 {w} {h}\">"
    ));
    out.line(format_args!("<title>{}</title>", Escaped(picture.name)));
    out.line(format_args!("<desc>{}</desc>", Escaped(&picture.about)));
    out.line(format_args!("<style>{STYLE}</style>"));
    out.line(format_args!(
        "<rect class=\"paper\" width=\"{w}\" height=\"{h}\" rx=\"8\"/>"
    ));
    if picture.is_whole {
        let y = Number(MARGIN + HEADING.line() - HEADING.base());
        out.line(format_args!(
            "<text class=\"heading\" x=\"{}\" y=\"{y}\">{}</text>",
            Number(MARGIN),
            Escaped(picture.name)
        ));
    }
    let (left, top) = (Number(MARGIN), Number(MARGIN + heading));
    out.line(format_args!("<g transform=\"translate({left} {top})\">"));
    for ((name, frame), title) in picture.frames.iter().zip(&drawing.groups).zip(&drawing.titles) {
        out.line(format_args!(
            "<g class=\"flow\" id=\"{0}\" data-flow=\"{0}\">",
            Escaped(name)
        ));
        out.line(format_args!("{}", Rectangle(frame, "frame", 10.0)));
        let y = Number(title.bottom() - TITLE.base());
        out.line(format_args!(
            "<text class=\"title\" x=\"{}\" y=\"{y}\">{}</text></g>",
            Number(title.x),
            Escaped(name)
        ));
    }
    for (arrow, line) in picture.arrows.iter().zip(&drawing.lines) {
        self::arrow(&mut out, picture, arrow, line);
    }
    for (shape, rect) in picture.boxes.iter().zip(&drawing.blocks) {
        self::shape(&mut out, shape, rect);
    }
    out.0.push_str("</g>\n</svg>\n");
    out.0
}

fn shape(out: &mut Out, shape: &Shape, rect: &Rect) {
    match shape.what {
        What::Step { flow, step } => {
            let kind = match step.kind {
                StepKind::Ask => "ask",
                StepKind::Say => "say",
                StepKind::Begin => "begin",
                StepKind::End => "end",
            };
            let (flow, step) = (Escaped(flow), Escaped(step.name));
            out.line(format_args!(
                "<g class=\"step {kind}\" id=\"{flow}.{step}\" data-flow=\"{flow}\" data-step=\"{step}\">"
            ));
        }
        What::Start => out.line(format_args!("<g class=\"start\">")),
        What::Handler(name) => out.line(format_args!(
            "<g class=\"handler\" data-handler=\"{}\">",
            Escaped(name)
        )),
        What::List => out.line(format_args!("<g class=\"list\">")),
    }
    if !shape.tooltip.is_empty() {
        out.line(format_args!("<title>{}</title>", Escaped(&shape.tooltip)));
    }
    let is_end = matches!(shape.what, What::Step { step, .. } if step.kind == StepKind::End);
    let round = match shape.what {
        What::Start => rect.width / 2.0,
        What::Step { .. } => 8.0,
        What::Handler(_) | What::List => 4.0,
    };
    out.line(format_args!("{}", Rectangle(rect, "box", round)));
    if is_end {
        let inner = Rect {
            x: rect.x + 3.0,
            y: rect.y + 3.0,
            width: rect.width - 6.0,
            height: rect.height - 6.0,
        };
        out.line(format_args!("{}", Rectangle(&inner, "rim", round - 3.0)));
    }
    for text in &shape.texts {
        self::text(out, text, rect);
    }
    out.0.push_str("</g>\n");
}

fn text(out: &mut Out, text: &Text, rect: &Rect) {
    let middle = if text.is_centred { " mid" } else { "" };
    out.line(format_args!(
        "<text class=\"{}{middle}\" x=\"{}\" y=\"{}\">{}</text>",
        class(text.font),
        Number(rect.x + text.x),
        Number(rect.y + text.y),
        Escaped(&text.text)
    ));
}

fn class(font: Font) -> &'static str {
    let classes = [
        (HEADING, "heading"),
        (TITLE, "title"),
        (NAME, "name"),
        (PROMPT, "prompt"),
        (NOTE, "note"),
        (ROW, "row"),
        (CODE, "code"),
    ];
    classes
        .iter()
        .find(|(known, _)| *known == font)
        .map_or("prompt", |(_, class)| class)
}

fn arrow(out: &mut Out, picture: &Picture, arrow: &Arrow, line: &Line) {
    let way = match arrow.way {
        Way::Start => "begin-here",
        Way::Next => "next",
        Way::Otherwise => "otherwise",
        Way::Begins => "begins",
        Way::Within => "within",
        Way::Over => "over",
    };
    let name = |at: usize| match picture.boxes[at].what {
        What::Step { flow, step } => format!("{flow}.{}", step.name),
        What::Handler(name) => name.to_owned(),
        What::Start | What::List => String::new(),
    };
    let to = match arrow.to {
        End::Block(at) => name(at),
        End::Group(at) => picture.frames[at].to_owned(),
    };
    out.line(format_args!(
        "<g class=\"way {way}\" data-from=\"{}\" data-to=\"{}\">",
        Escaped(&name(arrow.from)),
        Escaped(&to)
    ));
    out.line(format_args!(
        "<path class=\"line\" d=\"{}\"/>",
        Path(&line.points)
    ));
    out.line(format_args!(
        "<path class=\"head\" d=\"{}\"/>",
        Head(&line.points)
    ));
    if let (Some(label), Some(rect)) = (arrow.way.label(), line.label) {
        out.line(format_args!(
            "<text class=\"note\" x=\"{}\" y=\"{}\">{}</text>",
            Number(rect.x),
            Number(rect.bottom() - NOTE.base()),
            Escaped(label)
        ));
    }
    out.0.push_str("</g>\n");
}

struct Out(String);

impl Out {
    fn line(&mut self, line: fmt::Arguments<'_>) {
        writeln!(self.0, "{line}").expect("writing to a String cannot fail");
    }
}

/// A rectangle with a class and round corners.
struct Rectangle<'r>(&'r Rect, &'static str, f64);

impl fmt::Display for Rectangle<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(Rect { x, y, width, height }, class, round) = self;
        write!(
            f,
            "<rect class=\"{class}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"{}\"/>",
            Number(*x),
            Number(*y),
            Number(*width),
            Number(*height),
            Number(*round)
        )
    }
}

/// A line through its points: straight down and across, curved between layers. It ends where the head begins.
struct Path<'p>(&'p [Point]);

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut points = self.0.to_vec();
        if let [.., before, last] = points.as_mut_slice() {
            let (across, down) = direction(*before, *last);
            last.x -= across * (HEAD - 1.0);
            last.y -= down * (HEAD - 1.0);
        }
        for (at, to) in points.iter().enumerate() {
            let (x, y) = (Number(to.x), Number(to.y));
            match at.checked_sub(1).map(|before| points[before]) {
                None => write!(f, "M{x} {y}")?,
                Some(from) if from.x == to.x || from.y == to.y => write!(f, "L{x} {y}")?,
                Some(from) => {
                    let middle = Number(from.y.midpoint(to.y));
                    write!(f, "C{} {middle} {x} {middle} {x} {y}", Number(from.x))?;
                }
            }
        }
        Ok(())
    }
}

/// The head of an arrow, its tip at the last point.
struct Head<'p>(&'p [Point]);

impl fmt::Display for Head<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [.., before, tip] = self.0 else { return Ok(()) };
        let (across, down) = direction(*before, *tip);
        let base = Point {
            x: tip.x - across * HEAD,
            y: tip.y - down * HEAD,
        };
        let half = HEAD / 2.0;
        write!(
            f,
            "M{} {}L{} {}L{} {}Z",
            Number(tip.x),
            Number(tip.y),
            Number(base.x - down * half),
            Number(base.y + across * half),
            Number(base.x + down * half),
            Number(base.y - across * half)
        )
    }
}

/// Where a line goes at its end: across into the side of a box, or else up or down.
fn direction(before: Point, tip: Point) -> (f64, f64) {
    if before.y == tip.y {
        ((tip.x - before.x).signum(), 0.0)
    } else {
        (0.0, (tip.y - before.y).signum())
    }
}

/// A number with at most one place behind its point.
struct Number(f64);

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Adding nothing makes a negative zero a zero.
        let tenths = (self.0 * 10.0).round() / 10.0 + 0.0;
        write!(f, "{tenths}")
    }
}

/// A text within XML, in quotes or not.
struct Escaped<'t>(&'t str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for char in clean(self.0).chars() {
            match char {
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '&' => f.write_str("&amp;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                char => f.write_char(char)?,
            }
        }
        Ok(())
    }
}
