//! The names of the settings.

use std::collections::HashMap;

use secrecy::{ExposeSecret as _, SecretString};

/// One thing that can be set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Setting {
    PageId,
    AccessToken,
    AppId,
    AppSecret,
    VerifyToken,
    GraphOrigin,
    GraphVersion,
    Address,
    Port,
    WebhookPath,
    CallbackUrl,
    OperatorAddress,
    OperatorToken,
    Store,
    Debug,
}

impl Setting {
    pub(super) const ALL: [Self; 15] = [
        Self::AccessToken,
        Self::AppSecret,
        Self::VerifyToken,
        Self::PageId,
        Self::AppId,
        Self::Address,
        Self::Port,
        Self::WebhookPath,
        Self::CallbackUrl,
        Self::GraphOrigin,
        Self::GraphVersion,
        Self::OperatorAddress,
        Self::OperatorToken,
        Self::Store,
        Self::Debug,
    ];

    /// Its variables, the one that wins first.
    pub(super) const fn names(self) -> &'static [&'static str] {
        match self {
            Self::PageId => &["MESSENGER_PAGE_ID", "FACEBOOK_PAGE_ID"],
            Self::AccessToken => &[
                "MESSENGER_ACCESS_TOKEN",
                "FACEBOOK_ACCESS_TOKEN",
                "FACEBOOK_PAGE_ACCESS_TOKEN",
            ],
            Self::AppId => &["MESSENGER_APP_ID", "FACEBOOK_APP_ID"],
            Self::AppSecret => &["MESSENGER_APP_SECRET", "FACEBOOK_APP_SECRET"],
            Self::VerifyToken => &["MESSENGER_VERIFY_TOKEN", "FACEBOOK_VERIFY_TOKEN"],
            Self::GraphOrigin => &["MESSENGER_GRAPH_ORIGIN"],
            Self::GraphVersion => &["MESSENGER_GRAPH_VERSION"],
            Self::Address => &["MESSENGER_ADDR"],
            Self::Port => &["PORT", "MESSENGER_PORT"],
            Self::WebhookPath => &[
                "MESSENGER_WEBHOOK_PATH",
                "MESSENGER_APP_ENDPOINT",
                "MESSENGER_ENDPOINT",
            ],
            Self::CallbackUrl => &["MESSENGER_CALLBACK_URL"],
            Self::OperatorAddress => &["MESSENGER_OPERATOR_ADDR"],
            Self::OperatorToken => &["MESSENGER_OPERATOR_TOKEN"],
            Self::Store => &["MESSENGER_STORE"],
            Self::Debug => &["MESSENGER_DEBUG"],
        }
    }

    /// What it should be, and where to find it.
    pub(super) const fn expected(self) -> &'static str {
        match self {
            Self::PageId => "the page's id, digits only; several separated by commas, each once",
            Self::AccessToken => {
                "the page's access token from the App Dashboard (Messenger, Settings); with several page ids \
                 one for all, or one for each separated by commas"
            }
            Self::AppId => "the app's id from the App Dashboard, digits only",
            Self::AppSecret => {
                "the app secret from the App Dashboard (App settings, Basic); several separated by commas \
                 while it is being rotated"
            }
            Self::VerifyToken => "a long random word, the same as in the App Dashboard (Webhooks)",
            Self::GraphOrigin => "scheme, host and port only, like `https://graph.facebook.com`",
            Self::GraphVersion => "a version of the Graph API, like `v25.0`",
            Self::Address => {
                "an address or host name of this machine and a port, like `127.0.0.1:3000`, `[::]:3000` or `localhost:3000`"
            }
            Self::Port => "a port, 0 to 65535",
            Self::WebhookPath => {
                "a plain path of letters, digits and `- . _ ~ /`, like `/webhook`; not `/healthz` or `/readyz`"
            }
            Self::CallbackUrl => {
                "the public https address of the webhook, like `https://shop.example/webhook`"
            }
            Self::OperatorAddress => {
                "an address or host name of this machine and a port, like `127.0.0.1:3001`, or `off`"
            }
            Self::OperatorToken => "16 random characters or more, without spaces",
            Self::Store => {
                "`sqlite:` and the path of a file on this machine (`sqlite:/var/lib/shop/bot.db`, without parameters), \
                 `postgres://..`, or `memory`, which keeps nothing"
            }
            Self::Debug => "`1` or `0`",
        }
    }
}

/// A setting's text and the name it was found under. Any of them may be a secret put in the wrong place.
#[derive(Debug, Clone)]
pub(super) struct Text {
    pub(super) name: &'static str,
    pub(super) text: SecretString,
}

/// The texts of all settings that are set.
#[derive(Debug, Clone, Default)]
pub(super) struct Texts(HashMap<Setting, Text>);

impl Texts {
    /// What was set by hand goes before every variable.
    pub(super) fn set(&mut self, setting: Setting, text: SecretString) {
        self.0.insert(
            setting,
            Text {
                name: setting.names()[0],
                text,
            },
        );
    }

    pub(super) fn get(&self, setting: Setting) -> Option<&Text> {
        self.0.get(&setting)
    }

    /// Fills in what is not set yet, and notes where two names disagree.
    pub(super) fn fill(&mut self, vars: impl Fn(&str) -> Option<String>, warnings: &mut Vec<String>) {
        for setting in Setting::ALL {
            if self.0.contains_key(&setting) {
                continue;
            }
            for name in setting.names() {
                let text = vars(name)
                    .map(|text| text.trim().to_owned())
                    .filter(|text| !text.is_empty());
                let Some(text) = text else { continue };
                match self.0.get(&setting) {
                    None => {
                        self.0.insert(
                            setting,
                            Text {
                                name,
                                text: SecretString::from(text),
                            },
                        );
                    }
                    Some(used) if used.text.expose_secret() != text => {
                        warnings.push(format!("{name} differs from {}, which is used", used.name));
                    }
                    Some(_) => {}
                }
            }
        }
    }
}
