//! The end of the chain: every handler of the bot is known, so they are checked together and become a table.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{
    Ident, Token, Type, bracketed, parenthesized,
    parse::{ParseStream, Parser as _},
    punctuated::Punctuated,
};

use super::{chain::end, handler::marker_name, table};
use crate::{
    check,
    parse::{list::Entry, record::Record},
};

/// Expands the last call of the chain: `[records] next, @ Shop (State) [Checkout]`.
pub(crate) fn finish(input: TokenStream) -> syn::Result<TokenStream> {
    let (records, bot) = end(input)?;
    let (name, state, flows) = (|input: ParseStream<'_>| {
        let name: Ident = input.parse()?;
        let state;
        parenthesized!(state in input);
        let flows;
        bracketed!(flows in input);
        let flows = Punctuated::<Entry, Token![,]>::parse_terminated_with(&flows, Entry::plain)?;
        Ok((
            name,
            state.parse::<Type>()?,
            flows.into_iter().collect::<Vec<_>>(),
        ))
    })
    .parse2(bot)?;
    let records = (|input: ParseStream<'_>| {
        let mut records = Vec::new();
        while !input.is_empty() {
            records.push(input.parse::<Record>()?);
        }
        Ok(records)
    })
    .parse2(records)?;

    let errors = check::together(&records, &flows)
        .seen_from(name.span())
        .into_tokens();
    let here = Span::call_site().located_at(name.span());
    let markers = records.iter().map(marker);
    let table = table::table(&records, &flows, &state, here);
    Ok(quote_spanned! {here=>
        #errors
        #(const _: () = #markers();)*
        #[doc(hidden)]
        impl #name {
            #table
        }
    })
}

/// The marker of a handler. Its name is that of the handler itself, whatever it is listed under.
fn marker(record: &Record) -> TokenStream {
    let (path, marker) = (&record.path, marker_name(&record.name));
    quote!(#path::#marker)
}
