//! The functions by which the engine speaks with a flow's steps.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::{
    Expr, FnArg, Ident, Lifetime, LitStr, ReturnType, Signature, Type,
    ext::IdentExt as _,
    spanned::Spanned as _,
    visit_mut::{self, VisitMut},
};

use super::texts;
use crate::parse::flow::{Flow, Hook, Kind, Piece, Prompt, Step, When};

/// The implementation of `Steps`, for every state that offers what the steps take.
pub(super) fn steps(flow: &Flow) -> TokenStream {
    let private = quote!(::messenger_runtime::__private);
    let name = &flow.name;
    let asks = flow.steps.iter().filter_map(|step| {
        let (answer, asking) = (answer(step)?, asking(step));
        let cfgs = &step.cfgs;
        Some(quote_spanned! {answer.span()=>
            #(#cfgs)*
            #[allow(non_snake_case)]
            fn #asking() -> #private::Asking<#answer> { #private::asking::<#answer>() }
        })
    });
    let prompts = flow.steps.iter().map(|step| prompt(name, step, &private));
    let offers = flow.steps.iter().filter_map(|step| {
        answer(step)?;
        let (cfgs, key, asking) = (&step.cfgs, key(step), asking(step));
        let offers = offers(name, step, &private);
        Some(quote!(#(#cfgs)* #key => (#offers, #asking().misfits()),))
    });
    let begins = flow.steps.iter().filter_map(|step| {
        let Some(Prompt::Flow(value)) = &step.prompt else {
            return None;
        };
        let (cfgs, key) = (&step.cfgs, key(step));
        Some(quote_spanned!(value.span()=> #(#cfgs)* #key => #private::begun(&#value),))
    });
    let takes = flow.steps.iter().filter_map(|step| {
        answer(step)?;
        let (cfgs, key, asking) = (&step.cfgs, key(step), asking(step));
        Some(quote!(#(#cfgs)* #key => #asking().takes(said),))
    });
    let runs = flow.steps.iter().map(|step| run(name, step, &private));
    let hook = |when| {
        let mut hooks = flow.hooks.iter();
        match hooks.find(|hook| hook.when == when) {
            Some(hook) => {
                let run = end(hook, &private);
                quote!(::core::option::Option::Some(#run))
            }
            None => quote!(::core::option::Option::None),
        }
    };
    let ends = [(When::Cancel, "Cancelled"), (When::Expiry, "Expired")].map(|(when, how)| {
        let (how, run) = (format_ident!("{how}"), hook(when));
        quote!(#private::Broken::#how => #run,)
    });
    let unreadable = hook(When::Unreadable);
    let bounds = extracted(flow).map(|ty| {
        let mut bound = ty.clone();
        Named.visit_type_mut(&mut bound);
        quote_spanned!(ty.span()=> for<'__c> #bound: ::messenger_runtime::FromContext<'__c, __S>)
    });
    let here = Span::call_site().located_at(name.span());
    let body = quote! {
        #(#asks)*

        #[allow(unused_variables, clippy::all, clippy::pedantic, clippy::nursery, clippy::restriction)]
        impl<__S: ::core::marker::Send + ::core::marker::Sync + 'static> #private::Steps<__S> for #name
        where
            #(#bounds,)*
        {
            fn prompt(
                &self,
                step: &str,
                texts: &::messenger_runtime::Texts,
            ) -> ::messenger_runtime::message::Reply {
                match step { #(#prompts)* _ => ::core::default::Default::default() }
            }

            fn offers(
                step: &str,
            ) -> (
                ::std::vec::Vec<::messenger_runtime::message::QuickReply>,
                &'static [&'static str],
            ) {
                match step { #(#offers)* _ => ::core::default::Default::default() }
            }

            fn begins(
                &self,
                step: &str,
            ) -> ::core::result::Result<
                ::core::option::Option<#private::Begun>,
                #private::JsonError,
            > {
                match step { #(#begins)* _ => ::core::result::Result::Ok(::core::option::Option::None) }
            }

            fn takes(step: &str, said: &#private::Said<'_>) -> bool {
                match step { #(#takes)* _ => false }
            }

            fn run<'a>(
                &'a mut self,
                step: &'a str,
                said: &'a #private::Said<'a>,
                context: &'a ::messenger_runtime::Context<'a, __S>,
            ) -> ::messenger_runtime::BoxFuture<
                'a,
                ::core::result::Result<#private::Went, ::messenger_runtime::HandlerError>,
            > {
                match step {
                    #(#runs)*
                    _ => ::std::boxed::Box::pin(::core::future::ready(#private::over(()))),
                }
            }

            fn ends<'a>(
                &'a mut self,
                how: #private::Broken,
                context: &'a ::messenger_runtime::Context<'a, __S>,
            ) -> ::core::option::Option<::messenger_runtime::BoxFuture<
                'a,
                ::core::result::Result<#private::Went, ::messenger_runtime::HandlerError>,
            >> {
                match how { #(#ends)* }
            }

            fn unreadable<'a>(
                context: &'a ::messenger_runtime::Context<'a, __S>,
            ) -> ::core::option::Option<::messenger_runtime::BoxFuture<
                'a,
                ::core::result::Result<#private::Went, ::messenger_runtime::HandlerError>,
            >> {
                #unreadable
            }
        }
    };
    quote_spanned!(here=> const _: () = { #body };)
}

/// The same of a flow that has a mistake: for any state, and nothing runs.
pub(super) fn none(flow: &Flow) -> TokenStream {
    let (private, name) = (quote!(::messenger_runtime::__private), &flow.name);
    quote! {
        impl<__S> #private::Steps<__S> for #name {
            fn prompt(
                &self,
                _: &str,
                _: &::messenger_runtime::Texts,
            ) -> ::messenger_runtime::message::Reply {
                ::core::default::Default::default()
            }

            fn offers(
                _: &str,
            ) -> (
                ::std::vec::Vec<::messenger_runtime::message::QuickReply>,
                &'static [&'static str],
            ) {
                ::core::default::Default::default()
            }

            fn begins(
                &self,
                _: &str,
            ) -> ::core::result::Result<
                ::core::option::Option<#private::Begun>,
                #private::JsonError,
            > {
                ::core::result::Result::Ok(::core::option::Option::None)
            }

            fn takes(_: &str, _: &#private::Said<'_>) -> bool {
                false
            }

            fn run<'a>(
                &'a mut self,
                _: &'a str,
                _: &'a #private::Said<'a>,
                _: &'a ::messenger_runtime::Context<'a, __S>,
            ) -> ::messenger_runtime::BoxFuture<
                'a,
                ::core::result::Result<#private::Went, ::messenger_runtime::HandlerError>,
            > {
                ::std::boxed::Box::pin(::core::future::ready(#private::over(())))
            }

            fn ends<'a>(
                &'a mut self,
                _: #private::Broken,
                _: &'a ::messenger_runtime::Context<'a, __S>,
            ) -> ::core::option::Option<::messenger_runtime::BoxFuture<
                'a,
                ::core::result::Result<#private::Went, ::messenger_runtime::HandlerError>,
            >> {
                ::core::option::Option::None
            }

            fn unreadable<'a>(
                _: &'a ::messenger_runtime::Context<'a, __S>,
            ) -> ::core::option::Option<::messenger_runtime::BoxFuture<
                'a,
                ::core::result::Result<#private::Went, ::messenger_runtime::HandlerError>,
            >> {
                ::core::option::Option::None
            }
        }
    }
}

/// Where a function's return type stands.
pub(super) fn returned(signature: &Signature) -> Span {
    match &signature.output {
        ReturnType::Type(_, returned) => returned.span(),
        ReturnType::Default => signature.ident.span(),
    }
}

fn key(step: &Step) -> String {
    step.name.unraw().to_string()
}

fn asking(step: &Step) -> Ident {
    format_ident!("__asking_{}", step.name.unraw())
}

pub(super) fn types(signature: &Signature) -> impl Iterator<Item = &Type> {
    signature.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(typed) => Some(&*typed.ty),
        FnArg::Receiver(_) => None,
    })
}

/// The type of a step's answer, where it asks.
fn answer(step: &Step) -> Option<&Type> {
    if step.kind == Kind::Ask {
        types(&step.signature).next()
    } else {
        None
    }
}

/// What a step takes beside its answer, or what the flow came to that it begins.
fn extractors(step: &Step) -> impl Iterator<Item = &Type> {
    types(&step.signature).skip(usize::from(matches!(step.kind, Kind::Ask | Kind::Begin)))
}

/// Every type that some step or hook takes from the context.
fn extracted(flow: &Flow) -> impl Iterator<Item = &Type> {
    let hooks = flow.hooks.iter().filter(|hook| hook.when != When::Migrate);
    let of_hooks = hooks.flat_map(|hook| types(&hook.signature));
    flow.steps.iter().flat_map(extractors).chain(of_hooks)
}

/// What the step says, as a match arm.
fn prompt(flow: &Ident, step: &Step, private: &TokenStream) -> TokenStream {
    let (cfgs, key) = (&step.cfgs, key(step));
    let said = match &step.prompt {
        None | Some(Prompt::Flow(_)) => return TokenStream::new(),
        Some(Prompt::Text { text, pieces }) => said(text, pieces, &texts::of_step(flow, step), private),
        Some(Prompt::Function(function)) => match function {
            Expr::Closure(closure) if closure.inputs.len() == 2 => {
                quote_spanned!(function.span()=> (#function)(self, texts))
            }
            Expr::Closure(_) => quote_spanned!(function.span()=> (#function)(self)),
            _ => quote_spanned!(function.span()=> #private::asked(#function, self, texts)),
        },
    };
    let offers = if step.kind == Kind::Ask {
        offers(flow, step, private)
    } else {
        quote!(::std::vec::Vec::new())
    };
    quote!(#(#cfgs)* #key => #private::offering(texts, #said, #offers),)
}

/// The text of a step in the language of the person. Each field is shown once, and the code's own text is made of that,
/// so that a field that cannot be shown is one error.
fn said(text: &LitStr, pieces: &[Piece], key: &str, private: &TokenStream) -> TokenStream {
    // Placed within the text, where the compiler does not offer to write a field in place of all of it.
    let within = Span::call_site().located_at(text.span());
    let mut shown = Vec::<(&Ident, &str)>::new();
    let mut parts = Vec::new();
    for piece in pieces {
        parts.push(match piece {
            Piece::Words(words) => quote!(#words),
            Piece::Field { name, format } => {
                let known = shown.iter().position(|known| *known == (name, format));
                let place = known.unwrap_or_else(|| {
                    shown.push((name, format));
                    shown.len() - 1
                });
                quote!(&*values[#place])
            }
        });
    }
    let values = shown.iter().map(|(name, format)| {
        let mut of_flow = (*name).clone();
        of_flow.set_span(within);
        let format = LitStr::new(format, text.span());
        quote_spanned!(text.span()=> ::std::format!(#format, self.#of_flow))
    });
    let mut named = Vec::<&Ident>::new();
    let arguments = shown.iter().enumerate().filter_map(|(place, (name, _))| {
        if named.contains(name) {
            return None;
        }
        named.push(name);
        let name = name.unraw().to_string();
        Some(quote!((#name, &*values[#place])))
    });
    let arguments: Vec<_> = arguments.collect();
    let count = shown.len();
    quote! {{
        let values: [::std::string::String; #count] = [#(#values),*];
        #private::prompt(texts, #key, &[#(#arguments),*], [#(#parts),*].concat())
    }}
}

/// What a step offers that asks.
fn offers(flow: &Ident, step: &Step, private: &TokenStream) -> TokenStream {
    if step.options.is_empty() {
        let asking = asking(step);
        quote!(#asking().offers())
    } else {
        let options = options(flow, step);
        quote!(#private::options(&#options))
    }
}

/// The options of a step, behind the keys of their titles.
fn options(flow: &Ident, step: &Step) -> TokenStream {
    let (keys, options) = (texts::of_options(flow, step), &step.options);
    quote!([#((#keys, #options)),*])
}

/// Reads the answer and calls the step, as a match arm.
fn run(flow: &Ident, step: &Step, private: &TokenStream) -> TokenStream {
    let (cfgs, key, name) = (&step.cfgs, key(step), &step.name);
    let result = types(&step.signature)
        .next()
        .filter(|_| step.kind == Kind::Begin)
        .map(|result| {
            quote_spanned! {result.span()=>
                let answer = match #private::came_to::<#result>(said) {
                    ::core::result::Result::Ok(result) => result,
                    ::core::result::Result::Err(error) => return ::core::result::Result::Err(error),
                };
            }
        });
    let answer = answer(step).map(|_| {
        let asking = asking(step);
        let meant = (!step.options.is_empty()).then(|| {
            let options = options(flow, step);
            quote!(let said = &#private::meant(said, &#options);)
        });
        quote! {
            #meant
            let answer = match #asking().read(said) {
                ::core::result::Result::Ok(answer) => answer,
                ::core::result::Result::Err(retry) => {
                    return ::core::result::Result::Ok(#private::Went::Again(retry));
                }
            };
        }
    });
    let (extracts, arguments) = extract(extractors(step), private);
    let answer = answer.or(result);
    let answers = answer.as_ref().map(|_| quote!(answer,));
    let outcome = if step.kind == Kind::End {
        quote!(over)
    } else {
        quote!(went)
    };
    let call = quote_spanned!(returned(&step.signature)=> #private::#outcome(out));
    quote! {
        #(#cfgs)*
        #key => ::std::boxed::Box::pin(async move {
            #answer
            #extracts
            let out = self.#name(#answers #(#arguments),*).await;
            #call
        }),
    }
}

/// Calls a hook.
fn end(hook: &Hook, private: &TokenStream) -> TokenStream {
    let name = &hook.name;
    let of = if hook.signature.receiver().is_some() {
        quote!(self.)
    } else {
        quote!(Self::)
    };
    let (extracts, arguments) = extract(types(&hook.signature), private);
    let call = quote_spanned!(returned(&hook.signature)=> #private::over(out));
    quote! {
        ::std::boxed::Box::pin(async move {
            #extracts
            let out = #of #name(#(#arguments),*).await;
            #call
        })
    }
}

/// Takes values from the context: the code, and what they are called.
fn extract<'t, T: Iterator<Item = &'t Type>>(types: T, private: &TokenStream) -> (TokenStream, Vec<Ident>) {
    let (mut code, mut names) = (TokenStream::new(), Vec::new());
    for (at, ty) in types.enumerate() {
        let name = format_ident!("taken_{at}");
        code.extend(quote_spanned! {ty.span()=>
            let #name = match <#ty as ::messenger_runtime::FromContext<'_, __S>>::from_context(context).await {
                ::core::result::Result::Ok(value) => value,
                ::core::result::Result::Err(rejection) => return #private::step_rejected(rejection),
            };
        });
        names.push(name);
    }
    (code, names)
}

/// Gives every lifetime that is left out the name by which the bounds know it.
struct Named;

impl VisitMut for Named {
    fn visit_lifetime_mut(&mut self, lifetime: &mut Lifetime) {
        if lifetime.ident == "_" {
            lifetime.ident = Ident::new("__c", lifetime.ident.span());
        }
        visit_mut::visit_lifetime_mut(self, lifetime);
    }
}
