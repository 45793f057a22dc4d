//! The Messenger profile of a page, and the menu of one person.

use messenger_runtime::{
    graph::{IceBreaker, Localized, Menu, MenuItem, MessengerProfile, ProfileProperty},
    message::RawPayload,
};
use serde_json::Value;

use super::{Args, Built, Caller, Failure, pages::strings, plain, typed, unsaid};

pub(crate) fn build(caller: &Caller, method: &str, args: Args<'_>) -> Result<Built, Failure> {
    let graph = &caller.graph;
    let (first, second) = (args.get(0), args.get(1));
    match method {
        "getMessengerProfile" => caller.request(graph.messenger_profile(properties(first)?)),
        "setMessengerProfile" => caller.request(graph.set_messenger_profile(&profile(first)?)),
        "deleteMessengerProfile" => caller.request(graph.delete_messenger_profile(properties(first)?)),
        "getGetStarted" => caller.request(graph.get_started()),
        "setGetStarted" => caller.request(graph.set_get_started(RawPayload(args.text(0)?))),
        "deleteGetStarted" => caller.request(graph.delete_get_started()),
        "getPersistentMenu" => caller.request(graph.persistent_menu()),
        "setPersistentMenu" => caller.request(graph.set_persistent_menu(items_or_menus(first, second)?)),
        "deletePersistentMenu" => caller.request(graph.delete_persistent_menu()),
        "getGreeting" => caller.request(graph.greeting()),
        "setGreeting" => caller.request(graph.set_greeting(greeting(first)?)),
        "deleteGreeting" => caller.request(graph.delete_greeting()),
        "getIceBreakers" => caller.request(graph.ice_breakers()),
        "setIceBreakers" => caller.request(graph.set_ice_breakers(ice_breakers(first)?)),
        "deleteIceBreakers" => caller.request(graph.delete_ice_breakers()),
        "getWhitelistedDomains" => caller.request(graph.whitelisted_domains()),
        "setWhitelistedDomains" => caller.request(graph.set_whitelisted_domains(strings(first))),
        "deleteWhitelistedDomains" => caller.request(graph.delete_whitelisted_domains()),
        "getAccountLinkingURL" => caller.request(graph.account_linking_url()),
        "setAccountLinkingURL" => caller.request(graph.set_account_linking_url(args.text(0)?)),
        "deleteAccountLinkingURL" => caller.request(graph.delete_account_linking_url()),
        "getUserPersistentMenu" => caller.request(graph.user_menu(&args.text(0)?)),
        "setUserPersistentMenu" => {
            caller.request(graph.set_user_menu(&args.text(0)?, items_or_menus(second, args.get(2))?))
        }
        "deleteUserPersistentMenu" => caller.request(graph.delete_user_menu(&args.text(0)?)),
        _ => Err(Failure::Unknown),
    }
}

pub(crate) type Menus = Localized<Menu>;

/// Properties by name, without those that the platform has no more.
pub(crate) fn properties(names: &Value) -> Result<Vec<ProfileProperty>, Failure> {
    let known = strings(names)
        .into_iter()
        .filter(|name| !matches!(name.as_str(), "home_url" | "target_audience" | "payment_settings"))
        .map(|name| {
            let property = ProfileProperty::ALL
                .into_iter()
                .find(|property| property.name() == name);
            property.ok_or_else(|| unsaid(format!("a profile has no {name}")))
        })
        .collect::<Result<Vec<_>, _>>()?;
    if known.is_empty() {
        return Err(unsaid("there is no property to ask for"));
    }
    Ok(known)
}

pub(crate) fn profile(given: &Value) -> Result<MessengerProfile, Failure> {
    let mut profile = MessengerProfile::new();
    for (name, value) in given.as_object().into_iter().flatten() {
        match name.as_str() {
            "get_started" => {
                let payload = plain(&value["payload"]).ok_or_else(|| unsaid("get_started has a payload"))?;
                profile = profile.get_started(RawPayload(payload));
            }
            "greeting" => profile.greeting = Some(greeting(value)?),
            "persistent_menu" => profile.persistent_menu = Some(menus(value)?),
            "ice_breakers" => profile.ice_breakers = Some(ice_breakers(value)?),
            "whitelisted_domains" => profile = profile.whitelisted_domains(strings(value)),
            "account_linking_url" => {
                let url = plain(value).ok_or_else(|| unsaid("account_linking_url is a text"))?;
                profile = profile.account_linking_url(url);
            }
            _ => return Err(unsaid(format!("a profile has no {name}"))),
        }
    }
    Ok(profile)
}

/// The entries of a list, by their locale.
fn by_locale<T>(given: &Value, read: impl Fn(&Value) -> Result<T, Failure>) -> Result<Localized<T>, Failure> {
    let entries = given.as_array().ok_or_else(|| unsaid("not a list"))?;
    let entries = entries.iter().map(|entry| {
        let locale = entry["locale"]
            .as_str()
            .ok_or_else(|| unsaid("an entry has a locale"))?;
        Ok((locale, read(entry)?))
    });
    entries.collect::<Result<_, Failure>>()
}

/// A text for everyone, or texts by locale.
fn greeting(given: &Value) -> Result<Localized<String>, Failure> {
    match given.as_str() {
        Some(text) => Ok(Localized::from(text)),
        None => by_locale(given, |entry| {
            plain(&entry["text"]).ok_or_else(|| unsaid("a greeting has a text"))
        }),
    }
}

/// Questions, or questions by locale.
fn ice_breakers(given: &Value) -> Result<Localized<Vec<IceBreaker>>, Failure> {
    if given[0]["question"].is_string() {
        return typed::<Vec<IceBreaker>>(given).map(Localized::from);
    }
    by_locale(given, |entry| typed(&entry["call_to_actions"]))
}

fn menus(given: &Value) -> Result<Localized<Menu>, Failure> {
    by_locale(given, |entry| {
        menu(&entry["call_to_actions"], &entry["composer_input_disabled"])
    })
}

pub(crate) fn menu(items: &Value, composer_input_disabled: &Value) -> Result<Menu, Failure> {
    let menu = Menu::new(typed::<Vec<MenuItem>>(items)?);
    Ok(match composer_input_disabled.as_bool() {
        Some(true) => menu.composer_input_disabled(),
        _ => menu,
    })
}

/// Menus where one of them is for the locale `default`, else the items of one menu.
fn items_or_menus(given: &Value, options: &Value) -> Result<Localized<Menu>, Failure> {
    let menus_given = given
        .as_array()
        .into_iter()
        .flatten()
        .any(|entry| entry["locale"] == "default");
    if menus_given {
        return menus(given);
    }
    menu(given, &options["composer_input_disabled"]).map(Localized::from)
}
