//! The calls of a push: as few as can be, in the order that the platform needs.

use super::diff::Diff;
use crate::{
    cli::{Failure, tell},
    graph::{Graph, GraphError, MessengerProfile, ProfileProperty},
    message::Platform,
};

/// What a menu stands on: the platform looks at these when a menu is set.
const BEFORE_THE_MENU: [ProfileProperty; 2] =
    [ProfileProperty::GetStarted, ProfileProperty::WhitelistedDomains];

/// The calls, in order.
#[derive(Debug)]
pub(super) struct Plan(Vec<Step>);

#[derive(Debug, PartialEq)]
pub(super) enum Step {
    Set(Box<MessengerProfile>, Vec<ProfileProperty>),
    Delete(Vec<ProfileProperty>),
}

impl Plan {
    /// Plans the calls.
    ///
    /// A menu is set after what it stands on, in a call of its own where some of that is set as well. It is
    /// deleted before the get-started button, for the platform keeps the button while there is a menu.
    pub(super) fn new(
        page: &MessengerProfile,
        code: &MessengerProfile,
        diff: &Diff,
        platform: Platform,
    ) -> Result<Self, String> {
        let (set, delete) = (diff.to_set(), diff.to_delete());
        let (menu, button) = (ProfileProperty::PersistentMenu, ProfileProperty::GetStarted);
        let stays = |property: ProfileProperty| {
            code.has(property) || (page.has(property) && !delete.contains(&property))
        };
        if platform == Platform::Messenger && stays(menu) && !stays(button) {
            return Err("a persistent menu needs a get-started button: declare one with \
                 `.get_started(welcome {})`, where `welcome` is the `#[on_get_started]` handler"
                .to_owned());
        }
        let apart = set.contains(&menu) && BEFORE_THE_MENU.iter().any(|before| set.contains(before));
        let (last, first): (Vec<_>, Vec<_>) = set.into_iter().partition(|one| apart && *one == menu);
        let mut steps = Vec::new();
        for properties in [first, last] {
            if !properties.is_empty() {
                steps.push(Step::Set(Box::new(code.clone().only(&properties)), properties));
            }
        }
        let apart = delete.contains(&menu) && delete.contains(&button);
        let (first, last): (Vec<_>, Vec<_>) = delete.into_iter().partition(|one| apart && *one == menu);
        for properties in [first, last] {
            if !properties.is_empty() {
                steps.push(Step::Delete(properties));
            }
        }
        Ok(Self(steps))
    }

    /// Makes the calls, each once; says on standard error what each has done. `diff` is the command that shows what the
    /// page has.
    pub(super) async fn carry_out(&self, graph: &Graph, diff: &str) -> Result<(), Failure> {
        // Of several tries the last alone says how it ended, and an earlier one may have written.
        let graph = &graph.once();
        for (done, step) in self.0.iter().enumerate() {
            step.take(graph).await.map_err(|error| Failure::Midway {
                note: match (error.is_doubtful(), done) {
                    (true, _) => format!(
                        "This call may have been carried out all the same: {}. `{diff}` tells.",
                        step.properties()
                    ),
                    (false, 0) => "Nothing was written.".to_owned(),
                    (false, _) => {
                        "What is said above to be written is; the rest is not. Push again to go on."
                            .to_owned()
                    }
                },
                error,
            })?;
            tell(step);
        }
        Ok(())
    }

    #[cfg(test)]
    pub(super) fn steps(&self) -> &[Step] {
        &self.0
    }

    #[cfg(test)]
    pub(super) fn words(&self) -> Vec<String> {
        self.0.iter().map(ToString::to_string).collect()
    }
}

impl Step {
    async fn take(&self, graph: &Graph) -> Result<(), GraphError> {
        match self {
            Self::Set(profile, _) => graph.set_messenger_profile(profile).await,
            Self::Delete(properties) => graph.delete_messenger_profile(properties.iter().copied()).await,
        }
    }
}

impl Step {
    fn properties(&self) -> String {
        let (Self::Set(_, properties) | Self::Delete(properties)) = self;
        let names: Vec<_> = properties.iter().map(|property| property.name()).collect();
        names.join(", ")
    }
}

impl std::fmt::Display for Step {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let verb = match self {
            Self::Set(..) => "set",
            Self::Delete(_) => "deleted",
        };
        write!(f, "{verb} {}", self.properties())
    }
}
