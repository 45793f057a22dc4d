//! A disk that keeps a record of what is written to it, loses power, and fails when told to.
//!
//! [`shim.c`](../shim.c) is preloaded into a program and records every change that it makes to the files of one
//! directory ([`Record`]). [`Crash`] replays a record up to a point at which the power goes: what was synced
//! stays; of what was written since, any part may be there or not, torn at the disk's sectors.
//!
//! A sync that fails leaves the system's cache ahead of the disk: what was written since the last one is read back as
//! if it were there, also by the next process, and no later sync writes it. Here that goes by the write; a system that
//! goes by the page may write a little more.
//!
//! Directory entries count as durable as soon as a file exists. A disk that does not keep what it was told
//! to sync cannot be made good by anybody; [`Crash::lying`] shows that the tests would notice.

mod crash;
mod look;
mod record;
mod shim;
mod temp;
pub mod workload;

pub use crash::Crash;
pub use look::{each, look};
pub use record::{Change, Record};
pub use shim::{Fault, Shim, acknowledge, changes, fail};
pub use temp::TempDir;
