//! Pages, tokens and secrets that do not change while the bot runs.

use std::{collections::BTreeMap, fmt, sync::Arc};

use secrecy::SecretString;

use crate::{AppSecret, Provider};

/// The [`Provider`] of a bot whose settings are fixed when it starts.
///
/// Without pages, every page is served with the one token; with pages, those alone. An Instagram account
/// that the bot serves counts as a page here, with its own id.
#[derive(Clone)]
pub(super) struct Credentials {
    pub(super) app_secrets: Arc<[AppSecret]>,
    pub(super) verify_token: SecretString,
    pub(super) app_id: Option<Arc<str>>,
    pub(super) tokens: Tokens,
}

#[derive(Clone)]
pub(super) enum Tokens {
    /// One for every page.
    Any(SecretString),
    /// These pages alone.
    Pages(BTreeMap<String, SecretString>),
}

impl Provider for Credentials {
    fn app_secrets(&self) -> Arc<[AppSecret]> {
        Arc::clone(&self.app_secrets)
    }

    fn verify_token(&self) -> SecretString {
        self.verify_token.clone()
    }

    fn app_id(&self) -> Option<Arc<str>> {
        self.app_id.clone()
    }

    fn access_token(&self, page: &str) -> Option<SecretString> {
        match &self.tokens {
            Tokens::Any(token) => Some(token.clone()),
            Tokens::Pages(pages) => pages.get(page).cloned(),
        }
    }

    fn pages(&self) -> Vec<Arc<str>> {
        match &self.tokens {
            Tokens::Any(_) => Vec::new(),
            Tokens::Pages(pages) => pages.keys().map(|page| Arc::from(page.as_str())).collect(),
        }
    }

    fn serves(&self, page: &str) -> bool {
        match &self.tokens {
            Tokens::Any(_) => true,
            Tokens::Pages(pages) => pages.contains_key(page),
        }
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut f = f.debug_struct("Credentials");
        f.field("app_id", &self.app_id)
            .field("app_secrets", &self.app_secrets.len());
        match &self.tokens {
            Tokens::Any(_) => f.field("pages", &"every page"),
            Tokens::Pages(pages) => f.field("pages", &pages.keys()),
        };
        f.finish_non_exhaustive()
    }
}
