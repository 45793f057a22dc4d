//! `chat`: a conversation with the bot in the terminal, without an account.
//!
//! The bot runs as it would in production, on loopback: the same webhook with its signature check, the same
//! delivery, the same Graph client. Only what lies beyond the wire is played.
//!
//! ```text
//!  terminal ◄──► session ──► platform ── signed POST ──► webhook ──► bot
//!                   ▲            ▲                                    │
//!                   └── screen ──┴───────── fake Graph API ◄──────────┘
//! ```
//!
//! * `platform` and `wire` are the platform's side: the Graph API that the bot calls, and the events.
//! * `session` reads a line, has the platform act, and waits until the bot is quiet.
//! * `notes` is what both remember where a store keeps the conversation for the next chat.
//! * `command` says what a line means, `answer` what a message looks like, `screen` shows it.

mod answer;
mod command;
mod log;
mod notes;
mod platform;
mod screen;
mod session;
mod wire;

use std::{
    io::{self, Write},
    sync::Arc,
    time::Duration,
};

use secrecy::ExposeSecret as _;
use tokio::{io::AsyncBufRead, sync::mpsc};

use self::{
    notes::Notes,
    platform::{Arrival, Platform},
    screen::{Look, Screen},
    session::{Session, Setting},
    wire::{APP, PAGE},
};
use super::args;
use crate::{
    Bot, BotBuilder, StartError,
    config::{Config, ConfigError},
    store::StoreLocation,
    webhook::{Limits, Server},
};

/// How much longer than its handlers may take the bot may be busy with a line before the next one is read.
const PATIENCE: Duration = Duration::from_secs(5);

/// Why the chat ended early.
#[derive(Debug, thiserror::Error)]
pub(super) enum ChatError {
    #[error(transparent)]
    Start(#[from] StartError),
    /// `--store` for a bot that has one already.
    #[error("this bot brings a store of its own, which --store cannot replace; leave it out")]
    OwnStore,
    /// The terminal or the pipe.
    #[error("the conversation cannot be read or shown: {0}")]
    Terminal(#[from] io::Error),
}

/// Chats on this terminal or through its pipes.
pub(super) async fn on_this_terminal<B: Bot>(
    builder: BotBuilder<B>,
    name: &str,
    args: args::Chat,
) -> Result<(), ChatError> {
    if args.store.is_some() && builder.has_store() {
        return Err(ChatError::OwnStore);
    }
    let screen = Screen::new(io::stdout(), Look::of_this_terminal(args.plain));
    let input = tokio::io::BufReader::new(tokio::io::stdin());
    let (to_screen, arrivals) = mpsc::unbounded_channel();
    log::show_on(name, to_screen.clone());
    match run(
        builder,
        (args.store, args.locale),
        name,
        screen,
        input,
        (to_screen, arrivals),
    )
    .await
    {
        // Whoever read the conversation has seen enough of it.
        Err(ChatError::Terminal(error)) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        ended => ended,
    }
}

/// Chats until the input ends.
async fn run<B: Bot, W: Write, R: AsyncBufRead + Unpin>(
    mut builder: BotBuilder<B>,
    (store, locale): (Option<StoreLocation>, Option<String>),
    name: &str,
    screen: Screen<W>,
    input: R,
    (to_screen, arrivals): (mpsc::UnboundedSender<Arrival>, mpsc::UnboundedReceiver<Arrival>),
) -> Result<(), ChatError> {
    let graph = Server::bind("127.0.0.1:0").await.map_err(StartError::from)?;
    let origin = format!("http://{}", graph.local_addr());
    let config = config(builder.take_config(), store, &origin).map_err(StartError::from)?;
    let (notes, noted) = match &config.store {
        StoreLocation::Sqlite(file) if !builder.has_store() => Notes::beside(file),
        _ => (Notes::none(), Ok(None)),
    };
    let provider = Arc::clone(&config.provider);
    let token = provider
        .access_token(PAGE)
        .map(|token| token.expose_secret().to_owned())
        .unwrap_or_default();
    let (limits, path) = (config.webhook.limits.clone(), config.webhook_path.clone());
    let patience = config.turn_timeout + PATIENCE;
    let service = builder.config(config).start().await?;
    let webhook = Server::bind("127.0.0.1:0").await.map_err(StartError::from)?;

    let secret = provider
        .app_secrets()
        .first()
        .cloned()
        .unwrap_or_else(|| "".into());
    let (platform, bodies) = Platform::new(token, secret, locale, to_screen);
    let url = format!("http://{}{path}", webhook.local_addr());
    let router = service.router().map_err(StartError::from)?;
    // These end with the runtime, which ends with the chat.
    tokio::spawn(graph.serve(platform.graph(), Limits::default(), std::future::pending()));
    tokio::spawn(webhook.serve(router, limits, std::future::pending()));
    tokio::spawn(Arc::clone(&platform).deliver(url, bodies));

    let get_started = session::get_started::<B>();
    let setting = Setting {
        platform,
        handle: service.handle(),
        arrivals,
        get_started,
        patience,
        notes,
    };
    Ok(Session::new(setting, screen).run(name, noted, input).await?)
}

/// The bot's own configuration, but for what leads to the platform; secrets are made up. Talks leave nothing behind
/// unless `store` or `MESSENGER_STORE` says where.
fn config(
    own: Option<Config>,
    store: Option<StoreLocation>,
    graph_origin: &str,
) -> Result<Config, ConfigError> {
    let word = || {
        std::iter::repeat_with(fastrand::alphanumeric)
            .take(32)
            .collect::<String>()
    };
    let variable = |name: &str| {
        (name == "MESSENGER_STORE" && store.is_none())
            .then(|| std::env::var(name).ok())
            .flatten()
    };
    let mut played = Config::builder()
        .vars(variable)
        .page(PAGE, word())
        .app_secret(word())
        .verify_token(word())
        .app_id(APP)
        .graph_origin(graph_origin)
        .build()?;
    if let Some(store) = store {
        played.store = store;
    }
    Ok(match own {
        None => played,
        Some(own) => Config {
            provider: played.provider,
            graph_origin: played.graph_origin,
            debug: false,
            store: played.store,
            ..own.bounded()
        },
    })
}

#[cfg(test)]
mod tests;
