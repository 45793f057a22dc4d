//! What is offered below a question.

use syn::LitStr;

use crate::error::Errors;

/// How many quick replies a message takes.
const OPTIONS: usize = 13;
/// How many characters the title of a quick reply has.
const TITLE: usize = 20;

/// They fit on one message, and can be told apart by who types them.
pub(crate) fn offered(options: &[LitStr], errors: &mut Errors) {
    if let Some(first) = options.get(OPTIONS) {
        errors.at(
            first.span(),
            format!(
                "a message takes {OPTIONS} quick replies, and here are {}; ask in two steps, or by a carousel",
                options.len()
            ),
        );
    }
    let mut known: Vec<String> = Vec::new();
    for option in options {
        let title = option.value();
        let length = title.encode_utf16().count();
        if title.trim().is_empty() {
            errors.at(option.span(), "an option needs a title");
        } else if length > TITLE {
            errors.at(
                option.span(),
                format!("an option has at most {TITLE} characters, and this one has {length}"),
            );
        }
        let folded = title.trim().to_lowercase();
        if known.contains(&folded) {
            errors.at(
                option.span(),
                format!("`{title}` is offered twice; case makes no difference to who types it"),
            );
        } else {
            known.push(folded);
        }
    }
}
