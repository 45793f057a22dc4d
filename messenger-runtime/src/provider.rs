//! Where pages, tokens and secrets come from while the bot runs.

use std::{fmt, sync::Arc};

use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::{ExposeSecret as _, SecretString};
use sha2::Sha256;

/// Gives the pages, tokens and secrets in force; asked anew for every request, so they can change
/// while the bot runs.
///
/// Calls come from hot paths: answer from memory, and refresh that memory elsewhere.
pub trait Provider: fmt::Debug + Send + Sync + 'static {
    /// The app's secrets, the one to sign with first; several while a secret is being rotated.
    fn app_secrets(&self) -> Arc<[AppSecret]>;

    /// The token that the platform must present in the subscription handshake.
    fn verify_token(&self) -> SecretString;

    /// The app's own id, by which its echoes are told from those of people and other apps.
    fn app_id(&self) -> Option<Arc<str>>;

    /// The access token of `page`, or `None` where there is none.
    fn access_token(&self, page: &str) -> Option<SecretString>;

    /// The pages that this bot serves, by id, for commands that go to one of them; empty where that is not
    /// known, or where every page is served.
    fn pages(&self) -> Vec<Arc<str>> {
        Vec::new()
    }

    /// Whether this bot serves `page`. Events of other pages are answered 200, counted and dropped.
    fn serves(&self, page: &str) -> bool;
}

/// An app secret with its HMAC key set up once.
#[derive(Clone)]
pub struct AppSecret {
    secret: SecretString,
    sha256: Hmac<Sha256>,
}

impl AppSecret {
    /// Takes the secret from the app's dashboard (Settings, Basic).
    #[must_use]
    pub fn new(secret: SecretString) -> Self {
        let sha256 =
            Hmac::new_from_slice(secret.expose_secret().as_bytes()).expect("HMAC takes keys of any length");
        Self { secret, sha256 }
    }

    /// HMAC-SHA256 of `message` under this secret.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> [u8; 32] {
        let mut mac = self.sha256.clone();
        mac.update(message);
        mac.finalize().into_bytes().into()
    }

    /// Whether `tag` is the HMAC-SHA256 of `message`, compared in constant time.
    #[must_use]
    pub fn verify(&self, message: &[u8], tag: &[u8]) -> bool {
        let mut mac = self.sha256.clone();
        mac.update(message);
        mac.verify_slice(tag).is_ok()
    }

    /// The secret itself, for what needs another algorithm.
    pub(crate) fn expose(&self) -> &SecretString {
        &self.secret
    }
}

impl From<&str> for AppSecret {
    fn from(secret: &str) -> Self {
        Self::new(SecretString::from(secret))
    }
}

impl fmt::Debug for AppSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AppSecret([REDACTED])")
    }
}
