//! Access tokens: what one is good for, a longer life for it, and the pages it opens.
//!
//! Platform: Access tokens, <https://developers.facebook.com/docs/facebook-login/guides/access-tokens>

use std::{
    fmt,
    time::{Duration, SystemTime},
};

use reqwest::Method;
use secrecy::SecretString;
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use super::{
    App, Graph, GraphError, List, Request,
    answer::{self, Answer, Id, lenient, maybe_id},
    call::Token,
    client::ME,
    fault::parse_cause,
    request::Draft,
};

/// What the platform knows of an access token.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct TokenInfo {
    /// Whether calls can be made with it now.
    #[serde(default)]
    pub is_valid: bool,
    /// The app it was made for.
    #[serde(default, deserialize_with = "maybe_id")]
    pub app_id: Option<String>,
    /// The name of that app.
    #[serde(default, deserialize_with = "lenient")]
    pub application: Option<String>,
    /// What it is a token of: `PAGE`, `USER`, `APP`, ...
    #[serde(default, rename = "type", deserialize_with = "lenient")]
    pub token_type: Option<String>,
    /// The page it is a token of.
    #[serde(default, deserialize_with = "maybe_id")]
    pub profile_id: Option<String>,
    /// The person it was made by.
    #[serde(default, deserialize_with = "maybe_id")]
    pub user_id: Option<String>,
    /// The permissions it has, such as `pages_messaging`.
    #[serde(default, deserialize_with = "names")]
    pub scopes: Vec<String>,
    /// When it was made.
    #[serde(default, deserialize_with = "time")]
    pub issued_at: Option<SystemTime>,
    /// When it dies; `None` if it does not by itself.
    #[serde(default, deserialize_with = "time")]
    pub expires_at: Option<SystemTime>,
    /// When the app may no longer read what the person granted; `None` if that does not end.
    #[serde(default, deserialize_with = "time")]
    pub data_access_expires_at: Option<SystemTime>,
    /// Why it is not valid, as the code and subcode that a call with it would be refused with.
    #[serde(default, rename = "error", deserialize_with = "cause")]
    pub invalid_because: Option<(i64, Option<i64>)>,
}

/// A token that lives for about 60 days.
#[derive(Clone)]
#[non_exhaustive]
pub struct LongLivedToken {
    /// The token.
    pub access_token: SecretString,
    /// How it is presented: `bearer`.
    pub token_type: String,
    /// How long it lives, from now; `None` where the platform does not say.
    pub expires_in: Option<Duration>,
}

/// A page that a person manages, with the token to act for it.
#[derive(Clone, Deserialize)]
#[non_exhaustive]
pub struct PageAccount {
    /// The page's id.
    #[serde(deserialize_with = "answer::id")]
    pub id: String,
    /// The page's name.
    #[serde(default, deserialize_with = "lenient")]
    pub name: Option<String>,
    /// The page's access token. One hour if the user's token is short-lived, without an end if it is
    /// long-lived; missing where the person may not act for the page.
    #[serde(default, deserialize_with = "secret")]
    pub access_token: Option<SecretString>,
    /// What the person may do: `MESSAGING`, `MODERATE`, ...
    #[serde(default, deserialize_with = "names")]
    pub tasks: Vec<String>,
    /// What kind of page it is.
    #[serde(default, deserialize_with = "lenient")]
    pub category: Option<String>,
}

impl App {
    /// What the platform knows of `token`, asked with the app's own token.
    ///
    /// A token that is dead is an answer too, with [`TokenInfo::is_valid`] false.
    ///
    /// ```
    /// # use messenger_runtime::graph::{App, GraphError};
    /// # use secrecy::SecretString;
    /// # async fn example(app: App, token: SecretString) -> Result<(), GraphError> {
    /// let info = app.debug_token(&token).await?;
    /// assert!(info.is_valid && info.scopes.iter().any(|scope| scope == "pages_messaging"));
    /// # Ok(()) }
    /// ```
    ///
    /// Platform: Debug token, <https://developers.facebook.com/docs/graph-api/reference/debug_token>
    pub fn debug_token(&self, token: &SecretString) -> Request<TokenInfo> {
        debug(self.draft(Method::GET, ["debug_token"]), token)
    }

    /// Exchanges a user's short-lived token for one of about 60 days. The page tokens made from that one
    /// have no end of their own, see [`accounts`](Self::accounts).
    ///
    /// The app's id and secret come from the [`Provider`](crate::Provider); without them it is MSG502. They and
    /// the token stand in the query, where the platform wants them; hooks and errors do not show them. An
    /// answer without a token is MSG508.
    ///
    /// ```
    /// # use messenger_runtime::graph::{App, GraphError};
    /// # use secrecy::SecretString;
    /// # async fn example(app: App, short_lived: SecretString) -> Result<(), GraphError> {
    /// let user = app.exchange_token(&short_lived).await?;
    /// for page in app.accounts(&user.access_token).all().await? {
    ///     println!("{}: {:?}", page.id, page.tasks);
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// Platform: Long-lived access tokens, <https://developers.facebook.com/docs/facebook-login/guides/access-tokens/get-long-lived>
    pub fn exchange_token(&self, short_lived: &SecretString) -> Request<LongLivedToken> {
        let secrets = self.graph().inner().provider.app_secrets();
        let draft = self
            .graph()
            .draft(Method::GET, ["oauth", "access_token"])
            .token(Token::None)
            .query("grant_type", "fb_exchange_token");
        let draft = match (self.id(), secrets.first()) {
            (Err(error), _) => draft.refuse(error),
            (_, None) => draft.refuse(GraphError::token("there is no app secret")),
            (Ok(id), Some(secret)) => draft
                .query("client_id", id)
                .secret_query("client_secret", secret.expose()),
        };
        draft
            .secret_query("fb_exchange_token", short_lived)
            .reads(long_lived)
    }

    /// The pages that the owner of `user_token` manages, with their tokens.
    ///
    /// Platform: Accounts of a user, <https://developers.facebook.com/docs/graph-api/reference/user/accounts>
    pub fn accounts(&self, user_token: &SecretString) -> List<PageAccount> {
        let draft = self
            .draft(Method::GET, [ME, "accounts"])
            .token(Token::Given(user_token.clone()));
        List::new(draft.query("fields", "id,name,access_token,tasks,category"))
    }
}

impl Graph {
    /// What the platform knows of the page's own token, asked with the app's.
    ///
    /// Platform: Debug token, <https://developers.facebook.com/docs/graph-api/reference/debug_token>
    pub fn debug_token(&self) -> Request<TokenInfo> {
        let draft = self.draft(Method::GET, ["debug_token"]).token(Token::App);
        match self.inner().provider.access_token(self.page_id()) {
            Some(token) => debug(draft, &token),
            None => draft
                .refuse(GraphError::token("there is no access token for the page"))
                .reads(token_info),
        }
    }
}

fn debug(draft: Draft, token: &SecretString) -> Request<TokenInfo> {
    draft.secret_query("input_token", token).reads(token_info)
}

fn token_info(answer: &Answer) -> Result<TokenInfo, GraphError> {
    #[derive(Deserialize)]
    struct Wire {
        // A struct would be read from a list too.
        data: Map<String, Value>,
    }
    let data = answer.object::<Wire>()?.data;
    TokenInfo::deserialize(Value::Object(data)).map_err(|error| answer.unexpected(parse_cause(&error)))
}

fn long_lived(answer: &Answer) -> Result<LongLivedToken, GraphError> {
    #[derive(Deserialize)]
    struct Wire {
        #[serde(default, deserialize_with = "secret")]
        access_token: Option<SecretString>,
        #[serde(default, deserialize_with = "lenient")]
        token_type: Option<String>,
        #[serde(default, deserialize_with = "seconds")]
        expires_in: Option<u64>,
    }
    let Wire {
        access_token,
        token_type,
        expires_in,
    } = answer.object()?;
    Ok(LongLivedToken {
        access_token: access_token.ok_or_else(|| answer.unexpected("the answer has no access token"))?,
        token_type: token_type.unwrap_or_else(|| "bearer".to_owned()),
        expires_in: expires_in.map(Duration::from_secs),
    })
}

/// A token; an empty one counts as missing.
fn secret<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<SecretString>, D::Error> {
    let token: Option<String> = lenient(deserializer)?;
    Ok(token.filter(|token| !token.is_empty()).map(SecretString::from))
}

fn names<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    lenient(deserializer).map(Option::unwrap_or_default)
}

/// A number of seconds, as a number or a string.
fn seconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    let number: Option<Id> = lenient(deserializer)?;
    Ok(number.and_then(|number| number.0?.parse().ok()))
}

/// Seconds since 1970; zero stands for never.
fn time<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<SystemTime>, D::Error> {
    let seconds = seconds(deserializer)?.filter(|seconds| *seconds > 0);
    Ok(seconds.and_then(|seconds| SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds))))
}

fn cause<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<(i64, Option<i64>)>, D::Error> {
    #[derive(Deserialize)]
    struct Cause {
        code: i64,
        #[serde(default, deserialize_with = "lenient")]
        subcode: Option<i64>,
    }
    let cause: Option<Cause> = lenient(deserializer)?;
    Ok(cause.map(|cause| (cause.code, cause.subcode)))
}

impl fmt::Debug for LongLivedToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LongLivedToken")
            .field("token_type", &self.token_type)
            .field("expires_in", &self.expires_in)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for PageAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PageAccount")
            .field("id", &self.id)
            .field("tasks", &self.tasks)
            .finish_non_exhaustive()
    }
}
