//! What Fluent files refer to and do not have.

use std::collections::HashSet;

use fluent_bundle::FluentResource;
use fluent_syntax::ast::{CallArguments, Entry, Expression, InlineExpression, Pattern, PatternElement};

use super::FluentProblem;

/// The functions that every text may call.
const FUNCTIONS: [&str; 1] = ["NUMBER"];

/// The references of a language's files to texts, terms and functions that are in none of them.
pub(super) fn dangling(files: &[(String, FluentResource)]) -> Vec<FluentProblem> {
    let ids = |is_term: bool| -> HashSet<&str> {
        let entries = files.iter().flat_map(|(_, resource)| resource.entries());
        entries
            .filter_map(|entry| match entry {
                Entry::Message(message) if !is_term => Some(message.id.name),
                Entry::Term(term) if is_term => Some(term.id.name),
                _ => None,
            })
            .collect()
    };
    let known = Known {
        messages: ids(false),
        terms: ids(true),
    };
    let mut problems = Vec::new();
    for (file, resource) in files {
        for entry in resource.entries() {
            let (id, patterns) = match entry {
                Entry::Message(message) => {
                    let attributes = message.attributes.iter().map(|attribute| &attribute.value);
                    (
                        message.id.name,
                        message.value.iter().chain(attributes).collect::<Vec<_>>(),
                    )
                }
                Entry::Term(term) => {
                    let attributes = term.attributes.iter().map(|attribute| &attribute.value);
                    (
                        term.id.name,
                        std::iter::once(&term.value).chain(attributes).collect(),
                    )
                }
                _ => continue,
            };
            let mut missing = Vec::new();
            for pattern in patterns {
                known.pattern(pattern, &mut missing);
            }
            problems.extend(missing.into_iter().map(|what| {
                let what = format!("`{id}` refers to {what}, which is not there");
                FluentProblem::new(file.clone(), last_line_of(resource.source(), id), what)
            }));
        }
    }
    problems
}

/// The line of the last entry of this name, from 1.
pub(super) fn last_line_of(source: &str, id: &str) -> Option<usize> {
    let is_its = |line: &str| {
        let rest = line.strip_prefix('-').unwrap_or(line).strip_prefix(id);
        rest.is_some_and(|rest| rest.trim_start().starts_with('='))
    };
    source
        .lines()
        .enumerate()
        .filter(|(_, line)| is_its(line))
        .last()
        .map(|(at, _)| at + 1)
}

struct Known<'r> {
    messages: HashSet<&'r str>,
    terms: HashSet<&'r str>,
}

impl Known<'_> {
    fn pattern(&self, pattern: &Pattern<&str>, missing: &mut Vec<String>) {
        for element in &pattern.elements {
            if let PatternElement::Placeable { expression } = element {
                self.expression(expression, missing);
            }
        }
    }

    fn expression(&self, expression: &Expression<&str>, missing: &mut Vec<String>) {
        match expression {
            Expression::Inline(inline) => self.inline(inline, missing),
            Expression::Select { selector, variants } => {
                self.inline(selector, missing);
                for variant in variants {
                    self.pattern(&variant.value, missing);
                }
            }
        }
    }

    fn inline(&self, inline: &InlineExpression<&str>, missing: &mut Vec<String>) {
        match inline {
            InlineExpression::MessageReference { id, .. } if !self.messages.contains(id.name) => {
                missing.push(format!("the text `{}`", id.name));
            }
            InlineExpression::TermReference { id, arguments, .. } => {
                if !self.terms.contains(id.name) {
                    missing.push(format!("the term `-{}`", id.name));
                }
                if let Some(arguments) = arguments {
                    self.arguments(arguments, missing);
                }
            }
            InlineExpression::FunctionReference { id, arguments } => {
                if !FUNCTIONS.contains(&id.name) {
                    missing.push(format!("the function `{}`", id.name));
                }
                self.arguments(arguments, missing);
            }
            InlineExpression::Placeable { expression } => self.expression(expression, missing),
            _ => {}
        }
    }

    fn arguments(&self, arguments: &CallArguments<&str>, missing: &mut Vec<String>) {
        for argument in &arguments.positional {
            self.inline(argument, missing);
        }
        for argument in &arguments.named {
            self.inline(&argument.value, missing);
        }
    }
}
