//! One of some answers: an enum with `#[derive(Choice)]`.

use super::{Misfit, Retry, Said};
use crate::{message::QuickReply, routing::fold::eq_folded};

/// An enum whose variants are offered as quick replies; `#[derive(Choice)]` writes it, and [`Answer`](super::Answer)
/// with it.
pub trait Choice: Sized + Send + 'static {
    /// The names of the variants, by which taps are known, and their titles; in the order of the enum.
    const OPTIONS: &'static [(&'static str, &'static str)];

    /// The variant at a place of [`OPTIONS`](Self::OPTIONS).
    fn at(place: usize) -> Option<Self>;

    /// What stands on the quick reply.
    fn title(&self) -> &'static str;
}

/// The variant that was tapped, or whose title or name was typed.
#[doc(hidden)]
pub fn read<C: Choice>(said: &Said<'_>) -> Result<C, Retry> {
    let is_meant = |(name, title): &&(&str, &str)| match said.value() {
        Some(value) => value == *name,
        None => said
            .text()
            .is_some_and(|text| eq_folded(text, title.trim()) || eq_folded(text, name)),
    };
    C::OPTIONS
        .iter()
        .position(|option| is_meant(&option))
        .and_then(C::at)
        .ok_or_else(|| {
            Misfit::NoneOf {
                titles: C::OPTIONS.iter().map(|(_, title)| *title).collect(),
            }
            .into()
        })
}

/// A quick reply for each variant.
#[doc(hidden)]
#[must_use]
pub fn offered<C: Choice>() -> Vec<QuickReply> {
    C::OPTIONS
        .iter()
        .map(|(name, title)| QuickReply::answer(*title, *name))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq)]
    enum Size {
        Small,
        ExtraLarge,
    }

    impl Choice for Size {
        const OPTIONS: &'static [(&'static str, &'static str)] =
            &[("Small", "Small"), ("ExtraLarge", "Extra large")];

        fn at(place: usize) -> Option<Self> {
            [Self::Small, Self::ExtraLarge].into_iter().nth(place)
        }

        fn title(&self) -> &'static str {
            Self::OPTIONS[usize::from(*self == Self::ExtraLarge)].1
        }
    }

    #[test]
    fn a_choice_is_tapped_or_typed() {
        for said in [
            Said::tapped("XL", "ExtraLarge"),
            Said::typed("extra LARGE "),
            Said::typed("extralarge"),
        ] {
            assert_eq!(read::<Size>(&said).expect("a choice"), Size::ExtraLarge);
        }
        let titles = vec!["Small", "Extra large"];
        for said in [
            Said::typed("large"),
            Said::typed(""),
            Said::tapped("Small", "Tiny"),
        ] {
            let misfit = read::<Size>(&said).expect_err("no choice");
            assert_eq!(
                misfit.misfit(),
                Some(&Misfit::NoneOf {
                    titles: titles.clone()
                })
            );
        }
        assert_eq!(Size::Small.title(), "Small");
    }
}
