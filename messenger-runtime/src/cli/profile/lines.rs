//! A profile as lines: what is the same to the platform is the same line.

use crate::{
    graph::{Localized, Menu, MenuItem, MessengerProfile, ProfileProperty},
    message::{Webview, WebviewHeight},
};

/// The lines of one property: those of each locale, or of the whole where there are no locales.
pub(super) type Lines = Vec<(Option<String>, Vec<String>)>;

/// The lines of a property; `None` where the profile does not have it.
pub(super) fn of(profile: &MessengerProfile, property: ProfileProperty) -> Option<Lines> {
    match property {
        ProfileProperty::GetStarted => {
            let payload = profile.get_started.as_deref()?;
            Some(whole(vec![format!("sends {}", word(payload))]))
        }
        ProfileProperty::Greeting => Some(each(profile.greeting.as_ref()?, |text| vec![format!("{text:?}")])),
        ProfileProperty::PersistentMenu => Some(each(profile.persistent_menu.as_ref()?, menu)),
        ProfileProperty::IceBreakers => Some(each(profile.ice_breakers.as_ref()?, |questions| {
            let lines = questions
                .iter()
                .map(|one| format!("{:?} sends {}", one.question, word(&one.payload)));
            lines.collect()
        })),
        ProfileProperty::Commands => Some(each(profile.commands.as_ref()?, |commands| {
            let lines = commands
                .iter()
                .map(|command| format!("/{} {:?}", word(&command.name), command.description));
            lines.collect()
        })),
        ProfileProperty::WhitelistedDomains => {
            let mut domains: Vec<_> = profile
                .whitelisted_domains
                .as_ref()?
                .iter()
                .map(|one| domain(one))
                .collect();
            domains.sort();
            domains.dedup();
            Some(whole(domains))
        }
        ProfileProperty::AccountLinkingUrl => {
            Some(whole(vec![word(profile.account_linking_url.as_deref()?)]))
        }
        ProfileProperty::SubjectToNewEuPrivacyRules => None,
    }
}

fn whole(lines: Vec<String>) -> Lines {
    vec![(None, lines)]
}

fn each<T>(values: &Localized<T>, lines: impl Fn(&T) -> Vec<String>) -> Lines {
    values
        .iter()
        .map(|(locale, value)| (Some(locale.to_owned()), lines(value)))
        .collect()
}

fn menu(menu: &Menu) -> Vec<String> {
    let closed = menu
        .composer_input_disabled
        .then(|| "people can tap only".to_owned());
    closed.into_iter().chain(menu.items.iter().map(item)).collect()
}

fn item(item: &MenuItem) -> String {
    let title = item.title().unwrap_or_default();
    match (item.payload(), item.link()) {
        (Some(payload), _) => format!("{title:?} sends {}", word(payload)),
        (None, Some((url, webview))) => format!("{title:?} opens {}{}", word(url), how(webview)),
        (None, None) => serde_json::to_string(item).unwrap_or_default(),
    }
}

fn how(webview: &Webview) -> String {
    let mut how = String::new();
    match webview.height_ratio() {
        Some(WebviewHeight::Compact) => how += ", compact",
        Some(WebviewHeight::Tall) => how += ", tall",
        // What the platform does unless told otherwise.
        Some(WebviewHeight::Full) | None => {}
    }
    if webview.has_extensions() {
        how += ", with extensions";
    }
    if let Some(url) = webview.fallback_url() {
        how += &format!(", else {}", word(url));
    }
    if webview.hides_share() {
        how += ", not to be shared";
    }
    how
}

/// On one line, and visible.
fn word(text: &str) -> String {
    if text.is_empty() || text.chars().any(|c| c.is_control() || c.is_whitespace()) {
        format!("{text:?}")
    } else {
        text.to_owned()
    }
}

/// The platform gives domains back with a slash at the end, and their case does not matter.
fn domain(text: &str) -> String {
    word(text.trim_end_matches('/')).to_lowercase()
}
