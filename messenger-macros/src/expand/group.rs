//! What `routes!` becomes: a macro that opens into the handlers of its module.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::Ident;

use super::handler::unique;
use crate::parse::list::{GROUP, List};

/// Expands `routes!`.
pub(crate) fn routes(input: TokenStream) -> syn::Result<TokenStream> {
    let List {
        entries,
        flows,
        mut errors,
    } = syn::parse2(input)?;
    for flow in flows {
        errors.at(
            flow.span(),
            format!("a flow is listed in `bot!` itself, as `flow {}`", flow.name()),
        );
    }
    let name = Ident::new(GROUP, Span::call_site());
    let (hidden, errors) = (unique(&name), errors.into_tokens());
    let members = entries.iter().map(|entry| {
        let (cfgs, path) = (&entry.cfgs, &entry.path);
        quote!(#(#cfgs)* #path)
    });
    let members = quote!(#(#members),*);
    Ok(quote! {
        #errors
        #[doc(hidden)]
        #[allow(unused_macros, unused_macro_rules)]
        macro_rules! #hidden {
            (@list $me:path) => { ::messenger_runtime::__open! { @list ($me) [#members] } };
            ($done:tt $me:path, $($rest:tt)*) => {
                ::messenger_runtime::__open! { $done ($me) [#members] $($rest)* }
            };
        }
        #[doc(hidden)]
        #[allow(unused_imports)]
        pub(crate) use #hidden as #name;
    })
}
