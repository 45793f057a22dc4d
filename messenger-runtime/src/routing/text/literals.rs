//! What a text must contain for a regex to match it: literals, taken from the regex itself.
//!
//! Folding maps each character by itself, so the folding of a match is made of the foldings of its characters.
//! Therefore the regex is folded too, class by class, and whatever literals each match of the folded regex must
//! begin with are in the folding of every text that the regex matches. The converse does not hold: a text that
//! has the literals is a candidate, and the regex decides.

use regex_syntax::hir::literal::{ExtractKind, Extractor, Seq};
use regex_syntax::hir::{Class, Dot, Hir, HirKind, Look, Repetition};

use crate::routing::fold::{fold, fold_char};

/// A class of more foldings than this ends a literal.
const CLASS_LIMIT: usize = 10;
/// No regex is worth more literals than this.
const TOTAL_LIMIT: usize = 64;
/// Longer literals, in bytes, would tell no more routes apart.
const LENGTH_LIMIT: usize = 40;

/// One of these literals is in the folding of every text that the regex matches.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Requirement {
    /// Never empty strings. None at all: the regex matches nothing.
    pub(super) literals: Vec<Vec<u8>>,
    pub(super) place: Place,
}

/// Where in the folded text a literal has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// It is the whole text.
    Whole,
    /// The text begins with it.
    Start,
    Anywhere,
}

/// The requirements of a regex, each necessary: first how its matches begin, then the most telling literals
/// from further inside. At most two, none if every text has to be tried.
pub(super) fn requirements(hir: &Hir) -> Vec<Requirement> {
    let prefix_looks = hir.properties().look_set_prefix();
    let suffix_looks = hir.properties().look_set_suffix();
    let folded = fold_hir(hir);
    let mut found = Vec::new();

    let seq = extract(&folded);
    let start = prefix_looks.contains(Look::Start);
    let place = match start {
        true if seq.is_exact() && suffix_looks.contains(Look::End) => Place::Whole,
        true => Place::Start,
        false => Place::Anywhere,
    };
    found.extend(requirement(&seq, place));
    if place == Place::Whole && !found.is_empty() {
        return found;
    }
    found.extend(inner(&folded));
    found
}

/// The most telling literals that begin behind a part of the regex that has none.
fn inner(folded: &Hir) -> Option<Requirement> {
    let HirKind::Concat(parts) = folded.kind() else {
        return None;
    };
    let gaps = parts
        .iter()
        .enumerate()
        .filter(|(_, part)| !extract(part).is_exact());
    gaps.filter_map(|(gap, _)| {
        let rest = Hir::concat(parts[gap + 1..].to_vec());
        requirement(&extract(&rest), Place::Anywhere)
    })
    .max_by_key(|requirement| requirement.literals.iter().map(Vec::len).min())
}

fn extract(folded: &Hir) -> Seq {
    Extractor::new()
        .kind(ExtractKind::Prefix)
        .limit_class(CLASS_LIMIT)
        .limit_total(TOTAL_LIMIT)
        .limit_literal_len(LENGTH_LIMIT)
        .extract(folded)
}

fn requirement(seq: &Seq, place: Place) -> Option<Requirement> {
    let literals = seq.literals()?;
    let mut literals: Vec<_> = literals
        .iter()
        .map(|literal| literal.as_bytes().to_vec())
        .collect();
    literals.sort_unstable();
    literals.dedup();
    if place == Place::Whole {
        return Some(Requirement { literals, place });
    }
    // Sorted, a literal comes right before those it begins; wherever one of them is, so is the first.
    literals.dedup_by(|longer, shorter| longer.starts_with(shorter));
    let telling = literals.first().is_none_or(|shortest| !shortest.is_empty());
    telling.then_some(Requirement { literals, place })
}

/// The regex that matches the foldings of what this one matches, and perhaps more: look-around is dropped,
/// since where a match may be says nothing about what is in it.
fn fold_hir(hir: &Hir) -> Hir {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => Hir::empty(),
        HirKind::Literal(literal) => match std::str::from_utf8(&literal.0) {
            Ok(text) => Hir::literal(fold(text).as_bytes()),
            Err(_) => anything(),
        },
        HirKind::Class(class) => fold_class(class),
        HirKind::Repetition(repetition) => Hir::repetition(Repetition {
            sub: Box::new(fold_hir(&repetition.sub)),
            ..repetition.clone()
        }),
        HirKind::Capture(capture) => fold_hir(&capture.sub),
        HirKind::Concat(parts) => Hir::concat(parts.iter().map(fold_hir).collect()),
        HirKind::Alternation(parts) => Hir::alternation(parts.iter().map(fold_hir).collect()),
    }
}

/// A class is the choice between the foldings of its members, if those are few.
fn fold_class(class: &Class) -> Hir {
    let unicode;
    let class = match class {
        Class::Unicode(class) => class,
        Class::Bytes(class) => match class.to_unicode_class() {
            Some(class) => {
                unicode = class;
                &unicode
            }
            None => return anything(),
        },
    };
    let mut foldings: Vec<String> = Vec::new();
    for c in class.iter().flat_map(|range| range.start()..=range.end()) {
        let mut folded = String::new();
        fold_char(c, |c| folded.push(c));
        if !foldings.contains(&folded) {
            if foldings.len() == CLASS_LIMIT {
                return anything();
            }
            foldings.push(folded);
        }
    }
    // Without members it stays what matches nothing.
    Hir::alternation(
        foldings
            .iter()
            .map(|folded| Hir::literal(folded.as_bytes()))
            .collect(),
    )
}

/// Stands for what has no literals.
fn anything() -> Hir {
    Hir::repetition(Repetition {
        min: 0,
        max: None,
        greedy: true,
        sub: Box::new(Hir::dot(Dot::AnyChar)),
    })
}
