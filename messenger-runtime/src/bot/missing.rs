//! Which texts of a bot a catalogue lacks.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use super::Bot;
use crate::{
    catalog::{Arguments, Catalog, Said, Wanted, ask, locale},
    flow::{CANCELLED_KEY, StepKind, UNREADABLE_KEY, has_letters},
    message::limits::{self, Limit},
    routing::{fold::fold, too_long},
};

/// A text that a catalogue does not have in one of its languages, or that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct MissingText {
    /// The language, as the catalogue names it.
    pub locale: String,
    /// The key.
    pub key: String,
    /// What is wrong with the text; `None` where there is none.
    pub why: Option<String>,
}

impl fmt::Display for MissingText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { locale, key, why } = self;
        match why {
            None => write!(f, "{locale}: {key}: missing"),
            Some(why) => write!(f, "{locale}: {key}: {why}"),
        }
    }
}

/// What a text must be able to do.
struct Needed {
    arguments: Vec<String>,
    limit: Limit,
    is_optional: bool,
    /// The step whose titles must differ from this one.
    step: Option<String>,
}

/// All of them, by language and key.
pub(super) fn missing_texts<B: Bot>(catalog: &dyn Catalog) -> Vec<MissingText> {
    let names = catalog.locales();
    let needed = needed::<B>();
    // What one language has, the others need as well: handlers ask for it.
    let known: BTreeSet<String> = names.iter().flat_map(|name| catalog.keys(name)).collect();
    let mut missing = Vec::new();
    for name in &names {
        let wider = wider(name, &names);
        let mut titles = BTreeMap::new();
        for (key, needed) in &needed {
            let mut found = Said::Nothing;
            for locale in std::iter::once(name).chain(&wider) {
                found = say(catalog, locale, key, needed);
                if found != Said::Nothing {
                    break;
                }
            }
            let why = match found {
                // That of its language is told there.
                Said::Nothing if needed.is_optional || !wider.is_empty() => continue,
                Said::Nothing => None,
                Said::Unusable(why) => Some(why),
                Said::Text(title) => {
                    let Some(step) = &needed.step else { continue };
                    let title = (step, fold(title.trim()).into_owned());
                    match titles.insert(title, key) {
                        Some(other) => Some(format!(
                            "its title is that of `{other}`, and nobody could type it"
                        )),
                        None => continue,
                    }
                }
            };
            let (locale, key) = (name.clone(), key.clone());
            missing.push(MissingText { locale, key, why });
        }
        let own: BTreeSet<String> = catalog.keys(name).into_iter().collect();
        let others = known
            .iter()
            .filter(|key| !needed.contains_key(*key) && !own.contains(*key));
        if wider.is_empty() {
            missing.extend(others.map(|key| MissingText {
                locale: name.clone(),
                key: key.clone(),
                why: None,
            }));
        }
    }
    missing.sort_by(|a, b| (&a.locale, &a.key).cmp(&(&b.locale, &b.key)));
    missing
}

/// Those of the catalogue's languages that a locale is a kind of.
fn wider(name: &str, names: &[String]) -> Vec<String> {
    let of = locale::normal(name).unwrap_or_default();
    let wider = locale::chain(&of).skip(1);
    let named = |locale: &str| {
        let mut names = names.iter();
        names
            .find(|name| locale::normal(name).as_deref() == Some(locale))
            .cloned()
    };
    wider.filter_map(named).collect()
}

fn say(catalog: &dyn Catalog, locale: &str, key: &str, needed: &Needed) -> Said {
    let mut arguments = Arguments::new();
    for name in &needed.arguments {
        // It can stand for a text and choose a plural form.
        arguments.set(name, 1);
    }
    let wanted = Wanted {
        key,
        arguments: &arguments,
        refuses: &|text| too_long(needed.limit, text),
        is_optional: needed.is_optional,
    };
    ask(catalog, locale, wanted)
}

/// The texts that the bot says by itself.
fn needed<B: Bot>() -> BTreeMap<String, Needed> {
    let mut needed = BTreeMap::new();
    let text = |arguments: Vec<String>| Needed {
        arguments,
        limit: limits::TEXT,
        is_optional: false,
        step: None,
    };
    for entry in B::FLOWS {
        needed.insert(UNREADABLE_KEY.to_owned(), text(Vec::new()));
        if entry.cancel.is_some() {
            needed.insert(CANCELLED_KEY.to_owned(), text(Vec::new()));
        }
        for step in entry.graph.steps {
            let key = format!("{}-{}", entry.graph.name, step.name);
            if !step.prompt.is_empty() {
                needed.insert(key.clone(), text(fields(step.prompt)));
            }
            if step.kind != StepKind::Ask {
                continue;
            }
            let (offers, misfits) = (entry.offers)(step.name);
            for (title_key, title) in offers.iter().filter_map(|offer| offer.keyed()) {
                let title = Needed {
                    arguments: Vec::new(),
                    limit: limits::QUICK_REPLY_TITLE,
                    is_optional: !has_letters(title),
                    step: Some(key.clone()),
                };
                needed.insert(title_key.to_owned(), title);
            }
            for misfit in misfits {
                let arguments = match *misfit {
                    "Misfit-OutOfRange" => vec!["least".to_owned(), "most".to_owned()],
                    "Misfit-NoneOf" => vec!["titles".to_owned()],
                    _ => Vec::new(),
                };
                needed.insert((*misfit).to_owned(), text(arguments));
            }
        }
    }
    needed
}

/// The fields in the braces of a prompt, which the attribute has checked.
fn fields(prompt: &str) -> Vec<String> {
    let single = prompt.replace("{{", "").replace("}}", "");
    let inside = single
        .split('{')
        .skip(1)
        .filter_map(|part| part.split('}').next());
    inside
        .map(|field| field.split(':').next().unwrap_or_default().to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::fields;

    #[test]
    fn the_fields_of_a_prompt_are_its_arguments() {
        assert_eq!(
            fields("{qty} x {sku}, {price:.2}, {{literal}}"),
            ["qty", "sku", "price"]
        );
        assert_eq!(fields("How many?"), Vec::<String>::new());
    }
}
