//! Message templates: the approved forms that utility messages are made of.
//!
//! A page makes a template, of its own words or of one of the platform's library, the platform approves
//! it within seconds, and from then on messages can be sent from it outside the 24 hour window. Templates
//! must not advertise. Marketing messages, which may, are open to tech providers with an advertising
//! account only and are not offered here.
//!
//! Needs the permission that the platform's guide calls `page_utility_messaging` and its login dialog
//! `pages_utility_messaging`.
//!
//! Platform: Utility messages, <https://developers.facebook.com/documentation/business-messaging/messenger-platform/send-messages/utility-messages>

mod new;
mod status;
mod wire;

use reqwest::Method;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

pub use new::{NewMessageTemplate, TemplateButton, TemplateText};
pub use status::{TemplateRejection, TemplateStatus};

use super::{
    Graph, GraphError, List, Request,
    answer::{self, Answer, lenient, lenient_id, nested},
    client::ME,
    request::Draft,
};
use crate::message::{Fields, LimitErrors};

/// The feature's name, as errors say it.
const TEMPLATES: &str = "utility messages";

/// All named: unasked, the platform leaves out why a template was rejected.
const FIELDS: &str = "id,name,language,category,status,components,rejected_reason,\
                      specific_rejection_reasons,library_template_name";

/// Which templates of the platform's library to ask for; all unless set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[must_use = "a search does nothing by itself"]
pub struct TemplateSearch {
    name_or_content: Option<String>,
    language: Option<String>,
}

impl TemplateSearch {
    /// Every template.
    pub fn new() -> Self {
        Self::default()
    }

    /// Those with these words in their name or in their text.
    pub fn name_or_content(self, words: impl Into<String>) -> Self {
        Self {
            name_or_content: Some(words.into()),
            ..self
        }
    }

    /// Those in this language, such as `en_US`.
    pub fn language(self, language: impl Into<String>) -> Self {
        Self {
            language: Some(language.into()),
            ..self
        }
    }
}

/// A template of the platform's library.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct LibraryTemplate {
    /// The id.
    #[serde(default, deserialize_with = "lenient_id")]
    pub id: Option<String>,
    /// The name that [`Graph::clone_library_template`] takes.
    pub name: String,
    /// The language, such as `en_US`.
    #[serde(default, deserialize_with = "lenient")]
    pub language: Option<String>,
    /// Such as `UTILITY`.
    #[serde(default, deserialize_with = "lenient")]
    pub category: Option<String>,
    /// What it is about, such as `ORDER_MANAGEMENT`.
    #[serde(default, deserialize_with = "lenient")]
    pub topic: Option<String>,
    /// What it is for, such as `SHIPMENT_CONFIRMATION`.
    #[serde(default, deserialize_with = "lenient")]
    pub usecase: Option<String>,
    /// The header's text.
    #[serde(default, deserialize_with = "lenient")]
    pub header: Option<String>,
    /// The text, with its placeholders.
    #[serde(default, deserialize_with = "lenient")]
    pub body: Option<String>,
    /// Samples for the placeholders.
    #[serde(default, deserialize_with = "nested")]
    pub body_params: Vec<String>,
    /// The buttons.
    #[serde(default, deserialize_with = "nested")]
    pub buttons: Vec<TemplateComponentButton>,
}

/// A template of the page.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct MessageTemplate {
    /// The id of this language of the template.
    pub id: String,
    /// The name; every language of a template has the same.
    pub name: Option<String>,
    /// The language, such as `en_US`.
    pub language: Option<String>,
    /// Such as `UTILITY`.
    pub category: Option<String>,
    /// Whether messages can be sent from it.
    pub status: TemplateStatus,
    /// Why it was rejected.
    pub rejections: Vec<TemplateRejection>,
    /// What it is made of.
    pub components: Vec<TemplateComponent>,
    /// The template of the platform's library that it was made from.
    pub library_template_name: Option<String>,
}

impl<'de> Deserialize<'de> for MessageTemplate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Wire {
            #[serde(deserialize_with = "answer::id")]
            id: String,
            #[serde(default, deserialize_with = "lenient")]
            name: Option<String>,
            #[serde(default, deserialize_with = "lenient")]
            language: Option<String>,
            #[serde(default, deserialize_with = "lenient")]
            category: Option<String>,
            #[serde(default, deserialize_with = "lenient")]
            status: Option<TemplateStatus>,
            #[serde(default, deserialize_with = "nested")]
            components: Vec<TemplateComponent>,
            #[serde(default, deserialize_with = "lenient")]
            library_template_name: Option<String>,
            #[serde(flatten)]
            rest: Map<String, Value>,
        }
        let wire = Wire::deserialize(deserializer)?;
        Ok(Self {
            id: wire.id,
            name: wire.name,
            language: wire.language,
            category: wire.category,
            status: wire.status.unwrap_or_default(),
            rejections: TemplateRejection::all_in(&wire.rest),
            components: wire.components,
            library_template_name: wire.library_template_name,
        })
    }
}

/// A part of a template.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct TemplateComponent {
    /// `HEADER`, `BODY` or `BUTTONS`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Of a header: `TEXT` or `IMAGE`.
    #[serde(default, deserialize_with = "lenient")]
    pub format: Option<String>,
    /// The text, with its placeholders.
    #[serde(default, deserialize_with = "lenient")]
    pub text: Option<String>,
    /// The buttons.
    #[serde(default, deserialize_with = "nested")]
    pub buttons: Vec<TemplateComponentButton>,
}

/// A button of a template.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct TemplateComponentButton {
    /// `URL` or `POSTBACK`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The title.
    #[serde(default, deserialize_with = "lenient")]
    pub text: Option<String>,
    /// Where it leads.
    #[serde(default, deserialize_with = "lenient")]
    pub url: Option<String>,
    /// What it sends back.
    #[serde(default, deserialize_with = "lenient")]
    pub payload: Option<String>,
}

/// What the platform answers to a new template.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CreatedTemplate {
    /// The id of this language of the template.
    pub id: String,
    /// Whether messages can be sent from it.
    pub status: TemplateStatus,
    /// Such as `UTILITY`; the platform may have chosen another than was asked for.
    pub category: Option<String>,
    /// Why it was rejected.
    pub rejections: Vec<TemplateRejection>,
}

fn required(path: &str, text: &str) -> Result<(), LimitErrors> {
    Fields::default().required(path, text).finish()
}

fn created(answer: &Answer) -> Result<CreatedTemplate, GraphError> {
    let made: MessageTemplate = answer.object()?;
    Ok(CreatedTemplate {
        id: made.id,
        status: made.status,
        category: made.category,
        rejections: made.rejections,
    })
}

#[derive(Serialize)]
struct FromLibrary<'a> {
    name: &'a str,
    language: &'a str,
    category: &'static str,
    library_template_name: &'a str,
}

impl Graph {
    /// Searches the platform's library.
    ///
    /// ```
    /// # use messenger_runtime::graph::{Graph, GraphError, TemplateSearch};
    /// # async fn example(graph: Graph) -> Result<(), GraphError> {
    /// let search = TemplateSearch::new().name_or_content("delivery").language("en_US");
    /// for template in graph.message_template_library(&search).page().await?.items {
    ///     println!("{}: {:?}", template.name, template.body);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn message_template_library(&self, search: &TemplateSearch) -> List<LibraryTemplate> {
        List::new(
            self.draft(Method::GET, ["message_template_library"])
                .messenger_only(TEMPLATES)
                .maybe_query("name_or_content", search.name_or_content.as_deref())
                .maybe_query("language", search.language.as_deref()),
        )
    }

    /// The templates of the page, each language for itself.
    pub fn message_templates(&self) -> List<MessageTemplate> {
        List::new(self.own_templates())
    }

    /// The languages of the template with this name.
    pub fn message_templates_named(&self, name: &str) -> List<MessageTemplate> {
        List::new(self.own_templates().query("name", name))
    }

    fn own_templates(&self) -> Draft {
        self.draft(Method::GET, [ME, "message_templates"])
            .messenger_only(TEMPLATES)
            .query("fields", FIELDS)
    }

    /// Makes a template. A name can be used once for each language; an approved template cannot be
    /// changed, only deleted and made anew.
    ///
    /// ```
    /// # use messenger_runtime::graph::{Graph, GraphError, NewMessageTemplate, TemplateButton};
    /// # use messenger_runtime::graph::{TemplateRejection, TemplateStatus, TemplateText};
    /// # async fn example(graph: Graph) -> Result<(), GraphError> {
    /// let text = TemplateText::named(
    ///     "Hi {{name}}, your order {{order}} is on its way.",
    ///     [("name", "Ann"), ("order", "A-17")],
    /// );
    /// let shipped = NewMessageTemplate::new("order_shipped", "en_US", text)
    ///     .buttons([TemplateButton::url("Follow it", "https://shop.example/orders")]);
    /// let made = graph.create_message_template(&shipped).await?;
    /// if made.rejections.contains(&TemplateRejection::TagShouldBeMarketing) {
    ///     println!("it reads like an advertisement");
    /// }
    /// assert_eq!(made.status, TemplateStatus::Approved);
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// MSG517 (MSG103) where a name, a text or a sample is missing or does not fit. A rejection is no error
    /// but a [`status`](CreatedTemplate::status).
    pub fn create_message_template(&self, template: &NewMessageTemplate) -> Request<CreatedTemplate> {
        self.draft(Method::POST, [ME, "message_templates"])
            .messenger_only(TEMPLATES)
            .check(template.check())
            .json(&wire::Body::from(template))
            .reads(created)
    }

    /// Makes a template of the page from one of the platform's library, under a name of the page's own.
    pub fn clone_library_template(
        &self,
        library_template_name: &str,
        name: &str,
        language: &str,
    ) -> Request<CreatedTemplate> {
        self.draft(Method::POST, [ME, "message_templates"])
            .messenger_only(TEMPLATES)
            .check(required("library_template_name", library_template_name))
            .check(required("name", name))
            .check(required("language", language))
            .json(&FromLibrary {
                name,
                language,
                category: "UTILITY",
                library_template_name,
            })
            .reads(created)
    }

    /// Deletes a template with all its languages.
    pub fn delete_message_template(&self, name: &str) -> Request<()> {
        self.draft(Method::DELETE, [ME, "message_templates"])
            .messenger_only(TEMPLATES)
            .check(required("name", name))
            .query("name", name)
            .repeatable()
            .reads(Answer::done)
    }

    /// Deletes one language of a template, by its [`id`](MessageTemplate::id).
    pub fn delete_message_template_language(&self, name: &str, id: &str) -> Request<()> {
        self.draft(Method::DELETE, [ME, "message_templates"])
            .messenger_only(TEMPLATES)
            .check(required("name", name))
            .check(required("hsm_id", id))
            .query("hsm_id", id)
            .query("name", name)
            .repeatable()
            .reads(Answer::done)
    }
}
