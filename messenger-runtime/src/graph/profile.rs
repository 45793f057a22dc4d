//! Who a person is: their profile, and the cache that keeps a bot from asking for every message.

mod cache;
mod instagram;

use std::{fmt, sync::Arc};

use reqwest::Method;
use serde_json::Value;

pub(super) use cache::ProfileCache;
pub use instagram::InstagramProfile;

use super::{Graph, GraphError, Request, Unsupported};
use crate::message::Platform;

/// What can be asked about a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ProfileField {
    /// The id, which the platform may answer unasked.
    Id,
    /// The full name.
    Name,
    /// The first name. Not on Instagram.
    FirstName,
    /// The last name. Not on Instagram.
    LastName,
    /// The picture.
    ProfilePic,
    /// The locale; needs a permission of its own. Not on Instagram.
    Locale,
    /// The time zone; needs a permission of its own. Not on Instagram.
    Timezone,
    /// The gender; needs a permission of its own. Not on Instagram.
    Gender,
}

impl ProfileField {
    /// What needs no permission of its own.
    pub(crate) const UNREVIEWED: &[Self] = &[
        Self::Id,
        Self::Name,
        Self::FirstName,
        Self::LastName,
        Self::ProfilePic,
    ];

    fn is_on(self, platform: Platform) -> bool {
        match platform {
            Platform::Messenger => true,
            Platform::Instagram => matches!(self, Self::Id | Self::Name | Self::ProfilePic),
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Name => "name",
            Self::FirstName => "first_name",
            Self::LastName => "last_name",
            Self::ProfilePic => "profile_pic",
            Self::Locale => "locale",
            Self::Timezone => "timezone",
            Self::Gender => "gender",
        }
    }
}

/// A person's profile. Everything can be missing: what the app may not see is left out, up to all of it.
///
/// `Debug` shows which fields are there, not what they say.
///
/// Platform: User profile, <https://developers.facebook.com/docs/messenger-platform/identity/user-profile>
#[derive(Clone, Default, PartialEq)]
pub struct Profile {
    id: Option<String>,
    name: Option<String>,
    first_name: Option<String>,
    last_name: Option<String>,
    profile_pic: Option<String>,
    locale: Option<String>,
    timezone: Option<f64>,
    gender: Option<String>,
}

impl Profile {
    /// The id.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// The full name.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// The first name.
    #[must_use]
    pub fn first_name(&self) -> Option<&str> {
        self.first_name.as_deref()
    }

    /// The last name.
    #[must_use]
    pub fn last_name(&self) -> Option<&str> {
        self.last_name.as_deref()
    }

    /// The URL of the picture; it expires after some days.
    #[must_use]
    pub fn profile_pic(&self) -> Option<&str> {
        self.profile_pic.as_deref()
    }

    /// The locale, such as `en_US`.
    #[must_use]
    pub fn locale(&self) -> Option<&str> {
        self.locale.as_deref()
    }

    /// The offset from UTC in hours, such as `-7` or `5.5`.
    #[must_use]
    pub fn timezone(&self) -> Option<f64> {
        self.timezone
    }

    /// The gender, such as `female`.
    #[must_use]
    pub fn gender(&self) -> Option<&str> {
        self.gender.as_deref()
    }

    /// Reads an answer; a field of another type than expected counts as missing, and so does an empty one.
    fn read(answer: &Value) -> Self {
        let field = |field: ProfileField| answer.get(field.name());
        let text = |name| {
            field(name)?
                .as_str()
                .filter(|text| !text.is_empty())
                .map(str::to_owned)
        };
        let id = || field(ProfileField::Id)?.as_u64().map(|id| id.to_string());
        Self {
            id: text(ProfileField::Id).or_else(id),
            name: text(ProfileField::Name),
            first_name: text(ProfileField::FirstName),
            last_name: text(ProfileField::LastName),
            profile_pic: text(ProfileField::ProfilePic),
            locale: text(ProfileField::Locale),
            timezone: field(ProfileField::Timezone)
                .and_then(|zone| zone.as_f64().or_else(|| zone.as_str()?.parse().ok())),
            gender: text(ProfileField::Gender),
        }
    }
}

impl fmt::Debug for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = [
            (ProfileField::Id, self.id.is_some()),
            (ProfileField::Name, self.name.is_some()),
            (ProfileField::FirstName, self.first_name.is_some()),
            (ProfileField::LastName, self.last_name.is_some()),
            (ProfileField::ProfilePic, self.profile_pic.is_some()),
            (ProfileField::Locale, self.locale.is_some()),
            (ProfileField::Timezone, self.timezone.is_some()),
            (ProfileField::Gender, self.gender.is_some()),
        ];
        f.write_str("Profile")?;
        f.debug_set()
            .entries(known.iter().filter(|(_, known)| *known).map(|(field, _)| field))
            .finish()
    }
}

impl Graph {
    /// Asks for the profile of the person `psid`: the fields that
    /// [`profile_fields`](super::ClientBuilder::profile_fields) names, of an Instagram account's people those
    /// of them that Instagram has.
    ///
    /// Needs the feature Business Asset User Profile Access; without it the profile is empty or the call refused.
    ///
    /// ```
    /// # use messenger_runtime::graph::{Graph, GraphError};
    /// # async fn example(graph: Graph, psid: &str) -> Result<(), GraphError> {
    /// let profile = graph.profile(psid).await?;
    /// println!("Hi {}!", profile.first_name().unwrap_or("there"));
    /// # Ok(()) }
    /// ```
    pub fn profile(&self, psid: &str) -> Request<Profile> {
        let fields = self.inner().profile_fields.iter().copied();
        let there: Vec<_> = fields.filter(|field| field.is_on(self.platform())).collect();
        self.profile_with(psid, there)
    }

    /// Asks for these fields of the profile of the person `psid`, or for the platform's own choice where
    /// there are none.
    ///
    /// ```
    /// # use messenger_runtime::graph::{Graph, GraphError, ProfileField};
    /// # async fn example(graph: Graph, psid: &str) -> Result<(), GraphError> {
    /// let profile = graph.profile_with(psid, [ProfileField::Locale, ProfileField::Timezone]).await?;
    /// println!("{:?} {:?}", profile.locale(), profile.timezone());
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// MSG516 for a field that Instagram does not have.
    pub fn profile_with(
        &self,
        psid: &str,
        fields: impl IntoIterator<Item = ProfileField>,
    ) -> Request<Profile> {
        let fields: Vec<_> = fields.into_iter().collect();
        let mut draft = self.draft(Method::GET, [psid]);
        if let Some(field) = fields.iter().find(|field| !field.is_on(self.platform())) {
            draft = draft.refuse(Unsupported::on_instagram(field.name()).into());
        }
        let names: Vec<_> = fields.iter().map(|field| field.name()).collect();
        draft
            .maybe_query("fields", (!names.is_empty()).then(|| names.join(",")))
            .reads(|answer| Ok(Profile::read(&answer.object()?)))
    }

    /// The profile of the person `psid`, from the cache where it is fresh.
    ///
    /// Those who ask for one person at the same time share one look-up. What the platform refuses or throttles is
    /// remembered for a short while too, so that a throttled bot does not go on asking; what failed on the way
    /// to it is not.
    ///
    /// # Errors
    ///
    /// Any [`GraphError`]; a remembered one again within that while.
    pub async fn profile_cached(&self, psid: &str) -> Result<Arc<Profile>, GraphError> {
        let cache = &self.inner().profiles;
        if let Some(known) = cache.get(&self.shared_id(), psid) {
            return known;
        }
        let lookup = self.inner().lookups.join(self.page_id(), psid, || {
            let (graph, psid) = (self.clone(), psid.to_owned());
            Box::pin(async move {
                let cache = &graph.inner().profiles;
                // Another look-up may have landed since.
                if let Some(known) = cache.get(&graph.shared_id(), &psid) {
                    return known;
                }
                let profile = graph.profile_as_allowed(&psid).await.map(Arc::new);
                let is_an_answer = |error: &GraphError| error.code().is_some() || error.throttled().is_some();
                if profile.as_ref().err().is_none_or(is_an_answer) {
                    cache.put(graph.shared_id(), &psid, profile.clone());
                }
                profile
            })
        });
        lookup.await
    }

    /// The profile, without what needs a permission of its own where the platform refuses all of it for that.
    async fn profile_as_allowed(&self, psid: &str) -> Result<Profile, GraphError> {
        let asked = &self.inner().profile_fields;
        let there = asked.iter().copied().filter(|field| field.is_on(self.platform()));
        let (allowed, reviewed): (Vec<_>, Vec<_>) =
            there.partition(|field| ProfileField::UNREVIEWED.contains(field));
        match self.profile(psid).await {
            Err(error) if !reviewed.is_empty() && lacks_permission(&error) => {
                self.profile_with(psid, allowed).await
            }
            answered => answered,
        }
    }

    /// Forgets what the cache knows of the person `psid`.
    pub fn forget_profile(&self, psid: &str) {
        self.inner().profiles.forget(&self.shared_id(), psid);
    }
}

/// Whether a call was refused for a permission that the app does not have, or for a field that it therefore may not name.
fn lacks_permission(error: &GraphError) -> bool {
    match error.code() {
        Some(3 | 10 | 200..=299) => true,
        Some(100) => error.subcode().is_none(),
        _ => false,
    }
}
