//! Subscriptions: which events the platform sends, and where to.
//!
//! There are two, and a bot needs both. The app's says where events of an object (`page`, `instagram`) go
//! and which kinds of them; the page's own (`subscribed_apps`) says that events of this page go to the app.
//!
//! Platform: Webhooks, <https://developers.facebook.com/documentation/business-messaging/messenger-platform/webhooks>

use std::fmt;

use reqwest::Method;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Deserializer, Serialize};

use super::{
    App, Graph, GraphError, Request,
    answer::{self, Answer, lenient},
    client::ME,
};

/// The object whose events come from pages.
const PAGE: &str = "page";

/// Where events of an object go, and which kinds of them.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Subscription {
    /// `page`, `instagram` or another object.
    #[serde(default)]
    pub object: String,
    /// The address of the webhook.
    #[serde(default, deserialize_with = "lenient")]
    pub callback_url: Option<String>,
    /// Whether events are sent there.
    #[serde(default, deserialize_with = "lenient")]
    pub active: Option<bool>,
    /// The kinds of events, such as `messages`.
    #[serde(default, deserialize_with = "fields")]
    pub fields: Vec<String>,
}

/// An app that gets events of a page.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct SubscribedApp {
    /// The app's id.
    #[serde(deserialize_with = "answer::id")]
    pub id: String,
    /// The app's name.
    #[serde(default, deserialize_with = "lenient")]
    pub name: Option<String>,
    /// The kinds of events that it gets of this page.
    #[serde(default, deserialize_with = "fields")]
    pub subscribed_fields: Vec<String>,
}

/// The fields of a subscription: names, or objects with a name and a version.
fn fields<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Field {
        Name(String),
        Versioned { name: String },
        Other(serde::de::IgnoredAny),
    }
    let fields: Option<Vec<Field>> = lenient(deserializer)?;
    let names = fields
        .unwrap_or_default()
        .into_iter()
        .filter_map(|field| match field {
            Field::Name(name) | Field::Versioned { name } => Some(name),
            Field::Other(_) => None,
        });
    Ok(names.collect())
}

/// A subscription of an app to be made: where events go, and which.
///
/// ```
/// use messenger_runtime::graph::NewSubscription;
///
/// let subscription = NewSubscription::new("https://shop.example/webhook", "a long random word".into())
///     .fields(["messages", "messaging_postbacks", "message_reactions"]);
/// ```
///
/// Unless told otherwise the object is `page` and the fields are `messages`, `messaging_postbacks`,
/// `messaging_optins`, `messaging_referrals`, `messaging_handovers` and `messaging_policy_enforcement`.
/// `Debug` does not show the verify token.
#[derive(Clone)]
pub struct NewSubscription {
    object: String,
    callback_url: String,
    verify_token: SecretString,
    fields: Vec<String>,
    include_values: Option<bool>,
}

impl NewSubscription {
    /// Events of pages go to `callback_url`, an `https` address. The platform calls it back with
    /// `verify_token` before it answers, so the bot must be serving there.
    #[must_use]
    pub fn new(callback_url: impl Into<String>, verify_token: SecretString) -> Self {
        let fields = [
            "messages",
            "messaging_postbacks",
            "messaging_optins",
            "messaging_referrals",
            "messaging_handovers",
            "messaging_policy_enforcement",
        ];
        Self {
            object: PAGE.to_owned(),
            callback_url: callback_url.into(),
            verify_token,
            fields: fields.map(str::to_owned).to_vec(),
            include_values: None,
        }
    }

    /// Whose events: `page` or `instagram`.
    #[must_use]
    pub fn object(mut self, object: impl Into<String>) -> Self {
        self.object = object.into();
        self
    }

    /// Which kinds of events, in place of those it has.
    #[must_use]
    pub fn fields(mut self, fields: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.fields = fields.into_iter().map(Into::into).collect();
        self
    }

    /// Whether notifications of changes carry the new values; the platform's own choice unless set.
    #[must_use]
    pub fn include_values(mut self, include: bool) -> Self {
        self.include_values = Some(include);
        self
    }
}

impl fmt::Debug for NewSubscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewSubscription")
            .field("object", &self.object)
            .field("callback_url", &self.callback_url)
            .field("fields", &self.fields)
            .finish_non_exhaustive()
    }
}

#[derive(Serialize)]
struct Wire<'a> {
    object: &'a str,
    callback_url: &'a str,
    fields: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    include_values: Option<bool>,
    verify_token: &'a str,
}

#[derive(Serialize)]
struct Object<'a> {
    object: &'a str,
}

/// The subscriptions of an app, with the app's own token.
impl App {
    /// The subscriptions of the app, one for each object.
    ///
    /// ```
    /// # use messenger_runtime::graph::{Client, GraphError};
    /// # async fn example(client: Client) -> Result<(), GraphError> {
    /// for subscription in client.app().subscriptions().await? {
    ///     println!("{}: {:?}", subscription.object, subscription.fields);
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// Platform: App subscriptions, <https://developers.facebook.com/docs/graph-api/reference/app/subscriptions>
    pub fn subscriptions(&self) -> Request<Vec<Subscription>> {
        self.subscriptions_draft(Method::GET).reads(Answer::data)
    }

    /// The subscription to events of pages; `None` where the app has none.
    pub fn page_subscription(&self) -> Request<Option<Subscription>> {
        self.subscriptions_draft(Method::GET).reads(|answer| {
            let all: Vec<Subscription> = answer.data()?;
            Ok(all.into_iter().find(|subscription| subscription.object == PAGE))
        })
    }

    /// Makes a subscription, in place of the one that the app has for the object.
    ///
    /// The platform asks the webhook for its challenge before it answers: the bot must be serving at the
    /// address, and know the verify token.
    pub fn create_subscription(&self, subscription: &NewSubscription) -> Request<()> {
        self.subscriptions_draft(Method::POST)
            .repeatable()
            .json(&Wire {
                object: &subscription.object,
                callback_url: &subscription.callback_url,
                fields: subscription.fields.join(","),
                include_values: subscription.include_values,
                verify_token: subscription.verify_token.expose_secret(),
            })
            .reads(Answer::done)
    }

    /// Ends the subscription to an object, `page` or `instagram`: the app gets no events of it any more.
    pub fn delete_subscription(&self, object: &str) -> Request<()> {
        self.subscriptions_draft(Method::DELETE)
            .repeatable()
            .json(&Object { object })
            .reads(Answer::done)
    }

    fn subscriptions_draft(&self, method: Method) -> super::request::Draft {
        match self.id() {
            Ok(id) => self.draft(method, [id.as_str(), "subscriptions"]),
            Err(error) => self.draft(method, [ME, "subscriptions"]).refuse(error),
        }
    }
}

/// Which apps get the events of a page.
impl Graph {
    /// The apps that get events of this page, each with the kinds of events.
    ///
    /// Platform: Subscribed apps, <https://developers.facebook.com/docs/graph-api/reference/page/subscribed_apps>
    pub fn subscribed_apps(&self) -> Request<Vec<SubscribedApp>> {
        self.draft(Method::GET, [ME, "subscribed_apps"])
            .reads(Answer::data)
    }

    /// Sends events of this page to the app whose token it is, of these kinds and no others. Needs the
    /// permissions `pages_manage_metadata` and `pages_messaging`.
    ///
    /// ```
    /// # use messenger_runtime::graph::{Graph, GraphError};
    /// # async fn example(graph: Graph) -> Result<(), GraphError> {
    /// graph.subscribe_app(["messages", "messaging_postbacks"]).await?;
    /// # Ok(()) }
    /// ```
    pub fn subscribe_app(&self, fields: impl IntoIterator<Item = impl AsRef<str>>) -> Request<()> {
        let fields: Vec<_> = fields
            .into_iter()
            .map(|field| field.as_ref().to_owned())
            .collect();
        let draft = self
            .draft(Method::POST, [ME, "subscribed_apps"])
            .query("subscribed_fields", fields.join(","))
            .repeatable();
        if fields.is_empty() {
            let none = GraphError::request("there is no field to subscribe to", None);
            return draft.refuse(none).reads(Answer::done);
        }
        draft.reads(Answer::done)
    }

    /// Sends no events of this page to the app any more.
    pub fn unsubscribe_app(&self) -> Request<()> {
        self.draft(Method::DELETE, [ME, "subscribed_apps"])
            .repeatable()
            .reads(Answer::done)
    }
}
