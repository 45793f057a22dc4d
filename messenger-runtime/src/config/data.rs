//! Where a program keeps its data unless told otherwise.

use std::{
    env,
    path::{Path, PathBuf},
};

/// `bot.db` in a folder of this program's name in the data directory of the user; `None` where there is none.
///
/// The XDG Base Directory Specification, <https://specifications.freedesktop.org/basedir-spec/latest/>, and what
/// macOS and Windows have for it.
pub(super) fn file() -> Option<PathBuf> {
    let program = env::current_exe().ok()?;
    let set = |name: &str| env::var_os(name).map(PathBuf::from);
    file_of(&program, &directory(set, env::home_dir)?)
}

fn file_of(program: &Path, directory: &Path) -> Option<PathBuf> {
    Some(directory.join(program.file_stem()?).join("bot.db"))
}

fn directory(set: impl Fn(&str) -> Option<PathBuf>, home: impl Fn() -> Option<PathBuf>) -> Option<PathBuf> {
    // A path that is not absolute is to be taken for none.
    let absolute = |path: &PathBuf| path.is_absolute();
    if cfg!(windows) {
        return set("LOCALAPPDATA").filter(absolute);
    }
    let home = || home().filter(absolute);
    if cfg!(target_vendor = "apple") {
        return Some(home()?.join("Library/Application Support"));
    }
    match set("XDG_DATA_HOME").filter(absolute) {
        Some(data) => Some(data),
        None => Some(home()?.join(".local/share")),
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn data_has_its_directory() {
        let home = || Some(PathBuf::from("/home/jo"));
        let none = |_: &str| None;
        assert_eq!(directory(none, home), Some("/home/jo/.local/share".into()));
        assert_eq!(directory(none, || None), None);
        assert_eq!(directory(|_| Some("/data".into()), home), Some("/data".into()));
        let relative = directory(|_| Some("data".into()), home);
        assert_eq!(relative, Some("/home/jo/.local/share".into()));
        let file = file_of(Path::new("/usr/bin/coffee-shop"), Path::new("/data"));
        assert_eq!(file, Some("/data/coffee-shop/bot.db".into()));
    }
}
