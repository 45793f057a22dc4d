//! The engine on real files.

#[cfg(feature = "conformance")]
mod conformance;
mod crash;
mod files;
mod rig;
mod speed;
