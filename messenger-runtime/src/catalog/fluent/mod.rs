//! A catalogue of Fluent files.

mod error;
mod references;

use std::{
    collections::BTreeMap,
    fmt, fs,
    path::{Path, PathBuf},
};

use fluent_bundle::{
    FluentArgs, FluentError as BundleError, FluentResource, FluentValue, concurrent::FluentBundle,
};
use fluent_syntax::ast::Entry;
use unic_langid::LanguageIdentifier;

pub use error::{FluentError, FluentProblem};

use super::{Arguments, Catalog, locale::normal};

/// A catalogue of files of <https://projectfluent.org>.
///
/// A file belongs to the language of its name, `de.ftl` or `pt_BR.ftl`, or to that of the folder in which it is,
/// `de/shop.ftl`. Arguments that are [numbers](super::Argument::number) choose plural forms:
///
/// ```
/// use messenger_runtime::catalog::{Arguments, Catalog, FluentCatalog};
///
/// let texts = FluentCatalog::of([("de.ftl", "\
/// Checkout-confirm = { $qty ->
///     [one] Eine Tasse?
///    *[other] { $qty } Tassen?
/// }
/// ")])?;
/// let mut arguments = Arguments::new();
/// arguments.set("qty", 2);
/// assert_eq!(texts.text("de", "Checkout-confirm", &arguments).as_deref(), Some("2 Tassen?"));
/// # Ok::<(), messenger_runtime::catalog::FluentError>(())
/// ```
///
/// A bot that has its texts with it names them in its code, and one whose texts change without it reads them when it
/// starts. [`BotBuilder::catalog`](crate::BotBuilder::catalog) takes the `Result`, so that a mistake in a file is told
/// as a setting that is wrong:
///
/// ```no_run
/// use messenger_runtime::{catalog::FluentCatalog, prelude::*};
///
/// # bot! { Shop; hello }
/// # #[fallback]
/// # async fn hello() {}
/// fn main() -> std::process::ExitCode {
///     Shop::stateless().catalog(FluentCatalog::read("texts")).cli()
/// }
/// ```
///
/// Fluent can put what stands in for an argument between the invisible marks U+2068 and U+2069, so that a name in
/// Arabic does not turn an English sentence around. It is not done here: a message is plain text, and clients show or
/// count the marks. Write them into the file where a text needs them: `"\u{2068}{ $name }\u{2069}"`.
pub struct FluentCatalog {
    bundles: BTreeMap<String, Texts>,
}

struct Texts {
    bundle: FluentBundle<FluentResource>,
    keys: Vec<String>,
}

impl FluentCatalog {
    /// The catalogue of these files: their names and what is in them, as `include_str!` gives it.
    ///
    /// # Errors
    ///
    /// All mistakes of all files: what cannot be read as Fluent, a name that says no language, a key that stands twice,
    /// and a reference to what is nowhere.
    pub fn of<N: Into<String>, T: Into<String>>(
        files: impl IntoIterator<Item = (N, T)>,
    ) -> Result<Self, FluentError> {
        let mut problems = Vec::new();
        let mut languages = BTreeMap::<String, Vec<(String, FluentResource)>>::new();
        for (name, text) in files {
            let (name, text) = (name.into(), text.into());
            let Some(language) = language_of(&name) else {
                let what = "its name says no language; call it like `de.ftl`, `pt_BR.ftl` or `de/shop.ftl`";
                problems.push(FluentProblem::new(name, None, what));
                continue;
            };
            match FluentResource::try_new(text) {
                Ok(resource) => languages.entry(language).or_default().push((name, resource)),
                Err((resource, errors)) => problems.extend(
                    errors
                        .iter()
                        .map(|error| FluentProblem::at(&name, resource.source(), error.pos.start, error)),
                ),
            }
        }
        // A file that cannot be read would make every reference to it one more mistake.
        if problems.is_empty() {
            problems.extend(languages.values().flat_map(|files| references::dangling(files)));
        }
        let mut bundles = BTreeMap::new();
        for (language, files) in languages {
            let texts = Texts::of(&language, files, &mut problems);
            bundles.insert(language, texts);
        }
        if problems.is_empty() {
            Ok(Self { bundles })
        } else {
            Err(FluentError::Mistakes(problems))
        }
    }

    /// The catalogue of the `.ftl` files in a folder and in the folders directly within it. A relative path begins where
    /// the program was started.
    ///
    /// # Errors
    ///
    /// As [`of`](Self::of), and where the folder or a file cannot be read, or there is no such file.
    pub fn read(folder: impl AsRef<Path>) -> Result<Self, FluentError> {
        let folder = folder.as_ref();
        let paths = files(folder)?;
        if paths.is_empty() {
            return Err(FluentError::Nothing(folder.to_owned()));
        }
        let read = |path: PathBuf| match fs::read_to_string(&path) {
            Ok(text) => Ok((path.to_string_lossy().into_owned(), text)),
            Err(error) => Err(FluentError::Unreadable(path, error)),
        };
        let texts = paths.into_iter().map(read).collect::<Result<Vec<_>, _>>()?;
        Self::of(texts)
    }

    /// The text, or what of it could not be made; `None` where there is none.
    fn format(&self, locale: &str, key: &str, arguments: &Arguments<'_>) -> Option<Result<String, String>> {
        let bundle = &self.bundles.get(locale)?.bundle;
        let message = bundle.get_message(key)?;
        let Some(pattern) = message.value() else {
            return Some(Err("it has attributes and no text".to_owned()));
        };
        let mut given = FluentArgs::new();
        for (name, argument) in arguments.iter() {
            let value = match argument.number() {
                // With the digits as they are written: `1.50` is another form than `1.5`.
                Some(_) => FluentValue::try_number(argument.as_str()),
                None => FluentValue::from(argument.as_str()),
            };
            given.set(name, value);
        }
        let mut errors = Vec::new();
        let text = bundle.format_pattern(pattern, Some(&given), &mut errors);
        if errors.is_empty() {
            return Some(Ok(text.into_owned()));
        }
        let mut what: Vec<_> = errors.iter().map(error::in_words).collect();
        what.dedup();
        Some(Err(what.join(", ")))
    }
}

impl Texts {
    fn of(language: &str, files: Vec<(String, FluentResource)>, problems: &mut Vec<FluentProblem>) -> Self {
        let identifier: LanguageIdentifier = language.parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![identifier]);
        bundle.set_use_isolating(false);
        bundle
            .add_builtins()
            .expect("a new bundle has no function of their names");
        let mut keys = Vec::new();
        for (name, resource) in files {
            keys.extend(resource.entries().filter_map(|entry| match entry {
                Entry::Message(message) => Some(message.id.name.to_owned()),
                _ => None,
            }));
            let source = resource.source().to_owned();
            let twice = bundle.add_resource(resource).err().unwrap_or_default();
            problems.extend(twice.into_iter().map(|error| {
                let BundleError::Overriding { id, .. } = &error else {
                    return FluentProblem::new(name.clone(), None, error.to_string());
                };
                let what = format!("`{id}` stands twice in `{language}`; keep one");
                FluentProblem::new(name.clone(), references::last_line_of(&source, id), what)
            }));
        }
        keys.sort();
        Self { bundle, keys }
    }
}

impl Catalog for FluentCatalog {
    fn locales(&self) -> Vec<String> {
        self.bundles.keys().cloned().collect()
    }

    fn text(&self, locale: &str, key: &str, arguments: &Arguments<'_>) -> Option<String> {
        self.format(locale, key, arguments)?.ok()
    }

    fn fault(&self, locale: &str, key: &str, arguments: &Arguments<'_>) -> Option<String> {
        self.format(locale, key, arguments)?.err()
    }

    fn keys(&self, locale: &str) -> Vec<String> {
        self.bundles
            .get(locale)
            .map_or_else(Vec::new, |texts| texts.keys.clone())
    }
}

impl fmt::Debug for FluentCatalog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sizes = self.bundles.iter().map(|(name, texts)| (name, texts.keys.len()));
        f.write_str("FluentCatalog ")?;
        f.debug_map().entries(sizes).finish()
    }
}

/// The language of a file: by its own name, else by that of its folder.
fn language_of(name: &str) -> Option<String> {
    let path = Path::new(name);
    let stem = path.file_stem()?.to_str()?;
    let folder = || path.parent()?.file_name()?.to_str();
    normal(stem).or_else(|| normal(folder()?))
}

/// The `.ftl` files of a folder and of those directly within it, by name.
fn files(folder: &Path) -> Result<Vec<PathBuf>, FluentError> {
    let list = |folder: &Path| -> Result<Vec<PathBuf>, FluentError> {
        let unreadable = |error| FluentError::Unreadable(folder.to_owned(), error);
        let mut paths = fs::read_dir(folder)
            .map_err(unreadable)?
            .map(|entry| entry.map(|entry| entry.path()))
            .collect::<Result<Vec<_>, _>>()
            .map_err(unreadable)?;
        paths.sort();
        Ok(paths)
    };
    let is_ftl = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "ftl");
    let mut found = Vec::new();
    for path in list(folder)? {
        if path.is_dir() {
            found.extend(list(&path)?.into_iter().filter(is_ftl));
        } else if is_ftl(&path) {
            found.push(path);
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests;
