//! What `#[flow(..)]` becomes: the `impl` as it is, a `Next` for each step, and the graph.

use proc_macro2::{Group, Span, TokenStream, TokenTree};
use quote::{ToTokens as _, format_ident, quote, quote_spanned};
use syn::{Ident, ImplItem, ImplItemFn, ReturnType, Type, ext::IdentExt as _, parse_quote};

use super::steps::{self, returned, types};
use crate::{
    check,
    error::Errors,
    parse::flow::{Flow, Kind, Prompt, Step, When},
};

/// Expands the attribute on `item`. After a mistake the type still is a flow, so that the mistake is the only error.
pub(crate) fn flow(arguments: TokenStream, item: &TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let Some(mut flow) = Flow::parse(arguments, item.clone(), &mut errors) else {
        let errors = errors.into_tokens();
        return quote!(#errors #item);
    };
    check::flow::check(&flow, &mut errors);
    // After a mistake the steps cannot be called, and what is wrong with that follows from the mistake.
    let steps = if errors.is_empty() {
        steps::steps(&flow)
    } else {
        steps::none(&flow)
    };
    let errors = errors.into_tokens();
    let nexts: TokenStream = flow
        .steps
        .iter()
        .filter(|step| step.kind != Kind::End)
        .map(|step| next(&flow.name, step))
        .collect();
    for item in &mut flow.block.items {
        if let ImplItem::Fn(function) = item
            && flow.hooks.iter().any(|hook| hook.name == function.sig.ident)
        {
            silence(function);
        } else if let ImplItem::Fn(function) = item
            && let Some(step) = flow.steps.iter().find(|step| step.name == function.sig.ident)
        {
            method(function, &flow.name, step);
        }
    }
    let (block, implementation) = (&flow.block, implementation(&flow));
    quote!(#errors #block #nexts #implementation #steps)
}

/// The name of a step's `Next`.
fn next_name(flow: &Ident, step: &Step) -> Ident {
    format_ident!(
        "__{}_{}_Next",
        flow.unraw(),
        step.name.unraw(),
        span = step.name.span()
    )
}

/// Where a step may go on, and nowhere else.
fn next(flow: &Ident, step: &Step) -> TokenStream {
    let (name, cfgs) = (next_name(flow, step), &step.cfgs);
    // What the step takes without saying so is an error of its own, and not a second one here.
    let undeclared = step.taken.iter().filter(|taken| !step.next.contains(taken));
    let steps: Vec<_> = step.next.iter().chain(undeclared).collect();
    let names = steps.iter().map(|step| step.unraw().to_string());
    quote! {
        #(#cfgs)*
        #[doc(hidden)]
        #[allow(non_camel_case_types, dead_code)]
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum #name { #(#steps),* }

        #(#cfgs)*
        impl ::messenger_runtime::__private::NextStep for #name {
            fn step(self) -> &'static str {
                match self { #(Self::#steps => #names),* }
            }
        }
    }
}

/// The method, in which `Next` is the step's own, and silent about what is so because it is a step.
fn method(function: &mut ImplItemFn, flow: &Ident, step: &Step) {
    silence(function);
    if step.kind == Kind::End {
        return;
    }
    let next = next_name(flow, step);
    if let ReturnType::Type(_, returned) = &mut function.sig.output {
        **returned = Type::Verbatim(own(returned.to_token_stream(), &next));
    }
    function.block.stmts.insert(
        0,
        parse_quote!(
            #[allow(dead_code)]
            type Next = #next;
        ),
    );
}

/// Keeps the compiler from asking why a function is as it is that the flow calls.
fn silence(function: &mut ImplItemFn) {
    function.attrs.push(parse_quote! {
        #[allow(
            dead_code,
            clippy::needless_pass_by_value,
            clippy::unused_async,
            clippy::unused_self,
            reason = "its flow calls it"
        )]
    });
}

/// The tokens with the step's own `Next` in place of the word.
fn own(tokens: TokenStream, next: &Ident) -> TokenStream {
    tokens
        .into_iter()
        .map(|token| match token {
            TokenTree::Ident(ident) if ident == "Next" => {
                let mut next = next.clone();
                next.set_span(ident.span());
                next.into()
            }
            TokenTree::Group(group) => {
                let mut inside = Group::new(group.delimiter(), own(group.stream(), next));
                inside.set_span(group.span());
                inside.into()
            }
            other => other,
        })
        .collect()
}

fn implementation(flow: &Flow) -> TokenStream {
    let (name, head) = (&flow.name, &flow.head);
    let (text, start, version) = (
        name.unraw().to_string(),
        head.start.unraw().to_string(),
        head.version,
    );
    let steps = flow.steps.iter().map(|step| node(name, step));
    let expires = match head.expires {
        Some(wait) => {
            let seconds = wait.as_secs();
            quote!(::core::option::Option::Some(::core::time::Duration::from_secs(#seconds)))
        }
        None => quote!(::core::option::Option::None),
    };
    let cancel = match &head.cancel {
        Some(regex) => {
            let text = &regex.text;
            quote!(::core::option::Option::Some(#text))
        }
        None => quote!(::core::option::Option::None),
    };
    let migrate = flow
        .hooks
        .iter()
        .find(|hook| hook.when == When::Migrate)
        .map(|hook| {
            let (function, returns) = (&hook.name, returned(&hook.signature));
            quote_spanned! {returns=>
                fn migrate(
                    version: u32,
                    step: &str,
                    value: ::messenger_runtime::__private::Value,
                ) -> ::core::result::Result<
                    (Self, ::std::string::String),
                    ::messenger_runtime::message::BoxError,
                > {
                    ::messenger_runtime::__private::migrated(Self::#function(version, step, value))
                }
            }
        });
    // At the name, where a type that cannot be stored is told of.
    let here = Span::call_site().located_at(name.span());
    quote_spanned! {here=>
        impl ::messenger_runtime::flow::Flow for #name {
            type Itself = Self;
            const NAME: &'static str = #text;
            const GRAPH: ::messenger_runtime::flow::FlowGraph = {
                #[allow(unused_imports)]
                use ::messenger_runtime::__private::Nameless as _;
                ::messenger_runtime::flow::FlowGraph::__new(#text, #start, &[#(#steps),*])
            };
            const VERSION: u32 = #version;
            const EXPIRES: ::core::option::Option<::core::time::Duration> = #expires;
            const CANCEL: ::core::option::Option<&'static str> = #cancel;
            #migrate
        }
    }
}

fn node(flow: &Ident, step: &Step) -> TokenStream {
    let kind = match step.kind {
        Kind::Ask => quote!(Ask),
        Kind::Say => quote!(Say),
        Kind::Begin => quote!(Begin),
        Kind::End => quote!(End),
    };
    let name = step.name.unraw().to_string();
    let prompt = match &step.prompt {
        Some(Prompt::Text { text, .. }) => text.value(),
        _ => String::new(),
    };
    let next = step.next.iter().map(|step| step.unraw().to_string());
    let otherwise = match (&step.otherwise, &step.attempts) {
        (Some(step), Some((attempts, _))) => {
            let step = step.unraw().to_string();
            quote!(::core::option::Option::Some((#attempts, #step)))
        }
        _ => quote!(::core::option::Option::None),
    };
    let handler = format!("{}.{name}", flow.unraw());
    let begins = types(&step.signature)
        .next()
        .filter(|_| step.kind == Kind::Begin)
        .map(|flow| quote!(.__begins(::messenger_runtime::__private::Named::<#flow>::NAME)));
    let goes_over = (!step.begins.is_empty()).then(|| {
        let names = step.begins.iter().map(ToString::to_string);
        quote!(.__goes_over_to(&[#(#names),*]))
    });
    let cfgs = &step.cfgs;
    quote! {
        #(#cfgs)*
        ::messenger_runtime::flow::StepNode::__new(
            #name,
            ::messenger_runtime::flow::StepKind::#kind,
            #prompt,
            &[#(#next),*],
            #otherwise,
            #handler,
        )
        #begins
        #goes_over
    }
}
