//! What can be written behind the program's name.

use std::net::SocketAddr;

use clap::{Args, Parser, Subcommand};

use crate::config::read;

/// A Messenger bot. Without a command it serves.
#[derive(Debug, Parser)]
#[command(
    disable_help_subcommand = true,
    after_help = "Examples:
  {bin} chat                        talk to the bot here, without an account
  printf 'menu\\n1\\n' | {bin} chat   the same through a pipe
  {bin} serve                       serve the platform
  {bin} routes                      list what the bot answers

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
  MESSENGER_GRAPH_VERSION  v25.0 unless set
  MESSENGER_GRAPH_ORIGIN   https://graph.facebook.com unless set
  MESSENGER_DEBUG          1 prints every call to the Graph API, texts included

SIGTERM or Ctrl-C lets running handlers finish and their messages go out; a
second one stops at once, with exit code 1. NO_COLOR is heeded.")]
    Serve(Serve),
    /// Talk to the bot in this terminal; it needs no account
    #[command(after_help = "Examples:
  {bin} chat
  printf 'menu\\n1\\n' | {bin} chat --plain

The bot runs as it is, against a platform played on this machine.
A number taps the button or quick reply that bears it, =2 writes the text 2,
and /help shows what else there is. Warnings and errors of the bot are shown;
RUST_LOG=debug shows more. In a pipe, and with NO_COLOR, there are no colours.")]
    Chat(Chat),
    /// List what the bot answers, with file and line
    #[command(after_help = "Examples:
  {bin} routes
  {bin} routes --json

The pattern * takes everything of its kind; {name} is a part that the handler
gets as a parameter.")]
    Routes(Routes),
    /// Say which handler takes a text, and why the others do not
    #[command(after_help = "Examples:
  {bin} match menu
  {bin} match 'order 2 moka'

The handler with + takes the text; those with - were asked before it. No +:
nobody takes it.")]
    Match(Match),
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

fn address(text: &str) -> Result<SocketAddr, &'static str> {
    read::address(text).ok_or("it should be an address or host name of this machine and a port")
}
