//! What Instagram tells about a person.

use std::fmt;

use reqwest::Method;
use serde::Deserialize;

use crate::{
    graph::{
        Graph, Request, Unsupported,
        answer::{Answer, lenient, lenient_id},
    },
    message::Platform,
};

const FIELDS: &str = "name,username,profile_pic,follower_count,is_verified_user,is_user_follow_business,\
                      is_business_follow_user";

/// A person's profile on Instagram. Everything can be missing.
///
/// `Debug` shows how the person stands to the account, not who they are.
///
/// Platform: User profile, <https://developers.facebook.com/documentation/business-messaging/instagram-messaging/features/user-profile>
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct InstagramProfile {
    /// The id.
    #[serde(default, deserialize_with = "lenient_id")]
    pub id: Option<String>,
    /// The full name.
    #[serde(default, deserialize_with = "lenient")]
    pub name: Option<String>,
    /// The name without the `@`.
    #[serde(default, deserialize_with = "lenient")]
    pub username: Option<String>,
    /// The URL of the picture; it expires after some days.
    #[serde(default, deserialize_with = "lenient")]
    pub profile_pic: Option<String>,
    /// How many people follow this one.
    #[serde(default, deserialize_with = "lenient")]
    pub follower_count: Option<u64>,
    /// Whether Instagram verified the person.
    #[serde(default, deserialize_with = "lenient")]
    pub is_verified_user: Option<bool>,
    /// Whether the person follows the account.
    #[serde(default, deserialize_with = "lenient")]
    pub is_user_follow_business: Option<bool>,
    /// Whether the account follows the person.
    #[serde(default, deserialize_with = "lenient")]
    pub is_business_follow_user: Option<bool>,
}

impl fmt::Debug for InstagramProfile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InstagramProfile")
            .field("is_verified_user", &self.is_verified_user)
            .field("is_user_follow_business", &self.is_user_follow_business)
            .field("is_business_follow_user", &self.is_business_follow_user)
            .finish_non_exhaustive()
    }
}

impl Graph {
    /// Asks for everything that Instagram tells about the person `igsid`. Refused for want of consent until
    /// the person has written.
    ///
    /// ```
    /// # use messenger_runtime::graph::{Client, GraphError};
    /// # async fn example(client: Client, igsid: &str) -> Result<(), GraphError> {
    /// let instagram = client.instagram("17841400000000000");
    /// let profile = instagram.instagram_profile(igsid).await?;
    /// if profile.is_user_follow_business == Some(true) {
    ///     println!("a follower wrote");
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// MSG516 where this is not bound to an Instagram account, see [`Client::instagram`](crate::graph::Client::instagram).
    pub fn instagram_profile(&self, igsid: &str) -> Request<InstagramProfile> {
        let mut draft = self.draft(Method::GET, [igsid]);
        if self.platform() == Platform::Messenger {
            let unsupported = Unsupported {
                platform: Platform::Messenger,
                feature: "profiles of Instagram",
            };
            draft = draft.refuse(unsupported.into());
        }
        draft.query("fields", FIELDS).reads(Answer::object)
    }
}
