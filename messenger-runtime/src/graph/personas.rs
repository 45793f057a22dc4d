//! Personas: the names and pictures under which a page can speak.
//!
//! Platform: Personas, <https://developers.facebook.com/documentation/business-messaging/messenger-platform/send-messages/personas>

use std::fmt;

use reqwest::Method;
use serde::{Deserialize, Serialize};

use super::{
    Graph, List, Request,
    answer::{self, Answer, lenient},
    client::ME,
};
use crate::message::{Fields, limits};

/// What Instagram does not have, as errors say it.
const PERSONAS: &str = "personas";

/// A name and a picture under which a page can speak.
///
/// `Debug` shows the id alone.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Persona {
    /// The id that [`SendRequest::persona`](super::SendRequest::persona) takes.
    #[serde(deserialize_with = "answer::id")]
    pub id: String,
    /// The name that people see.
    #[serde(default, deserialize_with = "lenient")]
    pub name: Option<String>,
    /// Where the picture is; the address expires.
    #[serde(default, deserialize_with = "lenient")]
    pub profile_picture_url: Option<String>,
}

impl fmt::Debug for Persona {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Persona")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

#[derive(Serialize)]
struct New<'a> {
    name: &'a str,
    profile_picture_url: &'a str,
}

impl Graph {
    /// Makes a persona; answers its id. The name takes 1 to 50 characters; the picture is an `http` or `https`
    /// address of at most 8 MB.
    ///
    /// ```
    /// # use messenger_runtime::graph::{Graph, GraphError};
    /// # async fn example(graph: Graph) -> Result<(), GraphError> {
    /// let ana = graph.create_persona("Ana", "https://coffee.example/ana.png").await?;
    /// println!("{:?}", graph.persona(&ana).await?.name);
    /// graph.delete_persona(&ana).await?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// MSG517 for a name or an address that the platform would refuse; MSG516 on Instagram.
    pub fn create_persona(&self, name: &str, profile_picture_url: &str) -> Request<String> {
        self.draft(Method::POST, [ME, "personas"])
            .messenger_only(PERSONAS)
            .check(
                Fields::default()
                    .text("name", name, limits::PERSONA_NAME)
                    .url("profile_picture_url", profile_picture_url)
                    .finish(),
            )
            .json(&New {
                name,
                profile_picture_url,
            })
            .reads(Answer::id)
    }

    /// One persona, by its id.
    pub fn persona(&self, id: &str) -> Request<Persona> {
        self.draft(Method::GET, [id])
            .messenger_only(PERSONAS)
            .reads(Answer::object)
    }

    /// The personas of the page.
    ///
    /// ```
    /// # use messenger_runtime::graph::{Graph, GraphError};
    /// # async fn example(graph: Graph) -> Result<(), GraphError> {
    /// for persona in graph.personas().all().await? {
    ///     println!("{} is {:?}", persona.id, persona.name);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn personas(&self) -> List<Persona> {
        List::new(self.draft(Method::GET, [ME, "personas"]).messenger_only(PERSONAS))
    }

    /// Deletes a persona; messages sent under it keep its name.
    pub fn delete_persona(&self, id: &str) -> Request<()> {
        self.draft(Method::DELETE, [id])
            .messenger_only(PERSONAS)
            .repeatable()
            .reads(Answer::done)
    }
}
