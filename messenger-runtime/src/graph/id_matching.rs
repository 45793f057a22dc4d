//! ID matching: which ids a person has with other apps and pages of the same business.
//!
//! Not offered for people in Europe and Japan. The proof that the platform asks for is added to every
//! call as soon as an app secret is known.
//!
//! Platform: ID matching, <https://developers.facebook.com/docs/messenger-platform/identity/id-matching>

use std::fmt;

use reqwest::Method;
use serde::{Deserialize, Deserializer};

use super::{
    App, Graph, List,
    answer::{self, lenient, lenient_id},
    request::Draft,
};

/// The feature's name, as errors say it.
const ID_MATCHING: &str = "ID matching";

/// Which ids to ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum UserField {
    /// The ids that apps know the person by (ASID).
    IdsForApps,
    /// The ids that pages know the person by (PSID).
    IdsForPages,
}

impl UserField {
    const fn name(self) -> &'static str {
        match self {
            Self::IdsForApps => "ids_for_apps",
            Self::IdsForPages => "ids_for_pages",
        }
    }
}

/// Narrows the ids down to one app or page; all unless set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[must_use = "a filter does nothing by itself"]
pub struct IdFilter {
    app: Option<String>,
    page: Option<String>,
}

impl IdFilter {
    /// Every app and page of the business.
    pub fn new() -> Self {
        Self::default()
    }

    /// This app alone, by its id.
    pub fn app(self, app: impl Into<String>) -> Self {
        Self {
            app: Some(app.into()),
            ..self
        }
    }

    /// This page alone, by its id.
    pub fn page(self, page: impl Into<String>) -> Self {
        Self {
            page: Some(page.into()),
            ..self
        }
    }

    fn put_on(&self, draft: Draft) -> Draft {
        draft
            .maybe_query("app", self.app.as_deref())
            .maybe_query("page", self.page.as_deref())
    }
}

/// An id of a person, and whose id it is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct MatchedId {
    /// The person's id.
    pub id: String,
    /// The app or page that knows the person by it.
    pub owner: Option<IdOwner>,
}

/// An app or a page of the business.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct IdOwner {
    /// The id of the app or page.
    #[serde(default, deserialize_with = "lenient_id")]
    pub id: Option<String>,
    /// Its name.
    #[serde(default, deserialize_with = "lenient")]
    pub name: Option<String>,
    /// Such as `Business`.
    #[serde(default, deserialize_with = "lenient")]
    pub category: Option<String>,
    /// Where it is.
    #[serde(default, deserialize_with = "lenient")]
    pub link: Option<String>,
}

impl fmt::Debug for IdOwner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IdOwner")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

impl<'de> Deserialize<'de> for MatchedId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Wire {
            #[serde(deserialize_with = "answer::id")]
            id: String,
            #[serde(default, deserialize_with = "lenient")]
            app: Option<IdOwner>,
            #[serde(default, deserialize_with = "lenient")]
            page: Option<IdOwner>,
        }
        let Wire { id, app, page } = Wire::deserialize(deserializer)?;
        Ok(Self {
            id,
            owner: app.or(page),
        })
    }
}

impl Graph {
    /// The ids that the business's apps know the person `psid` by.
    ///
    /// ```
    /// # use messenger_runtime::graph::{Graph, GraphError, IdFilter};
    /// # async fn example(graph: Graph, psid: &str) -> Result<(), GraphError> {
    /// let ids = graph.ids_for_apps(psid, &IdFilter::new().app("1419232575008550")).all().await?;
    /// println!("{:?}", ids.first().map(|known| &known.id));
    /// # Ok(()) }
    /// ```
    pub fn ids_for_apps(&self, psid: &str, filter: &IdFilter) -> List<MatchedId> {
        self.user_field(psid, UserField::IdsForApps, filter)
    }

    /// The ids that the business's pages know the person `psid` by.
    pub fn ids_for_pages(&self, psid: &str, filter: &IdFilter) -> List<MatchedId> {
        self.user_field(psid, UserField::IdsForPages, filter)
    }

    /// Either of [`ids_for_apps`](Self::ids_for_apps) and [`ids_for_pages`](Self::ids_for_pages).
    pub fn user_field(&self, psid: &str, field: UserField, filter: &IdFilter) -> List<MatchedId> {
        let draft = self
            .draft(Method::GET, [psid, field.name()])
            .messenger_only(ID_MATCHING);
        List::new(filter.put_on(draft))
    }
}

impl App {
    /// The ids that the business's apps know the person by, whom this app knows as `asid`.
    pub fn ids_for_apps(&self, asid: &str, filter: &IdFilter) -> List<MatchedId> {
        self.user_field(asid, UserField::IdsForApps, filter)
    }

    /// The ids that the business's pages know the person by, whom this app knows as `asid`.
    ///
    /// ```
    /// # use messenger_runtime::graph::{Client, GraphError, IdFilter};
    /// # async fn example(client: Client, asid: &str) -> Result<(), GraphError> {
    /// for known in client.app().ids_for_pages(asid, &IdFilter::new()).all().await? {
    ///     println!("{} to {:?}", known.id, known.owner);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn ids_for_pages(&self, asid: &str, filter: &IdFilter) -> List<MatchedId> {
        self.user_field(asid, UserField::IdsForPages, filter)
    }

    /// Either of [`ids_for_apps`](Self::ids_for_apps) and [`ids_for_pages`](Self::ids_for_pages).
    pub fn user_field(&self, asid: &str, field: UserField, filter: &IdFilter) -> List<MatchedId> {
        List::new(filter.put_on(self.draft(Method::GET, [asid, field.name()])))
    }
}
