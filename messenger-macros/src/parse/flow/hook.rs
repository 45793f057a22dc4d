//! A hook of a flow: a method under `#[on_cancel]`, `#[on_expiry]` or `#[migrate]`.

use syn::{Error, Ident, ImplItemFn, Meta, Result, Signature};

/// When a hook runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum When {
    /// The flow is cancelled.
    Cancel,
    /// Nobody answered in time.
    Expiry,
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
    const ALL: [(&'static str, Self); 3] = [
        ("on_cancel", Self::Cancel),
        ("on_expiry", Self::Expiry),
        ("migrate", Self::Migrate),
    ];

    pub(crate) fn attribute(self) -> &'static str {
        Self::ALL[self as usize].0
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
        Ok(Some(Self {
            when,
            name: function.sig.ident.clone(),
            signature: function.sig.clone(),
        }))
    }
}
