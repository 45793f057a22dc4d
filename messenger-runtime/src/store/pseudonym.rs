//! What people are called in the log.

use std::{
    fmt,
    hash::{BuildHasher as _, RandomState},
    sync::LazyLock,
};

/// New with each process, so that a log alone does not tell whom it is about.
static KEY: LazyLock<RandomState> = LazyLock::new(RandomState::new);

/// A person's name in the log: the same for the same person while the process lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Pseudonym(u64);

impl Pseudonym {
    pub(crate) fn of(page: &str, person: &str) -> Self {
        Self(KEY.hash_one((page, person)))
    }
}

impl fmt::Display for Pseudonym {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "p-{:016x}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{event::Object, store::Conversation};

    #[test]
    fn one_person_has_one_name_and_another_has_another() {
        let name = Pseudonym::of("1", "300001");
        assert_eq!(name, Pseudonym::of("1", "300001"));
        assert_ne!(name, Pseudonym::of("1", "300002"));
        assert_ne!(name, Pseudonym::of("2", "300001"));
        assert_eq!(name.to_string().len(), 18);
    }

    #[test]
    fn a_conversation_is_shown_without_the_persons_id() {
        let conversation = Conversation {
            object: Object::Page,
            page: "20001".into(),
            person: Some("300001".into()),
        };
        let shown = format!("{conversation:?}");
        assert!(shown.starts_with("Page/20001/p-"), "{shown}");
        assert!(!shown.contains("300001"), "{shown}");
        let of_the_page = Conversation {
            person: None,
            ..conversation
        };
        assert_eq!(format!("{of_the_page:?}"), "Page/20001/-");
    }
}
