//! `start = quantity, version = 2, expires = "30m", cancel = r"(?i)^stop$"`.

use std::time::Duration;

use proc_macro2::TokenStream;
use syn::{
    Error, Ident, LitInt, LitStr, Result, Token,
    ext::IdentExt as _,
    parse::{ParseStream, Parser as _},
};

use super::{here, once, unknown};
use crate::parse::regex::Regex;

/// What stands in `#[flow(..)]`.
#[derive(Debug)]
pub(crate) struct Head {
    pub(crate) start: Ident,
    pub(crate) version: u32,
    /// After how long without an answer it ends.
    pub(crate) expires: Option<Duration>,
    /// What a person says to end it.
    pub(crate) cancel: Option<Regex>,
}

const KNOWN: &[&str] = &["start", "version", "expires", "cancel"];

impl Head {
    pub(crate) fn parse(arguments: TokenStream) -> Result<Self> {
        parse.parse2(arguments)
    }

    /// Stands for one that has a mistake.
    pub(super) fn unknown(name: &Ident) -> Self {
        Self {
            start: name.clone(),
            version: 1,
            expires: None,
            cancel: None,
        }
    }
}

fn parse(input: ParseStream<'_>) -> Result<Head> {
    let (mut start, mut version, mut expires, mut cancel) = (None, None, None, None);
    while !input.is_empty() {
        let name = input.call(Ident::parse_any)?;
        if !KNOWN.contains(&name.to_string().as_str()) {
            return Err(unknown(&name, KNOWN, "a flow"));
        }
        input.parse::<Token![=]>()?;
        match name.to_string().as_str() {
            "start" if start.is_some() => {
                return Err(Error::new(
                    name.span(),
                    "a flow starts with one step; let it decide in its `next` where to go on",
                ));
            }
            "start" => start = Some(step(input)?),
            "version" => {
                let number: LitInt = input.parse()?;
                once(&mut version, &name, number.base10_parse()?)?;
            }
            "expires" => {
                let text: LitStr = input.parse()?;
                let wait = duration(&text.value()).ok_or_else(|| {
                    Error::new(
                        text.span(),
                        "expected a time such as `\"90s\"`, `\"30m\"`, `\"2h\"` or `\"7d\"`",
                    )
                })?;
                once(&mut expires, &name, wait)?;
            }
            _ => once(&mut cancel, &name, Regex::parse(&input.parse()?)?)?,
        }
        if input.is_empty() {
            break;
        }
        input
            .parse::<Token![,]>()
            .map_err(|error| Error::new(error.span(), "expected `,` or the end of the arguments"))?;
    }
    Ok(Head {
        start: start.ok_or_else(|| {
            Error::new(
                here(),
                "a flow needs the step it starts with, as in `#[flow(start = quantity)]`",
            )
        })?,
        version: version.unwrap_or(1),
        expires,
        cancel,
    })
}

/// A step is named by its function, without quotes.
pub(super) fn step(input: ParseStream<'_>) -> Result<Ident> {
    if input.peek(LitStr) {
        let text: LitStr = input.parse()?;
        return Err(Error::new(
            text.span(),
            format!("a step is named by its function; write `{}`", text.value()),
        ));
    }
    input
        .call(Ident::parse_any)
        .map_err(|error| Error::new(error.span(), "expected a step, by the name of its function"))
}

fn duration(text: &str) -> Option<Duration> {
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let seconds = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 60 * 60,
        "d" => 24 * 60 * 60,
        _ => return None,
    };
    let number: u64 = number.parse().ok()?;
    let seconds = number.checked_mul(seconds)?;
    (seconds > 0).then(|| Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use quote::quote;

    use super::{Head, duration};

    #[test]
    fn times_have_a_unit() {
        assert_eq!(duration("90s"), Some(Duration::from_secs(90)));
        assert_eq!(duration("7d"), Some(Duration::from_secs(7 * 86_400)));
        for text in [
            "",
            "s",
            "30",
            "0m",
            "-1m",
            "1.5h",
            "30 m",
            "m30",
            "30µ",
            "99999999999999999999d",
        ] {
            assert_eq!(duration(text), None, "{text}");
        }
    }

    #[test]
    fn everything_but_the_start_may_be_left_out() {
        let head = Head::parse(quote!(start = quantity)).expect("a head");
        assert_eq!((head.start.to_string().as_str(), head.version), ("quantity", 1));
        assert!(head.expires.is_none() && head.cancel.is_none());
    }

    #[test]
    fn each_mistake_says_what_to_write() {
        for (tokens, said) in [
            (quote!(), "a flow needs the step it starts with"),
            (quote!(start = a, start = b), "a flow starts with one step"),
            (quote!(start = "a"), "a step is named by its function; write `a`"),
            (quote!(start = a, versoin = 2), "did you mean `version`?"),
            (
                quote!(start = a, colour = 2),
                "a flow has `start`, `version`, `expires` and `cancel`",
            ),
            (
                quote!(start = a, version = 1, version = 2),
                "`version` is given twice",
            ),
            (quote!(start = a, expires = "soon"), "expected a time such as"),
            (quote!(start = a, cancel = "("), "the regex is wrong"),
            (quote!(start = a version = 2), "expected `,` or the end"),
        ] {
            let error = Head::parse(tokens).expect_err(said);
            assert!(error.to_string().contains(said), "{error}");
        }
    }
}
