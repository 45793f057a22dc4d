//! Names that could meet those of the generated code, and handlers of one name in several modules.
#![deny(warnings, missing_docs, unreachable_pub, unnameable_types, missing_debug_implementations, unused_qualifications, single_use_lifetimes, clippy::pedantic)]

use messenger_runtime::prelude::*;

bot! { pub Shop; context, captures, r#type, buy, inner::buy, inner::inner::buy, call_0, state }

/// Not the library's.
#[derive(Debug)]
pub enum Option {
    /// Nothing.
    None,
}

/// Not the library's.
#[derive(Debug)]
pub struct Result;

/// Not the library's.
#[derive(Debug)]
pub struct String;

/// Not the library's.
#[derive(Debug)]
pub struct Box;

#[on_postback("CONTEXT:{context}:{captures}:{payload}:{segments}")]
async fn context(context: u8, captures: u8, payload: u8, segments: u8) -> Reply {
    let sum = u32::from(context) + u32::from(captures) + u32::from(payload) + u32::from(segments);
    Reply::text(sum.to_string())
}

#[on_text(r"(?<out>a)(?<argument_0>b)")]
async fn captures(argument_0: char, out: char) -> Reply {
    Reply::text([argument_0, out].iter().collect::<std::string::String>())
}

#[on_postback("TYPE")]
async fn r#type() {}

#[on_postback("A")]
async fn buy() -> Reply {
    Reply::buttons("?", [Button::postback("A", buy {}), Button::postback("B", inner::buy {}), Button::postback("T", r#type {})])
}

mod inner {
    use messenger_runtime::prelude::*;

    #[on_postback("B")]
    pub(crate) async fn buy() {}

    #[allow(clippy::module_inception)]
    pub(crate) mod inner {
        use messenger_runtime::prelude::*;

        #[on_postback("C")]
        pub(crate) async fn buy() {}
    }
}

#[on_text(words = ["call"])]
async fn call_0() {}

#[on_quick_reply("STATE:{state}")]
async fn state(state: u8) -> Reply {
    Reply::text(state.to_string())
}

fn main() {
    assert_eq!(Shop::ROUTES[2].handler, "r#type");
}
