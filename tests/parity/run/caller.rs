//! Who makes the calls: a client of ours, set up as one of theirs.

use std::{sync::Arc, time::Duration};

use messenger_runtime::{
    AppSecret, BoxFuture, Provider,
    config::Config,
    graph::{App, Batch, Client, Graph, Request, Retry},
};
use secrecy::SecretString;
use serde_json::{Value, json};

use super::{
    Args, Failure, Outcome,
    batch::{self, Item, Key},
    plain, told, unsaid,
};
use crate::{peers, vectors::Vector};

/// A call that is ready: to be made alone, or in a batch.
pub(crate) struct Built {
    pub(crate) send: Box<dyn FnOnce() -> BoxFuture<'static, Outcome> + Send>,
    pub(crate) add: Add,
}

/// Puts a call into a batch.
type Add = Box<dyn FnOnce(&mut Batch, &Item<'_>) -> Box<dyn Key> + Send>;

/// Where the versions of messaging-api-messenger go ways of their own.
#[derive(Clone, Copy, Default)]
pub(crate) struct Peer {
    /// Says that images of generic templates are horizontal where nobody said so.
    pub(crate) sends_horizontal: bool,
    /// Asks for the unreviewed fields of a person where none are named.
    pub(crate) asks_default_fields: bool,
    pub(crate) asks_default_fields_in_batches: bool,
}

/// Who calls, with what.
#[derive(Clone)]
pub(crate) struct Caller {
    pub(crate) client: Client,
    pub(crate) graph: Graph,
    pub(crate) app: App,
    pub(crate) peer: Peer,
    /// The token of this one call, where it has one.
    pub(crate) token: Option<SecretString>,
    /// No answer is scripted: every call succeeds.
    pub(crate) plain_success: bool,
    settings: Settings,
}

/// The app's secret, as each of them calls it.
const SECRET: &[&str] = &["appSecret", "app_secret", "FACEBOOK_APP_SECRET"];

/// What clients are made from.
#[derive(Clone)]
struct Settings {
    config: Value,
    origin: String,
    tries: u32,
    app_id: Option<String>,
}

#[derive(Debug)]
struct Keys {
    token: Option<String>,
    app_id: Option<String>,
    secret: Option<String>,
}

impl Provider for Keys {
    fn app_secrets(&self) -> Arc<[AppSecret]> {
        self.secret
            .iter()
            .map(|secret| AppSecret::from(secret.as_str()))
            .collect()
    }
    fn verify_token(&self) -> SecretString {
        "verify".into()
    }
    fn app_id(&self) -> Option<Arc<str>> {
        self.app_id.as_deref().map(Arc::from)
    }
    fn access_token(&self, _page: &str) -> Option<SecretString> {
        self.token.clone().map(Into::into)
    }
    fn serves(&self, _page: &str) -> bool {
        true
    }
}

impl Settings {
    fn text(&self, names: &[&str]) -> Option<String> {
        names.iter().find_map(|name| plain(&self.config[name]))
    }

    fn token(&self) -> Option<String> {
        self.text(&[
            "accessToken",
            "access_token",
            "page_token",
            "FACEBOOK_PAGE_ACCESS_TOKEN",
        ])
    }

    fn client(&self) -> Result<Client, Failure> {
        let keys = Keys {
            token: self.token(),
            app_id: self
                .app_id
                .clone()
                .or_else(|| self.text(&["appId", "app_id", "FACEBOOK_APP_ID"])),
            secret: self.text(SECRET),
        };
        let client = Client::builder(Arc::new(keys))
            .origin(&self.origin)
            .app_secret_proof(!self.config["skipAppSecretProof"].as_bool().unwrap_or_default())
            .timeout(Duration::from_secs(10))
            .retry(
                Retry::default()
                    .tries(self.tries)
                    .waits(Duration::from_millis(1), Duration::from_millis(2)),
            );
        let client = match self.text(&["version", "graph_version", "graph_api_version"]) {
            Some(version) => client.version(version),
            None => client,
        };
        Ok(client.build()?)
    }

    fn caller(self, peer: Peer) -> Result<Caller, Failure> {
        let client = self.client()?;
        Ok(Caller {
            graph: client.page("42"),
            app: client.app(),
            client,
            peer,
            token: None,
            plain_success: false,
            settings: self,
        })
    }
}

impl Caller {
    /// A client that is set up as the vector's, with so many tries for a request.
    pub(crate) fn new(vector: &Vector, origin: &str, tries: u32) -> Result<Self, Failure> {
        let settings = Settings {
            config: vector.client.clone(),
            origin: origin.to_owned(),
            tries,
            app_id: None,
        };
        let newest = vector.system.starts_with(peers::M1);
        let caller = settings.caller(Peer {
            sends_horizontal: !newest,
            asks_default_fields: true,
            asks_default_fields_in_batches: newest,
        })?;
        Ok(Self {
            plain_success: vector.answers.is_empty(),
            ..caller
        })
    }

    /// Makes a request of it, under the token of this call.
    pub(crate) fn request<T: Send + 'static>(&self, request: Request<T>) -> Result<Built, Failure> {
        let request = match &self.token {
            Some(token) => request.token(token.clone()),
            None => request,
        };
        let alone = request.clone();
        Ok(Built {
            send: Box::new(move || Box::pin(async move { alone.await.map(drop).map_err(Failure::from) })),
            add: Box::new(move |batch, item| batch::add(batch, request, item)),
        })
    }

    /// With this token for its calls.
    pub(crate) fn under(&self, token: Option<SecretString>) -> Self {
        Self {
            token,
            ..self.clone()
        }
    }

    /// With the token of this one call: the options hold it, which stand last.
    pub(crate) fn with_token(&self, args: Args<'_>) -> Self {
        let token = args.0.iter().rev().find_map(|arg| arg["access_token"].as_str());
        self.under(token.map(|token| token.to_owned().into()))
    }

    /// As another app, where one is given.
    pub(crate) fn of_app(&self, id: &Value) -> Result<Self, Failure> {
        let Some(id) = plain(id) else {
            return Ok(self.clone());
        };
        let settings = Settings {
            app_id: Some(id),
            ..self.settings.clone()
        };
        Ok(settings.caller(self.peer)?.under(self.token.clone()))
    }

    /// As an app of this id and secret.
    pub(crate) fn with_secret(&self, id: &Value, secret: &Value) -> Result<Self, Failure> {
        let mut settings = self.settings.clone();
        settings.config["appSecret"] = secret.clone();
        settings.app_id = plain(id);
        settings.caller(self.peer)
    }

    /// With this app secret to prove its calls by, where it has none of its own.
    pub(crate) fn proven_by(&self, secret: &Value) -> Result<Self, Failure> {
        if secret.is_null() || self.settings.text(SECRET).is_some() {
            return Ok(self.clone());
        }
        let mut settings = self.settings.clone();
        settings.config["appSecret"] = secret.clone();
        Ok(settings.caller(self.peer)?.under(self.token.clone()))
    }

    /// With the client's own token where the call has none: some calls that are the app's here are the page's
    /// there.
    pub(crate) fn own_token(&self) -> Self {
        let own = || self.settings.token().map(SecretString::from);
        self.under(self.token.clone().or_else(own))
    }

    /// A setting of theirs.
    pub(crate) fn setting(&self, name: &str) -> Option<String> {
        self.settings.text(&[name])
    }
}

/// The constructors of the others. Here a builder takes texts, so that a number does not compile.
pub(crate) fn construct(vector: &Vector, origin: &str) -> Outcome {
    let given = vector.args.first().unwrap_or(&vector.client);
    // An older one takes a token and a version as well.
    let config = match given {
        Value::String(token) if !vector.system.starts_with(peers::M1) => {
            json!({"accessToken": token, "version": vector.args.get(1).unwrap_or(&json!("4.0"))})
        }
        Value::Object(_) => given.clone(),
        _ => return Err(unsaid("a client is made from an object")),
    };
    if config.get("version").is_some_and(|version| !version.is_string()) {
        return Err(unsaid("a version is a text"));
    }
    let settings = Settings {
        config,
        origin: origin.to_owned(),
        tries: 1,
        app_id: None,
    };
    // To want proofs and have no secret is an error of the configuration.
    if settings.config["skipAppSecretProof"] == false {
        let read = |name: &str| match name {
            "MESSENGER_ACCESS_TOKEN" => settings.token(),
            "MESSENGER_APP_SECRET" => settings.text(&["appSecret"]),
            "MESSENGER_VERIFY_TOKEN" => Some("verify".to_owned()),
            _ => None,
        };
        Config::from_vars(read).map_err(told)?;
    }
    settings.client().map(drop)
}
