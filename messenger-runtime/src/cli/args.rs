//! What can be written behind the program's name.

use std::net::SocketAddr;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::{
    catalog::locale,
    config::read,
    store::{DeadKind, StoreLocation},
};

/// A Messenger bot. Without a command it serves.
#[derive(Debug, Parser)]
#[command(
    disable_help_subcommand = true,
    after_help = "Examples:
  {bin} chat                        talk to the bot here, without an account
  printf 'menu\\n1\\n' | {bin} chat   the same through a pipe
  {bin} serve                       serve the platform
  {bin} routes                      list what the bot answers
  {bin} graph                       draw it, for a README or a page
  {bin} profile push                give the page its menu and greeting
  {bin} subscribe                   have its events sent here
  {bin} dead-letters list           list what could not be handled or sent

Exit codes: 0 done, 1 failed, 2 a mistake in the command or the settings."
)]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) command: Option<Command>,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Serve the platform's webhook until SIGTERM or Ctrl-C
    #[command(after_help = "Examples:
  {bin} serve
  {bin} serve --addr 0.0.0.0:8080   reachable from other machines
  {bin} serve --addr localhost:0    on any free port
  RUST_LOG=debug {bin} serve

The settings come from the environment. Required:
  MESSENGER_ACCESS_TOKEN   the page's access token
  MESSENGER_APP_SECRET     the app secret
  MESSENGER_VERIFY_TOKEN   the word that you enter in the App Dashboard too
Optional:
  MESSENGER_APP_ID         tells the bot's own messages from those of people
  MESSENGER_PAGE_ID        the pages to serve; all unless set
  MESSENGER_ADDR, PORT     where to listen; 127.0.0.1:3000 unless set
  MESSENGER_WEBHOOK_PATH   /webhook unless set
  MESSENGER_CALLBACK_URL   the webhook's public address, for `subscribe`
  MESSENGER_GRAPH_VERSION  v25.0 unless set
  MESSENGER_GRAPH_ORIGIN   https://graph.facebook.com unless set
  MESSENGER_OPERATOR_ADDR  where health, metrics and dead letters are answered;
                           127.0.0.1:3001 unless set, `off` for nowhere
  MESSENGER_OPERATOR_TOKEN what who asks there has to send; needed where others
                           than this machine reach it
  MESSENGER_STORE          sqlite:PATH, postgres://.. or memory; a file in the
                           data directory (~/.local/share) unless set
  MESSENGER_DEBUG          1 prints every call to the Graph API, texts included

SIGTERM or Ctrl-C lets running handlers finish and their messages go out; a
second one stops at once, with exit code 1. NO_COLOR is heeded.")]
    Serve(Serve),
    /// Talk to the bot in this terminal; it needs no account
    #[command(after_help = "Examples:
  {bin} chat
  {bin} chat --store talk.db          go on where the last one ended
  {bin} chat --locale de_DE           as somebody who speaks German
  printf 'menu\\n1\\n' | {bin} chat --plain

The bot runs as it is, against a platform played on this machine.
A number taps the button or quick reply that bears it, =2 writes the text 2,
and /help shows what else there is. Warnings and errors of the bot are shown;
RUST_LOG=debug shows more. In a pipe, and with NO_COLOR, there are no colours.

What was said is gone with the program, unless --store (or MESSENGER_STORE)
keeps it. Then the next chat goes on there, also when this one was killed, and
numbers still tap what was shown last: FILE.chat remembers that.")]
    Chat(Chat),
    /// List what the bot answers, with file and line
    #[command(after_help = "Examples:
  {bin} routes
  {bin} routes --json

The pattern * takes everything of its kind; {name} is a part that the handler
gets as a parameter.")]
    Routes(Routes),
    /// Draw the bot: its flows, and which handlers begin them
    #[command(after_help = "Examples:
  {bin} graph                            Mermaid, for a Markdown file on GitHub
  {bin} graph --format svg > bot.svg     a picture, light or dark as one reads
  {bin} graph --format dot | dot -Tpng > bot.png
  {bin} graph --flow Checkout            one flow alone

The picture comes from the compiled bot. Handlers that begin no flow stand in
a list. Which flows a handler begins is read from its code: `.begin(..)` with a
value whose type shows. Where it does not, the attribute says it:
`#[on_text(.., begins = Checkout)]`.")]
    Graph(Graph),
    /// Say which handler takes a text, and why the others do not
    #[command(after_help = "Examples:
  {bin} match menu
  {bin} match 'order 2 moka'

The handler with + takes the text; those with - were asked before it. No +:
nobody takes it.")]
    Match(Match),
    /// Compare the page's profile with the code's, and write or read it
    #[command(
        subcommand,
        after_help = "Examples:
  {bin} profile diff
  {bin} profile push
  {bin} profile pull

The profile is what a page shows before anybody has written: the get-started
button, the greeting, the menu, ice breakers, commands. The code declares it
with `.messenger_profile(..)` beside `.cli()`."
    )]
    Profile(Profile),
    /// Have the platform send the page's events to this bot
    #[command(after_help = "Examples:
  {bin} subscribe --callback-url https://shop.example/webhook --dry-run
  {bin} subscribe --callback-url https://shop.example/webhook
  {bin} subscribe --instagram --yes

The fields follow from the bot's routes. The app's subscription says where
events go and which; the page's says that its events go to the app. Both are
shown, then asked about, then written where they differ. The platform calls the
bot at once, so it must be serving at the address.

Needs the settings of `serve`, and MESSENGER_APP_ID. MESSENGER_CALLBACK_URL
stands for --callback-url. Exit codes: 0 done, 1 not wanted, 2 it failed.")]
    Subscribe(Subscribe),
    /// List, show, replay or discard what failed
    #[command(
        subcommand,
        after_help = "Examples:
  {bin} dead-letters list --kind event
  {bin} dead-letters show 7
  {bin} dead-letters replay 7 8

Asks the running bot over its operator listener (MESSENGER_OPERATOR_ADDR and
MESSENGER_OPERATOR_TOKEN, as for `serve`). Where no bot runs, the store is opened
itself (MESSENGER_STORE); no handler runs."
    )]
    DeadLetters(DeadLetters),
    /// Show or delete what is kept about a person
    #[command(
        subcommand,
        after_help = "Examples:
  {bin} person export 1906385232743451 24036871
  {bin} person erase 1906385232743451 24036871

Asks the running bot, or opens its store, as `dead-letters` does. What the bot's
own code keeps elsewhere is not known here."
    )]
    Person(Person),
}

#[derive(Debug, Subcommand)]
pub(super) enum DeadLetters {
    /// List them, oldest first, without what people wrote
    #[command(after_help = "Examples:
  {bin} dead-letters list
  {bin} dead-letters list --kind message --after 7
  {bin} dead-letters list --json")]
    List(ListLetters),
    /// Show one, with what it was: the event or message itself
    #[command(after_help = "Examples:
  {bin} dead-letters show 7")]
    Show(OneLetter),
    /// Have events handled, or messages sent, again
    #[command(after_help = "Examples:
  {bin} dead-letters replay 7
  {bin} dead-letters replay 7 8 9

Exit codes: 0 all are queued, 1 some are not, 2 a mistake in the command or the
settings.")]
    Replay(Letters),
    /// Delete them for good
    #[command(after_help = "Examples:
  {bin} dead-letters discard 7

Exit codes: 0 all are gone, 1 some were not there, 2 a mistake in the command or
the settings.")]
    Discard(Letters),
}

#[derive(Debug, Args)]
pub(super) struct Graph {
    /// What to write
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Mermaid)]
    pub(super) format: Format,
    /// Only this flow
    #[arg(long, value_name = "NAME")]
    pub(super) flow: Option<String>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum Format {
    /// A picture, which needs nothing beside it
    Svg,
    /// A diagram that GitHub shows in Markdown
    Mermaid,
    /// For Graphviz
    Dot,
    /// For programs
    Json,
}

#[derive(Debug, Args)]
pub(super) struct ListLetters {
    #[arg(long, value_name = "KIND", value_parser = dead_kind, help = "Only of this kind: event, message or state")]
    pub(super) kind: Option<DeadKind>,
    /// Only those with a higher id
    #[arg(long, value_name = "ID", default_value_t = 0, hide_default_value = true, value_parser = letter)]
    pub(super) after: u64,
    /// So many at most, up to 1000
    #[arg(long, value_name = "COUNT", default_value_t = 100, value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub(super) limit: u16,
    /// Print them as JSON
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Args)]
pub(super) struct OneLetter {
    /// Its number in the list
    #[arg(value_name = "ID", value_parser = letter)]
    pub(super) id: u64,
}

#[derive(Debug, Args)]
pub(super) struct Letters {
    /// Their numbers in the list
    #[arg(value_name = "ID", required = true, value_parser = letter)]
    pub(super) ids: Vec<u64>,
}

#[derive(Debug, Subcommand)]
pub(super) enum Person {
    /// Print it all as one JSON document
    #[command(after_help = "Examples:
  {bin} person export 1906385232743451 24036871 > person.json
  {bin} person export --instagram 17841405822304914 24036871

Exit codes: 0 printed, 1 nothing is kept or it failed, 2 a mistake in the command
or the settings.")]
    Export(Whom),
    /// Delete it all for good, after asking
    #[command(after_help = "Examples:
  {bin} person erase 1906385232743451 24036871
  {bin} person erase 1906385232743451 24036871 --yes   do not ask

Exit codes: 0 deleted, 1 not wanted, nothing is kept, or it failed, 2 a mistake in
the command or the settings.")]
    Erase(Erase),
}

#[derive(Debug, Args)]
pub(super) struct Whom {
    /// The id of the page or Instagram account
    #[arg(value_name = "PAGE", value_parser = page_id)]
    pub(super) page: String,
    /// The person's id in the scope of the page
    #[arg(value_name = "PSID", value_parser = person_id)]
    pub(super) person: String,
    /// PAGE is an Instagram account
    #[arg(long)]
    pub(super) instagram: bool,
}

#[derive(Debug, Args)]
pub(super) struct Erase {
    #[command(flatten)]
    pub(super) whom: Whom,
    /// Do not ask
    #[arg(long, short)]
    pub(super) yes: bool,
}

#[derive(Debug, Subcommand)]
pub(super) enum Profile {
    /// Show what the page has and what the code says
    #[command(after_help = "Examples:
  {bin} profile diff
  {bin} profile diff --page 1906385232743451

- the page has it, + the code says it, ~ they differ, = they do not, ? the page
has it and the code does not speak of it.
Exit codes: 0 the same, 1 different, 2 it failed.")]
    Diff(OnPage),
    /// Write what differs to the page, after asking
    #[command(after_help = "Examples:
  {bin} profile push
  {bin} profile push --yes      do not ask
  {bin} profile push --prune    delete what the code does not speak of

Shows the same as diff, asks, and sets only what differs. A page takes 10 calls
in 10 minutes; a push makes 5 at most, and none twice. A new menu reaches people
within a day.
Exit codes: 0 done, 1 not wanted, 2 it failed.")]
    Push(Push),
    /// Print the page's profile as code to paste
    #[command(after_help = "Examples:
  {bin} profile pull
  {bin} profile pull --json

Payloads that a handler of this bot answers are named by it; the others are
RawPayload.")]
    Pull(Pull),
}

#[derive(Debug, Default, Args)]
pub(super) struct OnPage {
    /// Which page, where several are configured
    #[arg(long, value_name = "ID", value_parser = page_id)]
    pub(super) page: Option<String>,
    /// The Instagram account of the page: its menu and ice breakers
    #[arg(long)]
    pub(super) instagram: bool,
}

impl OnPage {
    /// As they were written, for a command that is to be run with the same.
    pub(super) fn options(&self) -> String {
        options(self.page.as_deref(), self.instagram)
    }
}

impl Subscribe {
    /// As [`OnPage::options`].
    pub(super) fn options(&self) -> String {
        options(self.page.as_deref(), self.instagram)
    }
}

fn options(page: Option<&str>, instagram: bool) -> String {
    let mut options = String::new();
    if let Some(page) = page {
        options += &format!(" --page {page}");
    }
    if instagram {
        options += " --instagram";
    }
    options
}

#[derive(Debug, Args)]
pub(super) struct Push {
    #[command(flatten)]
    pub(super) on: OnPage,
    /// Do not ask
    #[arg(long, short)]
    pub(super) yes: bool,
    /// Delete what the page has and the code does not speak of
    #[arg(long)]
    pub(super) prune: bool,
}

#[derive(Debug, Args)]
pub(super) struct Pull {
    #[command(flatten)]
    pub(super) on: OnPage,
    /// Print the properties as the platform writes them
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Args)]
pub(super) struct Subscribe {
    /// The public https address of the webhook
    #[arg(long, value_name = "URL", value_parser = callback_url)]
    pub(super) callback_url: Option<String>,
    /// Which page, where several are configured
    #[arg(long, value_name = "ID", value_parser = page_id)]
    pub(super) page: Option<String>,
    /// Events of the page's Instagram account
    #[arg(long)]
    pub(super) instagram: bool,
    /// Another field, that no route shows; may be repeated
    #[arg(long = "field", value_name = "NAME")]
    pub(super) fields: Vec<String>,
    /// Drop fields that the bot does not use
    #[arg(long)]
    pub(super) prune: bool,
    /// Do not ask
    #[arg(long, short)]
    pub(super) yes: bool,
    /// Show what would be done, and do nothing
    #[arg(long)]
    pub(super) dry_run: bool,
}

#[derive(Debug, Default, Args)]
pub(super) struct Serve {
    #[arg(
        long,
        value_name = "ADDR",
        value_parser = address,
        help = "Where to listen; goes before MESSENGER_ADDR and PORT"
    )]
    pub(super) addr: Option<SocketAddr>,
}

#[derive(Debug, Args)]
pub(super) struct Chat {
    /// Show no colours
    #[arg(long)]
    pub(super) plain: bool,
    /// Keep the conversation in this SQLite file
    #[arg(long, value_name = "FILE", value_parser = store_file)]
    pub(super) store: Option<StoreLocation>,
    /// Be somebody whose profile has this locale
    #[arg(long, value_parser = locale)]
    pub(super) locale: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct Routes {
    /// Print a JSON array
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Args)]
pub(super) struct Match {
    /// What a person writes, as the first thing in a conversation
    #[arg(value_name = "TEXT")]
    pub(super) text: String,
}

fn store_file(text: &str) -> Result<StoreLocation, &'static str> {
    let path = text.strip_prefix("sqlite:").unwrap_or(text);
    let location = (!path.contains("://")).then(|| format!("sqlite:{path}").parse().ok());
    location
        .flatten()
        .ok_or("it should be the path of a SQLite file, like talk.db")
}

fn locale(text: &str) -> Result<String, &'static str> {
    locale::normal(text).ok_or("it should be a locale, like de_DE")
}

fn page_id(text: &str) -> Result<String, &'static str> {
    read::id(text).ok_or("it should be the id of a page, digits only")
}

fn person_id(text: &str) -> Result<String, &'static str> {
    read::id(text).ok_or("it should be the id of a person, digits only")
}

fn letter(text: &str) -> Result<u64, &'static str> {
    text.parse().map_err(|_| "it should be a number, as in the list")
}

fn dead_kind(text: &str) -> Result<DeadKind, &'static str> {
    let kind = DeadKind::ALL.into_iter().find(|kind| kind.as_str() == text);
    kind.ok_or("it should be event, message or state")
}

fn callback_url(text: &str) -> Result<String, &'static str> {
    read::callback_url(text).ok_or("it should be an https address, like https://shop.example/webhook")
}

fn address(text: &str) -> Result<SocketAddr, &'static str> {
    read::address(text).ok_or("it should be an address or host name of this machine and a port")
}
