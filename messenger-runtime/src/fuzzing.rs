//! What the fuzz targets in `fuzz/` and the property tests in `tests/fuzz.rs` call: functions that take any
//! bytes and panic where a promise about bytes from outside does not hold.
//!
//! Each lives in the room whose promise it is. A target also has a control: the same check of a subject that is
//! broken on purpose, which has to panic for some input.

/// A promise about bytes from outside.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// Its name, which is also that of its seeds.
    pub name: &'static str,
    /// Panics where the promise does not hold.
    pub check: fn(&[u8]),
    /// The same for a subject that does not keep it.
    pub control: fn(&[u8]),
}

/// A body of the webhook: it is split and read, and one bad item takes no other with it.
pub const WEBHOOK_BODY: Target = Target {
    name: "webhook_body",
    check: crate::delivery::fuzz::webhook::check,
    control: crate::delivery::fuzz::webhook::control,
};

/// The signature header: its exact form and the right tag are accepted, and nothing else.
pub const SIGNATURE: Target = Target {
    name: "signature",
    check: crate::webhook::fuzz::check,
    control: crate::webhook::fuzz::control,
};

/// A `signed_request`: one that is signed, of the right algorithm and fresh is accepted, and nothing else.
pub const SIGNED_REQUEST: Target = Target {
    name: "signed_request",
    check: crate::graph::fuzz::signed_request::check,
    control: crate::graph::fuzz::signed_request::control,
};

/// What stores keep: it is read or kept aside whole, and what was read is written as it was.
pub const SESSION: Target = Target {
    name: "session",
    check: crate::delivery::fuzz::session::check,
    control: crate::delivery::fuzz::session::control,
};

/// The body of a failed call: bounded, silent about tokens and the request's words, decided by numbers.
pub const GRAPH_ERROR: Target = Target {
    name: "graph_error",
    check: crate::graph::fuzz::graph_error::check,
    control: crate::graph::fuzz::graph_error::control,
};

/// All of them.
pub const TARGETS: [Target; 5] = [WEBHOOK_BODY, SIGNATURE, SIGNED_REQUEST, SESSION, GRAPH_ERROR];
