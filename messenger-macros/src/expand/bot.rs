//! What `bot!` becomes at once; the rest follows when the chain has gathered every handler.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

use super::chain::links;
use crate::{
    check::names::reserved,
    parse::list::{Bot, Entry, name},
};

/// Expands `bot!`.
///
/// The struct and its `Bot` stand whatever happens to the chain, so that a mistake in the list is the only
/// error of a program that goes on to use the bot.
pub(crate) fn bot(input: TokenStream) -> syn::Result<TokenStream> {
    let Bot {
        attributes,
        visibility,
        name,
        is_named,
        state,
        list,
    } = syn::parse2(input)?;
    // Where a handler cannot have its name, its own attribute has said so and left no macro to call.
    let (entries, unusable): (Vec<Entry>, Vec<Entry>) = list
        .entries
        .into_iter()
        .partition(|entry| entry.is_group() || reserved(entry.name()).is_none());
    let (unusable, errors) = (
        unusable.iter().map(|entry| &entry.path),
        list.errors.into_tokens(),
    );
    let state = state.map_or_else(|| quote!(()), |state| quote!(#state));
    let docs = if attributes
        .iter()
        .any(|attribute| attribute.path().is_ident("doc"))
    {
        None
    } else {
        let doc = format!("The bot `{name}`.");
        Some(quote!(#[doc = #doc]))
    };

    let flows = flows(&list.flows, &state);
    let links = links(&entries, &name.to_string());
    let listed = links.listed();
    let links = links.flat_or_chunks(&name.to_string());
    let (items, macros) = (&links.items, &links.macros);
    let listed_flows = listed_flows(&list.flows);
    let known_flows = list
        .flows
        .iter()
        .map(|Entry { path, cfgs }| quote!(#(#cfgs)* #path));
    if !is_named {
        // There is no bot to speak of, but its handlers are listed, so buttons to them are no errors.
        return Ok(quote!(#errors #items #listed #listed_flows));
    }
    let finish = quote!(::messenger_runtime::__finish);
    let start = macros
        .first()
        .map_or_else(|| finish.clone(), |first| quote!(#first));
    Ok(quote! {
        #docs
        #(#attributes)*
        #[derive(Debug, Clone, Copy, Default)]
        #visibility struct #name;

        impl ::messenger_runtime::Bot for #name {
            type State = #state;
            const ROUTES: &'static [::messenger_runtime::Route] = {
                #[allow(unused_imports)]
                use ::messenger_runtime::__private::Unfinished as _;
                <#name>::__ROUTES
            };
            const TABLE: ::messenger_runtime::__private::Table<#state> = {
                #[allow(unused_imports)]
                use ::messenger_runtime::__private::UnfinishedTable as _;
                <#name>::__TABLE
            };
            #flows
        }

        #errors
        #listed_flows
        #(const _: () = { let _ = #unusable; };)*
        #items
        #listed
        #start! { [] #(#macros,)* #finish, @ #name (#state) [#(#known_flows),*] }
    })
}

/// The flows, as the engine takes them.
fn flows(flows: &[Entry], state: &TokenStream) -> TokenStream {
    if flows.is_empty() {
        return TokenStream::new();
    }
    let entries = flows.iter().map(|Entry { path, cfgs }| {
        quote_spanned! {name(path).span()=>
            #(#cfgs)*
            ::messenger_runtime::__private::FlowEntry::of::<#path>()
        }
    });
    quote! {
        const FLOWS: &'static [::messenger_runtime::__private::FlowEntry<#state>] = &[#(#entries),*];
    }
}

/// Says of each flow that it is listed, so that handlers may begin it.
fn listed_flows(flows: &[Entry]) -> TokenStream {
    flows
        .iter()
        .map(|Entry { path, cfgs }| quote!(#(#cfgs)* impl ::messenger_runtime::__private::ListedFlow for #path {}))
        .collect()
}
