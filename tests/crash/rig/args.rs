//! What the rig is told.

use std::path::PathBuf;

use clap::{Parser, ValueEnum};

use crate::ledger::Kind;

/// Kills a bot under load, over and over, and compares what it did with what it owed.
#[derive(Debug, Clone, Parser)]
pub(crate) struct Arguments {
    /// The store that the bot keeps everything in.
    #[arg(long, value_enum, default_value = "sqlite")]
    pub(crate) store: Engine,
    /// How often something is killed.
    #[arg(long, default_value_t = 200)]
    pub(crate) cycles: u32,
    /// How many bots share the store; more than one needs PostgreSQL.
    #[arg(long, default_value_t = 1)]
    pub(crate) nodes: usize,
    /// What the random choices start from; a run cannot be repeated exactly, its choices can.
    #[arg(long)]
    pub(crate) seed: Option<u64>,
    /// How many people write.
    #[arg(long, default_value_t = 32)]
    pub(crate) people: usize,
    /// The guarantee that is taken away, to see that the rig notices.
    #[arg(long, value_enum)]
    pub(crate) control: Option<Control>,
    /// The program of the bot; the one beside this program unless given.
    #[arg(long)]
    pub(crate) bot: Option<PathBuf>,
    /// Print every cycle.
    #[arg(long)]
    pub(crate) verbose: bool,
}

/// A store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Engine {
    /// A file.
    Sqlite,
    /// A database of its own.
    Postgres,
}

impl Engine {
    /// What the names of the other engines' fail points begin with.
    pub(crate) const fn others(self) -> &'static [&'static str] {
        match self {
            Self::Sqlite => &["postgres.", "memory."],
            Self::Postgres => &["sqlite.", "memory."],
        }
    }
}

/// A guarantee to take away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Control {
    /// Events are not compared with those known.
    Dedup,
    /// Whoever lost a conversation commits all the same.
    Epoch,
    /// Rows and events come in any order.
    Order,
    /// Events are acknowledged and kept in memory alone.
    AckBeforeStore,
    /// Some messages are counted twice, as if the bot had sent them again without a doubt.
    Twice,
    /// What flows were given is kept beside the commits.
    FlowBeside,
    /// Some commits leave the flow as it was.
    FlowLost,
}

impl Control {
    /// Its switch in the source of the runtime, for this engine.
    pub(crate) fn switch(self, engine: Engine) -> Option<String> {
        let engine = match engine {
            Engine::Sqlite => "sqlite",
            Engine::Postgres => "postgres",
        };
        match self {
            Self::Dedup => Some(format!("{engine}.dedup=return")),
            Self::Epoch => Some(format!("{engine}.epoch=return")),
            Self::Order => Some(format!("{engine}.order=return")),
            Self::FlowLost => Some("flow.kept=10%return".to_owned()),
            Self::AckBeforeStore | Self::Twice | Self::FlowBeside => None,
        }
    }

    /// The kinds of violation that it must lead to; others are no proof that the rig sees what is gone.
    pub(crate) const fn kinds(self) -> &'static [Kind] {
        match self {
            Self::Dedup | Self::Twice | Self::FlowBeside => &[Kind::Doubled],
            // Whoever has lost a conversation does again what was done, or takes back what was done since.
            Self::Epoch => &[Kind::Doubled, Kind::Undone],
            Self::Order => &[Kind::OutOfOrder],
            Self::AckBeforeStore => &[Kind::Lost],
            Self::FlowLost => &[Kind::Undone],
        }
    }
}
