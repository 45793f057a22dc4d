//! What the platform says about a template.

use serde::Deserialize;
use serde_json::{Map, Value};

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$word_doc:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, Deserialize)]
        #[serde(from = "String")]
        #[non_exhaustive]
        pub enum $name {
            $(
                $(#[$word_doc])*
                #[doc = concat!("`", $word, "`.")]
                $variant,
            )*
            /// A word that this version does not know.
            Other(String),
        }

        impl $name {
            /// The platform's word.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $word,)*
                    Self::Other(word) => word,
                }
            }
        }

        impl From<String> for $name {
            fn from(word: String) -> Self {
                match &*word {
                    $($word => Self::$variant,)*
                    _ => Self::Other(word),
                }
            }
        }
    };
}

words! {
    /// Whether messages can be sent from a template.
    TemplateStatus {
        /// They can.
        Approved = "APPROVED",
        /// Not yet: the platform still looks at it.
        Pending = "PENDING",
        /// They cannot; the rejections say why.
        Rejected = "REJECTED",
        /// Not for now: people complained.
        Paused = "PAUSED",
        /// No longer.
        Disabled = "DISABLED",
    }
}

impl Default for TemplateStatus {
    /// What an answer without a status means: nothing is decided.
    fn default() -> Self {
        Self::Pending
    }
}

words! {
    /// Why the platform rejected a template.
    TemplateRejection {
        /// The placeholders are not written as they should be.
        IncorrectParams = "INCORRECT_PARAMS",
        /// There are too many placeholders for so few words.
        ParamsToWordRatioExceedLimit = "PARAMS_TO_WORD_RATIO_EXCEED_LIMIT",
        /// It reads like an advertisement.
        TagShouldBeMarketing = "TAG_SHOULD_BE_MARKETING",
        /// A placeholder has no sample.
        TemplateVariablesMissingSampleValues = "TEMPLATE_VARIABLES_MISSING_SAMPLE_VALUES",
    }
}

impl TemplateRejection {
    /// Every reason in the members of an answer that speak of rejections. They have several names, and
    /// are a word, a list, or an object of either.
    pub(super) fn all_in(answer: &Map<String, Value>) -> Vec<Self> {
        let mut found = Vec::new();
        for (key, value) in answer {
            if key.contains("reject") {
                Self::collect(value, &mut found);
            }
        }
        found
    }

    fn collect(value: &Value, found: &mut Vec<Self>) {
        match value {
            // Explanations in prose stand beside the words.
            Value::String(word) if is_reason(word) => {
                let reason = Self::from(word.clone());
                if !found.contains(&reason) {
                    found.push(reason);
                }
            }
            Value::Array(values) => values.iter().for_each(|value| Self::collect(value, found)),
            Value::Object(values) => values.values().for_each(|value| Self::collect(value, found)),
            _ => {}
        }
    }
}

fn is_reason(word: &str) -> bool {
    !matches!(word, "" | "NONE")
        && word
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
}
