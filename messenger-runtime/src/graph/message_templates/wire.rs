//! A template as the platform takes it.

use serde::Serialize;

use super::new::{Header, NamedSample, NewMessageTemplate, ParameterFormat, Samples, TemplateButton};

#[derive(Serialize)]
pub(super) struct Body<'a> {
    name: &'a str,
    language: &'a str,
    category: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    parameter_format: Option<ParameterFormat>,
    components: Vec<Component<'a>>,
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "SCREAMING_SNAKE_CASE")]
enum Component<'a> {
    Header {
        format: &'static str,
        #[serde(skip_serializing_if = "Option::is_none")]
        text: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        example: Option<HeaderExample<'a>>,
    },
    Body {
        text: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        example: Option<BodyExample<'a>>,
    },
    Buttons {
        buttons: &'a [TemplateButton],
    },
}

#[derive(Serialize)]
enum HeaderExample<'a> {
    #[serde(rename = "header_text")]
    Positional(&'a [String]),
    #[serde(rename = "header_text_named_params")]
    Named(&'a [NamedSample]),
    #[serde(rename = "header_handle")]
    Image([&'a str; 1]),
}

#[derive(Serialize)]
enum BodyExample<'a> {
    #[serde(rename = "body_text")]
    Positional([&'a [String]; 1]),
    #[serde(rename = "body_text_named_params")]
    Named(&'a [NamedSample]),
}

impl<'a> From<&'a NewMessageTemplate> for Body<'a> {
    fn from(template: &'a NewMessageTemplate) -> Self {
        let header = template.header.as_ref().map(Component::from);
        let body = Component::Body {
            text: &template.body.text,
            example: match &template.body.samples {
                Samples::None => None,
                Samples::Named(samples) => Some(BodyExample::Named(samples)),
                Samples::Positional(samples) => Some(BodyExample::Positional([samples])),
            },
        };
        let buttons = (!template.buttons.is_empty()).then_some(Component::Buttons {
            buttons: &template.buttons,
        });
        let of_header = match &template.header {
            Some(Header::Text(text)) => text.format(),
            Some(Header::Image { .. }) | None => None,
        };
        Self {
            name: &template.name,
            language: &template.language,
            category: "UTILITY",
            parameter_format: template.body.format().or(of_header),
            components: header.into_iter().chain([body]).chain(buttons).collect(),
        }
    }
}

impl<'a> From<&'a Header> for Component<'a> {
    fn from(header: &'a Header) -> Self {
        match header {
            Header::Text(text) => Self::Header {
                format: "TEXT",
                text: Some(&text.text),
                example: match &text.samples {
                    Samples::None => None,
                    Samples::Named(samples) => Some(HeaderExample::Named(samples)),
                    Samples::Positional(samples) => Some(HeaderExample::Positional(samples)),
                },
            },
            Header::Image { handle } => Self::Header {
                format: "IMAGE",
                text: None,
                example: Some(HeaderExample::Image([handle])),
            },
        }
    }
}
