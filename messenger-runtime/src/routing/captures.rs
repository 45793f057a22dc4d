//! The captured parts of a payload, a `ref` or a text.

use std::borrow::Cow;

use super::{Capture, Pattern, table::CaptureSpec};

/// What the pattern of a route captured from an event.
#[doc(hidden)]
#[derive(Debug)]
pub struct Captures<'t>(Source<'t>);

#[derive(Debug)]
enum Source<'t> {
    None,
    Payload {
        specs: &'static [CaptureSpec],
        rest: Option<&'t str>,
    },
    Template {
        names: &'static [&'static str],
        values: Vec<&'t str>,
    },
    Text(regex::Captures<'t>),
}

/// A capture that could not be read, so that its route does not fit.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Declined {
    pub capture: &'static str,
}

impl<'t> Captures<'t> {
    /// Of a route without captures.
    pub(crate) const fn none() -> Self {
        Self(Source::None)
    }

    /// Of `payload`, whose head and number of segments are known to match `pattern`.
    pub(crate) fn payload(pattern: &Pattern, payload: &'t str) -> Self {
        match pattern {
            Pattern::Payload {
                head,
                captures: specs,
            } => {
                let rest = payload.get(head.len()..).and_then(|rest| rest.strip_prefix(':'));
                Self(Source::Payload { specs, rest })
            }
            _ => Self::none(),
        }
    }

    /// Of a `ref`, where it fits the template.
    pub(crate) fn template(
        literals: &'static [&'static str],
        names: &'static [&'static str],
        reference: &'t str,
    ) -> Option<Self> {
        let mut rest = reference.strip_prefix(literals[0])?;
        let mut values = Vec::with_capacity(names.len());
        for (index, literal) in literals[1..].iter().enumerate() {
            // The last literal must end the reference, so the last capture takes all before it.
            let end = if index + 2 == literals.len() {
                rest.len()
                    .checked_sub(literal.len())
                    .filter(|&end| rest.is_char_boundary(end) && rest[end..] == **literal)?
            } else {
                rest.find(literal)?
            };
            values.push(&rest[..end]);
            rest = &rest[end + literal.len()..];
        }
        (rest.is_empty() && values.iter().all(|value| !value.is_empty()))
            .then_some(Self(Source::Template { names, values }))
    }

    /// Of a text.
    pub(crate) fn text(captures: regex::Captures<'t>) -> Self {
        Self(Source::Text(captures))
    }

    /// Reads the capture called `name`.
    #[doc(hidden)]
    pub fn read<T: Capture>(&self, name: &'static str) -> Result<T, Declined> {
        match self.get(name) {
            Some(text) => T::read(&text),
            None => T::absent(),
        }
        .ok_or(Declined { capture: name })
    }

    fn get(&self, name: &str) -> Option<Cow<'_, str>> {
        match &self.0 {
            Source::None => None,
            Source::Payload { specs, rest } => segment(specs, *rest, name),
            Source::Template { names, values } => names
                .iter()
                .zip(values)
                .find(|(known, _)| **known == name)
                .map(|(_, value)| Cow::Borrowed(*value)),
            Source::Text(captures) => captures.name(name).map(|group| Cow::Borrowed(group.as_str())),
        }
    }
}

/// The segment of a payload that belongs to the capture `name`.
fn segment<'s>(specs: &'static [CaptureSpec], mut rest: Option<&'s str>, name: &str) -> Option<Cow<'s, str>> {
    for spec in specs {
        if spec.rest {
            if spec.name == name {
                return rest.map(Cow::Borrowed);
            }
            rest = None;
            continue;
        }
        let (segment, tail) = match rest {
            Some(text) => match text.split_once(':') {
                Some((segment, tail)) => (Some(segment), Some(tail)),
                None => (Some(text), None),
            },
            None => (None, None),
        };
        if spec.name == name {
            return segment.map(unescape).or(spec.default.map(Cow::Borrowed));
        }
        rest = tail;
    }
    None
}

/// Undoes what [`push`] escaped.
fn unescape(segment: &str) -> Cow<'_, str> {
    if segment.contains('%') {
        Cow::Owned(segment.replace("%3A", ":").replace("%25", "%"))
    } else {
        Cow::Borrowed(segment)
    }
}

/// Appends `:value`, with the separator and its escape escaped.
pub(crate) fn push<T: Capture>(payload: &mut String, value: &T) {
    payload.push(':');
    let start = payload.len();
    value.write(payload);
    if payload[start..].contains([':', '%']) {
        let escaped = payload[start..].replace('%', "%25").replace(':', "%3A");
        payload.replace_range(start.., &escaped);
    }
}

/// Appends `:value` as it is: the last capture takes everything, separators included.
pub(crate) fn push_rest<T: Capture>(payload: &mut String, value: &T) {
    payload.push(':');
    value.write(payload);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const BUY: Pattern = Pattern::Payload {
        head: "BUY",
        captures: &[
            CaptureSpec {
                name: "sku",
                default: None,
                rest: false,
            },
            CaptureSpec {
                name: "qty",
                default: Some("1"),
                rest: false,
            },
        ],
    };
    const REST: Pattern = Pattern::Payload {
        head: "GO",
        captures: &[
            CaptureSpec {
                name: "to",
                default: None,
                rest: false,
            },
            CaptureSpec {
                name: "rest",
                default: None,
                rest: true,
            },
        ],
    };

    #[test]
    fn a_missing_segment_takes_its_default() {
        let old = Captures::payload(&BUY, "BUY:moka");
        assert_eq!(old.read::<String>("sku"), Ok("moka".to_owned()));
        assert_eq!(old.read::<u32>("qty"), Ok(1));
        assert_eq!(Captures::payload(&BUY, "BUY:moka:3").read::<u32>("qty"), Ok(3));
        assert_eq!(
            Captures::payload(&BUY, "BUY:moka:x").read::<u32>("qty"),
            Err(Declined { capture: "qty" })
        );
    }

    #[test]
    fn what_stands_after_the_rest_takes_its_default() {
        const OLD: Pattern = Pattern::Payload {
            head: "OLD",
            captures: &[
                CaptureSpec {
                    name: "sku",
                    default: None,
                    rest: true,
                },
                CaptureSpec {
                    name: "note",
                    default: Some("none"),
                    rest: false,
                },
            ],
        };
        let old = Captures::payload(&OLD, "OLD:moka:x");
        assert_eq!(old.read::<String>("sku"), Ok("moka:x".to_owned()));
        assert_eq!(old.read::<String>("note"), Ok("none".to_owned()));
    }

    #[test]
    fn a_character_keeps_to_its_bound() {
        for value in ['a', 'é', ':', '%'] {
            let mut payload = String::new();
            push(&mut payload, &value);
            let written = payload.chars().count() - ":".len();
            assert!(Some(written) <= <char as Capture>::MAX, "{payload}");
        }
    }

    #[test]
    fn a_template_captures_between_its_literals() {
        let of = |reference| Captures::template(&["table-", ""], &["n"], reference);
        assert_eq!(of("table-7").expect("fits").read::<u8>("n"), Ok(7));
        assert!(of("table-").is_none());
        assert!(of("chair-7").is_none());
        let two = Captures::template(&["t", "_s", "x"], &["a", "b"], "t1_s2xx").expect("fits");
        assert_eq!(two.read::<String>("b"), Ok("2x".to_owned()));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(sku in ".*", rest in ".*", qty: u32) {
            let mut payload = "BUY".to_owned();
            push(&mut payload, &sku);
            push(&mut payload, &qty);
            let read = Captures::payload(&BUY, &payload);
            prop_assert_eq!(read.read::<String>("sku"), Ok(sku.clone()));
            prop_assert_eq!(read.read::<u32>("qty"), Ok(qty));

            let mut payload = "GO".to_owned();
            push(&mut payload, &sku);
            push_rest(&mut payload, &rest);
            let read = Captures::payload(&REST, &payload);
            prop_assert_eq!(read.read::<String>("to"), Ok(sku));
            prop_assert_eq!(read.read::<String>("rest"), Ok(rest));
        }
    }
}
