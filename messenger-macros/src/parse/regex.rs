//! The regex of a text route.

use proc_macro2::Span;
use regex_syntax::hir::{Hir, HirKind};
use syn::{Error, LitStr, Result};

/// A regex that compiles.
#[derive(Debug, Clone)]
pub(crate) struct Regex {
    pub(crate) text: String,
    pub(crate) span: Span,
    pub(crate) hir: Hir,
    pub(crate) groups: Vec<Group>,
}

/// A named group.
#[derive(Debug, Clone)]
pub(crate) struct Group {
    pub(crate) name: String,
    /// Whether it takes part in every match.
    pub(crate) always: bool,
}

impl Regex {
    pub(crate) fn parse(literal: &LitStr) -> Result<Self> {
        let text = literal.value();
        let hir =
            regex_syntax::parse(&text).map_err(|fault| Error::new(literal.span(), explain(&text, &fault)))?;
        let mut groups = Vec::new();
        collect(&hir, true, &mut groups);
        Ok(Self {
            span: literal.span(),
            text,
            hir,
            groups,
        })
    }
}

fn collect(hir: &Hir, always: bool, groups: &mut Vec<Group>) {
    match hir.kind() {
        HirKind::Capture(capture) => {
            if let Some(name) = &capture.name {
                groups.push(Group {
                    name: name.to_string(),
                    always,
                });
            }
            collect(&capture.sub, always, groups);
        }
        HirKind::Repetition(repetition) => collect(&repetition.sub, always && repetition.min > 0, groups),
        HirKind::Concat(parts) => parts.iter().for_each(|part| collect(part, always, groups)),
        HirKind::Alternation(parts) => parts.iter().for_each(|part| collect(part, false, groups)),
        HirKind::Empty | HirKind::Literal(_) | HirKind::Class(_) | HirKind::Look(_) => {}
    }
}

/// What is wrong, with a caret under the part of the pattern that is.
fn explain(pattern: &str, fault: &regex_syntax::Error) -> String {
    let (kind, span) = match fault {
        regex_syntax::Error::Parse(fault) => (fault.kind().to_string(), fault.span()),
        regex_syntax::Error::Translate(fault) => (fault.kind().to_string(), fault.span()),
        other => return format!("the regex is wrong: {other}"),
    };
    let line = pattern.lines().nth(span.start.line - 1).unwrap_or_default();
    let end = if span.is_one_line() {
        span.end.column
    } else {
        line.chars().count() + 1
    };
    let carets = "^".repeat(end.saturating_sub(span.start.column).max(1));
    format!(
        "the regex is wrong: {kind}\n\n    {line}\n    {}{carets}",
        " ".repeat(span.start.column - 1)
    )
}
