//! What a page's token and the app's secret put on every request, kept while both stay the same.

use std::sync::{Arc, Mutex, PoisonError};

use reqwest::{Url, header::HeaderValue};
use secrecy::{ExposeSecret as _, SecretString};

use super::pacing::Turns;
use crate::AppSecret;

/// A page: its turns, and what its last request was signed with.
pub(super) struct Page {
    pub(super) id: Arc<str>,
    /// Where messages go; `None` if the id cannot be part of a URL.
    pub(super) messages: Option<Url>,
    pub(super) turns: Turns,
    signed: Mutex<Option<Arc<Signed>>>,
}

impl Page {
    pub(super) fn new(id: Arc<str>, messages: Option<Url>) -> Self {
        Self {
            id,
            messages,
            turns: Turns::default(),
            signed: Mutex::default(),
        }
    }

    /// Signs with the page's own token. Signing takes a tenth of a send, hence the memory.
    pub(super) fn sign(
        &self,
        token: SecretString,
        secret: Option<&AppSecret>,
    ) -> Result<Arc<Signed>, &'static str> {
        let mut last = self.signed.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(signed) = &*last
            && signed.is_of(&token, secret)
        {
            return Ok(Arc::clone(signed));
        }
        let mut signed = Signed::new(token, secret)?;
        signed.messages = self
            .messages
            .as_ref()
            .map(|plain| (plain.clone(), signed.url(plain)));
        let signed = Arc::new(signed);
        *last = Some(Arc::clone(&signed));
        Ok(signed)
    }
}

/// The header and the proof that a token and a secret make.
pub(super) struct Signed {
    token: SecretString,
    secret: Option<AppSecret>,
    bearer: HeaderValue,
    proof: Option<String>,
    /// The page's URL for messages, plain and with the proof.
    messages: Option<(Url, Url)>,
}

impl Signed {
    /// Signs with `token`, and proves with `secret` if there is one.
    ///
    /// Platform: Secure Graph API calls, <https://developers.facebook.com/docs/graph-api/guides/secure-requests>
    pub(super) fn new(token: SecretString, secret: Option<&AppSecret>) -> Result<Self, &'static str> {
        let mut bearer = HeaderValue::try_from(format!("Bearer {}", token.expose_secret()))
            .map_err(|_| "the access token has characters no token has, such as a line break")?;
        bearer.set_sensitive(true);
        let proof = secret.map(|secret| hex::encode(secret.sign(token.expose_secret().as_bytes())));
        Ok(Self {
            token,
            secret: secret.cloned(),
            bearer,
            proof,
            messages: None,
        })
    }

    fn is_of(&self, token: &SecretString, secret: Option<&AppSecret>) -> bool {
        let same_secret = match (&self.secret, secret) {
            (Some(mine), Some(theirs)) => mine.expose().expose_secret() == theirs.expose().expose_secret(),
            (None, None) => true,
            _ => false,
        };
        same_secret && self.token.expose_secret() == token.expose_secret()
    }

    pub(super) fn bearer(&self) -> HeaderValue {
        self.bearer.clone()
    }

    /// `url` with the proof.
    pub(super) fn url(&self, url: &Url) -> Url {
        if let Some((plain, proven)) = &self.messages
            && plain == url
        {
            return proven.clone();
        }
        let mut url = url.clone();
        if let Some(proof) = &self.proof {
            url.query_pairs_mut().append_pair("appsecret_proof", proof);
        }
        url
    }

    pub(super) fn token(&self) -> &str {
        self.token.expose_secret()
    }

    pub(super) fn proof(&self) -> Option<&str> {
        self.proof.as_deref()
    }

    /// What must not be printed.
    pub(super) fn secrets(&self) -> [&str; 2] {
        [
            self.token.expose_secret(),
            self.proof.as_deref().unwrap_or_default(),
        ]
    }
}
