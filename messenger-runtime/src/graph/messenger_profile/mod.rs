//! The Messenger profile: what a page shows before anybody has written a word.
//!
//! [`MessengerProfile`] is the whole of it as one value. A bot declares it beside its handlers and gives it
//! to [`BotBuilder::messenger_profile`](crate::BotBuilder::messenger_profile); the commands `profile diff`
//! and `profile push` compare it with the page and write it there. [`Graph`](super::Graph) reads, sets and
//! deletes the properties one by one.
//!
//! Payloads are named by handlers, so a menu item, an ice breaker or a command that nobody answers does
//! not compile. What is read back from a page is plain data.
//!
//! Where to look: `menu`, `ice_breakers` and `commands` are the properties that have a shape of their own,
//! `localized` is what each locale has, `wire` how the platform writes it all, `check` the limits, `calls`
//! the calls.
//!
//! Platform: Messenger profile, <https://developers.facebook.com/documentation/business-messaging/messenger-platform/reference/messenger-profile-api>

mod calls;
mod check;
mod commands;
mod ice_breakers;
mod localized;
mod menu;
mod wire;

pub use commands::{Command, Commands};
pub use ice_breakers::{IceBreaker, IceBreakers};
pub use localized::Localized;
pub use menu::{IntoMenu, Menu, MenuItem};

use crate::message::{GetStarted, LimitErrors, Listed, Platform};

/// One property of a [`MessengerProfile`], by the platform's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ProfileProperty {
    /// The payload of the get-started button.
    GetStarted,
    /// What stands above the get-started button.
    Greeting,
    /// The menu that is always there.
    PersistentMenu,
    /// Questions offered to who has not written yet.
    IceBreakers,
    /// The slash commands.
    Commands,
    /// Domains that may be opened with Messenger Extensions.
    WhitelistedDomains,
    /// Where account linking begins.
    AccountLinkingUrl,
    /// Whether the page is under the European privacy rules; can be read alone.
    SubjectToNewEuPrivacyRules,
}

impl ProfileProperty {
    /// Every property.
    pub const ALL: [Self; 8] = [
        Self::GetStarted,
        Self::Greeting,
        Self::PersistentMenu,
        Self::IceBreakers,
        Self::Commands,
        Self::WhitelistedDomains,
        Self::AccountLinkingUrl,
        Self::SubjectToNewEuPrivacyRules,
    ];

    /// The platform's name, such as `persistent_menu`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::GetStarted => "get_started",
            Self::Greeting => "greeting",
            Self::PersistentMenu => "persistent_menu",
            Self::IceBreakers => "ice_breakers",
            Self::Commands => "commands",
            Self::WhitelistedDomains => "whitelisted_domains",
            Self::AccountLinkingUrl => "account_linking_url",
            Self::SubjectToNewEuPrivacyRules => "subject_to_new_eu_privacy_rules",
        }
    }
}

/// What a page shows before anybody has written: the get-started button, the greeting, the menu, ice
/// breakers, commands. `None` is what is not declared, or what the page does not have.
///
/// ```
/// use messenger_runtime::{
///     graph::{Command, IceBreaker, Menu, MenuItem, MessengerProfile},
///     prelude::*,
/// };
///
/// bot! { pub Shop; welcome, coffee, flights }
///
/// #[on_get_started]
/// async fn welcome() -> &'static str {
///     "Hi!"
/// }
///
/// #[on_postback("COFFEE")]
/// async fn coffee() -> &'static str {
///     "Moka, espresso, filter."
/// }
///
/// #[on_command("flights")]
/// async fn flights() -> &'static str {
///     "Where to?"
/// }
///
/// fn profile() -> MessengerProfile {
///     MessengerProfile::new()
///         .get_started(welcome {})
///         .greeting("Hi {{user_first_name}}!")
///         .greeting_in("fr_FR", "Bonjour {{user_first_name}} !")
///         .menu([
///             MenuItem::postback("Coffee", coffee {}),
///             MenuItem::url("Opening hours", "https://coffee.example/hours"),
///         ])
///         .menu_in("fr_FR", Menu::new([MenuItem::postback("Café", coffee {})]))
///         .ice_breakers([IceBreaker::new("What do you sell?", coffee {})])
///         .commands([Command::new(flights {}, "Looks up flights")])
///         .whitelisted_domains(["https://coffee.example"])
/// }
///
/// # fn main() {
/// let bot = Shop::stateless().messenger_profile(profile());
/// assert_eq!(profile().get_started.as_deref(), Some("GET_STARTED"));
/// # }
/// ```
///
/// It serialises to the properties as the platform has them:
///
/// ```
/// use messenger_runtime::{graph::{MenuItem, MessengerProfile}, message::RawPayload};
/// use serde_json::json;
///
/// let profile = MessengerProfile::new()
///     .get_started(RawPayload("START".to_owned()))
///     .menu([MenuItem::url("Hours", "https://coffee.example")]);
/// assert_eq!(serde_json::to_value(&profile)?, json!({
///     "get_started": {"payload": "START"},
///     "persistent_menu": [{
///         "locale": "default",
///         "composer_input_disabled": false,
///         "call_to_actions": [{"type": "web_url", "title": "Hours", "url": "https://coffee.example"}],
///     }],
/// }));
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// Locales are the platform's, such as `fr_FR`; `default` is for everybody else. Said twice for one locale,
/// the last word counts. [`check`](Self::check) holds it against the platform's limits, as every call that
/// sets it does.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct MessengerProfile {
    /// The payload of the get-started button. A menu needs one. The Facebook app's browser on phones does not
    /// show the button.
    pub get_started: Option<String>,
    /// What stands above the get-started button, at most 160 characters; knows `{{user_first_name}}`,
    /// `{{user_last_name}}` and `{{user_full_name}}`.
    pub greeting: Option<Localized<String>>,
    /// The menu that is always there. What is set for the page reaches people within 24 hours.
    pub persistent_menu: Option<Localized<Menu>>,
    /// Questions offered to who has not written yet, at most 4. They go before the get-started button.
    pub ice_breakers: Option<Localized<Vec<IceBreaker>>>,
    /// The slash commands, at most 100. Where there are some, they are shown in place of the menu.
    pub commands: Option<Localized<Vec<Command>>>,
    /// Domains that may be opened with Messenger Extensions, at most 50: `https`, no IP address.
    pub whitelisted_domains: Option<Vec<String>>,
    /// Where account linking begins: an `https` address.
    pub account_linking_url: Option<String>,
    /// Whether the page is under the European privacy rules. The platform says it; it cannot be set.
    pub subject_to_new_eu_privacy_rules: Option<bool>,
}

impl MessengerProfile {
    /// A profile without any property.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Declares the get-started button; its payload is that of an `#[on_get_started]` handler.
    ///
    /// ```compile_fail
    /// # use messenger_runtime::graph::MessengerProfile;
    /// let dead = MessengerProfile::new().get_started("GET_STARTED");
    /// ```
    #[must_use]
    #[expect(
        clippy::needless_pass_by_value,
        reason = "a payload is made where it is named"
    )]
    pub fn get_started(mut self, handler: impl GetStarted<Handler: Listed>) -> Self {
        self.get_started = Some(handler.payload());
        self
    }

    /// Declares the greeting for everybody whose locale has none of its own.
    #[must_use]
    pub fn greeting(self, text: impl Into<String>) -> Self {
        self.greeting_in(Localized::<String>::DEFAULT, text)
    }

    /// Declares the greeting for a locale.
    #[must_use]
    pub fn greeting_in(mut self, locale: impl Into<String>, text: impl Into<String>) -> Self {
        let greeting = self.greeting.get_or_insert_default();
        greeting.set(locale, text.into());
        self
    }

    /// Declares the menu for everybody whose locale has none of its own: a [`Menu`] or its items. Every page
    /// with a menu needs this one.
    #[doc(alias = "persistent_menu")]
    #[must_use]
    pub fn menu(self, menu: impl IntoMenu) -> Self {
        self.menu_in(Localized::<Menu>::DEFAULT, menu)
    }

    /// Takes nothing: who writes the property's own name is told of [`menu`](Self::menu).
    #[doc(hidden)]
    #[must_use]
    pub fn persistent_menu(self, menu: impl menu::WrittenAsMenu) -> Self {
        self.menu(menu.into_menu())
    }

    /// Declares the menu for a locale.
    #[must_use]
    pub fn menu_in(mut self, locale: impl Into<String>, menu: impl IntoMenu) -> Self {
        let menus = self.persistent_menu.get_or_insert_default();
        menus.set(locale, menu.into_menu());
        self
    }

    /// Declares the ice breakers for everybody whose locale has none of its own.
    #[must_use]
    pub fn ice_breakers(self, ice_breakers: impl IceBreakers) -> Self {
        self.ice_breakers_in(Localized::<Vec<IceBreaker>>::DEFAULT, ice_breakers)
    }

    /// Declares the ice breakers for a locale.
    #[must_use]
    pub fn ice_breakers_in(mut self, locale: impl Into<String>, ice_breakers: impl IceBreakers) -> Self {
        let known = self.ice_breakers.get_or_insert_default();
        known.set(locale, ice_breakers.into_vec());
        self
    }

    /// Declares the slash commands for everybody whose locale has none of its own.
    #[must_use]
    pub fn commands(self, commands: impl Commands) -> Self {
        self.commands_in(Localized::<Vec<Command>>::DEFAULT, commands)
    }

    /// Declares the slash commands for a locale.
    #[must_use]
    pub fn commands_in(mut self, locale: impl Into<String>, commands: impl Commands) -> Self {
        let known = self.commands.get_or_insert_default();
        known.set(locale, commands.into_vec());
        self
    }

    /// Declares the domains that may be opened with Messenger Extensions.
    #[must_use]
    pub fn whitelisted_domains(mut self, domains: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.whitelisted_domains = Some(domains.into_iter().map(Into::into).collect());
        self
    }

    /// Declares where account linking begins.
    #[must_use]
    pub fn account_linking_url(mut self, url: impl Into<String>) -> Self {
        self.account_linking_url = Some(url.into());
        self
    }

    /// Whether the profile says anything about this property.
    pub(crate) fn has(&self, property: ProfileProperty) -> bool {
        match property {
            ProfileProperty::GetStarted => self.get_started.is_some(),
            ProfileProperty::Greeting => self.greeting.is_some(),
            ProfileProperty::PersistentMenu => self.persistent_menu.is_some(),
            ProfileProperty::IceBreakers => self.ice_breakers.is_some(),
            ProfileProperty::Commands => self.commands.is_some(),
            ProfileProperty::WhitelistedDomains => self.whitelisted_domains.is_some(),
            ProfileProperty::AccountLinkingUrl => self.account_linking_url.is_some(),
            ProfileProperty::SubjectToNewEuPrivacyRules => self.subject_to_new_eu_privacy_rules.is_some(),
        }
    }

    /// The profile with these properties alone.
    #[cfg(feature = "cli")]
    pub(crate) fn only(mut self, properties: &[ProfileProperty]) -> Self {
        for property in ProfileProperty::ALL {
            if !properties.contains(&property) {
                self.forget(property);
            }
        }
        self
    }

    #[cfg(feature = "cli")]
    fn forget(&mut self, property: ProfileProperty) {
        match property {
            ProfileProperty::GetStarted => self.get_started = None,
            ProfileProperty::Greeting => self.greeting = None,
            ProfileProperty::PersistentMenu => self.persistent_menu = None,
            ProfileProperty::IceBreakers => self.ice_breakers = None,
            ProfileProperty::Commands => self.commands = None,
            ProfileProperty::WhitelistedDomains => self.whitelisted_domains = None,
            ProfileProperty::AccountLinkingUrl => self.account_linking_url = None,
            ProfileProperty::SubjectToNewEuPrivacyRules => self.subject_to_new_eu_privacy_rules = None,
        }
    }

    /// Holds the profile against the limits of a platform. That a menu needs a get-started button is not
    /// looked at: the page may have one already.
    ///
    /// ```
    /// use messenger_runtime::{graph::MessengerProfile, message::Platform};
    ///
    /// let profile = MessengerProfile::new().greeting("x".repeat(161));
    /// let errors = profile.check(Platform::Messenger).unwrap_err();
    /// assert_eq!(errors.to_string(), "MSG101 greeting[default].text: 161 characters, at most 160");
    /// ```
    ///
    /// # Errors
    ///
    /// Every violation, with its path.
    pub fn check(&self, platform: Platform) -> Result<(), LimitErrors> {
        check::profile(self, platform)
    }
}
