//! `#[derive(Choice)] enum Size { Small, #[choice("XL")] ExtraLarge }`.

use proc_macro2::TokenStream;
use syn::{
    Attribute, Data, DeriveInput, Error, Fields, Ident, LitStr, Result, Variant, ext::IdentExt as _,
    spanned::Spanned as _,
};

use crate::error::Errors;

/// What can be chosen.
pub(crate) struct Choice {
    pub(crate) name: Ident,
    pub(crate) options: Vec<Opt>,
}

/// One variant: its name and what stands on its quick reply.
pub(crate) struct Opt {
    pub(crate) variant: Ident,
    pub(crate) title: LitStr,
}

impl Choice {
    pub(crate) fn parse(item: TokenStream) -> Result<Self> {
        let item: DeriveInput = syn::parse2(item)?;
        let Data::Enum(data) = item.data else {
            return Err(Error::new(
                item.ident.span(),
                "a choice is an `enum`; each variant is one answer, as in `enum Confirm { Yes, No }`",
            ));
        };
        if let Some(parameter) = item.generics.params.first() {
            return Err(Error::new(
                parameter.span(),
                "a choice cannot be generic; name the type",
            ));
        }
        let mut errors = Errors::default();
        let options = data
            .variants
            .iter()
            .filter_map(|variant| errors.take(Opt::of(variant)))
            .collect();
        errors.finish()?;
        Ok(Self {
            name: item.ident,
            options,
        })
    }
}

impl Opt {
    fn of(variant: &Variant) -> Result<Self> {
        if !matches!(variant.fields, Fields::Unit) {
            return Err(Error::new(
                variant.fields.span(),
                "a variant that can be chosen holds nothing; ask for the rest in another step",
            ));
        }
        let titles: Vec<LitStr> = variant
            .attrs
            .iter()
            .filter(|attribute| attribute.path().is_ident("choice"))
            .map(title)
            .collect::<Result<_>>()?;
        if let [_, second, ..] = &titles[..] {
            return Err(Error::new(second.span(), "a variant has one title; keep one"));
        }
        let name = variant.ident.unraw();
        Ok(Self {
            title: titles
                .into_iter()
                .next()
                .unwrap_or_else(|| LitStr::new(&words(&name.to_string()), variant.ident.span())),
            variant: variant.ident.clone(),
        })
    }
}

fn title(attribute: &Attribute) -> Result<LitStr> {
    attribute.parse_args().map_err(|error| {
        Error::new(
            error.span(),
            "expected the title of the quick reply, as in `#[choice(\"Extra large\")]`",
        )
    })
}

/// `ExtraLarge` as people write it: `Extra large`.
fn words(name: &str) -> String {
    let mut words = String::new();
    for char in name.chars() {
        if char.is_uppercase() && !words.is_empty() {
            words.push(' ');
            words.extend(char.to_lowercase());
        } else if char == '_' {
            words.push(' ');
        } else {
            words.push(char);
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use quote::quote;

    use super::{Choice, words};

    #[test]
    fn names_become_titles() {
        for (name, title) in [
            ("Yes", "Yes"),
            ("ExtraLarge", "Extra large"),
            ("Not_today", "Not today"),
            ("Élan", "Élan"),
        ] {
            assert_eq!(words(name), title);
        }
    }

    #[test]
    fn a_title_may_be_written() {
        let choice = Choice::parse(quote!(
            enum Size {
                Small,
                #[choice("XL")]
                ExtraLarge,
            }
        ))
        .expect("a choice");
        let titles: Vec<String> = choice.options.iter().map(|option| option.title.value()).collect();
        assert_eq!(titles, ["Small", "XL"]);
    }

    #[test]
    fn anything_else_is_refused() {
        for (item, said) in [
            (
                quote!(
                    struct Size;
                ),
                "a choice is an `enum`",
            ),
            (
                quote!(
                    enum Size<T> {
                        Small(T),
                    }
                ),
                "cannot be generic",
            ),
            (
                quote!(
                    enum Size {
                        Small(u8),
                    }
                ),
                "holds nothing",
            ),
            (
                quote!(
                    enum Size {
                        #[choice]
                        Small,
                    }
                ),
                "expected the title",
            ),
            (
                quote!(
                    enum Size {
                        #[choice(12)]
                        Small,
                    }
                ),
                "expected the title",
            ),
            (
                quote!(
                    enum Size {
                        #[choice("a")]
                        #[choice("b")]
                        Small,
                    }
                ),
                "one title",
            ),
        ] {
            let error = Choice::parse(item).err().expect(said).to_string();
            assert!(error.contains(said), "{error}");
        }
    }
}
