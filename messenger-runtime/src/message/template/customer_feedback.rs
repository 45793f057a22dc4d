//! The survey that asks for a score.

use serde::{Deserialize, Serialize};

use super::{business_privacy::BusinessPrivacy, sendable::sendable};
use crate::message::{
    Reply,
    check::Walk,
    limits::{self, takes},
    words::Words,
};

mod question;

pub use question::{CsatOption, FreeFormQuestion, Question, Score, ScoreLabel, ScoreQuestion};

/// A customer feedback template: a card whose button opens one question.
///
/// What the person answers arrives as a customer feedback event (`#[on_customer_feedback]`). Within 7
/// days it may be sent outside the 24 hour window, with the tag `CUSTOMER_FEEDBACK`. The platform marks
/// it as in development and may change it. Not available on Instagram.
/// Platform: customer feedback template, <https://developers.facebook.com/documentation/business-messaging/messenger-platform/send-messages/templates/customer-feedback-template>.
///
/// ```
/// use messenger_runtime::message::{CsatOption, CustomerFeedback, Message, Score, ScoreLabel, ScoreQuestion};
/// use serde_json::json;
///
/// let question = ScoreQuestion::new("order_1815", Score::Csat(CsatOption::FiveStars))
///     .title("How was your coffee?")
///     .score_label(ScoreLabel::PoorGreat)
///     .follow_up("What can we do better?");
/// let survey = CustomerFeedback::new("Rate your order", "Rate", question, "https://coffee.example/privacy")
///     .subtitle("It takes ten seconds")
///     .expires_in_days(3);
/// assert_eq!(
///     serde_json::to_value(Message::from(survey)).unwrap(),
///     json!({"attachment": {"type": "template", "payload": {
///         "template_type": "customer_feedback",
///         "title": "Rate your order",
///         "subtitle": "It takes ten seconds",
///         "button_title": "Rate",
///         "feedback_screens": [{"questions": [{
///             "id": "order_1815",
///             "type": "csat",
///             "title": "How was your coffee?",
///             "score_label": "poor_great",
///             "score_option": "five_stars",
///             "follow_up": {"type": "free_form", "placeholder": "What can we do better?"},
///         }]}],
///         "business_privacy": {"url": "https://coffee.example/privacy"},
///         "expires_in_days": 3,
///     }}}),
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerFeedback {
    title: Words,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    subtitle: Option<Words>,
    button_title: Words,
    feedback_screens: Vec<Screen>,
    business_privacy: BusinessPrivacy,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expires_in_days: Option<u8>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Screen {
    questions: Vec<Question>,
}

impl CustomerFeedback {
    /// A card with this title and button that opens `question`, under the business's privacy policy at
    /// this address. It stays open for one day.
    ///
    /// - `title`:
    #[doc = takes!(FEEDBACK_TITLE)]
    /// - `button_title`:
    #[doc = takes!(BUTTON_TITLE)]
    #[must_use]
    pub fn new(
        title: impl Into<String>,
        button_title: impl Into<String>,
        question: impl Into<Question>,
        privacy_url: impl Into<String>,
    ) -> Self {
        Self {
            title: Words::new(title),
            subtitle: None,
            button_title: Words::new(button_title),
            feedback_screens: vec![Screen {
                questions: vec![question.into()],
            }],
            business_privacy: BusinessPrivacy::new(privacy_url),
            expires_in_days: None,
        }
    }

    /// The line under the title.
    #[doc = takes!(FEEDBACK_SUBTITLE)]
    #[must_use]
    pub fn subtitle(mut self, subtitle: impl Into<String>) -> Self {
        self.subtitle = Some(Words::new(subtitle));
        self
    }

    /// How long the question can be answered.
    #[doc = takes!(EXPIRES_IN_DAYS)]
    #[must_use]
    pub fn expires_in_days(mut self, days: u8) -> Self {
        self.expires_in_days = Some(days);
        self
    }

    pub(in crate::message) fn check(&self, walk: &mut Walk) {
        walk.at("template_type", |walk| {
            walk.messenger_only("customer feedback template");
        });
        walk.text("title", &self.title, limits::FEEDBACK_TITLE);
        walk.maybe_text("subtitle", self.subtitle.as_deref(), limits::FEEDBACK_SUBTITLE);
        walk.text("button_title", &self.button_title, limits::BUTTON_TITLE);
        walk.list(
            "feedback_screens",
            &self.feedback_screens,
            limits::FEEDBACK_SCREENS,
            |walk, screen| {
                walk.list(
                    "questions",
                    &screen.questions,
                    limits::FEEDBACK_QUESTIONS,
                    |walk, question| question.check(walk),
                );
            },
        );
        self.business_privacy.check(walk);
        walk.maybe_number("expires_in_days", self.expires_in_days, limits::EXPIRES_IN_DAYS);
    }
}

impl Reply {
    /// A card whose button opens one question, see [`CustomerFeedback`].
    ///
    /// ```
    /// # use messenger_runtime::message::{CustomerFeedback, Reply, Score, ScoreQuestion};
    /// let question = ScoreQuestion::new("shop_1", Score::Nps);
    /// let reply = Reply::customer_feedback(CustomerFeedback::new(
    ///     "Would you recommend us?",
    ///     "Answer",
    ///     question,
    ///     "https://coffee.example/privacy",
    /// ));
    /// ```
    pub fn customer_feedback(survey: CustomerFeedback) -> Self {
        Self::message(survey)
    }
}

sendable!(CustomerFeedback);
