//! The form in which a running flow is stored: `{"flow": .., "version": .., "step": .., "data": ..}`.

use serde::{Deserialize, Serialize};

use crate::routing::session::Json;

/// A flow that waits for an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Kept {
    pub(crate) flow: String,
    pub(crate) version: u32,
    pub(crate) step: String,
    pub(crate) data: Json,
    /// How often the question has been answered by what is no answer.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(crate) failed: u32,
    /// Until when an answer is waited for, in seconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) expires: Option<u64>,
    /// Whether somebody else has the conversation until it is given back.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) suspended: bool,
    /// The flow that goes on when this one ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) within: Option<Box<Self>>,
}

impl Kept {
    /// This flow, the one it is within, and so on.
    pub(crate) fn and_outer(&self) -> impl Iterator<Item = &Self> {
        std::iter::successors(Some(self), |kept| kept.within.as_deref())
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde asks for it")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flow_within_another_is_kept_with_it() {
        let json = r#"{"flow":"Address","version":2,"step":"street","data":{"city":"Nantes"},"failed":1,"expires":1900000000,"within":{"flow":"Checkout","version":1,"step":"address","data":{"qty":2}}}"#;
        let kept: Kept = serde_json::from_str(json).expect("a flow");
        assert_eq!(
            (kept.flow.as_str(), kept.failed, kept.suspended),
            ("Address", 1, false)
        );
        assert_eq!(
            kept.within.as_ref().map(|outer| outer.step.as_str()),
            Some("address")
        );
        assert_eq!(serde_json::to_string(&kept).expect("JSON"), json);
    }
}
