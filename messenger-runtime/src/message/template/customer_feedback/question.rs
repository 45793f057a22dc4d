//! The question of a survey: a score, or words.

use serde::{Deserialize, Serialize};

use crate::message::{
    check::Walk,
    limits::{self, takes},
    words::Words,
};

/// The question of a [`CustomerFeedback`](super::CustomerFeedback): a [`ScoreQuestion`] or a
/// [`FreeFormQuestion`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    id: Words,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    title: Option<Words>,
    #[serde(flatten)]
    kind: Kind,
}

/// One variant for each `type`, so that a score read from JSON has one of its own options or none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Kind {
    Csat(Scale<CsatOption>),
    Nps(Scale<NpsOption>),
    Ces(Scale<CesOption>),
    FreeForm {},
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(bound(deserialize = "O: Deserialize<'de>"))]
struct Scale<O> {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    score_label: Option<ScoreLabel>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    score_option: Option<O>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    follow_up: Option<FollowUp>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum FollowUp {
    FreeForm {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        placeholder: Option<Words>,
    },
}

/// How satisfaction is scored; the payload is 1 to 5 each time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CsatOption {
    /// The numbers from one to five.
    OneToFive,
    /// Five stars.
    FiveStars,
    /// Five faces.
    FiveEmojis,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum NpsOption {
    ZeroToTen,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum CesOption {
    OneToSeven,
}

/// What is asked for, with the options the platform has for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Score {
    /// Customer satisfaction: 1 to 5.
    Csat(CsatOption),
    /// Net promoter score, how likely the person is to recommend the business: 0 to 10.
    Nps,
    /// Customer effort score, how easy it was: 1 to 7.
    Ces,
}

/// What stands at the two ends of the scale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScoreLabel {
    /// Negative to positive.
    NegPos,
    /// Hard to easy, as for [`Score::Ces`].
    HardEasy,
    /// Dissatisfied to satisfied.
    DisSat,
    /// Unlikely to likely, as for [`Score::Nps`].
    UnlikeLike,
    /// Poor to great.
    PoorGreat,
    /// Nothing.
    None,
}

/// A question that a score answers.
///
/// ```
/// use messenger_runtime::message::{Question, Score, ScoreLabel, ScoreQuestion};
/// use serde_json::json;
///
/// let question = ScoreQuestion::new("shop_1", Score::Nps).score_label(ScoreLabel::UnlikeLike);
/// assert_eq!(
///     serde_json::to_value(Question::from(question)).unwrap(),
///     json!({"id": "shop_1", "type": "nps", "score_label": "unlike_like", "score_option": "zero_to_ten"}),
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScoreQuestion {
    id: Words,
    title: Option<Words>,
    score: Score,
    score_label: Option<ScoreLabel>,
    follow_up: Option<FollowUp>,
}

impl ScoreQuestion {
    /// A question under the platform's own title, in the person's language. The answer comes back under
    /// `id`, of letters, digits and underscores.
    #[doc = takes!(FEEDBACK_QUESTION_ID)]
    #[must_use]
    pub fn new(id: impl Into<String>, score: Score) -> Self {
        Self {
            id: Words::new(id),
            title: None,
            score,
            score_label: None,
            follow_up: None,
        }
    }

    /// The question itself. The platform translates its own, not this one.
    #[doc = takes!(FEEDBACK_QUESTION_TITLE)]
    #[must_use]
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = Some(Words::new(title));
        self
    }

    /// What stands at the two ends of the scale.
    #[must_use]
    pub fn score_label(mut self, label: ScoreLabel) -> Self {
        self.score_label = Some(label);
        self
    }

    /// Asks for words after the score, in a field that shows these while it is empty.
    ///
    /// - `placeholder`:
    #[doc = takes!(FEEDBACK_PLACEHOLDER)]
    /// - What the person writes:
    #[doc = takes!(FEEDBACK_ANSWER)]
    #[must_use]
    pub fn follow_up(mut self, placeholder: impl Into<String>) -> Self {
        self.follow_up = Some(FollowUp::FreeForm {
            placeholder: Some(Words::new(placeholder)),
        });
        self
    }
}

/// A question that words answer.
#[doc = takes!(FEEDBACK_ANSWER)]
///
/// ```
/// use messenger_runtime::message::{FreeFormQuestion, Question};
/// use serde_json::json;
///
/// let question = FreeFormQuestion::new("wish_1").title("Which coffee do you miss?");
/// assert_eq!(
///     serde_json::to_value(Question::from(question)).unwrap(),
///     json!({"id": "wish_1", "type": "free_form", "title": "Which coffee do you miss?"}),
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FreeFormQuestion {
    id: Words,
    title: Option<Words>,
}

impl FreeFormQuestion {
    /// A question whose answer comes back under `id`, of letters, digits and underscores.
    #[doc = takes!(FEEDBACK_QUESTION_ID)]
    #[must_use]
    pub fn new(id: impl Into<String>) -> Self {
        Self {
            id: Words::new(id),
            title: None,
        }
    }

    /// The question itself.
    #[doc = takes!(FEEDBACK_QUESTION_TITLE)]
    #[must_use]
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = Some(Words::new(title));
        self
    }
}

impl From<ScoreQuestion> for Question {
    fn from(question: ScoreQuestion) -> Self {
        let ScoreQuestion {
            id,
            title,
            score,
            score_label,
            follow_up,
        } = question;
        let kind = match score {
            Score::Csat(option) => Kind::Csat(Scale::new(score_label, option, follow_up)),
            Score::Nps => Kind::Nps(Scale::new(score_label, NpsOption::ZeroToTen, follow_up)),
            Score::Ces => Kind::Ces(Scale::new(score_label, CesOption::OneToSeven, follow_up)),
        };
        Self { id, title, kind }
    }
}

impl From<FreeFormQuestion> for Question {
    fn from(question: FreeFormQuestion) -> Self {
        Self {
            id: question.id,
            title: question.title,
            kind: Kind::FreeForm {},
        }
    }
}

impl<O> Scale<O> {
    fn new(score_label: Option<ScoreLabel>, option: O, follow_up: Option<FollowUp>) -> Self {
        Self {
            score_label,
            score_option: Some(option),
            follow_up,
        }
    }
}

impl Question {
    pub(super) fn check(&self, walk: &mut Walk) {
        walk.text("id", &self.id, limits::FEEDBACK_QUESTION_ID);
        let taken = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        if !self.id.bytes().all(taken) {
            walk.invalid("id", "not only letters A to Z, digits and underscores");
        }
        walk.maybe_text("title", self.title.as_deref(), limits::FEEDBACK_QUESTION_TITLE);
        let follow_up = match &self.kind {
            Kind::Csat(scale) => &scale.follow_up,
            Kind::Nps(scale) => &scale.follow_up,
            Kind::Ces(scale) => &scale.follow_up,
            Kind::FreeForm {} => &None,
        };
        if let Some(FollowUp::FreeForm {
            placeholder: Some(placeholder),
        }) = follow_up
        {
            walk.at("follow_up", |walk| {
                walk.text("placeholder", placeholder, limits::FEEDBACK_PLACEHOLDER);
            });
        }
    }
}
