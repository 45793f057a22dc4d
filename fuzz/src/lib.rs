//! What the fuzz targets share.

use std::sync::LazyLock;

use messenger_runtime::fuzzing::Target;

/// Whether the subject that is broken on purpose is run, which has to be found out.
static IS_CONTROL: LazyLock<bool> = LazyLock::new(|| std::env::var_os("FUZZ_CONTROL").is_some());

/// Runs a target with one input.
pub fn run(target: &Target, data: &[u8]) {
    if *IS_CONTROL {
        (target.control)(data);
    } else {
        (target.check)(data);
    }
}
