//! The utility template: a text the platform has approved, with what is new in it.

use serde::{Deserialize, Serialize};

use crate::message::{
    check::Walk,
    limits,
    payload::{Listed, Postback},
    words::Words,
};

/// A message template of the page, approved by the platform, with the words that fill its places.
///
/// A message with it goes out with the messaging type `UTILITY`, also outside the 24 hours. Parameters are
/// either all positional or all named, as the template was created. Buttons fill those of the template in
/// order.
/// Not available on Instagram.
/// Platform: utility messages, <https://developers.facebook.com/documentation/business-messaging/messenger-platform/send-messages/utility-messages>.
///
/// ```
/// use messenger_runtime::message::{Message, Parameter, RawPayload, UtilityTemplate};
/// use serde_json::{json, to_value};
///
/// let shipped = UtilityTemplate::new("order_shipped", "en")
///     .header([Parameter::text("Ada")])
///     .body([Parameter::text("A-1815"), Parameter::text("Tuesday")])
///     .postback(RawPayload("TRACK:A-1815".to_owned()))
///     .url("https://coffee.example/orders/A-1815");
/// assert_eq!(to_value(Message::from(shipped))?, json!({"template": {
///     "name": "order_shipped",
///     "language": {"code": "en"},
///     "components": [
///         {"type": "header", "parameters": [{"type": "text", "text": "Ada"}]},
///         {"type": "body", "parameters": [
///             {"type": "text", "text": "A-1815"}, {"type": "text", "text": "Tuesday"},
///         ]},
///         {"type": "buttons", "parameters": [
///             {"type": "POSTBACK", "payload": "TRACK:A-1815"},
///             {"type": "URL", "url": "https://coffee.example/orders/A-1815"},
///         ]},
///     ],
/// }}));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UtilityTemplate {
    name: String,
    language: Language,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    components: Vec<Component>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Language {
    code: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Component {
    Header { parameters: Vec<Parameter> },
    Body { parameters: Vec<Parameter> },
    Buttons { parameters: Vec<ButtonParameter> },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "UPPERCASE")]
enum ButtonParameter {
    Postback { payload: Words },
    Url { url: Words },
}

/// What fills one place of a [`UtilityTemplate`].
///
/// ```
/// use messenger_runtime::message::Parameter;
/// use serde_json::{json, to_value};
///
/// let parameter = Parameter::named("order_number", "A-1815");
/// assert_eq!(to_value(&parameter)?, json!({
///     "type": "text", "parameter_name": "order_number", "text": "A-1815",
/// }));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "text")]
pub struct Parameter {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    parameter_name: Option<String>,
    text: Words,
}

impl Parameter {
    /// Fills the next place (`{{1}}`, `{{2}}`, ...).
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self {
            parameter_name: None,
            text: Words::new(text),
        }
    }

    /// Fills the place of this name (`{{order_number}}`).
    #[must_use]
    pub fn named(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            parameter_name: Some(name.into()),
            text: Words::new(text),
        }
    }
}

impl UtilityTemplate {
    /// The template of this name in this language (`en`, `en_US`).
    #[must_use]
    pub fn new(name: impl Into<String>, language: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            language: Language {
                code: language.into(),
            },
            components: Vec::new(),
        }
    }

    /// Fills the places of the header.
    #[must_use]
    pub fn header(mut self, parameters: impl IntoIterator<Item = Parameter>) -> Self {
        let parameters = parameters.into_iter().collect();
        self.components.push(Component::Header { parameters });
        self
    }

    /// Fills the places of the body.
    #[must_use]
    pub fn body(mut self, parameters: impl IntoIterator<Item = Parameter>) -> Self {
        let parameters = parameters.into_iter().collect();
        self.components.push(Component::Body { parameters });
        self
    }

    /// Fills the template's next button: a postback, whose `payload` is a handler with its captures.
    #[must_use]
    #[expect(
        clippy::needless_pass_by_value,
        reason = "a payload is made where it is named"
    )]
    pub fn postback(self, payload: impl Postback<Handler: Listed>) -> Self {
        let payload = Words::new(payload.payload());
        self.button(ButtonParameter::Postback { payload })
    }

    /// Fills the template's next button: one that opens `url`.
    #[must_use]
    pub fn url(self, url: impl Into<String>) -> Self {
        self.button(ButtonParameter::Url { url: Words::new(url) })
    }

    fn button(mut self, button: ButtonParameter) -> Self {
        let buttons = self.components.iter_mut().find_map(|component| match component {
            Component::Buttons { parameters } => Some(parameters),
            Component::Header { .. } | Component::Body { .. } => None,
        });
        match buttons {
            Some(parameters) => parameters.push(button),
            None => self.components.push(Component::Buttons {
                parameters: vec![button],
            }),
        }
        self
    }

    /// The name of the template.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    fn parameters(&self) -> impl Iterator<Item = &Parameter> {
        self.components.iter().flat_map(|component| match component {
            Component::Header { parameters } | Component::Body { parameters } => parameters.as_slice(),
            Component::Buttons { .. } => &[],
        })
    }

    pub(in crate::message) fn check(&self, walk: &mut Walk) {
        walk.at("name", |walk| walk.messenger_only("utility message"));
        walk.required("name", &self.name);
        walk.at("language", |walk| walk.required("code", &self.language.code));
        for (n, component) in self.components.iter().enumerate() {
            let kind = std::mem::discriminant(component);
            let mut earlier = self.components[..n].iter().map(std::mem::discriminant);
            walk.at(&format!("components[{n}]"), |walk| {
                if earlier.any(|earlier| earlier == kind) {
                    walk.invalid("type", "a component of this type came before");
                }
                component.check(walk);
            });
        }
        let named = self
            .parameters()
            .filter(|parameter| parameter.parameter_name.is_some())
            .count();
        if named != 0 && named != self.parameters().count() {
            walk.invalid("components", "parameters are either all named or all positional");
        }
    }
}

impl Component {
    fn check(&self, walk: &mut Walk) {
        match self {
            Self::Header { parameters } | Self::Body { parameters } => {
                walk.each("parameters", parameters, |walk, parameter| {
                    walk.required("text", &parameter.text);
                    if let Some(name) = &parameter.parameter_name {
                        walk.required("parameter_name", name);
                    }
                });
            }
            Self::Buttons { parameters } => {
                walk.each("parameters", parameters, |walk, parameter| match parameter {
                    ButtonParameter::Postback { payload } => walk.text("payload", payload, limits::PAYLOAD),
                    ButtonParameter::Url { url } => walk.url("url", url),
                });
            }
        }
    }
}
