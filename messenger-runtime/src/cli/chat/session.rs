//! The conversation: a line, what it does, and what comes back.

use std::{
    io::{self, Write},
    sync::Arc,
    time::Duration,
};

use tokio::{
    io::{AsyncBufRead, AsyncBufReadExt as _},
    sync::mpsc,
    time::{Instant, timeout},
};

use super::{
    answer::{Choice, Tap, draw},
    command::{self, Command},
    notes::{Noted, Notes},
    platform::{Arrival, Owner, Platform},
    screen::Screen,
    wire::Act,
};
use crate::{Bot, Handle, routing::RouteKind, store::Backlog};

/// How often to look whether the bot is still busy.
const TICK: Duration = Duration::from_millis(2);

/// What a conversation stands on.
pub(super) struct Setting {
    pub(super) platform: Arc<Platform>,
    pub(super) handle: Handle,
    pub(super) arrivals: mpsc::UnboundedReceiver<Arrival>,
    /// The payload of the Get Started button.
    pub(super) get_started: String,
    /// How long the bot may be busy with a line before the next one is read.
    pub(super) patience: Duration,
    pub(super) notes: Notes,
}

/// A person's conversation with the bot.
pub(super) struct Session<W> {
    platform: Arc<Platform>,
    handle: Handle,
    arrivals: mpsc::UnboundedReceiver<Arrival>,
    screen: Screen<W>,
    get_started: String,
    patience: Duration,
    notes: Notes,
    /// What can be tapped, by the numbers on the screen less one.
    choices: Vec<Choice>,
    /// Whether an answer has begun that keeps its earlier numbers.
    numbering: bool,
    /// Whether the person has done anything, so that the platform has a conversation.
    opened: bool,
    /// Whether somebody wrote from the inbox and has not given the conversation back.
    agent_wrote: bool,
    /// How much has come on the screen since the person's last line.
    shown: usize,
}

/// The payload that the platform sends for Get Started, as the bot has declared it.
pub(super) fn get_started<B: Bot>() -> String {
    let declared = B::ROUTES
        .iter()
        .find(|route| route.kind == RouteKind::GetStarted)
        .map(|route| route.pattern);
    declared
        .filter(|pattern| !pattern.is_empty())
        .unwrap_or("GET_STARTED")
        .to_owned()
}

impl<W: Write> Session<W> {
    pub(super) fn new(setting: Setting, screen: Screen<W>) -> Self {
        let Setting {
            platform,
            handle,
            arrivals,
            get_started,
            patience,
            notes,
        } = setting;
        Self {
            platform,
            handle,
            arrivals,
            screen,
            get_started,
            patience,
            notes,
            choices: Vec::new(),
            numbering: false,
            opened: false,
            agent_wrote: false,
            shown: 0,
        }
    }

    /// Converses until the input ends or `/quit`; goes on with what an earlier chat has noted.
    pub(super) async fn run(
        mut self,
        bot: &str,
        noted: io::Result<Option<Noted>>,
        input: impl AsyncBufRead + Unpin,
    ) -> io::Result<()> {
        let goes_on = matches!(noted, Ok(Some(Noted { opened: true, .. })));
        self.screen.welcome(bot, goes_on)?;
        match noted {
            Ok(Some(noted)) => self.go_on(noted),
            Ok(None) => {}
            Err(error) => self.screen.problem(&format!(
                "what could be tapped in the last chat is forgotten, its notes cannot be read: {error}"
            ))?,
        }
        let mut lines = input.split(b'\n');
        loop {
            self.note_down()?;
            self.screen.prompt()?;
            let line = loop {
                tokio::select! {
                    line = lines.next_segment() => break line?,
                    // What the bot says of its own accord, or late.
                    Some(arrival) = self.arrivals.recv() => {
                        self.screen.interrupt()?;
                        self.show(arrival)?;
                        self.screen.prompt()?;
                    }
                }
            };
            let Some(line) = line else {
                return self.screen.interrupt();
            };
            let line = String::from_utf8_lossy(&line);
            match command::read(&line) {
                Command::Quit => return Ok(()),
                command => self.obey(line.trim(), command).await?,
            }
        }
    }

    fn go_on(&mut self, noted: Noted) {
        self.platform.set_owner(noted.owner);
        self.choices = noted.choices;
        self.opened = noted.opened;
        self.agent_wrote = noted.agent_wrote;
    }

    fn note_down(&mut self) -> io::Result<()> {
        let noted = Noted {
            choices: self.choices.clone(),
            owner: self.platform.owner(),
            opened: self.opened,
            agent_wrote: self.agent_wrote,
        };
        match self.notes.write(noted) {
            Ok(()) => Ok(()),
            Err(error) => self.screen.problem(&format!(
                "the next chat will not know what could be tapped in this one: {error}"
            )),
        }
    }

    async fn obey(&mut self, line: &str, command: Command) -> io::Result<()> {
        match command {
            Command::Nothing | Command::Quit => Ok(()),
            Command::Text(text) => self.act(line, None, Act::Text(text)).await,
            Command::Image(url) => self.act(line, None, Act::Image(url)).await,
            Command::Tap(number) => self.tap(line, number).await,
            Command::Start => {
                let payload = self.get_started.clone();
                let act = Act::Postback {
                    title: "Get Started".to_owned(),
                    payload,
                    reference: None,
                };
                self.act(line, Some("taps Get Started"), act).await
            }
            Command::Postback(payload) => {
                let act = Act::Postback {
                    title: "An old button".to_owned(),
                    payload,
                    reference: None,
                };
                self.act(line, Some("taps an old button"), act).await
            }
            Command::Reference(code) if self.opened => {
                self.act(line, Some("follows a link"), Act::Referral(code)).await
            }
            Command::Reference(code) => {
                // A link that opens the conversation shows the Get Started screen first.
                let (title, payload) = ("Get Started".to_owned(), self.get_started.clone());
                let act = Act::Postback {
                    title,
                    payload,
                    reference: Some(code),
                };
                self.act(line, Some("follows a link and taps Get Started"), act)
                    .await
            }
            Command::Agent(text) => self.agent(line, &text).await,
            Command::GiveBack => self.give_back(line).await,
            Command::Help => {
                self.screen.you(line, None)?;
                self.screen.table(&command::HELP)
            }
            Command::Wrong(why) => {
                self.screen.you(line, None)?;
                self.screen.problem(&why)
            }
        }
    }

    async fn tap(&mut self, line: &str, number: usize) -> io::Result<()> {
        let choice = number
            .checked_sub(1)
            .and_then(|index| self.choices.get(index))
            .cloned();
        let Some(Choice { title, tap }) = choice else {
            self.screen.you(line, None)?;
            let range = match self.choices.len() {
                0 => "there is nothing to tap yet".to_owned(),
                1 => "there is only [1] to tap".to_owned(),
                last => format!("there are [1] to [{last}] to tap"),
            };
            return self
                .screen
                .problem(&format!("{range}; ={line} sends {line} as a text"));
        };
        let meaning = format!("taps {title}");
        match tap {
            Tap::Postback(payload) => {
                self.act(
                    line,
                    Some(&meaning),
                    Act::Postback {
                        title,
                        payload,
                        reference: None,
                    },
                )
                .await
            }
            Tap::QuickReply(payload) => {
                self.act(line, Some(&meaning), Act::QuickReply { title, payload })
                    .await
            }
            Tap::Link(url) => {
                self.screen.you(line, Some(&meaning))?;
                self.screen.note(&format!("a tap would open {url}"))
            }
            Tap::Other(what) => {
                self.screen.you(line, Some(&meaning))?;
                self.screen.note(&format!("a tap {what}"))
            }
            Tap::Gone => {
                self.screen.you(line, None)?;
                self.screen.problem(&format!(
                    "“{title}” is gone: quick replies stay only until the next message"
                ))
            }
        }
    }

    /// The person acts, and the bot answers.
    async fn act(&mut self, line: &str, meaning: Option<&str>, act: Act) -> io::Result<()> {
        self.screen.you(line, meaning)?;
        self.begin();
        self.opened = true;
        for choice in &mut self.choices {
            if matches!(choice.tap, Tap::QuickReply(_)) {
                choice.tap = Tap::Gone;
            }
        }
        let paused = self.handle.counts().paused;
        self.platform.act(&act);
        self.settle().await?;
        if self.shown > 0 {
            return Ok(());
        }
        let silence = if self.platform.owner() == Owner::Inbox {
            "no answer: the inbox has the conversation; /agent TEXT answers from there, /agent gives it back"
        } else if self.handle.counts().paused > paused {
            "no answer: the bot is quiet while a human writes; /agent gives the conversation back"
        } else {
            "no answer"
        };
        self.screen.note(silence)
    }

    async fn agent(&mut self, line: &str, text: &str) -> io::Result<()> {
        self.screen.you(line, None)?;
        self.begin();
        self.opened = true;
        self.agent_wrote = true;
        self.screen.inbox(text)?;
        self.platform.write_from_inbox(text);
        self.settle().await
    }

    async fn give_back(&mut self, line: &str) -> io::Result<()> {
        self.screen.you(line, None)?;
        if self.platform.owner() == Owner::Bot && !self.agent_wrote {
            return self
                .screen
                .problem("the bot has the conversation; /agent TEXT has a human write to you");
        }
        self.begin();
        self.agent_wrote = false;
        self.screen
            .note("the inbox gives the conversation back to the bot")?;
        self.platform.give_back();
        self.settle().await
    }

    fn begin(&mut self) {
        self.numbering = false;
        self.shown = 0;
    }

    /// Shows what comes until the bot is quiet.
    async fn settle(&mut self) -> io::Result<()> {
        let deadline = Instant::now() + self.patience;
        loop {
            if let Ok(Some(arrival)) = timeout(TICK, self.arrivals.recv()).await {
                self.show(arrival)?;
            } else if self.is_quiet().await && self.arrivals.is_empty() {
                return Ok(());
            }
            if Instant::now() >= deadline {
                let waits = match self.handle.backlog().await {
                    Ok(Backlog { events, rows, .. }) => {
                        format!("{events} events and {rows} messages are waiting")
                    }
                    Err(error) => format!("how much is waiting is not known: {error}"),
                };
                return self.screen.problem(&format!(
                    "the bot is still busy after {} s ({waits}); what it says later comes when it comes",
                    self.patience.as_secs()
                ));
            }
        }
    }

    /// Whether nothing is under way on either side. The backlog is read between two looks at the platform:
    /// what left the one in the meantime would have reached the other.
    async fn is_quiet(&self) -> bool {
        let Some(posted) = self.platform.settled() else {
            return false;
        };
        self.handle.backlog().await.is_ok_and(|left| left.is_empty())
            && self.platform.settled() == Some(posted)
    }

    fn show(&mut self, arrival: Arrival) -> io::Result<()> {
        self.shown += 1;
        match arrival {
            Arrival::Message(message) => {
                let before = if self.numbering {
                    self.choices.clone()
                } else {
                    Vec::new()
                };
                let mut choices = before.clone();
                let lines = draw(&message, &mut choices);
                // An answer without choices leaves those of the answer before it on the screen.
                if choices.len() > before.len() {
                    self.choices = choices;
                    self.numbering = true;
                }
                self.screen.bot(&lines)
            }
            Arrival::SenderAction(action) => self.screen.note(match &*action {
                "typing_on" => "the bot is typing",
                "typing_off" => "the bot has stopped typing",
                "mark_seen" => "seen",
                _ => &action,
            }),
            Arrival::Control(Owner::Inbox) => self
                .screen
                .note("the inbox has the conversation now; /agent TEXT answers from there"),
            Arrival::Control(Owner::Bot) => {
                self.agent_wrote = false;
                self.screen.note("the bot has the conversation again")
            }
            Arrival::Problem(what) => self.screen.problem(&what),
        }
    }
}
