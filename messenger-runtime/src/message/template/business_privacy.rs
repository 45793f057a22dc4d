//! Where a person reads what becomes of what they fill in.

use serde::{Deserialize, Serialize};

use crate::message::{check::Walk, words::Words};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct BusinessPrivacy {
    url: Words,
}

impl BusinessPrivacy {
    pub(super) fn new(url: impl Into<String>) -> Self {
        Self { url: Words::new(url) }
    }

    pub(super) fn check(&self, walk: &mut Walk) {
        walk.at("business_privacy", |walk| walk.url("url", &self.url));
    }
}
