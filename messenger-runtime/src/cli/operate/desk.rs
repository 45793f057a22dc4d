//! Where a command asks: the running bot, or its store.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, StatusCode},
};
use bytes::Bytes;
use reqwest::Method;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;
use tower::ServiceExt as _;

use super::super::{Failure, tell};
use crate::{
    AppSecret, Bot, BotBuilder, Provider, StartError,
    config::Config,
    operator::{self, About, Running, Subject},
    store::{OpenError, Store, StoreLocation},
};

/// How long a running bot may take. Erasing a person rewrites parts of the store's file.
const PATIENCE: Duration = Duration::from_secs(60);

/// Who answers.
pub(super) enum Desk {
    Bot {
        client: reqwest::Client,
        origin: String,
        token: Option<SecretString>,
    },
    Store {
        router: Router,
        store: Arc<dyn Store>,
    },
}

impl Desk {
    /// The running bot, or its store where none runs.
    pub(super) async fn find<B: Bot>(mut builder: BotBuilder<B>, name: &str) -> Result<Self, Failure> {
        let config = match builder.take_config() {
            Some(config) => config,
            // Tokens and secrets are for the platform, which is not asked.
            None => Config::builder()
                .provider(Arc::new(Nobody))
                .env()
                .build()
                .map_err(StartError::from)?,
        };
        let about = builder.about(&config);
        let Some(address) = config.operator.address().map(from_here) else {
            tell("MESSENGER_OPERATOR_ADDR is off, so no running bot is asked");
            return Self::open(builder, &config, about, name).await;
        };
        let client = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(PATIENCE)
            .build()
            .map_err(|error| Failure::Failed(error.to_string()))?;
        // Whatever listens there may be no bot, and is not told the token.
        let alive = match client.get(format!("http://{address}/healthz")).send().await {
            Ok(answer) => answer.bytes().await.unwrap_or_default(),
            Err(_nobody) => Bytes::new(),
        };
        let alive: Value = serde_json::from_slice(&alive).unwrap_or_default();
        let token = config
            .operator_token
            .clone()
            .filter(|_| alive["status"] == "alive");
        let desk = Self::Bot {
            client,
            origin: format!("http://{address}"),
            token,
        };
        match desk.ask(Method::GET, "/").await {
            Ok(document) if about.is(&document) => Ok(desk),
            Ok(document) if document["bot"].is_string() => Err(another(
                address,
                &format!(
                    "it is {} with the store {}, and this one is {about}",
                    document["bot"], document["store"]
                ),
            )),
            Ok(_) => Err(another(address, "it is no bot of this framework")),
            Err(Unanswered::Nobody) => {
                tell(format_args!(
                    "no bot answers its operator on http://{address}, so its store is opened"
                ));
                Self::open(builder, &config, about, name).await
            }
            Err(Unanswered::Refused(StatusCode::UNAUTHORIZED, text)) => Err(Failure::Command(text)),
            Err(error) => Err(another(address, &error.text())),
        }
    }

    async fn open<B: Bot>(
        builder: BotBuilder<B>,
        config: &Config,
        about: About,
        name: &str,
    ) -> Result<Self, Failure> {
        if !builder.has_store() && matches!(config.store, StoreLocation::Memory) {
            return Err(Failure::Failed(format!(
                "what a store in memory kept is gone with its bot; start `{name} serve` first, or set \
                 MESSENGER_STORE and MESSENGER_OPERATOR_ADDR as they are for the bot"
            )));
        }
        let store = match builder.open_store(config).await {
            Err(StartError::Store(error @ OpenError::Locked(_))) => {
                return Err(Failure::Failed(format!(
                    "{error}\nWhere it is a bot that has this file open, set MESSENGER_OPERATOR_ADDR as it is for the bot."
                )));
            }
            opened => opened?,
        };
        let subject = Subject::starting(about);
        subject.runs(Running::of(Arc::clone(&store)));
        Ok(Self::Store {
            router: operator::unguarded(subject),
            store,
        })
    }

    /// What is answered to a request for `path`.
    pub(super) async fn ask(&self, method: Method, path: &str) -> Result<Value, Unanswered> {
        let (status, body) = match self {
            Self::Bot {
                client,
                origin,
                token,
            } => {
                let mut request = client.request(method, format!("{origin}{path}"));
                if let Some(token) = token {
                    request = request.bearer_auth(token.expose_secret());
                }
                let answer = request.send().await.map_err(|error| {
                    if error.is_connect() {
                        Unanswered::Nobody
                    } else {
                        Unanswered::Broken(error.without_url().to_string())
                    }
                })?;
                let status = answer.status();
                let body = answer.bytes().await;
                (
                    status,
                    body.map_err(|error| Unanswered::Broken(error.without_url().to_string()))?,
                )
            }
            Self::Store { router, .. } => {
                let broken = |error: &dyn std::fmt::Display| Unanswered::Broken(error.to_string());
                let request = Request::builder().method(method).uri(path).body(Body::empty());
                let request = request.map_err(|error| broken(&error))?;
                let answer = router
                    .clone()
                    .oneshot(request)
                    .await
                    .unwrap_or_else(|never| match never {});
                let status = answer.status();
                let body = to_bytes(answer.into_body(), usize::MAX).await;
                (status, body.map_err(|error| broken(&error))?)
            }
        };
        let document: Value = serde_json::from_slice(&body).unwrap_or_default();
        if status.is_success() {
            return Ok(document);
        }
        let error = &document["error"];
        let text = match (error["code"].as_str(), error["text"].as_str()) {
            (Some(code), Some(text)) => format!("{code}: {text}"),
            (None, Some(text)) => text.to_owned(),
            _ => format!("the answer is {status}"),
        };
        Err(Unanswered::Refused(status, text))
    }

    /// Gives the store back, where it was opened.
    pub(super) async fn leave(self) -> Result<(), Failure> {
        match self {
            Self::Bot { .. } => Ok(()),
            Self::Store { store, .. } => store
                .close()
                .await
                .map_err(|error| Failure::Failed(error.to_string())),
        }
    }
}

/// Why there is no answer.
#[derive(Debug)]
pub(super) enum Unanswered {
    /// Nobody listens.
    Nobody,
    Broken(String),
    Refused(StatusCode, String),
}

impl Unanswered {
    pub(super) fn text(&self) -> String {
        match self {
            Self::Nobody => "the bot does not answer any more".to_owned(),
            Self::Broken(text) => format!("the bot's answer was cut off: {text}"),
            Self::Refused(_, text) => super::visible(text),
        }
    }
}

impl From<Unanswered> for Failure {
    fn from(error: Unanswered) -> Self {
        Self::Failed(error.text())
    }
}

fn another(address: SocketAddr, what: &str) -> Failure {
    Failure::Failed(format!(
        "MSG648: another program answers on http://{address}: {what}; set MESSENGER_OPERATOR_ADDR and \
         MESSENGER_STORE as they are for the bot"
    ))
}

/// Where what listens on `address` is reached from this machine.
fn from_here(mut address: SocketAddr) -> SocketAddr {
    if address.ip().is_unspecified() {
        address.set_ip(match address.ip() {
            IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
            IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
        });
    }
    address
}

/// The provider of a command that does not talk to the platform.
#[derive(Debug)]
struct Nobody;

impl Provider for Nobody {
    fn app_secrets(&self) -> Arc<[AppSecret]> {
        Arc::default()
    }

    fn verify_token(&self) -> SecretString {
        SecretString::default()
    }

    fn app_id(&self) -> Option<Arc<str>> {
        None
    }

    fn access_token(&self, _page: &str) -> Option<SecretString> {
        None
    }

    fn serves(&self, _page: &str) -> bool {
        false
    }
}
