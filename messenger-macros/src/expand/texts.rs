//! The keys by which a catalogue has the texts of a flow.

use syn::{Ident, LitStr, ext::IdentExt as _};

use crate::parse::flow::Step;

/// That of what a step says: `Checkout-quantity`.
pub(super) fn of_step(flow: &Ident, step: &Step) -> String {
    format!("{}-{}", flow.unraw(), step.name.unraw())
}

/// Those of the options of a step: `Checkout-quantity-Pick-up`.
pub(super) fn of_options(flow: &Ident, step: &Step) -> Vec<String> {
    let step_key = of_step(flow, step);
    let words = different(step.options.iter().map(LitStr::value));
    words.map(|words| format!("{step_key}-{words}")).collect()
}

/// Texts as parts of keys, no two of them the same.
fn different(texts: impl Iterator<Item = String>) -> impl Iterator<Item = String> {
    let mut known = Vec::<String>::new();
    texts.enumerate().map(move |(place, text)| {
        let mut words = words(&text);
        if words.is_empty() {
            words = (place + 1).to_string();
        }
        let (mut key, mut number) = (words.clone(), 2);
        while known.contains(&key) {
            key = format!("{words}-{number}");
            number += 1;
        }
        known.push(key.clone());
        key
    })
}

/// The letters, digits and `_` of ASCII as they stand, and one `-` for what is between them.
fn words(text: &str) -> String {
    let is_plain = |char: char| char.is_ascii_alphanumeric() || char == '_';
    let words = text.split(|char| !is_plain(char)).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::different;

    #[test]
    fn an_option_is_known_by_its_text_and_no_two_are_one() {
        let texts = [
            "Pick up",
            "pick_up",
            "1",
            "Caf\u{e9}!",
            "Caf-",
            "\u{2615}",
            "\u{1f375}",
            "Caf 2",
        ];
        assert_eq!(
            different(texts.map(str::to_owned).into_iter()).collect::<Vec<_>>(),
            ["Pick-up", "pick_up", "1", "Caf", "Caf-2", "6", "7", "Caf-2-2"]
        );
    }
}
