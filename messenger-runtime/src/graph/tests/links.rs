//! Links into a conversation.

use proptest::prelude::*;

use crate::{graph::MeLink, message::limits::REF};

#[test]
fn a_link_has_a_page_and_maybe_a_ref() {
    assert_eq!(
        MeLink::messenger("windmill.coffee").to_string(),
        "https://m.me/windmill.coffee"
    );
    let link = MeLink::instagram("windmill").reference("a-B_9=").unwrap();
    assert_eq!(link.to_string(), "https://ig.me/m/windmill?ref=a-B_9=");
    assert_eq!(
        MeLink::messenger("a b/?é").to_string(),
        "https://m.me/a%20b%2F%3F%C3%A9"
    );
}

#[test]
fn a_ref_has_a_limit_and_an_alphabet() {
    let error = |reference: &str| {
        MeLink::messenger("p")
            .reference(reference)
            .err()
            .map(|errors| errors.to_string())
    };
    assert_eq!(error(&"x".repeat(REF.max)), None);
    let over = "x".repeat(REF.max + 1);
    assert_eq!(
        error(&over).as_deref(),
        Some("MSG101 ref: 2084 characters, at most 2083")
    );
    assert_eq!(error("").as_deref(), Some("MSG103 ref: empty"));
    for wrong in ["a b", "a&b", "a+b", "a%20", "a.b", "a/b", "é", "a\n", "a:b"] {
        assert_eq!(
            error(wrong).as_deref(),
            Some("MSG103 ref: a character that is no letter of English, digit, `-`, `_` or `=`"),
            "{wrong}"
        );
    }
}

proptest! {
    #[test]
    fn a_ref_that_is_taken_arrives_as_it_is(text in ".*", reference in "[A-Za-z0-9_=-]{1,100}") {
        for reference in [text, reference] {
            if let Ok(link) = MeLink::messenger("42").reference(&reference) {
                let url = url::Url::parse(&link.to_string()).unwrap();
                prop_assert_eq!(url.path(), "/42");
                let pairs: Vec<_> = url.query_pairs().into_owned().collect();
                prop_assert_eq!(pairs, [("ref".to_owned(), reference)]);
            }
        }
    }
}
