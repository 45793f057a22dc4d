//! A template being written.

use std::{borrow::Cow, collections::BTreeSet};

use serde::Serialize;

use super::required;
use crate::message::{Fields, LimitErrors, Listed, Postback};

/// A template of the page's own words, to be made.
///
/// ```
/// use messenger_runtime::graph::{NewMessageTemplate, TemplateButton, TemplateText};
/// use messenger_runtime::message::RawPayload;
///
/// let time = TemplateText::positional("Your appointment is at {{1}} on {{2}}.", ["10:30", "Monday"]);
/// let reminder = NewMessageTemplate::new("appointment", "en_US", time)
///     .header("See you soon")
///     .buttons([TemplateButton::postback("I will come", RawPayload("COMING".to_owned()))]);
/// ```
///
/// On the wire:
///
/// ```json
/// {"name": "appointment", "language": "en_US", "category": "UTILITY", "parameter_format": "POSITIONAL",
///  "components": [
///    {"type": "HEADER", "format": "TEXT", "text": "See you soon"},
///    {"type": "BODY", "text": "Your appointment is at {{1}} on {{2}}.",
///     "example": {"body_text": [["10:30", "Monday"]]}},
///    {"type": "BUTTONS", "buttons": [{"type": "POSTBACK", "text": "I will come", "payload": "COMING"}]}]}
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "a template is made by `Graph::create_message_template`"]
pub struct NewMessageTemplate {
    pub(super) name: String,
    pub(super) language: String,
    pub(super) header: Option<Header>,
    pub(super) body: TemplateText,
    pub(super) buttons: Vec<TemplateButton>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Header {
    Text(TemplateText),
    Image { handle: String },
}

/// A text with samples for its placeholders, which the platform's review looks at.
///
/// Placeholders are named (`{{order}}`) or numbered (`{{1}}`), one way throughout a template. A plain
/// string is a text without placeholders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateText {
    pub(super) text: String,
    pub(super) samples: Samples,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Samples {
    None,
    Named(Vec<NamedSample>),
    Positional(Vec<String>),
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct NamedSample {
    param_name: String,
    example: String,
}

/// How a template's placeholders are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum ParameterFormat {
    Named,
    Positional,
}

impl TemplateText {
    /// A text with placeholders such as `{{order}}`, and a sample for each name.
    #[must_use]
    pub fn named<N: Into<String>, S: Into<String>>(
        text: impl Into<String>,
        samples: impl IntoIterator<Item = (N, S)>,
    ) -> Self {
        let samples: Vec<_> = samples
            .into_iter()
            .map(|(name, sample)| NamedSample {
                param_name: name.into(),
                example: sample.into(),
            })
            .collect();
        Self {
            text: text.into(),
            samples: if samples.is_empty() {
                Samples::None
            } else {
                Samples::Named(samples)
            },
        }
    }

    /// A text with the placeholders `{{1}}`, `{{2}}` and so on, and a sample for each.
    #[must_use]
    pub fn positional<S: Into<String>>(
        text: impl Into<String>,
        samples: impl IntoIterator<Item = S>,
    ) -> Self {
        let samples: Vec<_> = samples.into_iter().map(Into::into).collect();
        Self {
            text: text.into(),
            samples: if samples.is_empty() {
                Samples::None
            } else {
                Samples::Positional(samples)
            },
        }
    }

    /// That every placeholder has a sample and every sample a placeholder.
    fn check(&self, path: &str) -> Result<(), LimitErrors> {
        required(path, &self.text)?;
        let wanted = placeholders(&self.text);
        let given: BTreeSet<Cow<'_, str>> = match &self.samples {
            Samples::None => BTreeSet::new(),
            Samples::Named(samples) => samples
                .iter()
                .map(|sample| Cow::Borrowed(&*sample.param_name))
                .collect(),
            Samples::Positional(samples) => (1..=samples.len())
                .map(|number| Cow::Owned(number.to_string()))
                .collect(),
        };
        let at = |name: &str| format!("{path}.{{{{{name}}}}}");
        if let Some(name) = wanted.iter().find(|name| !given.contains(**name)) {
            return wrong(&at(name), "a placeholder without a sample");
        }
        if let Some(name) = given.iter().find(|name| !wanted.contains(&***name)) {
            return wrong(&at(name), "a sample without a placeholder");
        }
        Ok(())
    }

    pub(super) const fn format(&self) -> Option<ParameterFormat> {
        match &self.samples {
            Samples::None => None,
            Samples::Named(_) => Some(ParameterFormat::Named),
            Samples::Positional(_) => Some(ParameterFormat::Positional),
        }
    }
}

impl From<&str> for TemplateText {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl From<String> for TemplateText {
    fn from(text: String) -> Self {
        Self {
            text,
            samples: Samples::None,
        }
    }
}

/// What stands between `{{` and `}}`.
fn placeholders(text: &str) -> BTreeSet<&str> {
    text.split("{{")
        .skip(1)
        .filter_map(|behind| Some(behind.split_once("}}")?.0.trim()))
        .collect()
}

fn wrong(path: &str, what: &'static str) -> Result<(), LimitErrors> {
    Fields::default().invalid(path, what).finish()
}

/// A button of a template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct TemplateButton(ButtonKind);

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "SCREAMING_SNAKE_CASE")]
enum ButtonKind {
    Url {
        text: String,
        url: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        example: Option<[String; 1]>,
    },
    Postback {
        text: String,
        payload: String,
    },
}

impl TemplateButton {
    /// Opens an address.
    #[must_use]
    pub fn url(text: impl Into<String>, url: impl Into<String>) -> Self {
        Self(ButtonKind::Url {
            text: text.into(),
            url: url.into(),
            example: None,
        })
    }

    /// Opens an address with a placeholder, which each message fills in; `example` is such an address in
    /// full.
    ///
    /// ```
    /// use messenger_runtime::graph::TemplateButton;
    ///
    /// let follow = TemplateButton::url_with(
    ///     "Follow it",
    ///     "https://shop.example/orders/{{1}}",
    ///     "https://shop.example/orders/A-17",
    /// );
    /// ```
    #[must_use]
    pub fn url_with(text: impl Into<String>, url: impl Into<String>, example: impl Into<String>) -> Self {
        Self(ButtonKind::Url {
            text: text.into(),
            url: url.into(),
            example: Some([example.into()]),
        })
    }

    /// Sends a payload back, named by the handler that answers it; a message can replace it.
    #[must_use]
    #[expect(
        clippy::needless_pass_by_value,
        reason = "a payload is made where it is named"
    )]
    pub fn postback(text: impl Into<String>, payload: impl Postback<Handler: Listed>) -> Self {
        Self(ButtonKind::Postback {
            text: text.into(),
            payload: payload.payload(),
        })
    }

    fn check(&self, path: &str) -> Result<(), LimitErrors> {
        let (ButtonKind::Url { text, .. } | ButtonKind::Postback { text, .. }) = &self.0;
        required(&format!("{path}.text"), text)?;
        match &self.0 {
            ButtonKind::Url { url, .. } if !url.starts_with("https://") && !url.starts_with("http://") => {
                let what = "not an address that begins with https:// or http://";
                wrong(&format!("{path}.url"), what)
            }
            ButtonKind::Url {
                url, example: None, ..
            } if !placeholders(url).is_empty() => {
                wrong(&format!("{path}.url"), "a placeholder without an example")
            }
            ButtonKind::Postback { payload, .. } => required(&format!("{path}.payload"), payload),
            ButtonKind::Url { .. } => Ok(()),
        }
    }
}

impl NewMessageTemplate {
    /// A template of this name, such as `order_shipped`, in this language, such as `en_US`.
    pub fn new(name: impl Into<String>, language: impl Into<String>, body: impl Into<TemplateText>) -> Self {
        Self {
            name: name.into(),
            language: language.into(),
            header: None,
            body: body.into(),
            buttons: Vec::new(),
        }
    }

    /// Words above the text.
    pub fn header(self, text: impl Into<TemplateText>) -> Self {
        Self {
            header: Some(Header::Text(text.into())),
            ..self
        }
    }

    /// A picture above the text: `handle` is what the Resumable Upload API answered for a sample of it.
    ///
    /// Platform: Resumable Upload API, <https://developers.facebook.com/docs/graph-api/guides/upload>
    pub fn image_header(self, handle: impl Into<String>) -> Self {
        let handle = handle.into();
        Self {
            header: Some(Header::Image { handle }),
            ..self
        }
    }

    /// Buttons under the text.
    pub fn buttons(self, buttons: impl IntoIterator<Item = TemplateButton>) -> Self {
        Self {
            buttons: buttons.into_iter().collect(),
            ..self
        }
    }

    /// The first thing that the platform would reject it for.
    pub(super) fn check(&self) -> Result<(), LimitErrors> {
        required("name", &self.name)?;
        required("language", &self.language)?;
        match &self.header {
            None => {}
            Some(Header::Text(header)) => {
                header.check("header")?;
                let formats = (header.format(), self.body.format());
                if matches!(formats, (Some(of_header), Some(of_body)) if of_header != of_body) {
                    return wrong(
                        "header",
                        "its placeholders are named and those of the body numbered, or the reverse",
                    );
                }
            }
            Some(Header::Image { handle }) => required("header.handle", handle)?,
        }
        self.body.check("body")?;
        self.buttons
            .iter()
            .enumerate()
            .try_for_each(|(n, button)| button.check(&format!("buttons[{n}]")))
    }
}
