//! Which flows a function begins: what `begins = ..` says of it, and what its code shows.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::{
    Error, Expr, LitStr, Path, Result, Stmt, Token, bracketed,
    ext::IdentExt as _,
    parse::{ParseStream, Parser as _},
    punctuated::Punctuated,
    token,
};

/// Takes `begins = Checkout` or `begins = [Checkout, Booking]` out of an attribute's arguments: the others, and the flows.
pub(crate) fn take(arguments: TokenStream) -> Result<(TokenStream, Vec<Path>)> {
    let mut parts: Vec<Vec<TokenTree>> = vec![Vec::new()];
    for token in arguments.clone() {
        let ends = is(&token, ',');
        parts.last_mut().expect("there always is a last part").push(token);
        if ends {
            parts.push(Vec::new());
        }
    }
    let mut begins = None;
    let mut others: Vec<Vec<TokenTree>> = Vec::new();
    for part in parts {
        let [TokenTree::Ident(name), equals, value @ ..] = part.as_slice() else {
            others.push(part);
            continue;
        };
        if name != "begins" || !is(equals, '=') {
            others.push(part);
            continue;
        }
        if begins.is_some() {
            return Err(Error::new(
                name.span(),
                "`begins` is given twice; write one list, as in `begins = [Checkout, Booking]`",
            ));
        }
        let (last, value) = match value {
            [value @ .., comma] if is(comma, ',') => (false, value),
            value => (true, value),
        };
        if value.is_empty() {
            return Err(Error::new(
                name.span(),
                "`begins` names a flow, as in `begins = Checkout`",
            ));
        }
        begins = Some(flows.parse2(value.iter().cloned().collect())?);
        // The comma before it separates nothing any more.
        if last && let Some(before) = others.last_mut() {
            before.pop();
        }
    }
    Ok(match begins {
        Some(begins) => (others.into_iter().flatten().collect(), begins),
        None => (arguments, Vec::new()),
    })
}

/// `Checkout`, or `[Checkout, Booking]`.
fn flows(input: ParseStream<'_>) -> Result<Vec<Path>> {
    if !input.peek(token::Bracket) {
        return Ok(vec![flow(input)?]);
    }
    let list;
    let brackets = bracketed!(list in input);
    let flows: Vec<Path> = Punctuated::<Path, Token![,]>::parse_terminated_with(&list, flow)?
        .into_iter()
        .collect();
    if flows.is_empty() {
        return Err(Error::new(
            brackets.span.join(),
            "the list of flows is empty; name one, as in `begins = [Checkout]`, or drop `begins`",
        ));
    }
    Ok(flows)
}

fn flow(input: ParseStream<'_>) -> Result<Path> {
    if input.peek(LitStr) {
        let literal: LitStr = input.parse()?;
        return Err(Error::new(
            literal.span(),
            format!("a flow is named without quotes: `begins = {}`", literal.value()),
        ));
    }
    input.parse().map_err(|error| {
        Error::new(
            error.span(),
            "expected the name of a flow, as in `begins = Checkout` or `begins = [Checkout, Booking]`",
        )
    })
}

/// The names of types in what `body` gives to `.begin(..)`. The bot knows which of them are flows.
pub(crate) fn found(body: &TokenStream) -> Vec<Ident> {
    let mut names = Vec::new();
    scan(
        body.clone(),
        &mut |before, after| {
            if !before.last().is_some_and(|token| is(token, '.')) {
                return;
            }
            // `::<Checkout>` before the argument says it as well.
            let argument = after
                .iter()
                .position(|token| matches!(token, TokenTree::Group(_)));
            let Some(argument) = argument else { return };
            let TokenTree::Group(group) = &after[argument] else {
                return;
            };
            types(after[..argument].iter().cloned(), &mut names);
            let arguments = Punctuated::<Expr, Token![,]>::parse_terminated.parse2(group.stream());
            if let Some(value) = arguments.ok().and_then(|arguments| arguments.into_iter().next()) {
                value_of(&value, body, &mut names);
            }
        },
        "begin",
    );
    let mut known: Vec<Ident> = Vec::new();
    for name in names {
        if !known.contains(&name) {
            known.push(name);
        }
    }
    known
}

/// Calls `at` for each `word`, with what stands before and after it among the same brackets.
fn scan(tokens: TokenStream, at: &mut impl FnMut(&[TokenTree], &[TokenTree]), word: &str) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    for (place, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Group(group) => scan(group.stream(), at, word),
            TokenTree::Ident(ident) if ident == word => at(&tokens[..place], &tokens[place + 1..]),
            _ => {}
        }
    }
}

/// The types that an expression shows its value to be of.
fn value_of(value: &Expr, body: &TokenStream, names: &mut Vec<Ident>) {
    match value {
        Expr::Struct(value) => types(value.path.to_token_stream(), names),
        Expr::Path(path) => match path.path.get_ident() {
            Some(name) if !is_type(name) => variable(name, body, names),
            _ => types(path.to_token_stream(), names),
        },
        Expr::Call(call) => types(call.func.to_token_stream(), names),
        Expr::MethodCall(call) => value_of(&call.receiver, body, names),
        Expr::Paren(inner) => value_of(&inner.expr, body, names),
        Expr::Group(inner) => value_of(&inner.expr, body, names),
        Expr::Try(inner) => value_of(&inner.expr, body, names),
        Expr::Await(inner) => value_of(&inner.base, body, names),
        Expr::Block(block) => last_of(&block.block, body, names),
        Expr::If(branches) => {
            last_of(&branches.then_branch, body, names);
            if let Some((_, other)) = &branches.else_branch {
                value_of(other, body, names);
            }
        }
        Expr::Match(arms) => {
            for arm in &arms.arms {
                value_of(&arm.body, body, names);
            }
        }
        _ => {}
    }
}

fn last_of(block: &syn::Block, body: &TokenStream, names: &mut Vec<Ident>) {
    if let Some(Stmt::Expr(value, None)) = block.stmts.last() {
        value_of(value, body, names);
    }
}

/// What the `let` of a variable shows.
fn variable(name: &Ident, body: &TokenStream, names: &mut Vec<Ident>) {
    scan(
        body.clone(),
        &mut |_, after| {
            let after = match after {
                [TokenTree::Ident(word), after @ ..] if word == "mut" => after,
                after => after,
            };
            let [TokenTree::Ident(bound), rest @ ..] = after else {
                return;
            };
            let Some(equals) = rest.iter().position(|token| is(token, '=')) else {
                return;
            };
            if bound != name {
                return;
            }
            types(rest[..equals].iter().cloned(), names);
            let value = rest[equals + 1..]
                .iter()
                .take_while(|token| !is(token, ';'))
                .cloned();
            // No further: variables may be made of one another, in a circle of names.
            if let Ok(value) = syn::parse2::<Expr>(value.collect()) {
                value_of(&value, &TokenStream::new(), names);
            }
        },
        "let",
    );
}

/// Every word that may be the name of a type.
fn types(tokens: impl IntoIterator<Item = TokenTree>, names: &mut Vec<Ident>) {
    for token in tokens {
        match token {
            TokenTree::Ident(ident) if is_type(&ident) => names.push(ident.unraw()),
            _ => {}
        }
    }
}

fn is_type(name: &Ident) -> bool {
    name.unraw().to_string().starts_with(char::is_uppercase) && name != "Self"
}

fn is(token: &TokenTree, char: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == char)
}

#[cfg(test)]
mod tests {
    use super::{found, take};

    fn begins(body: &str) -> Vec<String> {
        let body = body.parse().expect("tokens");
        found(&body).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_type_is_found_in_what_is_given_to_begin() {
        for body in [
            "{ dialog.begin(Checkout { sku, qty: 1 }) }",
            "{ dialog.begin(order::Checkout { address: Address::default() }) }",
            "{ Reply::text(\"Good.\").then(dialog.begin(Checkout::default())) }",
            "{ dialog.begin(crate::order::Checkout::new(sku)); }",
            "{ dialog.begin(Checkout(sku)) }",
            "{ dialog.begin(Checkout) }",
            "{ dialog.begin(<Checkout>::open(menu).await?.with(sku)) }",
            "{ dialog.begin::<Checkout>(Default::default()) }",
            "{ let mut cart = Checkout::default(); cart.sku = sku; dialog.begin(cart) }",
            "{ let cart: Checkout = made(); if full { dialog.begin(cart) } else { menu() } }",
            "{ replies![dialog.begin(Checkout {})] }",
        ] {
            let found = begins(body);
            assert!(found.contains(&"Checkout".to_owned()), "{body}: {found:?}");
            assert!(!found.contains(&"Address".to_owned()), "{body}: {found:?}");
        }
        assert_eq!(
            begins(
                "{ dialog.begin(if big { Checkout {} } else { Booking::new() }); dialog.begin(Checkout {}) }"
            ),
            ["Checkout", "Booking"]
        );
    }

    #[test]
    fn nothing_else_is_taken_for_a_beginning() {
        for body in [
            "{ begin(Checkout {}) }",
            "{ dialog.end(Checkout {}) }",
            "{ dialog.begin }",
            "{ dialog.begin() }",
            "{ dialog.begin(cart) }",
            "{ let cart = cart; dialog.begin(cart) }",
            "{ let a = b; let b = a; dialog.begin(a) }",
            "{ let Checkout { sku } = known; dialog.begin(sku) }",
        ] {
            assert_eq!(begins(body), [""; 0], "{body}");
        }
    }

    #[test]
    fn the_argument_is_taken_out_wherever_it_stands() {
        for (arguments, others, flows) in [
            ("begins = Checkout", "", 1),
            ("\"BUY\" , begins = order :: Checkout", "\"BUY\"", 1),
            (
                "begins = [Checkout, Booking], words = [\"a\", \"b\"]",
                "words = [\"a\" , \"b\"]",
                2,
            ),
            (
                "\"BUY\", begins = Checkout, was = \"B\",",
                "\"BUY\" , was = \"B\" ,",
                1,
            ),
            ("image | video", "image | video", 0),
        ] {
            let (rest, begins) = take(arguments.parse().expect("tokens")).expect(arguments);
            let others: proc_macro2::TokenStream = others.parse().expect("tokens");
            assert_eq!(
                (rest.to_string(), begins.len()),
                (others.to_string(), flows),
                "{arguments}"
            );
        }
        for (arguments, said) in [
            ("begins =", "names a flow"),
            ("begins = []", "empty"),
            ("begins = \"Checkout\"", "without quotes: `begins = Checkout`"),
            ("begins = A, begins = B", "given twice"),
            ("begins = 5", "expected the name of a flow"),
        ] {
            let error = take(arguments.parse().expect("tokens"))
                .expect_err(arguments)
                .to_string();
            assert!(error.contains(said), "{arguments}: {error}");
        }
    }
}
