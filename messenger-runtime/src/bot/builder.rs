//! From a bot to one that runs.

use std::{fmt, net::SocketAddr, sync::Arc, time::Duration};

use super::{Bot, BotService, Handle, StartError, start::IntoState};
use crate::{
    BoxFuture,
    catalog::{Catalog, Interpreter, IntoCatalog},
    config::Config,
    delivery::GivenUp,
    graph::{Client, GraphError, MessengerProfile, Pacing, PrintHook, ProfileField, RequestHook},
    message::BoxError,
    operator::{About, Listener, Subject},
    routing::{
        Unreadable,
        session::{Sessions, UnreadableHook},
    },
    store::{self, Store},
    webhook::{Server, Signals},
};

/// How long a failed profile look-up is remembered, and how many profiles are kept.
const FAILED_PROFILE_TTL: Duration = Duration::from_secs(60);
const PROFILES: usize = 10_000;

/// A bot with its state, configuration and store, about to be started.
///
/// ```no_run
/// use messenger_runtime::{config::Config, prelude::*, store::MemoryStore};
///
/// # bot! { Echo; echo }
/// # #[fallback]
/// # async fn echo(text: Text) -> String { text.into_string() }
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let service = Echo::stateless()
///     .config(Config::from_env()?)
///     .store(MemoryStore::new().queue_bound(1_000))
///     .start()
///     .await?;
/// let app = axum::Router::<()>::new().nest("/bot", service.router()?);
/// # Ok(()) }
/// ```
pub struct BotBuilder<B: Bot> {
    state: Box<dyn FnOnce() -> BoxFuture<'static, Result<B::State, BoxError>> + Send>,
    config: Option<Config>,
    store: Option<Arc<dyn Store>>,
    hook: Option<Arc<dyn RequestHook>>,
    messenger_profile: Option<MessengerProfile>,
    on_unreadable: Option<UnreadableHook>,
    on_given_up: Option<OnGivenUp>,
    pacing: Pacing,
    on_start: Vec<OnStart>,
    catalog: Option<Result<Box<dyn Catalog>, BoxError>>,
    default_language: Option<String>,
}

/// What is told of messages that were given up.
type OnGivenUp = Box<dyn Fn(&GivenUp, &Handle) + Send + Sync>;

/// What is told that the bot works.
type OnStart = Box<dyn FnOnce(Handle) + Send>;

impl<B: Bot> BotBuilder<B> {
    pub(super) fn new<F, Fut>(state: F) -> Self
    where
        F: FnOnce() -> Fut + Send + 'static,
        Fut: Future<Output: IntoState<B::State>> + Send + 'static,
    {
        Self {
            state: Box::new(|| {
                let state = state();
                Box::pin(async move { state.await.into_state() })
            }),
            config: None,
            store: None,
            hook: None,
            messenger_profile: None,
            on_unreadable: None,
            on_given_up: None,
            pacing: Pacing::default(),
            on_start: Vec::new(),
            catalog: None,
            default_language: None,
        }
    }

    /// The configuration; without it, [`Config::from_env`].
    #[must_use]
    pub fn config(mut self, config: Config) -> Self {
        self.config = Some(config);
        self
    }

    /// The configuration that was set, for a command that changes it.
    #[cfg(feature = "cli")]
    pub(crate) fn take_config(&mut self) -> Option<Config> {
        self.config.take()
    }

    /// Where events and conversations are kept; without it, where [`Config::store`] says.
    #[must_use]
    pub fn store(mut self, store: impl Store) -> Self {
        self.store = Some(Arc::new(store));
        self
    }

    /// Sees every request to the Graph API, its token masked; see [`RequestHook`].
    #[must_use]
    pub fn request_hook(mut self, hook: impl RequestHook) -> Self {
        self.hook = Some(Arc::new(hook));
        self
    }

    /// Is told of stored state that cannot be read: once in each turn that comes upon it, from within the turn, so
    /// it should not take long. What is told is [kept aside and logged](crate::Session#what-cannot-be-read) in
    /// any case; a panic is logged and harms nobody.
    ///
    /// ```no_run
    /// use messenger_runtime::prelude::*;
    ///
    /// # bot! { Shop; hello }
    /// # #[fallback]
    /// # async fn hello() {}
    /// fn main() -> std::process::ExitCode {
    ///     Shop::stateless()
    ///         .on_unreadable(|unreadable| eprintln!("{}", unreadable.cause()))
    ///         .cli()
    /// }
    /// ```
    #[must_use]
    pub fn on_unreadable(mut self, hook: impl Fn(&Unreadable) + Send + Sync + 'static) -> Self {
        self.on_unreadable = Some(Arc::new(hook));
        self
    }

    /// Is told of each message that will not be sent any more, once it is kept as a dead letter: to say something
    /// else instead, like a utility message where the person's 24 hours were over.
    ///
    /// It is called while the messages of other conversations go on, and those behind this one wait for it, so it
    /// should not take long; what is sent from it leaves behind those. A panic is logged and harms nobody. A process
    /// that ends in that moment tells nobody, so what has to happen in any case is found among the
    /// [dead letters](Handle::dead_letters), as is what another version of the program kept and this one cannot read
    /// (MSG608). What is sent instead may be given up as well, and is told then: have a
    /// key of its own for what is sent once.
    ///
    /// ```no_run
    /// use messenger_runtime::{GivenUp, Handle, message::{Reply, UtilityTemplate}, prelude::*};
    ///
    /// # bot! { Shop; hello }
    /// # #[fallback]
    /// # async fn hello() {}
    /// fn too_late(given_up: &GivenUp, bot: &Handle) {
    ///     let conversation = given_up.conversation();
    ///     if let (true, Some(person)) = (given_up.is_too_late(), &conversation.person) {
    ///         let (person, key) = (bot.to(&conversation.page, person), given_up.key().to_owned());
    ///         tokio::spawn(async move {
    ///             let news = Reply::utility(UtilityTemplate::new("news_of_your_order", "en"));
    ///             if let Err(error) = person.send_once(&format!("late {key}"), news).await {
    ///                 eprintln!("{error}");
    ///             }
    ///         });
    ///     }
    /// }
    ///
    /// fn main() -> std::process::ExitCode {
    ///     Shop::stateless().on_given_up(too_late).cli()
    /// }
    /// ```
    #[must_use]
    pub fn on_given_up(mut self, hook: impl Fn(&GivenUp, &Handle) + Send + Sync + 'static) -> Self {
        self.on_given_up = Some(Box::new(hook));
        self
    }

    /// Declares what the page shows before anybody has written: the get-started button, the greeting, the
    /// menu, ice breakers, commands.
    ///
    /// Nothing is sent to the platform when the bot starts. `profile diff` of the bot's command line
    /// compares the declaration with the page, `profile push` writes it there. Without the command line,
    /// [`Graph::set_messenger_profile`](crate::graph::Graph::set_messenger_profile) does.
    ///
    /// ```no_run
    /// use messenger_runtime::{
    ///     graph::{IceBreaker, MenuItem, MessengerProfile},
    ///     prelude::*,
    /// };
    ///
    /// # bot! { Shop; welcome, coffee }
    /// #[on_get_started]
    /// async fn welcome() -> &'static str {
    ///     "Hi!"
    /// }
    ///
    /// #[on_postback("COFFEE")]
    /// async fn coffee() -> &'static str {
    ///     "Moka, espresso, filter."
    /// }
    ///
    /// fn profile() -> MessengerProfile {
    ///     MessengerProfile::new()
    ///         .get_started(welcome {})
    ///         .greeting("Hi {{user_first_name}}!")
    ///         .menu([MenuItem::postback("Coffee", coffee {})])
    ///         .ice_breakers([IceBreaker::new("What do you sell?", coffee {})])
    /// }
    ///
    /// fn main() -> std::process::ExitCode {
    ///     Shop::stateless().messenger_profile(profile()).cli()
    /// }
    /// ```
    #[must_use]
    pub fn messenger_profile(mut self, profile: MessengerProfile) -> Self {
        self.messenger_profile = Some(profile);
        self
    }

    /// The profile that was declared, for the commands that compare and write it.
    #[cfg(feature = "cli")]
    pub(crate) fn take_messenger_profile(&mut self) -> Option<MessengerProfile> {
        self.messenger_profile.take()
    }

    /// The configuration and the Graph client, for commands that need nothing else of the bot.
    ///
    /// # Errors
    ///
    /// Settings are missing or malformed.
    #[cfg(feature = "cli")]
    pub(crate) fn into_client(self) -> Result<(Config, Client), StartError> {
        let config = match self.config {
            Some(config) => config,
            None => Config::from_env()?,
        };
        let client = client(&config, hook(&config, self.hook), self.pacing, false)?;
        Ok((config, client))
    }

    /// How fast calls to the Graph API leave; the platform's rates unless set.
    #[must_use]
    pub fn pacing(mut self, pacing: Pacing) -> Self {
        self.pacing = pacing;
        self
    }

    /// Runs `tell` with the bot's handle before the first event is handled, on the runtime that the bot works on:
    /// for what sends without having been asked, such as a timetable. Called several times, each is run, in order.
    ///
    /// ```no_run
    /// use std::time::Duration;
    /// use messenger_runtime::{Handle, SendError, prelude::*};
    ///
    /// # bot! { Shop; hello }
    /// # #[fallback]
    /// # async fn hello() {}
    /// async fn remind(bot: Handle) -> Result<(), SendError> {
    ///     loop {
    ///         tokio::time::sleep(Duration::from_secs(3600)).await;
    ///         bot.to("20001", "1254459154682919").send("Your coffee is getting cold.").await?;
    ///     }
    /// }
    ///
    /// fn main() -> std::process::ExitCode {
    ///     Shop::stateless()
    ///         .on_start(|bot| {
    ///             tokio::spawn(remind(bot));
    ///         })
    ///         .cli()
    /// }
    /// ```
    ///
    /// Handlers that start something of their own get the handle through the state:
    ///
    /// ```no_run
    /// use std::sync::{Arc, OnceLock};
    ///
    /// use messenger_runtime::{Handle, prelude::*};
    ///
    /// #[derive(Clone, Default)]
    /// struct Till {
    ///     bot: Arc<OnceLock<Handle>>,
    /// }
    ///
    /// # bot! { Shop(Till); pay }
    /// # async fn paid() {}
    /// #[on_postback("PAY")]
    /// async fn pay(user: User, State(till): State<Till>) -> &'static str {
    ///     let bot = till.bot.get().expect("it was set before the first event").clone();
    ///     let person = bot.to(user.page(), user.id());
    ///     tokio::spawn(async move {
    ///         paid().await;
    ///         if let Err(error) = person.send("Your payment has arrived.").await {
    ///             eprintln!("{error}");
    ///         }
    ///     });
    ///     "We are waiting for your payment."
    /// }
    ///
    /// fn main() -> std::process::ExitCode {
    ///     let till = Till::default();
    ///     let bot = Arc::clone(&till.bot);
    ///     Shop::with(async move || till)
    ///         .on_start(move |handle| bot.set(handle).expect("it is told once"))
    ///         .cli()
    /// }
    /// ```
    ///
    /// Such a task is gone when the process ends. What has to happen in any case belongs to a [timer](crate::Timers),
    /// or to a place that calls again.
    #[must_use]
    pub fn on_start(mut self, tell: impl FnOnce(Handle) + Send + 'static) -> Self {
        self.on_start.push(Box::new(tell));
        self
    }

    /// Has the bot speak the language of each person: the texts of its flows and of [`Texts`](crate::Texts) come from
    /// this catalogue, and those in the code stand where it has none. See [`catalog`](crate::catalog).
    ///
    /// A `Result` with a catalogue will do; its error is told when the bot starts (MSG024). Profiles are looked up with
    /// the locale then, by bots that have a catalogue alone.
    ///
    /// ```no_run
    /// use messenger_runtime::{
    ///     catalog::{Arguments, Catalog},
    ///     prelude::*,
    /// };
    ///
    /// # bot! { Shop; hello }
    /// #[fallback]
    /// async fn hello(texts: Texts) -> String {
    ///     texts.get("hello").or("Hello!")
    /// }
    ///
    /// struct French;
    ///
    /// impl Catalog for French {
    ///     fn locales(&self) -> Vec<String> {
    ///         vec!["fr".to_owned()]
    ///     }
    ///
    ///     fn text(&self, _locale: &str, key: &str, _: &Arguments<'_>) -> Option<String> {
    ///         (key == "hello").then(|| "Bonjour !".to_owned())
    ///     }
    /// }
    ///
    /// fn main() -> std::process::ExitCode {
    ///     Shop::stateless().catalog(French).cli()
    /// }
    /// ```
    #[must_use]
    pub fn catalog(mut self, catalog: impl IntoCatalog) -> Self {
        self.catalog = Some(catalog.into_catalog());
        self
    }

    /// The language of people whose own the catalogue does not have, or that is not known: one of the catalogue's, such
    /// as `fr`. Unless set, they get the texts in the code.
    ///
    /// Have the language of the code in the catalogue as well then, or those who speak it get this one. One that the
    /// catalogue does not have keeps the bot from starting (MSG024).
    #[must_use]
    pub fn default_language(mut self, language: impl Into<String>) -> Self {
        self.default_language = Some(language.into());
        self
    }

    /// Starts the bot on the current runtime, without a server of its own.
    ///
    /// # Errors
    ///
    /// Settings are missing or malformed, the state could not be made, or there is no app secret.
    pub async fn start(mut self) -> Result<BotService<B>, StartError> {
        let config = match self.config.take() {
            Some(config) => config,
            None => Config::from_env()?,
        };
        let subject = Subject::starting(self.about(&config));
        self.start_as(config, subject, false).await
    }

    /// Which bot this is, to its operator.
    pub(crate) fn about(&self, config: &Config) -> About {
        About::of::<B>(self.store.is_none().then_some(&config.store))
    }

    /// Whether the program brings its own store.
    #[cfg(feature = "cli")]
    pub(crate) fn has_store(&self) -> bool {
        self.store.is_some()
    }

    /// The store, for a command that needs nothing else of the bot.
    #[cfg(feature = "cli")]
    pub(crate) async fn open_store(self, config: &Config) -> Result<Arc<dyn Store>, StartError> {
        match self.store {
            Some(store) => Ok(store),
            None => Ok(store::open(&config.store, config.queue_limit).await?),
        }
    }

    async fn start_as(
        self,
        config: Config,
        subject: Arc<Subject>,
        is_own_program: bool,
    ) -> Result<BotService<B>, StartError> {
        let config = config.bounded();
        for warning in &config.warnings {
            tracing::warn!("{warning}");
        }
        let catalog = self.catalog.transpose().map_err(StartError::Catalog)?;
        let interpreter = catalog
            .map(|catalog| Interpreter::new(catalog, self.default_language.as_deref()))
            .transpose()
            .map_err(|error| StartError::Catalog(error.into()))?;
        let client = client(
            &config,
            hook(&config, self.hook),
            self.pacing,
            interpreter.is_some(),
        )?;
        let state = (self.state)().await.map_err(StartError::State)?;
        let store = match self.store {
            Some(store) => store,
            None => store::open(&config.store, config.queue_limit).await?,
        };
        let sessions = Sessions::new(Arc::clone(&config.clock), self.on_unreadable, interpreter);
        let service = BotService::new(state, store, client, config, subject, sessions, is_own_program);
        if let Some(hook) = self.on_given_up {
            service.tell_given_up(hook);
        }
        for tell in self.on_start {
            tell(service.handle());
        }
        service.begin().await;
        Ok(service)
    }

    /// Serves the webhook on the configured address until SIGTERM or SIGINT, then drains and returns. A
    /// second signal cuts the draining short. All the time the [operator listener](crate::operator) answers.
    ///
    /// The address is bound before the state is made, so nothing is opened where another program has it.
    ///
    /// # Errors
    ///
    /// As [`start`](Self::start), where the address cannot be bound, [`StartError::Cut`] and
    /// [`StartError::Broken`].
    pub async fn run(self) -> Result<(), StartError> {
        self.run_telling(|server, path, operator| {
            tracing::info!(address = %server.local_addr(), path, ?operator, "listening");
        })
        .await
    }

    /// As [`run`](Self::run); says through `tell` where it listens, once it is ready: for the platform, on which
    /// path, and for the operator.
    pub(crate) async fn run_telling(
        mut self,
        tell: impl FnOnce(&Server, &str, Option<SocketAddr>),
    ) -> Result<(), StartError> {
        let config = match self.config.take() {
            Some(config) => config,
            None => Config::from_env()?,
        };
        let path = config.webhook_path.clone();
        let mut signals = Signals::listen().map_err(StartError::Signals)?;
        let server = Server::bind(config.address).await?;
        let subject = Subject::starting(self.about(&config));
        let token = config.operator_token.clone();
        let operator = Listener::start(config.operator, token, Arc::clone(&subject)).await?;
        let service = tokio::select! {
            service = self.start_as(config, subject, true) => service?,
            // There is nothing yet to drain.
            () = signals.next() => return Ok(()),
        };
        tell(&server, &path, operator.as_ref().map(Listener::address));
        let served = service.serve_until_told(server, signals).await;
        if let Some(operator) = operator {
            operator.end().await;
        }
        served
    }
}

/// What sees every request: the hook that was set, or the printer where debugging is on.
fn hook(config: &Config, hook: Option<Arc<dyn RequestHook>>) -> Option<Arc<dyn RequestHook>> {
    hook.or_else(|| {
        config
            .debug
            .then(|| Arc::new(PrintHook::stderr()) as Arc<dyn RequestHook>)
    })
}

fn client(
    config: &Config,
    hook: Option<Arc<dyn RequestHook>>,
    pacing: Pacing,
    with_locales: bool,
) -> Result<Client, GraphError> {
    let mut builder = Client::builder(Arc::clone(&config.provider))
        .origin(&config.graph_origin)
        .version(&config.graph_version)
        .app_secret_proof(config.app_secret_proof)
        .clock(Arc::clone(&config.clock))
        .pacing(pacing);
    builder = builder.profile_cache(
        config.profile_ttl,
        FAILED_PROFILE_TTL.min(config.profile_ttl),
        PROFILES,
    );
    if with_locales {
        builder = builder.profile_fields(
            ProfileField::UNREVIEWED
                .iter()
                .copied()
                .chain([ProfileField::Locale]),
        );
    }
    if let Some(hook) = hook {
        builder = builder.hook(hook);
    }
    builder.build()
}

impl<B: Bot> fmt::Debug for BotBuilder<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BotBuilder")
            .field("config", &self.config)
            .field("store", &self.store)
            .finish_non_exhaustive()
    }
}
