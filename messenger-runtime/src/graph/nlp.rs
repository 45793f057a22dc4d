//! Built-in NLP: what the platform finds in a person's text, delivered as `message.nlp` of the event.
//!
//! The platform's pages still name it, but nothing recent says how it behaves: do not build on it.
//!
//! Platform: Built-in NLP, <https://developers.facebook.com/docs/messenger-platform/built-in-nlp>

use std::fmt;

use reqwest::Method;
use secrecy::SecretString;

use super::{Graph, Request, answer::Answer, client::ME};
use crate::message::{Fields, limits};

/// The model that reads a text: one of the platform, for a language, or one's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum NlpModel {
    /// An app of one's own at wit.ai; needs [`NlpConfigs::custom_token`].
    Custom,
    /// Chinese.
    Chinese,
    /// Croatian.
    Croatian,
    /// Danish.
    Danish,
    /// Dutch.
    Dutch,
    /// English.
    English,
    /// French.
    French,
    /// German.
    German,
    /// Hebrew.
    Hebrew,
    /// Hungarian.
    Hungarian,
    /// Irish.
    Irish,
    /// Italian.
    Italian,
    /// Korean.
    Korean,
    /// Norwegian Bokmål.
    NorwegianBokmal,
    /// Polish.
    Polish,
    /// Portuguese.
    Portuguese,
    /// Romanian.
    Romanian,
    /// Spanish.
    Spanish,
    /// Swedish.
    Swedish,
    /// Vietnamese.
    Vietnamese,
}

impl NlpModel {
    fn name(self) -> &'static str {
        match self {
            Self::Custom => "CUSTOM",
            Self::Chinese => "CHINESE",
            Self::Croatian => "CROATIAN",
            Self::Danish => "DANISH",
            Self::Dutch => "DUTCH",
            Self::English => "ENGLISH",
            Self::French => "FRENCH_STANDARD",
            Self::German => "GERMAN_STANDARD",
            Self::Hebrew => "HEBREW",
            Self::Hungarian => "HUNGARIAN",
            Self::Irish => "IRISH",
            Self::Italian => "ITALIAN_STANDARD",
            Self::Korean => "KOREAN",
            Self::NorwegianBokmal => "NORWEGIAN_BOKMAL",
            Self::Polish => "POLISH",
            Self::Portuguese => "PORTUGUESE",
            Self::Romanian => "ROMANIAN",
            Self::Spanish => "SPANISH",
            Self::Swedish => "SWEDISH",
            Self::Vietnamese => "VIETNAMESE",
        }
    }
}

/// How built-in NLP is set up; what is not set stays as it is.
///
/// `Debug` does not show the token.
#[derive(Clone, Default)]
#[must_use = "it sets up nothing until it is given to `Graph::set_nlp_configs`"]
pub struct NlpConfigs {
    enabled: Option<bool>,
    model: Option<NlpModel>,
    custom_token: Option<SecretString>,
    verbose: Option<bool>,
    n_best: Option<u8>,
}

impl NlpConfigs {
    /// Switched on, or off.
    pub fn enabled(enabled: bool) -> Self {
        Self {
            enabled: Some(enabled),
            ..Self::default()
        }
    }

    /// The model that reads the texts.
    pub fn model(self, model: NlpModel) -> Self {
        Self {
            model: Some(model),
            ..self
        }
    }

    /// The server token of one's own app at wit.ai, for [`NlpModel::Custom`].
    pub fn custom_token(self, token: impl Into<SecretString>) -> Self {
        Self {
            custom_token: Some(token.into()),
            ..self
        }
    }

    /// Whether each finding says where in the text it stands.
    pub fn verbose(self, verbose: bool) -> Self {
        Self {
            verbose: Some(verbose),
            ..self
        }
    }

    /// How many meanings of a text to give, the likeliest first: 1 to 8.
    pub fn n_best(self, meanings: u8) -> Self {
        Self {
            n_best: Some(meanings),
            ..self
        }
    }
}

impl fmt::Debug for NlpConfigs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NlpConfigs")
            .field("enabled", &self.enabled)
            .field("model", &self.model)
            .field("verbose", &self.verbose)
            .field("n_best", &self.n_best)
            .finish_non_exhaustive()
    }
}

impl Graph {
    /// Sets up built-in NLP for the page.
    ///
    /// ```
    /// # use messenger_runtime::graph::{Graph, GraphError, NlpConfigs, NlpModel};
    /// # async fn example(graph: Graph) -> Result<(), GraphError> {
    /// let configs = NlpConfigs::enabled(true).model(NlpModel::English).n_best(2);
    /// graph.set_nlp_configs(&configs).await?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// MSG517 for `n_best` outside of 1 to 8; MSG516 on Instagram.
    pub fn set_nlp_configs(&self, configs: &NlpConfigs) -> Request<()> {
        let fields = match configs.n_best {
            Some(meanings) => Fields::default().number("n_best", usize::from(meanings), limits::NLP_N_BEST),
            None => Fields::default(),
        };
        let draft = self
            .draft(Method::POST, [ME, "nlp_configs"])
            .messenger_only("built-in NLP")
            .check(fields.finish())
            .maybe_query("nlp_enabled", configs.enabled.map(|enabled| enabled.to_string()))
            .maybe_query("model", configs.model.map(NlpModel::name));
        let draft = match &configs.custom_token {
            Some(token) => draft.secret_query("custom_token", token),
            None => draft,
        };
        draft
            .maybe_query("verbose", configs.verbose.map(|verbose| verbose.to_string()))
            .maybe_query("n_best", configs.n_best.map(|meanings| meanings.to_string()))
            .repeatable()
            .reads(Answer::done)
    }
}
