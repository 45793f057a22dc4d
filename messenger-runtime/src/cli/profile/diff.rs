//! What differs between the page and the code, property by property and locale by locale.

use super::lines::{self, Lines};
use crate::{
    cli::{
        ask::{Mark, Page},
        profile::PROPERTIES,
    },
    graph::{MessengerProfile, ProfileProperty},
};

/// Every property that the page or the code has.
#[derive(Debug)]
pub(super) struct Diff(Vec<Difference>);

#[derive(Debug)]
struct Difference {
    property: ProfileProperty,
    mark: Mark,
    page: Lines,
    code: Lines,
}

impl Diff {
    /// Compares; with `prune`, what the code does not declare is to go.
    pub(super) fn new(page: &MessengerProfile, code: &MessengerProfile, prune: bool) -> Self {
        let found = PROPERTIES.into_iter().filter_map(|property| {
            let (page, code) = (lines::of(page, property), lines::of(code, property));
            let mark = match (&page, &code) {
                (None, None) => return None,
                (None, Some(_)) => Mark::New,
                (Some(_), None) if prune => Mark::Gone,
                (Some(_), None) => Mark::Left,
                (Some(page), Some(code)) if page == code => Mark::Same,
                (Some(_), Some(_)) => Mark::Changed,
            };
            Some(Difference {
                property,
                mark,
                page: page.unwrap_or_default(),
                code: code.unwrap_or_default(),
            })
        });
        Self(found.collect())
    }

    /// The properties to set.
    pub(super) fn to_set(&self) -> Vec<ProfileProperty> {
        self.marked(|mark| matches!(mark, Mark::New | Mark::Changed))
    }

    /// The properties to delete.
    pub(super) fn to_delete(&self) -> Vec<ProfileProperty> {
        self.marked(|mark| mark == Mark::Gone)
    }

    fn marked(&self, which: impl Fn(Mark) -> bool) -> Vec<ProfileProperty> {
        let marked = self.0.iter().filter(|one| which(one.mark));
        marked.map(|one| one.property).collect()
    }

    /// How many properties differ.
    pub(super) fn count(&self) -> usize {
        self.to_set().len() + self.to_delete().len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.count() == 0
    }

    /// Whether this property is to be set or deleted.
    pub(super) fn changes(&self, property: ProfileProperty) -> bool {
        self.to_set().contains(&property) || self.to_delete().contains(&property)
    }

    /// Shows it: what is the same by its name alone, what differs line by line.
    pub(super) fn show(&self, page: &mut Page) {
        for one in &self.0 {
            let name = one.property.name();
            match one.mark {
                Mark::Same => page.line(0, Mark::Same, name),
                Mark::Left => page.line(
                    0,
                    Mark::Left,
                    format!("{name}  on the page only; --prune deletes it"),
                ),
                mark => {
                    page.line(0, mark, name);
                    one.show(page);
                }
            }
        }
    }
}

impl Difference {
    fn show(&self, page: &mut Page) {
        let of = |lines: &Lines, locale: &Option<String>| {
            let found = lines.iter().find(|(known, _)| known == locale);
            found.map(|(_, lines)| lines.clone())
        };
        let mut locales: Vec<&Option<String>> = self.code.iter().map(|(locale, _)| locale).collect();
        let only_there = self.page.iter().map(|(locale, _)| locale);
        locales.extend(only_there.filter(|locale| !self.code.iter().any(|(known, _)| known == *locale)));
        for locale in locales {
            let (has, says) = (of(&self.page, locale), of(&self.code, locale));
            let mark = match (&has, &says) {
                (None, _) => Mark::New,
                (_, None) => Mark::Gone,
                (has, says) if has == says => Mark::Same,
                _ => Mark::Changed,
            };
            let depth = match locale {
                Some(locale) => {
                    page.line(1, mark, locale);
                    2
                }
                None => 1,
            };
            if mark != Mark::Same {
                for (mark, line) in compare(&has.unwrap_or_default(), &says.unwrap_or_default()) {
                    page.line(depth, mark, line);
                }
            }
        }
    }
}

/// The lines of both in one order, those that both have once.
fn compare<'a>(has: &'a [String], says: &'a [String]) -> Vec<(Mark, &'a str)> {
    // How many lines the rests from (i, j) on have in common.
    let mut common = vec![vec![0_usize; says.len() + 1]; has.len() + 1];
    for i in (0..has.len()).rev() {
        for j in (0..says.len()).rev() {
            common[i][j] = if has[i] == says[j] {
                common[i + 1][j + 1] + 1
            } else {
                common[i + 1][j].max(common[i][j + 1])
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut out = Vec::new();
    while i < has.len() || j < says.len() {
        if i < has.len() && j < says.len() && has[i] == says[j] {
            out.push((Mark::None, &*has[i]));
            (i, j) = (i + 1, j + 1);
        } else if j == says.len() || (i < has.len() && common[i + 1][j] >= common[i][j + 1]) {
            out.push((Mark::Gone, &*has[i]));
            i += 1;
        } else {
            out.push((Mark::New, &*says[j]));
            j += 1;
        }
    }
    out
}
