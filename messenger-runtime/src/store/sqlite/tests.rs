//! The engine on real files.

#[cfg(feature = "conformance")]
mod conformance;
mod crash;
mod files;
pub(super) mod rig;
mod room;
mod speed;
mod time;
