//! The page itself: what it is, and which messaging features it has.
//!
//! Platform: Page, <https://developers.facebook.com/docs/graph-api/reference/page>

use std::fmt;

use reqwest::Method;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{
    Graph, Request,
    answer::{Answer, lenient, lenient_id},
    client::ME,
};

/// What can be asked about a page.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PageField {
    /// The id.
    Id,
    /// The name.
    Name,
    /// The name in addresses such as `m.me/{username}`.
    Username,
    /// The category, such as `Coffee shop`.
    Category,
    /// The address of the page.
    Link,
    /// The Instagram account that the page is linked to.
    InstagramBusinessAccount,
    /// Any other field of the page's reference, by its name; see [`PageInfo::other`].
    Other(String),
}

impl PageField {
    fn name(&self) -> &str {
        match self {
            Self::Id => "id",
            Self::Name => "name",
            Self::Username => "username",
            Self::Category => "category",
            Self::Link => "link",
            Self::InstagramBusinessAccount => "instagram_business_account",
            Self::Other(name) => name,
        }
    }
}

/// What a page is; what was not asked for, or may not be seen, is missing.
///
/// `Debug` shows which other fields are there, not what they say: an access token can be among them.
#[derive(Clone, Default, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct PageInfo {
    /// The id.
    #[serde(default, deserialize_with = "lenient_id")]
    pub id: Option<String>,
    /// The name.
    #[serde(default, deserialize_with = "lenient")]
    pub name: Option<String>,
    /// The name in addresses such as `m.me/{username}`.
    #[serde(default, deserialize_with = "lenient")]
    pub username: Option<String>,
    /// The category, such as `Coffee shop`.
    #[serde(default, deserialize_with = "lenient")]
    pub category: Option<String>,
    /// The address of the page.
    #[serde(default, deserialize_with = "lenient")]
    pub link: Option<String>,
    /// The id of the Instagram account that the page is linked to.
    #[serde(default, deserialize_with = "linked")]
    pub instagram_business_account: Option<String>,
    /// Every other field, as the platform wrote it.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

impl fmt::Debug for PageInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PageInfo")
            .field("id", &self.id)
            .field("name", &self.name)
            .field("other", &self.other.keys().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}

fn linked<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    #[derive(Deserialize)]
    struct Account {
        #[serde(default, deserialize_with = "lenient_id")]
        id: Option<String>,
    }
    let account: Option<Account> = lenient(deserializer)?;
    Ok(account.and_then(|account| account.id))
}

/// Which messaging features a page has; what the platform does not say is `None`.
///
/// Platform: Conversation routing, <https://developers.facebook.com/documentation/business-messaging/messenger-platform/conversation-routing>
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct MessagingFeatureStatus {
    /// Whether conversation routing is set up, the second version of the handover protocol.
    #[serde(default, deserialize_with = "lenient")]
    pub hop_v2: Option<bool>,
    /// Whether several apps answer on Messenger.
    #[serde(default, deserialize_with = "lenient")]
    pub msgr_multi_app: Option<bool>,
    /// Whether several apps answer on Instagram.
    #[serde(default, deserialize_with = "lenient")]
    pub ig_multi_app: Option<bool>,
}

/// How the platform's review of a messaging feature stands.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct FeatureReview {
    /// The feature, such as `subscription_messaging`.
    pub feature: String,
    /// `pending`, `rejected`, `approved` or `limited`.
    #[serde(default, deserialize_with = "lenient")]
    pub status: Option<String>,
}

impl Graph {
    /// What the page is. Without fields the platform answers the id and the name.
    ///
    /// ```
    /// # use messenger_runtime::graph::{Graph, GraphError, PageField};
    /// # async fn example(graph: Graph) -> Result<(), GraphError> {
    /// let page = graph.page_info([]).await?;
    /// println!("{:?}", page.name);
    /// let fans = PageField::Other("fan_count".to_owned());
    /// let page = graph.page_info([PageField::Username, fans]).await?;
    /// println!("{:?}, {:?} fans", page.username, page.other.get("fan_count"));
    /// # Ok(()) }
    /// ```
    pub fn page_info(&self, fields: impl IntoIterator<Item = PageField>) -> Request<PageInfo> {
        let fields: Vec<_> = fields.into_iter().collect();
        let names: Vec<_> = fields.iter().map(PageField::name).collect();
        self.draft(Method::GET, [ME])
            .maybe_query("fields", (!names.is_empty()).then(|| names.join(",")))
            .reads(Answer::object)
    }

    /// Which messaging features the page has, such as conversation routing.
    ///
    /// ```
    /// # use messenger_runtime::graph::{Graph, GraphError};
    /// # async fn example(graph: Graph) -> Result<(), GraphError> {
    /// if graph.messaging_feature_status().await?.hop_v2 == Some(true) {
    ///     println!("conversation routing is set up");
    /// }
    /// # Ok(()) }
    /// ```
    pub fn messaging_feature_status(&self) -> Request<MessagingFeatureStatus> {
        #[derive(Deserialize)]
        struct Wire {
            #[serde(default, deserialize_with = "lenient")]
            messaging_feature_status: Option<MessagingFeatureStatus>,
        }
        self.draft(Method::GET, [ME])
            .query("fields", "messaging_feature_status")
            .reads(|answer| {
                let wire: Wire = answer.object()?;
                Ok(wire.messaging_feature_status.unwrap_or_default())
            })
    }

    /// How the reviews of the page's messaging features stand. An older call: the features it speaks of,
    /// such as subscription messaging, are gone.
    pub fn messaging_feature_review(&self) -> Request<Vec<FeatureReview>> {
        self.draft(Method::GET, [ME, "messaging_feature_review"])
            .reads(Answer::data)
    }
}
