//! The calls: each property read, set and deleted, all of them together, and the menu of one person.

use reqwest::Method;
use serde::Serialize;
use serde_json::Value;

use super::{Command, IceBreaker, Localized, Menu, MessengerProfile, ProfileProperty, check, wire};
use crate::{
    graph::{
        Graph, GraphError, Request, Unsupported, answer::Answer, call::Pace, client::ME, request::Draft,
    },
    message::{self, GetStarted, Listed, Platform},
};

const PATH: [&str; 2] = [ME, "messenger_profile"];
const USER_PATH: [&str; 2] = [ME, "custom_user_settings"];
/// What the menu of one person is called where Instagram has none.
const USER_MENU: &str = "menu for one person";

#[derive(Serialize)]
struct Fields {
    fields: Vec<&'static str>,
}

#[derive(Serialize)]
struct UserMenu<'a, M> {
    psid: &'a str,
    persistent_menu: M,
}

/// All properties together. A page takes 10 of these calls, reading ones included, in 10 minutes.
impl Graph {
    /// Reads these properties of the page. What the page does not have is `None`.
    ///
    /// ```
    /// # use messenger_runtime::graph::{Graph, GraphError, ProfileProperty};
    /// # async fn example(graph: Graph) -> Result<(), GraphError> {
    /// let profile = graph.messenger_profile([ProfileProperty::Greeting, ProfileProperty::PersistentMenu]).await?;
    /// if let Some(greeting) = profile.greeting {
    ///     println!("{:?}", greeting.get("default"));
    /// }
    /// # Ok(()) }
    /// ```
    pub fn messenger_profile(
        &self,
        properties: impl IntoIterator<Item = ProfileProperty>,
    ) -> Request<MessengerProfile> {
        self.get_properties(&Vec::from_iter(properties), whole)
    }

    /// Sets what `profile` has, each property as a whole, and leaves the others as they are.
    ///
    /// Where a get-started button and a menu are both new, set the button first: the platform refuses a
    /// menu without one. The bot's command `profile push` sees to that, and sets only what differs.
    ///
    /// ```
    /// # use messenger_runtime::{graph::{Graph, GraphError, MenuItem, MessengerProfile}, message::RawPayload};
    /// # async fn example(graph: Graph) -> Result<(), GraphError> {
    /// let hello = MessengerProfile::new()
    ///     .get_started(RawPayload("OTHER_APP:START".to_owned()))
    ///     .greeting("Hi {{user_first_name}}!");
    /// graph.set_messenger_profile(&hello).await?;
    /// let menu = MessengerProfile::new().menu([MenuItem::url("Hours", "https://coffee.example/hours")]);
    /// graph.set_messenger_profile(&menu).await?;
    /// # Ok(()) }
    /// ```
    pub fn set_messenger_profile(&self, profile: &MessengerProfile) -> Request<()> {
        let draft = self
            .profile_draft(Method::POST)
            .check(profile.check(self.platform()))
            .repeatable();
        let draft = match self.platform() {
            Platform::Messenger => draft.json(profile),
            Platform::Instagram => draft.json(&wire::OfInstagram(profile)),
        };
        if ProfileProperty::ALL
            .iter()
            .all(|property| !profile.has(*property))
        {
            let nothing = GraphError::request("the profile has no property to set", None);
            return draft.refuse(nothing).reads(Answer::done);
        }
        draft.reads(Answer::done)
    }

    /// Takes these properties off the page.
    ///
    /// The platform keeps the get-started button while there is a menu: delete the menu first.
    ///
    /// ```
    /// # use messenger_runtime::graph::{Graph, GraphError, ProfileProperty};
    /// # async fn example(graph: Graph) -> Result<(), GraphError> {
    /// graph.delete_messenger_profile([ProfileProperty::PersistentMenu]).await?;
    /// graph.delete_messenger_profile([ProfileProperty::GetStarted, ProfileProperty::Greeting]).await?;
    /// # Ok(()) }
    /// ```
    pub fn delete_messenger_profile(
        &self,
        properties: impl IntoIterator<Item = ProfileProperty>,
    ) -> Request<()> {
        let properties = Vec::from_iter(properties);
        let fields = properties.iter().map(|property| property.name()).collect();
        self.without_commands(self.profile_draft(Method::DELETE), &properties)
            .repeatable()
            .json(&Fields { fields })
            .reads(Answer::done)
    }

    fn get_properties<T>(
        &self,
        properties: &[ProfileProperty],
        read: fn(&Answer) -> Result<T, GraphError>,
    ) -> Request<T> {
        let fields: Vec<_> = properties.iter().map(|property| property.name()).collect();
        self.without_commands(self.profile_draft(Method::GET), properties)
            .query("fields", fields.join(","))
            .reads(read)
    }

    fn profile_draft(&self, method: Method) -> Draft {
        let instagram = (self.platform() == Platform::Instagram).then_some("instagram");
        self.draft(method, PATH)
            .pace(Pace::MessengerProfile)
            .maybe_query("platform", instagram)
    }

    fn without_commands(&self, draft: Draft, properties: &[ProfileProperty]) -> Draft {
        let commands = ProfileProperty::Commands;
        if self.platform() == Platform::Instagram && properties.contains(&commands) {
            return draft.refuse(Unsupported::on_instagram(commands.name()).into());
        }
        draft
    }
}

/// The platform gives the properties in one object; several are taken together.
fn whole(answer: &Answer) -> Result<MessengerProfile, GraphError> {
    let mut all = serde_json::Map::new();
    for properties in answer.data::<serde_json::Map<String, Value>>()? {
        all.extend(properties);
    }
    serde_json::from_value(Value::Object(all))
        .map_err(|_unread| answer.unexpected("the profile is not an object"))
}

macro_rules! properties {
    ($(
        $property:ident($field:ident): $value:ty,
        $(#[$get_doc:meta])* $get:ident,
        $(#[$delete_doc:meta])* $delete:ident;
    )*) => {
        /// The properties one by one.
        impl Graph {
            $(
                $(#[$get_doc])*
                pub fn $get(&self) -> Request<Option<$value>> {
                    self.get_properties(&[ProfileProperty::$property], |answer| Ok(whole(answer)?.$field))
                }

                $(#[$delete_doc])*
                pub fn $delete(&self) -> Request<()> {
                    self.delete_messenger_profile([ProfileProperty::$property])
                }
            )*
        }
    };
}

properties! {
    GetStarted(get_started): String,
    /// The payload of the get-started button; `None` where the page has no button.
    get_started,
    /// Takes the get-started button away. The platform refuses it while there is a menu.
    delete_get_started;

    Greeting(greeting): Localized<String>,
    /// The greeting; `None` where the page has none.
    greeting,
    /// Takes the greeting away, for every locale.
    delete_greeting;

    PersistentMenu(persistent_menu): Localized<Menu>,
    /// The menu; `None` where the page has none.
    persistent_menu,
    /// Takes the menu away, for every locale. People see it for up to 24 hours more.
    delete_persistent_menu;

    IceBreakers(ice_breakers): Localized<Vec<IceBreaker>>,
    /// The ice breakers, in whichever format they were set; `None` where the page has none.
    ice_breakers,
    /// Takes the ice breakers away, for every locale.
    delete_ice_breakers;

    Commands(commands): Localized<Vec<Command>>,
    /// The slash commands; `None` where the page has none. Instagram does not have them.
    commands,
    /// Takes the slash commands away, for every locale. Instagram does not have them.
    delete_commands;

    WhitelistedDomains(whitelisted_domains): Vec<String>,
    /// The domains that may be opened with Messenger Extensions; `None` where there are none.
    whitelisted_domains,
    /// Takes every domain away.
    delete_whitelisted_domains;

    AccountLinkingUrl(account_linking_url): String,
    /// Where account linking begins; `None` where the page does not say.
    account_linking_url,
    /// Takes the address of account linking away.
    delete_account_linking_url;
}

/// Setting the properties one by one. Each replaces the property for every locale.
impl Graph {
    /// Whether the page is under the European privacy rules; `None` where the platform does not say.
    pub fn subject_to_new_eu_privacy_rules(&self) -> Request<Option<bool>> {
        self.get_properties(&[ProfileProperty::SubjectToNewEuPrivacyRules], |answer| {
            Ok(whole(answer)?.subject_to_new_eu_privacy_rules)
        })
    }

    /// Sets the get-started button; its payload is that of an `#[on_get_started]` handler, or a
    /// [`RawPayload`](crate::message::RawPayload).
    pub fn set_get_started(&self, handler: impl GetStarted<Handler: Listed>) -> Request<()> {
        self.set_messenger_profile(&MessengerProfile::new().get_started(handler))
    }

    /// Sets the greeting: a text for everybody, or one for each locale.
    ///
    /// ```
    /// # use messenger_runtime::graph::{Graph, GraphError, Localized};
    /// # async fn example(graph: Graph) -> Result<(), GraphError> {
    /// graph.set_greeting("Hi {{user_first_name}}!").await?;
    ///
    /// let mut greeting = Localized::from("Hi {{user_first_name}}!");
    /// greeting.set("fr_FR", "Bonjour {{user_first_name}} !".to_owned());
    /// graph.set_greeting(greeting).await?;
    /// # Ok(()) }
    /// ```
    pub fn set_greeting(&self, greeting: impl Into<Localized<String>>) -> Request<()> {
        self.set_messenger_profile(&MessengerProfile {
            greeting: Some(greeting.into()),
            ..MessengerProfile::new()
        })
    }

    /// Sets the menu: one for everybody, or one for each locale, `default` among them. The page needs a
    /// get-started button first.
    ///
    /// ```
    /// # use messenger_runtime::graph::{Graph, GraphError, MenuItem};
    /// # async fn example(graph: Graph) -> Result<(), GraphError> {
    /// graph.set_persistent_menu([MenuItem::url("Opening hours", "https://coffee.example/hours")]).await?;
    /// # Ok(()) }
    /// ```
    pub fn set_persistent_menu(&self, menu: impl Into<Localized<Menu>>) -> Request<()> {
        self.set_messenger_profile(&MessengerProfile {
            persistent_menu: Some(menu.into()),
            ..MessengerProfile::new()
        })
    }

    /// Sets the ice breakers: those for everybody, or some for each locale.
    pub fn set_ice_breakers(&self, ice_breakers: impl Into<Localized<Vec<IceBreaker>>>) -> Request<()> {
        self.set_messenger_profile(&MessengerProfile {
            ice_breakers: Some(ice_breakers.into()),
            ..MessengerProfile::new()
        })
    }

    /// Sets the slash commands: those for everybody, or some for each locale. Instagram does not have them.
    pub fn set_commands(&self, commands: impl Into<Localized<Vec<Command>>>) -> Request<()> {
        self.set_messenger_profile(&MessengerProfile {
            commands: Some(commands.into()),
            ..MessengerProfile::new()
        })
    }

    /// Sets the domains that may be opened with Messenger Extensions.
    pub fn set_whitelisted_domains(
        &self,
        domains: impl IntoIterator<Item = impl Into<String>>,
    ) -> Request<()> {
        self.set_messenger_profile(&MessengerProfile::new().whitelisted_domains(domains))
    }

    /// Sets where account linking begins.
    pub fn set_account_linking_url(&self, url: impl Into<String>) -> Request<()> {
        self.set_messenger_profile(&MessengerProfile::new().account_linking_url(url))
    }
}

/// The menu of one person, which goes before the page's and is seen at once. Instagram does not have it. A
/// person takes 10 of these calls in 10 minutes.
impl Graph {
    /// The menu that was set for the person `psid`; `None` where they see the page's.
    ///
    /// Platform: Custom user settings, <https://developers.facebook.com/documentation/business-messaging/messenger-platform/reference/custom-user-settings>
    pub fn user_menu(&self, psid: &str) -> Request<Option<Localized<Menu>>> {
        self.user_draft(Method::GET, psid)
            .query("psid", psid)
            .reads(|answer| {
                let first = answer.first::<serde_json::Map<String, Value>>()?;
                Ok(
                    first
                        .and_then(|mut settings| wire::menus(settings.remove("user_level_persistent_menu")?)),
                )
            })
    }

    /// Sets the menu of the person `psid`: one, or one for each locale, `default` among them.
    ///
    /// ```
    /// # use messenger_runtime::graph::{Graph, GraphError, MenuItem};
    /// # async fn example(graph: Graph, psid: &str) -> Result<(), GraphError> {
    /// graph.set_user_menu(psid, [MenuItem::url("Your orders", "https://coffee.example/orders")]).await?;
    /// # Ok(()) }
    /// ```
    pub fn set_user_menu(&self, psid: &str, menu: impl Into<Localized<Menu>>) -> Request<()> {
        let menus = menu.into();
        self.user_draft(Method::POST, psid)
            .check(check::menus(&menus, self.platform()))
            .repeatable()
            .json(&UserMenu {
                psid,
                persistent_menu: wire::menu_entries(&menus),
            })
            .reads(Answer::done)
    }

    /// Takes the menu of the person `psid` away; they see the page's again.
    pub fn delete_user_menu(&self, psid: &str) -> Request<()> {
        self.user_draft(Method::DELETE, psid)
            .query("psid", psid)
            .query("params", r#"["persistent_menu"]"#)
            .repeatable()
            .reads(Answer::done)
    }

    fn user_draft(&self, method: Method, psid: &str) -> Draft {
        self.draft(method, USER_PATH)
            .messenger_only(USER_MENU)
            .check(message::Fields::default().required("psid", psid).finish())
            .pace(Pace::UserMenu(psid.into()))
    }
}
