//! Where a control has flows keep what they were given: in files, which no commit guards. A step whose turn is not committed
//! is run again then on top of itself.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process,
};

use super::Given;
use crate::Problem;

/// The file of a flow, where there are files: below the folder that `CRASH_FLOWS_BESIDE` names.
pub(super) fn file(person: &str, begun: u64) -> Option<PathBuf> {
    let folder = PathBuf::from(env::var_os("CRASH_FLOWS_BESIDE")?);
    Some(folder.join(format!("flow-{person}-{begun}")))
}

/// Changes what the file holds, and what the flow holds to the same.
pub(super) fn change(file: &Path, given: &mut Given, change: impl FnOnce(&mut Given)) -> Result<(), Problem> {
    if let Ok(kept) = fs::read(file) {
        *given = serde_json::from_slice(&kept)?;
    }
    change(given);
    // In one step: a process that ends in the middle leaves a whole file.
    let new = file.with_extension(process::id().to_string());
    fs::write(&new, serde_json::to_vec(given)?)?;
    Ok(fs::rename(new, file)?)
}
