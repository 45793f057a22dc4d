//! Stickers: the packs that the platform offers to pages, and the search for one.
//!
//! The catalogue is read with the app's own token. What comes of it is the id that a sticker is sent by.
//!
//! Platform: Sticker API, <https://developers.facebook.com/documentation/business-messaging/messenger-platform/send-messages/sticker-api>

use reqwest::Method;
use serde::Deserialize;

use super::{
    App, List,
    answer::{self, lenient},
};
use crate::message::{Fields, limits::characters};

/// The shortest search, in characters.
const SHORTEST_SEARCH: usize = 2;

/// A pack of stickers.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct StickerPack {
    /// The id that [`App::stickers`] takes.
    #[serde(deserialize_with = "answer::id")]
    pub id: String,
    /// The name.
    #[serde(default, deserialize_with = "lenient")]
    pub name: Option<String>,
    /// What it is about.
    #[serde(default, deserialize_with = "lenient")]
    pub description: Option<String>,
    /// Where its picture is; the address expires.
    #[serde(default, deserialize_with = "lenient")]
    pub preview_image_url: Option<String>,
    /// How many stickers it has.
    #[serde(default, deserialize_with = "lenient")]
    pub sticker_count: Option<u64>,
}

/// A sticker.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Sticker {
    /// The id that it is sent by.
    #[serde(deserialize_with = "answer::id")]
    pub id: String,
    /// The name.
    #[serde(default, deserialize_with = "lenient")]
    pub name: Option<String>,
    /// Where its picture is; the address expires.
    #[serde(default, deserialize_with = "lenient")]
    pub image_url: Option<String>,
    /// How wide it is, in pixels.
    #[serde(default, deserialize_with = "lenient")]
    pub width: Option<u32>,
    /// How high it is, in pixels.
    #[serde(default, deserialize_with = "lenient")]
    pub height: Option<u32>,
    /// Whether it moves.
    #[serde(default, deserialize_with = "lenient")]
    pub is_animated: Option<bool>,
}

impl App {
    /// The packs that pages can send stickers of. `locale` is the language of names and descriptions,
    /// such as `ko_KR`; `en_US` where it is `None`.
    pub fn sticker_packs(&self, locale: Option<&str>) -> List<StickerPack> {
        List::new(
            self.draft(Method::GET, ["sticker_packs"])
                .maybe_query("locale", locale),
        )
    }

    /// The stickers of a pack.
    pub fn stickers(&self, pack_id: &str, locale: Option<&str>) -> List<Sticker> {
        List::new(
            self.draft(Method::GET, ["sticker_packs", pack_id, "stickers"])
                .maybe_query("locale", locale),
        )
    }

    /// The stickers that a word of at least 2 characters finds, in all packs. A word in another language
    /// than English finds little without its `locale`.
    ///
    /// ```
    /// # use messenger_runtime::graph::{Client, GraphError};
    /// # async fn example(client: Client) -> Result<(), GraphError> {
    /// let found = client.app().sticker_search("cảm ơn", Some("vi_VN")).page().await?;
    /// println!("{:?}", found.items.first().map(|sticker| &sticker.id));
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// MSG517 (MSG103) for a shorter word.
    pub fn sticker_search(&self, q: &str, locale: Option<&str>) -> List<Sticker> {
        let long_enough = if characters(q) < SHORTEST_SEARCH {
            Fields::default().invalid("q", "fewer than 2 characters").finish()
        } else {
            Ok(())
        };
        List::new(
            self.draft(Method::GET, ["sticker_search"])
                .check(long_enough)
                .query("q", q)
                .maybe_query("locale", locale),
        )
    }
}
