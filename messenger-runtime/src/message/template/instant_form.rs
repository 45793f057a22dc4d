//! A lead form inside the conversation.

use serde::{Deserialize, Serialize};

use super::sendable::sendable;
use crate::message::{Reply, check::Walk, words::Words};

/// An instant form template: a form made in the business tools, which the person fills in without
/// leaving the conversation.
///
/// The platform marks it as in development and may change it. Not available on Instagram.
/// Platform: templates, <https://developers.facebook.com/documentation/business-messaging/messenger-platform/send-messages/templates>.
///
/// ```
/// use messenger_runtime::message::{InstantForm, Message};
/// use serde_json::json;
///
/// let message = Message::from(InstantForm::new("1184290763427"));
/// assert_eq!(
///     serde_json::to_value(&message).unwrap(),
///     json!({"attachment": {"type": "template", "payload": {
///         "template_type": "instant_form",
///         "form_id": "1184290763427",
///     }}}),
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InstantForm {
    form_id: Words,
}

impl InstantForm {
    /// The form of this id.
    #[must_use]
    pub fn new(form_id: impl Into<String>) -> Self {
        Self {
            form_id: Words::new(form_id),
        }
    }

    pub(in crate::message) fn check(&self, walk: &mut Walk) {
        walk.at("template_type", |walk| {
            walk.messenger_only("instant form template");
        });
        walk.required("form_id", &self.form_id);
    }
}

impl Reply {
    /// A form to fill in, by its id (the instant form template), see [`InstantForm`].
    ///
    /// ```
    /// # use messenger_runtime::message::Reply;
    /// let reply = Reply::instant_form("1184290763427");
    /// ```
    pub fn instant_form(form_id: impl Into<String>) -> Self {
        Self::message(InstantForm::new(form_id))
    }
}

sendable!(InstantForm);
