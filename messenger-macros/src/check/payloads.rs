//! Payloads that two handlers would answer.

use crate::{
    error::Errors,
    parse::{
        attribute::{Attribute, Matches},
        payload::Pattern,
        record::Record,
    },
};

/// A pattern and the handler it belongs to.
struct Claim<'r> {
    record: &'r Record,
    attribute: &'r Attribute,
    pattern: &'r Pattern,
}

pub(super) fn check(records: &[Record], errors: &mut Errors) {
    let claims: Vec<Claim<'_>> = records.iter().flat_map(claims).collect();
    let segments: Vec<Vec<&str>> = claims
        .iter()
        .map(|claim| claim.pattern.head.split(':').collect())
        .collect();
    for (at, claim) in claims.iter().enumerate() {
        let earlier = (0..at).find(|&other| {
            !claims[other].record.is_listed_again(claim.record)
                && meet(claim.attribute, claims[other].attribute)
                && segments[other][0] == segments[at][0]
                && overlap(
                    claims[other].pattern,
                    &segments[other],
                    claim.pattern,
                    &segments[at],
                )
        });
        if let Some(first) = earlier {
            report(&claims[first], claim, errors);
        }
    }
}

fn claims(record: &Record) -> Vec<Claim<'_>> {
    let mut claims = Vec::new();
    for attribute in &record.routes {
        if let Matches::Payload { now, was } = &attribute.matches {
            claims.extend(std::iter::once(now).chain(was).map(|pattern| Claim {
                record,
                attribute,
                pattern,
            }));
        }
    }
    claims
}

/// Whether some tap could come to both.
fn meet(one: &Attribute, other: &Attribute) -> bool {
    (one.kind.takes_postbacks() && other.kind.takes_postbacks())
        || (one.kind.takes_quick_replies() && other.kind.takes_quick_replies())
}

/// Whether some payload fits both patterns.
fn overlap(one: &Pattern, one_head: &[&str], other: &Pattern, other_head: &[&str]) -> bool {
    let fewest = (one_head.len() + one.fewest()).max(other_head.len() + other.fewest());
    let most = |pattern: &Pattern, head: &[&str]| pattern.most().map_or(usize::MAX, |most| most + head.len());
    one_head.iter().zip(other_head).all(|(one, other)| one == other)
        && fewest <= most(one, one_head).min(most(other, other_head))
}

fn report(first: &Claim<'_>, second: &Claim<'_>, errors: &mut Errors) {
    let noun = match (
        first.attribute.kind.takes_postbacks(),
        second.attribute.kind.takes_postbacks(),
    ) {
        (true, true) => "postback",
        _ => "quick reply",
    };
    let (text, handler) = (&second.pattern.text, first.record.shown());
    let as_well = if first.pattern.text == *text {
        format!("`{handler}` answers it as well")
    } else {
        format!("`{handler}` answers it as well, by `{}`", first.pattern.text)
    };
    errors.at(
        second.pattern.span,
        format!("the {noun} `{text}` is handled twice: {as_well}; change one of the payloads"),
    );
    errors.at(
        first.pattern.span,
        format!(
            "the {noun} `{}` is first handled here, by `{handler}`",
            first.pattern.text
        ),
    );
}
