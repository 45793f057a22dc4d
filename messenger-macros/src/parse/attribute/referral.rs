//! `on_referral`.

use syn::{Ident, LitStr, Result, ext::IdentExt as _, parse::ParseStream};

use super::{Attribute, Matches, another, unknown_argument};
use crate::parse::template::Template;

pub(super) fn referral(attribute: &mut Attribute, input: ParseStream<'_>) -> Result<()> {
    if !input.peek(LitStr) {
        return Err(
            input.error("expected a ref in quotes, as in `#[on_referral(\"table-{n}\")]`, or nothing")
        );
    }
    attribute.matches = Matches::Template(Template::parse(&input.parse()?)?);
    if another(input)? {
        let name = input.call(Ident::parse_any)?;
        return Err(unknown_argument(&name, attribute.kind, &[]));
    }
    Ok(())
}
