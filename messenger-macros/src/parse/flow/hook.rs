//! A hook of a flow: a function under `#[on_cancel]`, `#[on_expiry]`, `#[on_unreadable]` or `#[migrate]`.

use syn::{Error, Ident, ImplItemFn, Meta, Result, Signature};

/// When a hook runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum When {
    /// The flow is cancelled.
    Cancel,
    /// Nobody answered in time.
    Expiry,
    /// What is stored of the flow cannot be read.
    Unreadable,
    /// The flow was stored in another version.
    Migrate,
}

/// A hook as it is written.
#[derive(Debug)]
pub(crate) struct Hook {
    pub(crate) when: When,
    pub(crate) name: Ident,
    pub(crate) signature: Signature,
}

impl When {
    const ALL: [(&'static str, Self); 4] = [
        ("on_cancel", Self::Cancel),
        ("on_expiry", Self::Expiry),
        ("on_unreadable", Self::Unreadable),
        ("migrate", Self::Migrate),
    ];

    pub(crate) fn attribute(self) -> &'static str {
        Self::ALL[self as usize].0
    }

    /// Whether a flow is there that the hook can borrow.
    fn has_flow(self) -> bool {
        matches!(self, Self::Cancel | Self::Expiry)
    }

    fn check(self, signature: &Signature) -> Result<()> {
        let name = self.attribute();
        match (signature.receiver(), self.has_flow()) {
            (None, true) => {
                return Err(Error::new_spanned(
                    &signature.ident,
                    format!("`#[{name}]` is told of the flow that ends: take `&mut self`"),
                ));
            }
            (Some(receiver), false) => {
                return Err(Error::new_spanned(
                    receiver,
                    format!("`#[{name}]` runs where there is no flow yet to borrow; take `self` away"),
                ));
            }
            _ => {}
        }
        match (signature.asyncness, self) {
            (None, Self::Migrate) | (Some(_), Self::Cancel | Self::Expiry | Self::Unreadable) => Ok(()),
            (Some(asyncness), Self::Migrate) => Err(Error::new_spanned(
                asyncness,
                "`#[migrate]` only turns one value into another; take `async` away",
            )),
            (None, _) => Err(Error::new_spanned(
                signature.fn_token,
                format!("a hook is an `async fn`: write `async` before the `fn` of `#[{name}]`"),
            )),
        }
    }
}

impl Hook {
    /// Takes the hook's attribute off the method; `None` where it has none.
    pub(crate) fn take(function: &mut ImplItemFn) -> Result<Option<Self>> {
        let found = When::ALL.into_iter().find_map(|(name, when)| {
            let at = function
                .attrs
                .iter()
                .position(|attribute| attribute.path().is_ident(name))?;
            Some((when, at))
        });
        let Some((when, at)) = found else {
            return Ok(None);
        };
        let attribute = function.attrs.remove(at);
        if !matches!(attribute.meta, Meta::Path(_)) {
            let name = when.attribute();
            return Err(Error::new_spanned(
                attribute,
                format!("`#[{name}]` takes no arguments"),
            ));
        }
        when.check(&function.sig)?;
        Ok(Some(Self {
            when,
            name: function.sig.ident.clone(),
            signature: function.sig.clone(),
        }))
    }
}
