//! One of some answers: an enum with `#[derive(Choice)]`.

use super::{Retry, Said, steps::title_in};
use crate::{message::QuickReply, routing::fold::eq_folded};

/// An enum whose variants are offered as quick replies; `#[derive(Choice)]` writes it, and [`Answer`](super::Answer)
/// with it.
pub trait Choice: Sized + Send + 'static {
    /// The names of the variants, by which taps are known, and their titles; in the order of the enum.
    const OPTIONS: &'static [(&'static str, &'static str)];

    /// The name of the enum, with which the keys of its titles in a [catalogue](crate::catalog) begin; without one its
    /// titles are the same in every language.
    const NAME: &'static str = "";

    /// The variant at a place of [`OPTIONS`](Self::OPTIONS).
    fn at(place: usize) -> Option<Self>;

    /// What stands on the quick reply.
    fn title(&self) -> &'static str;
}

/// The variant that was tapped, or whose title or name was typed.
#[doc(hidden)]
pub fn read<C: Choice>(said: &Said<'_>) -> Result<C, Retry> {
    let titles = || C::OPTIONS.iter().map(|(_, title)| *title);
    let keys = || C::OPTIONS.iter().filter_map(|(name, _)| key::<C>(name));
    let place = match (said.value(), said.text()) {
        (Some(value), _) => C::OPTIONS.iter().position(|(name, _)| value == *name),
        (None, Some(text)) => {
            let is_in_their_language = |(key, title): (String, &str)| {
                title_in(said.texts(), &key, title).is_some_and(|title| eq_folded(text, title.trim()))
            };
            let is_in_code =
                |(name, title): &(&str, &str)| eq_folded(text, title.trim()) || eq_folded(text, name);
            // Their own language first: a title of it may be that of another option in the code.
            let translated = keys().zip(titles()).position(is_in_their_language);
            translated.or_else(|| C::OPTIONS.iter().position(is_in_code))
        }
        (None, None) => None,
    };
    place
        .and_then(C::at)
        .ok_or_else(|| Retry::none_of(titles().collect(), keys().collect()))
}

/// The key of a variant's title.
fn key<C: Choice>(variant: &str) -> Option<String> {
    (!C::NAME.is_empty()).then(|| format!("{}-{variant}", C::NAME))
}

/// A quick reply for each variant.
#[doc(hidden)]
#[must_use]
pub fn offered<C: Choice>() -> Vec<QuickReply> {
    C::OPTIONS
        .iter()
        .map(|(name, title)| {
            let offered = QuickReply::answer(*title, *name);
            match key::<C>(name) {
                Some(key) => offered.key(key),
                None => offered,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::Misfit;

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
