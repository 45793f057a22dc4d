//! The limits of a profile.

use std::net::IpAddr;

use url::{Host, Url};

use super::{
    Localized, Menu, MenuItem, MessengerProfile,
    menu::{Kind, Known},
};
use crate::message::{Fields, LimitErrors, Platform, limits};

pub(super) fn profile(profile: &MessengerProfile, platform: Platform) -> Result<(), LimitErrors> {
    let mut fields = Fields::default();
    if let Some(payload) = &profile.get_started {
        fields = fields.text("get_started.payload", payload, limits::PAYLOAD);
    }
    if let Some(greeting) = &profile.greeting {
        fields = localized(fields, "greeting", greeting, |fields, at, text| {
            fields.text(&format!("{at}.text"), text, limits::GREETING)
        });
    }
    if let Some(menus) = &profile.persistent_menu {
        fields = all_menus(fields, menus, platform);
    }
    if let Some(ice_breakers) = &profile.ice_breakers {
        fields = localized(fields, "ice_breakers", ice_breakers, |fields, at, questions| {
            let at = format!("{at}.call_to_actions");
            let fields = fields.number(&at, questions.len(), limits::ICE_BREAKERS);
            questions.iter().enumerate().fold(fields, |fields, (n, one)| {
                fields
                    .required(&format!("{at}[{n}].question"), &one.question)
                    .text(&format!("{at}[{n}].payload"), &one.payload, limits::PAYLOAD)
            })
        });
    }
    if let Some(commands) = &profile.commands {
        fields = fields.messenger_only(platform, "commands", "commands");
        fields = localized(fields, "commands", commands, |fields, at, commands| {
            let at = format!("{at}.commands");
            let fields = fields.number(&at, commands.len(), limits::COMMANDS);
            commands.iter().enumerate().fold(fields, |fields, (n, command)| {
                let (name, description) = (format!("{at}[{n}].name"), format!("{at}[{n}].description"));
                let fields = if command.name.starts_with('/') {
                    fields.invalid(
                        &name,
                        "begins with a `/`, which people write but the name does not have",
                    )
                } else {
                    fields
                };
                fields.text(&name, &command.name, limits::COMMAND_NAME).text(
                    &description,
                    &command.description,
                    limits::COMMAND_DESCRIPTION,
                )
            })
        });
    }
    if let Some(domains) = &profile.whitelisted_domains {
        let at = "whitelisted_domains";
        fields = fields.number(at, domains.len(), limits::WHITELISTED_DOMAINS);
        let wrong = domains
            .iter()
            .enumerate()
            .filter(|(_, domain)| !is_domain(domain));
        fields = wrong.fold(fields, |fields, (n, _)| {
            fields.invalid(
                &format!("{at}[{n}]"),
                "not an https address of a domain, like https://coffee.example",
            )
        });
    }
    if let Some(url) = &profile.account_linking_url
        && !is_https(url)
    {
        fields = fields.invalid("account_linking_url", "not an address that begins with https://");
    }
    fields.finish()
}

/// The menus of a page or of a person.
pub(super) fn menus(menus: &Localized<Menu>, platform: Platform) -> Result<(), LimitErrors> {
    all_menus(Fields::default(), menus, platform).finish()
}

fn localized<T>(
    fields: Fields,
    name: &str,
    values: &Localized<T>,
    look: impl Fn(Fields, &str, &T) -> Fields,
) -> Fields {
    if values.is_empty() {
        return fields.invalid(name, "empty; to take it off the page, delete it");
    }
    values.iter().fold(fields, |fields, (locale, value)| {
        look(fields, &format!("{name}[{locale}]"), value)
    })
}

fn all_menus(fields: Fields, menus: &Localized<Menu>, platform: Platform) -> Fields {
    let name = "persistent_menu";
    if menus.get(Localized::<Menu>::DEFAULT).is_none() {
        return fields.invalid(
            name,
            "no menu for the locale `default`, which everybody else sees",
        );
    }
    localized(fields, name, menus, |fields, at, menu| {
        let fields = if menu.composer_input_disabled {
            let what = "composer_input_disabled";
            fields.messenger_only(platform, &format!("{at}.{what}"), what)
        } else {
            fields
        };
        let at = format!("{at}.call_to_actions");
        let fields = fields.number(&at, menu.items.len(), limits::MENU_ITEMS);
        menu.items.iter().enumerate().fold(fields, |fields, (n, one)| {
            item(fields, &format!("{at}[{n}]"), one, platform)
        })
    })
}

fn item(fields: Fields, at: &str, item: &MenuItem, platform: Platform) -> Fields {
    let fields = fields.maybe_text(&format!("{at}.title"), item.title(), limits::MENU_ITEM_TITLE);
    match &item.0 {
        Kind::Known(Known::Postback { payload, .. }) => {
            fields.text(&format!("{at}.payload"), payload, limits::PAYLOAD)
        }
        Kind::Known(Known::WebUrl { url, webview, .. }) => {
            let fields = fields.url(&format!("{at}.url"), url);
            let fields = match webview.fallback_url() {
                Some(url) => fields.url(&format!("{at}.fallback_url"), url),
                None => fields,
            };
            if webview.height_ratio().is_none() {
                return fields;
            }
            let what = "webview_height_ratio";
            fields.messenger_only(platform, &format!("{at}.{what}"), what)
        }
        Kind::Other(_) => fields.invalid(
            &format!("{at}.type"),
            "a menu is flat and takes web_url and postback items only",
        ),
    }
}

fn is_https(url: &str) -> bool {
    Url::parse(url).is_ok_and(|url| url.scheme() == "https" && url.host_str().is_some())
}

/// A domain by name: no IP address, nothing on this machine.
fn is_domain(text: &str) -> bool {
    let Ok(url) = Url::parse(text) else { return false };
    let named = match url.host() {
        Some(Host::Domain(name)) => {
            name != "localhost" && !name.ends_with(".localhost") && name.parse::<IpAddr>().is_err()
        }
        _ => false,
    };
    named && url.scheme() == "https"
}
