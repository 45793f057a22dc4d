//! What `#[derive(Choice)]` becomes.

use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt as _;

use crate::{
    check,
    error::Errors,
    parse::choice::{Choice, Opt},
};

/// Expands the derive on `item`. After a mistake the type still is an answer, so that the mistake is the only error.
pub(crate) fn choice(item: TokenStream) -> TokenStream {
    let choice = match Choice::parse(item) {
        Ok(choice) => choice,
        Err(error) => return error.into_compile_error(),
    };
    let mut errors = Errors::default();
    if choice.options.is_empty() {
        errors.at(
            choice.name.span(),
            "there is nothing to choose; give the enum variants",
        );
    }
    let titles: Vec<_> = choice.options.iter().map(|option| option.title.clone()).collect();
    check::options::offered(&titles, &mut errors);
    let errors = errors.into_tokens();
    let implementation = implementation(&choice);
    quote!(#errors #implementation)
}

fn implementation(Choice { name, options }: &Choice) -> TokenStream {
    let pairs = options.iter().map(|Opt { variant, title }| {
        let variant = variant.unraw().to_string();
        quote!((#variant, #title))
    });
    let places = 0..options.len();
    let text = name.unraw().to_string();
    let variants: Vec<_> = options.iter().map(|option| &option.variant).collect();
    let titles = options.iter().map(|option| &option.title);
    let none = options.is_empty().then(|| quote!(_ => "",));
    let crate_ = quote!(::messenger_runtime);
    quote! {
        #[automatically_derived]
        impl #crate_::flow::Choice for #name {
            const NAME: &'static str = #text;

            const OPTIONS: &'static [(&'static str, &'static str)] = &[#(#pairs),*];

            fn at(place: usize) -> ::core::option::Option<Self> {
                match place {
                    #(#places => ::core::option::Option::Some(Self::#variants),)*
                    _ => ::core::option::Option::None,
                }
            }

            fn title(&self) -> &'static str {
                match self {
                    #(Self::#variants => #titles,)*
                    #none
                }
            }
        }

        #[automatically_derived]
        impl #crate_::flow::Answer for #name {
            fn read(
                said: &#crate_::flow::Said<'_>,
            ) -> ::core::result::Result<Self, #crate_::flow::Retry> {
                #crate_::__private::read_choice(said)
            }

            fn quick_replies() -> ::std::vec::Vec<#crate_::message::QuickReply> {
                #crate_::__private::offered::<Self>()
            }

            fn misfits() -> &'static [&'static str] {
                &["Misfit-NoneOf"]
            }
        }
    }
}
