//! How the platform writes a profile.
//!
//! Reading is lenient: what does not have the expected form counts as missing, and one bad entry does not
//! lose its siblings. Ice breakers come in two formats, with locales and without.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::DeserializeOwned, ser::SerializeMap as _};
use serde_json::{Map, Value};

use super::{Command, IceBreaker, Localized, Menu, MenuItem, MessengerProfile, ProfileProperty};

#[derive(Serialize)]
struct Payload<'a> {
    payload: &'a str,
}

#[derive(Serialize)]
struct In<'a, T> {
    locale: &'a str,
    #[serde(flatten)]
    value: T,
}

#[derive(Serialize, Deserialize)]
struct Text<T> {
    text: T,
}

#[derive(Serialize, Deserialize)]
struct Questions<T> {
    call_to_actions: T,
}

#[derive(Serialize, Deserialize)]
struct Names<T> {
    commands: T,
}

fn entries<'a, T: 'a, W: Serialize>(
    values: &'a Localized<T>,
    wrap: impl Fn(&'a T) -> W,
) -> impl Iterator<Item = In<'a, W>> {
    values.iter().map(move |(locale, value)| In {
        locale,
        value: wrap(value),
    })
}

/// As the properties of a request; `subject_to_new_eu_privacy_rules` cannot be set and is left out.
impl Serialize for MessengerProfile {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        if let Some(payload) = &self.get_started {
            map.serialize_entry(ProfileProperty::GetStarted.name(), &Payload { payload })?;
        }
        if let Some(greeting) = &self.greeting {
            let all: Vec<_> = entries(greeting, |text| Text { text }).collect();
            map.serialize_entry(ProfileProperty::Greeting.name(), &all)?;
        }
        if let Some(menus) = &self.persistent_menu {
            map.serialize_entry(ProfileProperty::PersistentMenu.name(), &menu_entries(menus))?;
        }
        if let Some(questions) = &self.ice_breakers {
            let all: Vec<_> = entries(questions, |call_to_actions| Questions { call_to_actions }).collect();
            map.serialize_entry(ProfileProperty::IceBreakers.name(), &all)?;
        }
        if let Some(commands) = &self.commands {
            let all: Vec<_> = entries(commands, |commands| Names { commands }).collect();
            map.serialize_entry(ProfileProperty::Commands.name(), &all)?;
        }
        if let Some(domains) = &self.whitelisted_domains {
            map.serialize_entry(ProfileProperty::WhitelistedDomains.name(), domains)?;
        }
        if let Some(url) = &self.account_linking_url {
            map.serialize_entry(ProfileProperty::AccountLinkingUrl.name(), url)?;
        }
        map.end()
    }
}

/// A profile for an Instagram account, whose menus do not have `composer_input_disabled`, not even as `false`.
pub(super) struct OfInstagram<'a>(pub(super) &'a MessengerProfile);

#[derive(Serialize)]
struct ItemsOnly<'a> {
    call_to_actions: &'a [MenuItem],
}

impl Serialize for OfInstagram<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut properties = serde_json::to_value(self.0).map_err(serde::ser::Error::custom)?;
        if let Some(menus) = &self.0.persistent_menu {
            let menus: Vec<_> = entries(menus, |menu| ItemsOnly {
                call_to_actions: &menu.items,
            })
            .collect();
            properties[ProfileProperty::PersistentMenu.name()] =
                serde_json::to_value(menus).map_err(serde::ser::Error::custom)?;
        }
        properties.serialize(serializer)
    }
}

/// The entries of `persistent_menu`, of a page or of a person.
pub(super) fn menu_entries(menus: &Localized<Menu>) -> impl Serialize {
    entries(menus, |menu| menu).collect::<Vec<_>>()
}

/// Never fails for an object: see the module's page.
impl<'de> Deserialize<'de> for MessengerProfile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(read(Map::deserialize(deserializer)?))
    }
}

fn read(mut properties: Map<String, Value>) -> MessengerProfile {
    let mut take = |property: ProfileProperty| properties.remove(property.name());
    MessengerProfile {
        get_started: take(ProfileProperty::GetStarted)
            .and_then(|value| value.get("payload")?.as_str().map(str::to_owned)),
        greeting: take(ProfileProperty::Greeting).and_then(|value| {
            by_locale(value, |entry| {
                lenient::<Text<String>>(entry).map(|entry| entry.text)
            })
        }),
        persistent_menu: take(ProfileProperty::PersistentMenu).and_then(menus),
        ice_breakers: take(ProfileProperty::IceBreakers).and_then(ice_breakers),
        commands: take(ProfileProperty::Commands).and_then(|value| {
            by_locale(value, |entry| {
                lenient::<Names<Vec<Value>>>(entry).map(|entry| items::<Command>(entry.commands))
            })
        }),
        whitelisted_domains: take(ProfileProperty::WhitelistedDomains)
            .and_then(lenient)
            .map(items),
        account_linking_url: take(ProfileProperty::AccountLinkingUrl).and_then(lenient),
        subject_to_new_eu_privacy_rules: take(ProfileProperty::SubjectToNewEuPrivacyRules).and_then(lenient),
    }
}

/// Reads the entries of `persistent_menu`.
pub(super) fn menus(value: Value) -> Option<Localized<Menu>> {
    by_locale(value, |mut entry| {
        let disabled = entry.get_mut("composer_input_disabled").map(Value::take);
        let actions = entry.get_mut("call_to_actions").map(Value::take);
        Some(Menu {
            composer_input_disabled: disabled.and_then(lenient).unwrap_or_default(),
            items: items(actions.and_then(lenient).unwrap_or_default()),
        })
    })
}

/// Entries with locales, or the questions themselves, which are then for everybody.
fn ice_breakers(value: Value) -> Option<Localized<Vec<IceBreaker>>> {
    let flat = value.get(0)?.get("question").is_some();
    if flat {
        return lenient(value).map(items).map(Localized::from);
    }
    by_locale(value, |entry| {
        lenient::<Questions<Vec<Value>>>(entry).map(|entry| items(entry.call_to_actions))
    })
}

fn by_locale<T>(value: Value, read: impl Fn(Value) -> Option<T>) -> Option<Localized<T>> {
    let entries: Vec<Value> = lenient(value)?;
    let found: Localized<T> = entries
        .into_iter()
        .filter_map(|entry| {
            let locale = entry.get("locale").and_then(Value::as_str);
            let locale = locale.unwrap_or(Localized::<T>::DEFAULT).to_owned();
            Some((locale, read(entry)?))
        })
        .collect();
    (!found.is_empty()).then_some(found)
}

fn items<T: DeserializeOwned>(values: Vec<Value>) -> Vec<T> {
    values.into_iter().filter_map(lenient).collect()
}

fn lenient<T: DeserializeOwned>(value: Value) -> Option<T> {
    serde_json::from_value(value).ok()
}
