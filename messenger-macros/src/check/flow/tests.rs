//! One mistake each, and what is said of it.

use proc_macro2::TokenStream;
use quote::quote;

use super::check;
use crate::{error::Errors, parse::flow::Flow};

/// The errors of a flow that starts with `a`, in order.
fn errors(steps: &TokenStream) -> Vec<String> {
    with_head(quote!(start = a), steps)
}

fn with_head(head: TokenStream, steps: &TokenStream) -> Vec<String> {
    let mut errors = Errors::default();
    if let Some(flow) = Flow::parse(head, quote!(impl Order { #steps }), &mut errors) {
        check(&flow, &mut errors);
    }
    match errors.finish() {
        Ok(()) => Vec::new(),
        Err(errors) => errors.into_iter().map(|error| error.to_string()).collect(),
    }
}

fn end() -> TokenStream {
    quote!(
        #[end]
        async fn z(&mut self) {}
    )
}

#[test]
fn a_flow_with_circles_and_branches_is_right() {
    let end = end();
    let steps = quote! {
        #[ask("How many {of}?", options = ["1", "2"], next = [b, z], attempts = 3, otherwise = help)]
        async fn a(&mut self, count: u32) -> Result<Next, Retry> {}
        #[ask(Self::carousel, next = [a, z])]
        async fn b(&mut self, choice: Choice, menu: State<Menu>) -> Next {}
        #[say("Sorry.", next = [a])]
        async fn help(&mut self) {}
        fn carousel(&self) -> Reply {}
        #end
    };
    assert_eq!(errors(&steps), Vec::<String>::new());
}

#[test]
fn each_mistake_is_one_error() {
    let z = end();
    let ask_a = |arguments: TokenStream| {
        let z = end();
        quote!(#[ask("?", #arguments)] async fn a(&mut self, answer: u32) -> Next {} #z)
    };
    let thirteen = (0..13).map(|number| number.to_string());
    let fourteen = thirteen.chain(["13".to_owned()]);
    let cases = [
        (quote!(), "a flow needs steps"),
        (
            ask_a(quote!(next = [zz])),
            "there is no step `zz`; did you mean `z`?",
        ),
        (ask_a(quote!(next = [b, z])), "there is no step `b`"),
        (ask_a(quote!(next = [z, z])), "`z` is in this `next` twice"),
        (
            ask_a(quote!(next = [z], otherwise = z)),
            "say how many, as in `attempts = 3`",
        ),
        (
            ask_a(quote!(next = [z], attempts = 3)),
            "say where, as in `attempts = 3, otherwise = help`",
        ),
        (
            ask_a(quote!(next = [z], attempts = 0, otherwise = z)),
            "asked once at least",
        ),
        (
            ask_a(quote!(next = [z], attempts = 2, otherwise = a)),
            "must go to another step",
        ),
        (
            ask_a(quote!(next = [z], options = [#(#fourteen),*])),
            "a message takes 13 quick replies, and here are 14",
        ),
        (
            ask_a(quote!(next = [z], options = ["Yes", "yes "])),
            "is offered twice",
        ),
        (
            ask_a(quote!(next = [z], options = [""])),
            "an option needs a title",
        ),
        (
            ask_a(quote!(next = [z], options = ["as long as a novel, or longer"])),
            "at most 20 characters, and this one has 29",
        ),
        (
            ask_a(quote!(next = [z], optoins = ["1"])),
            "did you mean `options`?",
        ),
        (
            ask_a(quote!(next = z)),
            "expected a list, as in `next = [address]`",
        ),
        (ask_a(quote!("again", next = [z])), "a step has one prompt"),
        (
            quote!(#[ask(next = [z])] async fn a(&mut self, answer: u32) -> Next {} #z),
            "needs its question",
        ),
        (
            quote!(#[ask("?", next = [z])] fn a(&mut self, answer: u32) -> Next {} #z),
            "a step is `async`; write `async fn a`",
        ),
        (
            quote!(#[ask("?", next = [z])] async fn a(&mut self) -> Next {} #z),
            "the step `a` asks but takes no answer",
        ),
        (
            quote!(#[ask("?", next = [z])] async fn a(answer: u32) -> Next {} #z),
            "a step is a method of its flow",
        ),
        (
            quote!(#[ask("?", next = [z])] async fn a(self, answer: u32) -> Next {} #z),
            "write `&mut self`",
        ),
        (
            quote!(#[ask("?", next = [z])] async fn a<T>(&mut self, answer: T) -> Next {} #z),
            "a step cannot be generic",
        ),
        (
            quote!(#[ask("?", next = [z])] #[end] async fn a(&mut self, answer: u32) -> Next {} #z),
            "keep one of the attributes",
        ),
        (
            quote!(
                #[end(next = [z])]
                async fn a(&mut self) {}
            ),
            "make it `#[say(..)]` to go on",
        ),
        (
            quote!(
                #[say("Hm.", options = ["1"])]
                async fn a(&mut self) {}
            ),
            "make it `#[ask(..)]` to offer options",
        ),
        (ask_a(quote!(next = [a, z], next = [z])), "`next` is given twice"),
    ];
    for (steps, said) in cases {
        let errors = errors(&steps);
        assert!(
            errors.len() == 1 && errors[0].contains(said),
            "expected {said:?}, got {errors:#?}"
        );
    }
}

#[test]
fn each_step_leads_somewhere_and_to_an_end() {
    let z = end();
    let step = |name: &str, next: TokenStream| {
        let name = quote::format_ident!("{name}");
        quote!(#[ask("?", #next)] async fn #name(&mut self, answer: u32) -> Next {})
    };
    let (a, b) = (step("a", quote!(next = [b])), step("b", quote!(next = [a])));
    let errors_of = |steps| errors(&steps);
    let circle = errors_of(quote!(#a #b));
    assert_eq!(circle.len(), 1);
    assert!(
        circle[0].contains("no `#[end]` can be reached from the step `a`"),
        "{circle:?}"
    );

    let nowhere = step("a", quote!());
    let dead_end = errors_of(quote!(#nowhere));
    assert_eq!(dead_end.len(), 1);
    assert!(dead_end[0].contains("the step `a` leads nowhere"), "{dead_end:?}");

    let itself = step("a", quote!(next = [a]));
    let only = errors_of(quote!(#itself));
    assert_eq!(only.len(), 1);
    assert!(only[0].contains("leads only to itself"), "{only:?}");

    let (to_end, island) = (step("a", quote!(next = [z])), step("b", quote!(next = [z])));
    let unreachable = errors_of(quote!(#to_end #island #z));
    assert_eq!(unreachable.len(), 1);
    assert!(
        unreachable[0].contains("`b` can never be reached from `a`"),
        "{unreachable:?}"
    );

    let unknown = with_head(quote!(start = c), &quote!(#to_end #z));
    assert_eq!(unknown.len(), 1);
    assert!(unknown[0].contains("there is no step `c`"), "{unknown:?}");
}

#[test]
fn a_flow_is_a_struct_of_its_own() {
    for (item, said) in [
        (
            quote!(
                struct Order;
            ),
            "`#[flow(..)]` goes on the `impl`",
        ),
        (
            quote!(
                impl<T> Order<T> {}
            ),
            "cannot be generic",
        ),
        (quote!(impl Trait for Order {}), "take the trait away"),
        (
            quote!(
                impl (u8, u8) {}
            ),
            "by its name",
        ),
    ] {
        let mut errors = Errors::default();
        assert!(Flow::parse(quote!(start = a), item, &mut errors).is_none());
        let error = errors.finish().expect_err(said).to_string();
        assert!(error.contains(said), "{error}");
    }
}

#[test]
fn a_hook_is_what_its_flow_can_call() {
    for (hooks, said) in [
        (
            quote!(
                #[on_cancel]
                async fn left() {}
            ),
            "`#[on_cancel]` is told of the flow that ends: take `&mut self`",
        ),
        (
            quote!(
                #[on_unreadable]
                async fn lost(&self) {}
            ),
            "`#[on_unreadable]` runs where there is no flow yet to borrow; take `self` away",
        ),
        (
            quote!(
                #[on_expiry]
                fn late(&self) {}
            ),
            "a hook is an `async fn`: write `async` before the `fn` of `#[on_expiry]`",
        ),
        (
            quote!(
                #[migrate]
                async fn upcast(version: u32) {}
            ),
            "`#[migrate]` only turns one value into another; take `async` away",
        ),
        (
            quote!(
                #[on_cancel]
                async fn left(&mut self) {}
                #[on_cancel]
                async fn gone(&mut self) {}
            ),
            "`left` has `#[on_cancel]` already; keep one of them",
        ),
    ] {
        let item = quote!(
            impl Order {
                #[end]
                async fn a(&mut self) {}
                #hooks
            }
        );
        let mut errors = Errors::default();
        let flow = Flow::parse(quote!(start = a), item, &mut errors).expect("a flow");
        check(&flow, &mut errors);
        assert_eq!(errors.finish().expect_err(said).to_string(), said);
    }
}
