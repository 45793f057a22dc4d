//! Custom labels: a page's own words for groups of people, as its inbox shows them.
//!
//! The page must have accepted Facebook's contact terms.
//!
//! Platform: Custom labels, <https://developers.facebook.com/documentation/business-messaging/messenger-platform/identity/custom-labels>

use std::fmt;

use reqwest::Method;
use serde::{Deserialize, Serialize};

use super::{
    Graph, List, Request,
    answer::{Answer, Id, lenient},
    client::ME,
    request::Draft,
};
use crate::message::Fields;

/// What Instagram does not have, as errors say it.
const LABELS: &str = "custom labels";

/// The field of a label's name, which older versions of the Graph API call `name`.
const NAME: &str = "page_label_name";

/// A label of a page.
///
/// `Debug` shows the id alone.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Wire")]
#[non_exhaustive]
pub struct Label {
    /// The label's id.
    pub id: String,
    /// What the page's people read.
    pub name: Option<String>,
}

#[derive(Deserialize)]
struct Wire {
    #[serde(default)]
    id: Id,
    #[serde(default, deserialize_with = "lenient")]
    page_label_name: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    name: Option<String>,
}

impl TryFrom<Wire> for Label {
    type Error = &'static str;

    fn try_from(wire: Wire) -> Result<Self, &'static str> {
        Ok(Self {
            id: wire.id.0.ok_or("a label has no id")?,
            name: wire.page_label_name.or(wire.name),
        })
    }
}

impl fmt::Debug for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Label")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

#[derive(Serialize)]
struct New<'a> {
    page_label_name: &'a str,
}

#[derive(Serialize)]
struct User<'a> {
    user: &'a str,
}

impl Graph {
    /// Makes a label; answers its id.
    ///
    /// ```
    /// # use messenger_runtime::graph::{Graph, GraphError};
    /// # async fn example(graph: Graph, psid: &str) -> Result<(), GraphError> {
    /// let regular = graph.create_label("regular").await?;
    /// graph.attach_label(psid, &regular).await?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// MSG517 for an empty name; MSG516 on Instagram, as every call of this page.
    pub fn create_label(&self, name: &str) -> Request<String> {
        self.labels_draft(Method::POST, [ME, "custom_labels"])
            .check(Fields::default().required(NAME, name).finish())
            .json(&New {
                page_label_name: name,
            })
            .reads(Answer::id)
    }

    /// One label, by its id.
    pub fn label(&self, id: &str) -> Request<Label> {
        self.labels_draft(Method::GET, [id])
            .query("fields", NAME)
            .reads(Answer::object)
    }

    /// The labels of the page.
    ///
    /// ```
    /// # use messenger_runtime::graph::{Graph, GraphError};
    /// # async fn example(graph: Graph) -> Result<(), GraphError> {
    /// for label in graph.labels().all().await? {
    ///     println!("{} {:?}", label.id, label.name);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn labels(&self) -> List<Label> {
        List::new(
            self.labels_draft(Method::GET, [ME, "custom_labels"])
                .query("fields", NAME),
        )
    }

    /// The labels of the person `psid`.
    pub fn labels_of(&self, psid: &str) -> List<Label> {
        List::new(
            self.labels_draft(Method::GET, [psid, "custom_labels"])
                .query("fields", NAME),
        )
    }

    /// Puts a label, by its id, on the person `psid`.
    pub fn attach_label(&self, psid: &str, label_id: &str) -> Request<()> {
        self.label_of(Method::POST, psid, label_id)
    }

    /// Takes a label, by its id, off the person `psid`.
    pub fn detach_label(&self, psid: &str, label_id: &str) -> Request<()> {
        self.label_of(Method::DELETE, psid, label_id)
    }

    /// Deletes a label, by its id, and takes it off everyone who has it.
    pub fn delete_label(&self, id: &str) -> Request<()> {
        self.labels_draft(Method::DELETE, [id])
            .repeatable()
            .reads(Answer::done)
    }

    fn label_of(&self, method: Method, psid: &str, label_id: &str) -> Request<()> {
        self.labels_draft(method, [label_id, "label"])
            .check(Fields::default().required("user", psid).finish())
            .json(&User { user: psid })
            .repeatable()
            .reads(Answer::done)
    }

    fn labels_draft(&self, method: Method, segments: impl IntoIterator<Item = impl AsRef<str>>) -> Draft {
        self.draft(method, segments).messenger_only(LABELS)
    }
}
