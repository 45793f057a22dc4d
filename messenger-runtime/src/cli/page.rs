//! Which page a command goes to.

use super::Failure;
use crate::{
    config::Config,
    graph::{Client, Graph},
    message::Platform,
};

/// The page's own name in paths and in the absence of an id.
const THE_ONE: &str = "me";

/// The page that a command goes to.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) graph: Graph,
    id: Option<String>,
}

impl Page {
    /// The page that was asked for, or the only one that is configured, or that of the one access token.
    pub(super) fn pick(
        config: &Config,
        client: &Client,
        asked: Option<String>,
        instagram: bool,
    ) -> Result<Self, Failure> {
        let pages = config.provider.pages();
        let id = match (asked, &*pages) {
            (Some(id), _) if !config.provider.serves(&id) => {
                return Err(Failure::Command(format!(
                    "MESSENGER_PAGE_ID does not name the page {id}; it names {}",
                    list(&pages)
                )));
            }
            (Some(id), _) => Some(id),
            (None, [only]) => Some(only.to_string()),
            (None, []) => None,
            (None, _) => {
                return Err(Failure::Command(format!(
                    "several pages are configured; choose one with --page: {}",
                    list(&pages)
                )));
            }
        };
        let name = id.as_deref().unwrap_or(THE_ONE);
        let graph = if instagram {
            client.instagram(name)
        } else {
            client.page(name)
        };
        Ok(Self { graph, id })
    }

    /// As a sentence names it.
    pub(super) fn name(&self) -> String {
        let of = match self.graph.platform() {
            Platform::Messenger => "",
            Platform::Instagram => "the Instagram account of ",
        };
        match &self.id {
            Some(id) => format!("{of}the page {id}"),
            None => format!("{of}the page of the access token"),
        }
    }
}

fn list(pages: &[impl AsRef<str>]) -> String {
    pages.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(", ")
}
