//! Account linking: tying a person on Messenger to their account at the bot's own site.
//!
//! Platform: Account linking, <https://developers.facebook.com/documentation/business-messaging/messenger-platform/identity/account-linking>

use std::fmt;

use reqwest::{Method, Url};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use url::form_urlencoded;

use super::{
    Graph, Request,
    answer::{self, Answer, maybe_id},
    client::ME,
};
use crate::message::Fields;

/// The request with which Messenger opens the site's login page, from an account link button.
///
/// The login page keeps it while the person logs in, and sends the browser on to [`linked`](Self::linked), or to
/// [`not_linked`](Self::not_linked) where that failed. The bot then gets an `account_linking` event.
///
/// ```
/// # use messenger_runtime::graph::{AccountLinking, AccountLinkingError};
/// # fn example(logged_in: Option<&str>) -> Result<String, AccountLinkingError> {
/// let query = "account_linking_token=ARQ&redirect_uri=\
///     https%3A%2F%2Fwww.messenger.com%2Fmessenger_platform%2Faccount_linking%2F%3Faccount_linking_token%3DARQ";
/// let linking = AccountLinking::from_query(query)?;
/// Ok(match logged_in {
///     Some(code) => linking.linked(code), // ..&authorization_code=..
///     None => linking.not_linked().to_owned(),
/// })
/// # }
/// ```
///
/// **Safety.** Anybody can make such a request. A `redirect_uri` that is not the platform's own page for account
/// linking (`https://www.facebook.com/messenger_platform/account_linking`, also of `messenger.com`) is refused:
/// the site would otherwise lead people, and the code, to wherever a stranger wants. Other pages of Facebook are
/// no better: some send the browser on to any address, and some are made by strangers.
/// The `authorization_code` should be worthless to others: it is seen by the browser.
///
/// Platform: Account linking, <https://developers.facebook.com/documentation/business-messaging/messenger-platform/identity/account-linking>
#[derive(Clone)]
pub struct AccountLinking {
    token: SecretString,
    redirect_uri: String,
}

/// A request to the login page that is not one of Messenger's (MSG519).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("MSG519: the account linking request is refused: {0}; show an error page and redirect nowhere")]
pub struct AccountLinkingError(&'static str);

/// The hosts that `redirect_uri` may lead to. Below others, such as `apps.facebook.com`, stand pages of anybody.
const HOSTS: [&str; 5] = [
    "facebook.com",
    "www.facebook.com",
    "m.facebook.com",
    "messenger.com",
    "www.messenger.com",
];
/// The page that ends the linking; some addresses have a `/` behind it.
const PATH: &str = "/messenger_platform/account_linking";

impl AccountLinking {
    /// Reads the query of the request, as it stands in the URL, without the `?`.
    ///
    /// # Errors
    ///
    /// MSG519 if the token or the `redirect_uri` is missing, empty or there twice, or if the `redirect_uri`
    /// is not the `https` address of the page for account linking at `facebook.com` or `messenger.com`.
    pub fn from_query(query: &str) -> Result<Self, AccountLinkingError> {
        let only = |name: &str, missing, twice| {
            let mut values = form_urlencoded::parse(query.as_bytes()).filter(|(key, _)| key == name);
            let value = values.next().map(|(_, value)| value.into_owned());
            match (value.filter(|value| !value.is_empty()), values.next()) {
                (Some(value), None) => Ok(value),
                (_, Some(_)) => Err(AccountLinkingError(twice)),
                (None, None) => Err(AccountLinkingError(missing)),
            }
        };
        let token = only(
            "account_linking_token",
            "there is no `account_linking_token`",
            "there are two `account_linking_token`",
        )?;
        let redirect_uri = only(
            "redirect_uri",
            "there is no `redirect_uri`",
            "there are two `redirect_uri`",
        )?;
        check_redirect(&redirect_uri)?;
        Ok(Self {
            token: token.into(),
            redirect_uri,
        })
    }

    /// The token of the request, for [`Graph::account_linking_recipient`]; it lives for five minutes.
    #[must_use]
    pub fn token(&self) -> &SecretString {
        &self.token
    }

    /// Where to send the browser once the person is known. The code comes back in the `account_linking` event,
    /// and there names the account to the bot.
    #[must_use]
    pub fn linked(&self, authorization_code: &str) -> String {
        let (address, fragment) = match self.redirect_uri.split_once('#') {
            Some((address, fragment)) => (address, Some(fragment)),
            None => (self.redirect_uri.as_str(), None),
        };
        let joint = match address.split_once('?') {
            None => "?",
            Some((_, query)) if query.is_empty() || query.ends_with('&') => "",
            Some(_) => "&",
        };
        let code: String = form_urlencoded::byte_serialize(authorization_code.as_bytes()).collect();
        let mut all = format!("{address}{joint}authorization_code={code}");
        if let Some(fragment) = fragment {
            all.push('#');
            all.push_str(fragment);
        }
        all
    }

    /// Where to send the browser if the person could not be linked: the `redirect_uri` as it came.
    #[must_use]
    pub fn not_linked(&self) -> &str {
        &self.redirect_uri
    }
}

fn check_redirect(redirect_uri: &str) -> Result<(), AccountLinkingError> {
    // Browsers drop line breaks and take a backslash for a slash; a header must hold neither.
    if !redirect_uri
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && byte != b'\\')
    {
        return Err(AccountLinkingError(
            "the `redirect_uri` has characters no address has",
        ));
    }
    let url =
        Url::parse(redirect_uri).map_err(|_| AccountLinkingError("the `redirect_uri` is not an address"))?;
    if url.scheme() != "https" {
        return Err(AccountLinkingError("the `redirect_uri` is not https"));
    }
    if !url.username().is_empty() || url.password().is_some() || url.port().is_some() {
        return Err(AccountLinkingError(
            "the `redirect_uri` has a user name or a port of its own",
        ));
    }
    let host = url.host_str().unwrap_or_default();
    if !HOSTS.contains(&host) {
        return Err(AccountLinkingError(
            "the `redirect_uri` does not lead to Facebook or Messenger",
        ));
    }
    let below = url.path().strip_prefix(PATH);
    if !below.is_some_and(|below| below.is_empty() || below == "/") {
        return Err(AccountLinkingError(
            "the `redirect_uri` does not lead to `/messenger_platform/account_linking`",
        ));
    }
    Ok(())
}

impl fmt::Debug for AccountLinking {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccountLinking")
    }
}

/// The person who is being linked.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct LinkedAccount {
    /// The page whose conversation it is.
    #[serde(default, rename = "id", deserialize_with = "maybe_id")]
    pub page_id: Option<String>,
    /// The person, by their PSID.
    #[serde(deserialize_with = "answer::id")]
    pub recipient: String,
}

#[derive(Serialize)]
struct Unlink<'a> {
    psid: &'a str,
}

impl Graph {
    /// Who is being linked, by the token of [`AccountLinking`], within five minutes of the request.
    ///
    /// Code 10303 refuses a wrong or old token.
    ///
    /// ```
    /// # use messenger_runtime::graph::{AccountLinking, Graph, GraphError};
    /// # async fn example(graph: Graph, linking: AccountLinking) -> Result<(), GraphError> {
    /// let person = graph.account_linking_recipient(linking.token()).await?;
    /// println!("{} logs in", person.recipient);
    /// # Ok(()) }
    /// ```
    ///
    /// Platform: Account linking, <https://developers.facebook.com/documentation/business-messaging/messenger-platform/identity/account-linking>
    pub fn account_linking_recipient(&self, token: &SecretString) -> Request<LinkedAccount> {
        self.draft(Method::GET, [ME])
            .messenger_only("account linking")
            .query("fields", "recipient")
            .secret_query("account_linking_token", token)
            .reads(Answer::object)
    }

    /// Ends the link of the person `psid`; an `account_linking` event follows.
    ///
    /// # Errors
    ///
    /// MSG517 for an empty id.
    ///
    /// Platform: Account linking, <https://developers.facebook.com/documentation/business-messaging/messenger-platform/identity/account-linking>
    pub fn unlink_account(&self, psid: &str) -> Request<()> {
        self.draft(Method::POST, [ME, "unlink_accounts"])
            .messenger_only("account linking")
            .check(Fields::default().required("psid", psid).finish())
            .json(&Unlink { psid })
            .reads(Answer::done)
    }
}
