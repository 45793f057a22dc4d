use proptest::prelude::*;

use super::*;

/// Text with much of what is hard to cut: emoji joined and coloured, flags, accents, Thai, Hangul.
fn text() -> impl Strategy<Value = String> {
    let pieces = vec![
        "a",
        " ",
        "é",
        "e\u{301}",
        "👩‍👩‍👧‍👦",
        "👍🏽",
        "🇫🇷",
        "❤️",
        "กำ",
        "한",
        "\u{1112}\u{1161}",
        "\r\n",
        "𝄞",
    ];
    prop::collection::vec(prop::sample::select(pieces), 0..200).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn characters_are_utf16_units(text in "\\PC{0,64}") {
        prop_assert_eq!(characters(&text), text.encode_utf16().count());
        prop_assert!(characters(&text) >= text.chars().count());
    }

    #[test]
    fn truncated_fits_and_tears_nothing(text in text(), max in 0_usize..120, bytes: bool) {
        let unit = if bytes { Unit::Bytes } else { Unit::Characters };
        let limit = Limit { what: "text", min: 0, max, unit };
        let cut = truncated(&text, limit);
        prop_assert!(limit.measure(&cut) <= max);
        if limit.measure(&text) <= max {
            prop_assert_eq!(cut, text);
        } else {
            let kept = cut.strip_suffix('…').unwrap_or(&cut);
            prop_assert!(text.starts_with(kept));
            let edges: Vec<usize> = text.grapheme_indices(true).map(|(at, _)| at).collect();
            prop_assert!(kept.is_empty() || edges.contains(&kept.len()), "cut at {} of {text:?}", kept.len());
        }
    }
}

#[test]
fn truncated_keeps_as_much_as_fits() {
    let limit = |max| Limit {
        what: "text",
        min: 0,
        max,
        unit: Unit::Characters,
    };
    assert_eq!(truncated("espresso", limit(8)), "espresso");
    assert_eq!(truncated("espresso", limit(7)), "espres…");
    assert_eq!(truncated("flat white", limit(6)), "flat…");
    assert_eq!(truncated("👩‍👩‍👧‍👦!", limit(11)), "…");
    assert_eq!(truncated("espresso", limit(0)), "");
    assert_eq!(
        truncated(
            "café",
            Limit {
                unit: Unit::Bytes,
                ..limit(4)
            }
        ),
        "c…"
    );
}

#[test]
fn literals_at_the_limit_compile() {
    const EXACT: &str = "12345678901234567890";
    assert_eq!(label!(EXACT), EXACT);
    assert_eq!(
        label!(concat!("12345678", "🍰🍰🍰🍰🍰🍰")),
        "12345678🍰🍰🍰🍰🍰🍰"
    );
    assert_eq!(title!("Espresso",), "Espresso");
}

#[test]
#[should_panic(expected = "MSG101: 21 characters, a button title takes at most 20")]
fn a_label_too_long_says_by_how_much() {
    let _ = literal("123456789012345678901", BUTTON_TITLE);
}

#[test]
#[should_panic(expected = "MSG103: an empty text")]
fn a_label_is_not_empty() {
    let _ = literal("", BUTTON_TITLE);
}

#[test]
fn every_limit_can_be_met() {
    for limit in ALL {
        assert!(limit.min <= limit.max, "{}", limit.what);
        assert!(
            limit.takes(limit.max) && !limit.takes(limit.max + 1),
            "{}",
            limit.what
        );
    }
}
