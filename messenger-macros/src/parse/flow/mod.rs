//! `#[flow(..)] impl Checkout { .. }`: the head of a flow and its steps.

mod head;
mod hook;
mod prompt;
mod step;

use proc_macro2::{Span, TokenStream};
use syn::{Error, Ident, ImplItem, ItemImpl, Result, Type};

pub(crate) use head::Head;
pub(crate) use hook::{Hook, When};
pub(crate) use prompt::{Piece, Prompt};
pub(crate) use step::{Kind, Step};

use crate::error::Errors;

/// A flow: what stands in its attribute, its steps in their order, and the `impl` without their attributes.
pub(crate) struct Flow {
    pub(crate) head: Head,
    pub(crate) name: Ident,
    pub(crate) steps: Vec<Step>,
    pub(crate) hooks: Vec<Hook>,
    /// Whether every step could be read, so that the flow can be looked at as a whole.
    pub(crate) is_whole: bool,
    pub(crate) block: ItemImpl,
}

impl Flow {
    /// Reads what can be read; each mistake goes to `errors`. `None` where what is left makes no flow.
    pub(crate) fn parse(arguments: TokenStream, item: TokenStream, errors: &mut Errors) -> Option<Self> {
        let head = errors.take(Head::parse(arguments));
        let mut block: ItemImpl = errors.take(syn::parse2(item).map_err(|error| no_impl(&error)))?;
        let name = errors.take(name(&block))?;
        let (mut steps, mut hooks, mut is_whole) = (Vec::new(), Vec::new(), true);
        for item in &mut block.items {
            if let ImplItem::Fn(function) = item {
                match errors.take(Hook::take(function)) {
                    Some(None) => {}
                    Some(Some(hook)) => {
                        errors.take(only_one(&hooks, &hook));
                        hooks.push(hook);
                        continue;
                    }
                    None => continue,
                }
                match errors.take(Step::take(function)) {
                    Some(step) => steps.extend(step),
                    None => is_whole = false,
                }
            }
        }
        let is_whole = is_whole && head.is_some();
        Some(Self {
            head: head.unwrap_or_else(|| Head::unknown(&name)),
            name,
            steps,
            hooks,
            is_whole,
            block,
        })
    }
}

/// A hook may be written once.
fn only_one(hooks: &[Hook], hook: &Hook) -> Result<()> {
    let Some(first) = hooks.iter().find(|other| other.when == hook.when) else {
        return Ok(());
    };
    let name = hook.when.attribute();
    Err(Error::new(
        hook.name.span(),
        format!("`{}` has `#[{name}]` already; keep one of them", first.name),
    ))
}

fn no_impl(error: &Error) -> Error {
    Error::new(
        error.span(),
        "`#[flow(..)]` goes on the `impl` of the struct that holds what was answered, as in `#[flow(start = quantity)] impl Checkout { .. }`",
    )
}

/// The name of the type that `block` is of.
fn name(block: &ItemImpl) -> Result<Ident> {
    if let Some((path, _)) = &block.trait_ {
        return Err(Error::new_spanned(
            path,
            "a flow is an `impl` of its type alone; take the trait away",
        ));
    }
    if let Some(parameter) = block.generics.params.first() {
        return Err(Error::new_spanned(
            parameter,
            "a flow cannot be generic, because it is stored by its name; name the type",
        ));
    }
    match &*block.self_ty {
        Type::Path(path) => path.path.segments.last().map(|segment| segment.ident.clone()),
        _ => None,
    }
    .ok_or_else(|| Error::new_spanned(&block.self_ty, "a flow is an `impl` of a struct, by its name"))
}

/// `name = value`: the value may be given once.
fn once<T>(slot: &mut Option<T>, name: &Ident, value: T) -> Result<()> {
    if slot.is_some() {
        return Err(Error::new(
            name.span(),
            format!("`{name}` is given twice; keep one"),
        ));
    }
    *slot = Some(value);
    Ok(())
}

/// Nothing is known by this name.
fn unknown(name: &Ident, known: &[&str], of: &str) -> Error {
    let hint = crate::error::did_you_mean(&name.to_string(), known);
    let hint = if hint.is_empty() {
        format!("; {of} has {}", crate::error::list(known))
    } else {
        hint
    };
    Error::new(name.span(), format!("there is no `{name}`{hint}"))
}

/// Where the attribute itself stands.
fn here() -> Span {
    Span::call_site()
}
