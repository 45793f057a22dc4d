//! Which page a command goes to.

use super::Failure;
use crate::{
    config::Config,
    graph::{Client, Graph, PageField, PageInfo},
    message::Platform,
};

/// The page's own name in paths and in the absence of an id.
const THE_ONE: &str = "me";

/// The page that a command is meant for.
#[derive(Debug)]
pub(super) struct Meant {
    graph: Graph,
    id: Option<String>,
}

/// The page that a command goes to, by what the platform says of the access token.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) graph: Graph,
    id: String,
    name: Option<String>,
}

impl Meant {
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

    pub(super) fn platform(&self) -> Platform {
        self.graph.platform()
    }

    /// Asks whose the access token is, for that page is what the calls go to, whatever page was meant.
    pub(super) async fn confirm(self) -> Result<Page, Failure> {
        let mut fields = vec![PageField::Id, PageField::Name];
        if self.platform() == Platform::Instagram {
            fields.push(PageField::InstagramBusinessAccount);
        }
        let found = self.graph.page_info(fields).await?;
        if let Some(meant) = &self.id
            && !is_meant(meant, &found, self.platform())
        {
            return Err(Failure::Command(another(meant, &found, self.platform())));
        }
        let Some(id) = found.id else {
            return Err(Failure::Command(
                "the platform does not say which page MESSENGER_ACCESS_TOKEN belongs to; expected: the access \
                 token of a page"
                    .to_owned(),
            ));
        };
        Ok(Page {
            graph: self.graph,
            id,
            name: found.name,
        })
    }
}

/// An Instagram account is configured by its own id or by that of the page that it is linked to. The platform
/// does not tell everybody the account: then its id cannot be compared.
fn is_meant(meant: &str, found: &PageInfo, platform: Platform) -> bool {
    let is = |id: &Option<String>| id.as_deref() == Some(meant);
    match platform {
        Platform::Messenger => is(&found.id),
        Platform::Instagram => {
            is(&found.id)
                || found.instagram_business_account.is_none()
                || is(&found.instagram_business_account)
        }
    }
}

fn another(meant: &str, found: &PageInfo, platform: Platform) -> String {
    let owner = match &found.id {
        Some(id) => called(id, found.name.as_deref()),
        None => "a page that the platform does not name".to_owned(),
    };
    let (account, whose) = match (&found.instagram_business_account, platform) {
        (Some(account), Platform::Instagram) => (
            format!(", whose Instagram account is {account}"),
            format!("of the page that the Instagram account {meant} is linked to"),
        ),
        _ => (String::new(), format!("of the page {meant}")),
    };
    format!(
        "the access token belongs to {owner}{account}, not to {meant}, so nothing was read or written; set \
         MESSENGER_ACCESS_TOKEN to the token {whose} (for several ids in MESSENGER_PAGE_ID: one token for each, \
         in the same order), or correct --page or MESSENGER_PAGE_ID"
    )
}

impl Page {
    /// As a sentence names it.
    pub(super) fn name(&self) -> String {
        let of = match self.graph.platform() {
            Platform::Messenger => "",
            Platform::Instagram => "the Instagram account of ",
        };
        format!("{of}{}", called(&self.id, self.name.as_deref()))
    }
}

/// The name is the page's own words: nothing in it may move the terminal's cursor.
fn called(id: &str, name: Option<&str>) -> String {
    let name: String = name
        .unwrap_or_default()
        .chars()
        .filter(|c| !c.is_control())
        .collect();
    if name.trim().is_empty() {
        format!("the page {id}")
    } else {
        format!("the page {} ({id})", name.trim())
    }
}

fn list(pages: &[impl AsRef<str>]) -> String {
    pages.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn info(value: serde_json::Value) -> PageInfo {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn an_instagram_account_is_known_by_its_own_id_or_its_pages() {
        let linked = info(serde_json::json!({"id": "1", "instagram_business_account": {"id": "2"}}));
        for (meant, messenger, instagram) in [("1", true, true), ("2", false, true), ("3", false, false)] {
            assert_eq!(
                is_meant(meant, &linked, Platform::Messenger),
                messenger,
                "{meant}"
            );
            assert_eq!(
                is_meant(meant, &linked, Platform::Instagram),
                instagram,
                "{meant}"
            );
        }
        let unseen = info(serde_json::json!({"id": "1"}));
        assert!(is_meant("2", &unseen, Platform::Instagram));
        assert!(!is_meant("2", &unseen, Platform::Messenger));
        assert!(!is_meant("2", &PageInfo::default(), Platform::Messenger));
    }

    #[test]
    fn a_name_is_shown_without_what_moves_the_cursor() {
        assert_eq!(called("1", Some("Co\u{1b}[2Jffee\n")), "the page Co[2Jffee (1)");
        assert_eq!(called("1", Some(" \n")), "the page 1");
        assert_eq!(called("1", None), "the page 1");
    }
}
