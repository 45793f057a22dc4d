//! Some texts that a regex matches: most pairs of routes are told apart by one of them, at almost no cost.

use regex_syntax::hir::{Class, Hir, HirKind, Literal, Look};

/// The most repetitions that a sample follows, and its length in bytes from which it follows none.
const REPETITIONS: u32 = 40;
const LENGTH: usize = 200;

/// Texts that `hir` may match, the plainest first. Look-arounds are not heeded, so each must still be tried.
pub(super) fn samples(hir: &Hir) -> Vec<String> {
    let mut texts: Vec<String> = Vec::new();
    for (choice, padded) in [
        (0, false),
        (1, false),
        (2, false),
        (3, false),
        (5, false),
        (0, true),
        (1, true),
    ] {
        let mut text = String::new();
        write(hir, choice, &mut text);
        if padded {
            // What a regex without anchors finds amid other words.
            text = format!("qz{}{text}{}qz", space(hir, Look::Start), space(hir, Look::End));
        }
        if !texts.contains(&text) {
            texts.push(text);
        }
    }
    texts
}

fn space(hir: &Hir, anchor: Look) -> &'static str {
    if hir.properties().look_set().contains(anchor) {
        ""
    } else {
        " "
    }
}

fn write(hir: &Hir, choice: usize, text: &mut String) {
    match hir.kind() {
        HirKind::Literal(Literal(bytes)) => text.push_str(&String::from_utf8_lossy(bytes)),
        HirKind::Class(Class::Unicode(class)) => {
            let ranges = class.ranges();
            if let Some(range) = ranges.get(choice % ranges.len().max(1)) {
                text.push(if choice.is_multiple_of(2) {
                    range.start()
                } else {
                    range.end()
                });
            }
        }
        HirKind::Class(Class::Bytes(class)) => {
            if let Some(range) = class.ranges().first() {
                text.push(char::from(range.start()));
            }
        }
        HirKind::Repetition(repetition) => {
            let wanted = repetition.min + u32::try_from(choice).unwrap_or_default() % 3;
            for _ in 0..wanted.min(repetition.max.unwrap_or(u32::MAX)).min(REPETITIONS) {
                if text.len() > LENGTH {
                    break;
                }
                write(&repetition.sub, choice, text);
            }
        }
        HirKind::Capture(capture) => write(&capture.sub, choice, text),
        HirKind::Concat(parts) => parts.iter().for_each(|part| write(part, choice, text)),
        HirKind::Alternation(parts) => write(&parts[choice % parts.len()], choice / parts.len(), text),
        HirKind::Empty | HirKind::Look(_) => {}
    }
}
