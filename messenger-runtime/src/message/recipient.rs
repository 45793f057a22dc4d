//! Whom a message goes to.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::{Fields, LimitErrors, Platform};

/// Whom a message goes to; exactly one of these. A text turns into an [`Id`](Self::Id).
///
/// None may be empty. Instagram has [`Id`](Self::Id), [`CommentId`](Self::CommentId) and
/// [`NotificationMessagesToken`](Self::NotificationMessagesToken) only.
///
///
/// `Debug` shows ids, but no token, phone number or name.
/// Platform: Send API, <https://developers.facebook.com/documentation/business-messaging/messenger-platform/send-messages>.
///
/// ```
/// use messenger_runtime::message::Recipient;
/// use serde_json::{json, to_value};
///
/// assert_eq!(to_value(Recipient::from("2541893"))?, json!({"id": "2541893"}));
/// assert_eq!(
///     to_value(Recipient::phone_number("+15105551234").name("Ada", "Lovelace"))?,
///     json!({"phone_number": "+15105551234", "name": {"first_name": "Ada", "last_name": "Lovelace"}}),
/// );
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Recipient {
    /// A person, by the id that this page (PSID) or Instagram account (IGSID) knows them by.
    Id(String),
    /// A person who ticked the checkbox plugin, by the reference the page gave it.
    UserRef(String),
    /// The author of a comment: the message is the private reply to it, one per comment.
    CommentId(String),
    /// The author of a visitor's post: the message is the private reply to it, one per post.
    PostId(String),
    /// A person who opted in to notification messages, by the token of that opt-in.
    NotificationMessagesToken(String),
    /// A person who asked for one notification, by the token of that opt-in.
    OneTimeNotifToken(String),
    /// A person by their phone number (customer matching), with `+` and its country code.
    ///
    /// The platform no longer lists it, but still answers it. The answer has no `recipient_id`.
    PhoneNumber {
        /// The number, like `+15105551234`.
        phone_number: String,
        /// The person's name, which helps the platform to find them.
        name: Option<PersonName>,
    },
}

/// The name of a person looked for by their phone number.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PersonName {
    /// The first name.
    pub first_name: String,
    /// The last name.
    pub last_name: String,
}

impl fmt::Debug for PersonName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PersonName").finish_non_exhaustive()
    }
}

impl Recipient {
    /// A person by their phone number, with `+` and its country code.
    #[must_use]
    pub fn phone_number(number: impl Into<String>) -> Self {
        Self::PhoneNumber {
            phone_number: number.into(),
            name: None,
        }
    }

    /// Adds the person's name to a phone number; changes nothing elsewhere.
    #[must_use]
    pub fn name(mut self, first_name: impl Into<String>, last_name: impl Into<String>) -> Self {
        if let Self::PhoneNumber { name, .. } = &mut self {
            *name = Some(PersonName {
                first_name: first_name.into(),
                last_name: last_name.into(),
            });
        }
        self
    }

    /// Checks that it names somebody, in a form that the platform has.
    pub(crate) fn check(&self, platform: Platform) -> Result<(), LimitErrors> {
        let (path, messenger_only) = match self {
            Self::Id(_) => ("recipient.id", None),
            Self::UserRef(_) => ("recipient.user_ref", Some("checkbox plugin")),
            Self::CommentId(_) => ("recipient.comment_id", None),
            Self::PostId(_) => ("recipient.post_id", Some("private replies to posts")),
            Self::NotificationMessagesToken(_) => ("recipient.notification_messages_token", None),
            Self::OneTimeNotifToken(_) => ("recipient.one_time_notif_token", Some("one-time notifications")),
            Self::PhoneNumber { .. } => ("recipient.phone_number", Some("customer matching")),
        };
        let mut fields = Fields::default().required(path, self.as_str());
        if let Some(what) = messenger_only {
            fields = fields.messenger_only(platform, path, what);
        }
        fields.finish()
    }

    /// The id, reference, token or phone number itself.
    pub(crate) fn as_str(&self) -> &str {
        match self {
            Self::Id(value)
            | Self::UserRef(value)
            | Self::CommentId(value)
            | Self::PostId(value)
            | Self::NotificationMessagesToken(value)
            | Self::OneTimeNotifToken(value)
            | Self::PhoneNumber {
                phone_number: value, ..
            } => value,
        }
    }
}

impl fmt::Debug for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |f: &mut fmt::Formatter<'_>, form, value: &dyn fmt::Debug| {
            f.debug_tuple(form).field(value).finish()
        };
        let hidden = format_args!("[{} bytes]", self.as_str().len());
        match self {
            Self::Id(id) => shown(f, "Id", id),
            Self::UserRef(user_ref) => shown(f, "UserRef", user_ref),
            Self::CommentId(id) => shown(f, "CommentId", id),
            Self::PostId(id) => shown(f, "PostId", id),
            Self::NotificationMessagesToken(_) => shown(f, "NotificationMessagesToken", &hidden),
            Self::OneTimeNotifToken(_) => shown(f, "OneTimeNotifToken", &hidden),
            Self::PhoneNumber { .. } => shown(f, "PhoneNumber", &hidden),
        }
    }
}

/// The object on the wire.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Wire {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_ref: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    comment_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    post_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    notification_messages_token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    one_time_notif_token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone_number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<PersonName>,
}

impl Serialize for Recipient {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut wire = Wire::default();
        let field = match self {
            Self::Id(_) => &mut wire.id,
            Self::UserRef(_) => &mut wire.user_ref,
            Self::CommentId(_) => &mut wire.comment_id,
            Self::PostId(_) => &mut wire.post_id,
            Self::NotificationMessagesToken(_) => &mut wire.notification_messages_token,
            Self::OneTimeNotifToken(_) => &mut wire.one_time_notif_token,
            Self::PhoneNumber { name, .. } => {
                wire.name.clone_from(name);
                &mut wire.phone_number
            }
        };
        *field = Some(self.as_str().to_owned());
        wire.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Recipient {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let wire = Wire::deserialize(deserializer)?;
        let name = wire.name;
        let is_named = name.is_some();
        let forms = [
            wire.id.map(Self::Id),
            wire.user_ref.map(Self::UserRef),
            wire.comment_id.map(Self::CommentId),
            wire.post_id.map(Self::PostId),
            wire.notification_messages_token
                .map(Self::NotificationMessagesToken),
            wire.one_time_notif_token.map(Self::OneTimeNotifToken),
            wire.phone_number
                .map(|phone_number| Self::PhoneNumber { phone_number, name }),
        ];
        let mut forms = forms.into_iter().flatten();
        match (forms.next(), forms.next()) {
            (Some(form), None) if !is_named || matches!(form, Self::PhoneNumber { .. }) => Ok(form),
            (Some(_), None) => Err(de::Error::custom(
                "a recipient has a name beside a phone_number only",
            )),
            (None, _) => Err(de::Error::custom("a recipient without an id")),
            (Some(_), Some(_)) => Err(de::Error::custom("a recipient is exactly one of its forms")),
        }
    }
}

impl From<&str> for Recipient {
    fn from(id: &str) -> Self {
        Self::Id(id.to_owned())
    }
}

impl From<String> for Recipient {
    fn from(id: String) -> Self {
        Self::Id(id)
    }
}

impl From<&Self> for Recipient {
    fn from(recipient: &Self) -> Self {
        recipient.clone()
    }
}
