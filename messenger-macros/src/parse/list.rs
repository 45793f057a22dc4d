//! `{ pub Shop(Menu); welcome, catalog::{show, buy} }`: the head and the list of `bot!` and `routes!`.

use proc_macro2::{Span, TokenStream, TokenTree};
use syn::{
    Attribute, Error, Ident, Lit, Path, PathSegment, Result, Token, Type, Visibility, braced,
    ext::IdentExt as _,
    parenthesized,
    parse::{Parse, ParseStream},
    punctuated::Punctuated,
    spanned::Spanned as _,
    token,
};

use crate::error::Errors;

/// What `bot!` is given.
pub(crate) struct Bot {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) visibility: Visibility,
    pub(crate) name: Ident,
    /// Where not, `name` is the first handler's.
    pub(crate) is_named: bool,
    pub(crate) state: Option<Type>,
    pub(crate) list: List,
}

/// The macro of a group.
pub(crate) const GROUP: &str = "__routes";

/// Handlers, groups and flows, with what is wrong in their list.
#[derive(Default)]
pub(crate) struct List {
    pub(crate) entries: Vec<Entry>,
    pub(crate) flows: Vec<Entry>,
    pub(crate) errors: Errors,
}

/// Where the entry after one that was read begins.
#[derive(PartialEq)]
enum Next {
    AfterComma,
    AtOnce,
}

/// A handler or a group of them.
#[derive(Clone)]
pub(crate) struct Entry {
    pub(crate) path: Path,
    pub(crate) cfgs: Vec<Attribute>,
}

impl Parse for Bot {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let attributes = input.call(Attribute::parse_outer)?;
        let visibility = input.parse()?;
        let is_named = is_named(input);
        // Without a name, what stands first is already the list.
        let start = if is_named { input } else { &input.fork() };
        let name = start.parse::<Ident>().map_err(|error| {
            Error::new(
                error.span(),
                "expected the name of the bot, as in `bot! { pub Shop; welcome, menu }`",
            )
        })?;
        let mut errors = Errors::default();
        let state = if is_named && input.peek(token::Paren) {
            let inside;
            parenthesized!(inside in input);
            let state = inside.parse()?;
            if !inside.is_empty() {
                errors.push(inside.error("a bot has one state; put what it shares into one struct"));
                inside.parse::<TokenStream>()?;
            }
            Some(state)
        } else {
            None
        };
        if !is_named {
            errors.push(Error::new(
                name.span(),
                "expected the name of the bot and `;` before the handlers, as in `bot! { Shop; welcome, menu }`",
            ));
        } else if input.peek(Token![;]) {
            input.parse::<Token![;]>()?;
        } else {
            errors.push(input.error(format!(
                "expected `;` and then the handlers, as in `{name}; welcome, menu`"
            )));
            if !input.is_empty() && !input.peek(Ident::peek_any) && !input.peek(token::Brace) {
                input.parse::<TokenTree>()?;
            }
        }
        let mut list = if input.peek(token::Brace) {
            let inside;
            braced!(inside in input);
            inside.parse::<List>()?
        } else {
            input.parse()?
        };
        if let Err(error) = errors.finish() {
            list.errors.push(error);
        }
        Ok(Self {
            attributes,
            visibility,
            name,
            is_named,
            state,
            list,
        })
    }
}

/// Whether the bot's name comes next, and not the first handler.
fn is_named(input: ParseStream<'_>) -> bool {
    let ahead = input.fork();
    let is_handler = ahead
        .parse::<Ident>()
        .is_ok_and(|name| name.to_string().starts_with(char::is_lowercase));
    !is_handler || ahead.peek(token::Paren) || ahead.peek(Token![;])
}

impl Parse for List {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let mut list = Self::default();
        list.level(input, None, &[])?;
        list.once();
        Ok(list)
    }
}

/// Whether `flow Checkout` comes next, and not a handler of that name.
fn is_flow(input: ParseStream<'_>) -> bool {
    let ahead = input.fork();
    ahead.call(Ident::parse_any).is_ok_and(|word| word == "flow")
        && (ahead.peek(Ident::peek_any) || ahead.peek(Lit))
}

impl List {
    /// Reads entries up to the end of `input`; a wrong one is reported and skipped.
    fn level(&mut self, input: ParseStream<'_>, prefix: Option<&Path>, cfgs: &[Attribute]) -> Result<()> {
        while !input.is_empty() {
            let entry = self.entry(input, prefix, cfgs);
            if self.errors.take(entry) == Some(Next::AtOnce) {
                continue;
            }
            while !input.is_empty() && !input.peek(Token![,]) {
                input.parse::<TokenTree>()?;
            }
            input.parse::<Option<Token![,]>>()?;
        }
        Ok(())
    }

    fn entry(&mut self, input: ParseStream<'_>, prefix: Option<&Path>, cfgs: &[Attribute]) -> Result<Next> {
        let mut cfgs = cfgs.to_vec();
        for attribute in input.call(Attribute::parse_outer)? {
            if !attribute.path().is_ident("cfg") {
                return Err(Error::new(
                    attribute.span(),
                    "only `#[cfg(..)]` can stand before an entry",
                ));
            }
            attribute.meta.require_list()?;
            cfgs.push(attribute);
        }
        let is_flow = is_flow(input);
        if is_flow {
            input.call(Ident::parse_any)?;
        }
        let what = if is_flow {
            "a flow, by its path: `flow Checkout` or `flow orders::Checkout`"
        } else {
            "a handler, by its path: `welcome` or `catalog::show`"
        };
        let mut path = match prefix {
            Some(prefix) => prefix.clone(),
            None => Path {
                leading_colon: input.parse()?,
                segments: Punctuated::new(),
            },
        };
        loop {
            if input.peek(token::Brace) && !path.segments.is_empty() && !is_flow {
                let inside;
                braced!(inside in input);
                self.level(&inside, Some(&path), &cfgs)?;
                return Ok(Next::AfterComma);
            }
            if input.peek(Token![*]) {
                return Err(input.error(
                    "handlers are listed by name; collect those of a module with `routes! { .. }` and list `module::routes`",
                ));
            }
            let segment = input
                .call(Ident::parse_any)
                .map_err(|error| Error::new(error.span(), format!("expected {what}")))?;
            path.segments.push_value(PathSegment::from(segment));
            if !input.peek(Token![::]) {
                break;
            }
            path.segments.push_punct(input.parse()?);
        }
        if input.peek(Token![:]) {
            return Err(input.error("a path has `::` between its names"));
        }
        let entry = Entry { path, cfgs };
        if is_flow {
            self.flows.push(entry);
        } else {
            self.entries.push(entry);
        }
        if input.is_empty() || input.peek(Token![,]) {
            return Ok(Next::AfterComma);
        }
        if input.peek(Ident::peek_any) || input.peek(Token![#]) {
            self.errors.push(input.error("expected `,` after the handler"));
            return Ok(Next::AtOnce);
        }
        Err(input.error("a handler is listed by its name alone; drop what follows it"))
    }

    /// Drops what is listed twice, with an error.
    fn once(&mut self) {
        let are_same = |one: &Entry, other: &Entry| show(&one.path) == show(&other.path);
        let said = |entry: &Entry| format!("`{}` is listed twice", show(&entry.path));
        let entries = std::mem::take(&mut self.entries);
        self.entries = self.different(entries, are_same, said);
        let flows = std::mem::take(&mut self.flows);
        let flows = self.different(flows, are_same, said);
        self.flows = self.different(
            flows,
            |one, other| one.name() == other.name(),
            |entry| {
                format!(
                    "there is another flow `{}` in this bot, and a flow is stored by its name; rename one",
                    entry.name()
                )
            },
        );
    }

    fn different(
        &mut self,
        entries: Vec<Entry>,
        are_same: impl Fn(&Entry, &Entry) -> bool,
        said: impl Fn(&Entry) -> String,
    ) -> Vec<Entry> {
        let mut kept: Vec<Entry> = Vec::new();
        for entry in entries {
            // Under `#[cfg]` two entries of one name may exclude each other.
            let is_twin =
                |known: &&Entry| known.cfgs.is_empty() && entry.cfgs.is_empty() && are_same(known, &entry);
            if kept.iter().any(|known| is_twin(&known)) {
                self.errors.at(entry.span(), said(&entry));
            } else {
                kept.push(entry);
            }
        }
        kept
    }
}

impl Entry {
    /// Reads one that `bot!` has written down again.
    pub(crate) fn plain(input: ParseStream<'_>) -> Result<Self> {
        Ok(Self {
            cfgs: input.call(Attribute::parse_outer)?,
            path: input.parse()?,
        })
    }

    /// Whether it is a group of `routes!`, which all have this name.
    pub(crate) fn is_group(&self) -> bool {
        self.name() == "routes"
    }

    /// The path of its macro. A group's has a name of its own, because `routes!` itself is in scope there.
    pub(crate) fn macro_path(&self) -> Path {
        let mut path = self.path.clone();
        if self.is_group()
            && let Some(last) = path.segments.last_mut()
        {
            last.ident = Ident::new(GROUP, last.ident.span());
        }
        path
    }

    pub(crate) fn name(&self) -> &Ident {
        name(&self.path)
    }

    pub(crate) fn span(&self) -> Span {
        self.name().span()
    }
}

/// The last segment of a path.
pub(crate) fn name(path: &Path) -> &Ident {
    &path.segments.last().expect("a parsed path has a segment").ident
}

/// The path as it is written.
pub(crate) fn show(path: &Path) -> String {
    let segments: Vec<String> = path
        .segments
        .iter()
        .map(|segment| segment.ident.to_string())
        .collect();
    segments.join("::")
}
