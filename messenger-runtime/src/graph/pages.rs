//! The pages that a client is bound to, each of them once.

use std::{collections::HashMap, sync::Arc};

use tokio::time::Instant;

use super::{Pacing, sign::Page};

/// From how many pages on those that are not in use are forgotten.
const PAGES: usize = 1024;

/// The pages bound so far.
#[derive(Default)]
pub(super) struct Pages {
    known: HashMap<Arc<str>, Arc<Page>>,
    /// How many there are before those that are not in use are looked for again.
    crowded: usize,
}

impl Pages {
    /// The page with this id; a new one is made by `make`.
    pub(super) fn page(
        &mut self,
        id: &str,
        pacing: &Pacing,
        make: impl FnOnce(Arc<str>) -> Page,
    ) -> Arc<Page> {
        if let Some(known) = self.known.get(id) {
            return Arc::clone(known);
        }
        if self.known.len() >= self.crowded.max(PAGES) {
            let now = Instant::now();
            // A page that is bound somewhere, or has used up some of its rate, must stay the one it is.
            self.known
                .retain(|_, page| Arc::strong_count(page) > 1 || !page.turns.are_idle(pacing, now));
            self.crowded = self.known.len() * 2;
        }
        let id = Arc::<str>::from(id);
        let page = Arc::new(make(Arc::clone(&id)));
        self.known.insert(id, Arc::clone(&page));
        page
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.known.len()
    }
}
