//! Events that two handlers would take: fallbacks, words of the platform, referrals.

use proc_macro2::Span;

use crate::{
    error::Errors,
    parse::{
        attribute::{Attribute, Matches},
        record::Record,
    },
};

/// Something that only one handler can take.
struct Claim<'r> {
    record: &'r Record,
    attribute: &'r Attribute,
    /// The word or template; `None` for every event of the kind.
    key: Option<String>,
    span: Span,
}

pub(super) fn check(records: &[Record], errors: &mut Errors) {
    let claims: Vec<Claim<'_>> = records.iter().flat_map(claims).collect();
    for (at, claim) in claims.iter().enumerate() {
        let earlier = claims[..at].iter().find(|other| {
            !other.record.is_listed_again(claim.record)
                && other.attribute.kind.attribute == claim.attribute.kind.attribute
                && other.key == claim.key
        });
        if let Some(first) = earlier {
            report(first, claim, errors);
        }
    }
}

fn report(first: &Claim<'_>, second: &Claim<'_>, errors: &mut Errors) {
    let kind = second.attribute.kind;
    let what = match (&second.key, kind.attribute) {
        (None, "fallback") => "the fallback".to_owned(),
        (None, _) => format!("every {}", kind.noun),
        (Some(key), _) => format!("the {} `{key}`", kind.noun),
    };
    errors.at(
        second.span,
        format!(
            "{what} is handled twice: `{}` takes it as well; keep one",
            first.record.shown()
        ),
    );
    errors.at(
        first.span,
        format!("{what} is first handled here, by `{}`", first.record.shown()),
    );
}

fn claims(record: &Record) -> Vec<Claim<'_>> {
    let mut claims = Vec::new();
    for attribute in &record.routes {
        let mut claim = |key, span| {
            claims.push(Claim {
                record,
                attribute,
                key,
                span,
            });
        };
        match &attribute.matches {
            // Several `#[before]` run one after the other; texts and payloads have checks of their own.
            Matches::Any if matches!(attribute.kind.attribute, "before" | "on_text") => {}
            Matches::Any => claim(None, attribute.span),
            Matches::OneOf(words) => {
                for word in words {
                    claim(Some(word.text.clone()), word.span);
                }
            }
            Matches::Template(template) => claim(Some(template.literals.join("{..}")), template.span),
            Matches::Payload { .. } | Matches::Regex(_) | Matches::Words(_) => {}
        }
    }
    claims
}
