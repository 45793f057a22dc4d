//! Names that a handler cannot have, because it brings a macro of its own name into scope.

use syn::{Ident, ext::IdentExt as _};

use crate::parse::kind::Kind;

/// Macros and attributes of the language that every module uses unasked.
const STANDARD_MACROS: &[&str] = &[
    "addr_of",
    "assert",
    "assert_eq",
    "assert_ne",
    "cfg",
    "column",
    "compile_error",
    "concat",
    "dbg",
    "debug_assert",
    "debug_assert_eq",
    "debug_assert_ne",
    "env",
    "eprint",
    "eprintln",
    "file",
    "format",
    "format_args",
    "include",
    "include_bytes",
    "include_str",
    "line",
    "matches",
    "module_path",
    "option_env",
    "panic",
    "print",
    "println",
    "stringify",
    "thread_local",
    "todo",
    "try",
    "unimplemented",
    "unreachable",
    "vec",
    "write",
    "writeln",
];
const STANDARD_ATTRIBUTES: &[&str] = &[
    "allow",
    "bench",
    "cfg_attr",
    "deny",
    "deprecated",
    "derive",
    "doc",
    "expect",
    "forbid",
    "inline",
    "must_use",
    "path",
    "test",
    "warn",
];
const OURS: &[&str] = &["bot", "flow", "routes"];
const TYPES: &[&str] = &[
    "bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize", "str", "u8", "u16", "u32",
    "u64", "u128", "usize",
];

/// Whether a handler of this name would hide a type of the language.
pub(crate) fn hides_type(name: &Ident) -> bool {
    TYPES.contains(&name.to_string().as_str())
}

/// Why a handler cannot be called `name`; `None` where it can.
pub(crate) fn reserved(name: &Ident) -> Option<String> {
    let hides_type = hides_type(name);
    let name = name.unraw().to_string();
    let hidden = if STANDARD_MACROS.contains(&name.as_str()) {
        format!("the macro `{name}!`")
    } else if STANDARD_ATTRIBUTES.contains(&name.as_str()) || Kind::named(&name).is_some() {
        format!("the attribute `#[{name}]`")
    } else if hides_type {
        format!("the type `{name}`")
    } else if name == "messenger_runtime" {
        format!("the crate `{name}`")
    } else if OURS.contains(&name.as_str()) {
        format!("`{name}` of messenger-runtime")
    } else {
        return None;
    };
    Some(format!(
        "a handler cannot be called `{name}`, because it would hide {hidden}; choose another name"
    ))
}
