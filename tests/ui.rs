//! The compile cases: bots that must compile, and mistakes with what the compiler says about each.
//!
//! A mistake is one file below `ui/fail` with the compiler's words beside it. The words change from one compiler to
//! the next, so the cases run on one alone. After a change, `TRYBUILD=overwrite cargo test --test ui` writes them
//! anew; read each as the person who made the mistake.

use std::{env, io::Write as _, process::Command};

/// The compiler whose words are on record.
const COMPILER: &str = "rustc 1.95.0";

#[test]
fn compile_cases() {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let version = Command::new(rustc)
        .arg("--version")
        .output()
        .expect("the compiler that built this test runs");
    let version = String::from_utf8_lossy(&version.stdout).into_owned();
    if !version.starts_with(COMPILER) {
        // Past the capture of the test harness, so that it is seen.
        writeln!(
            std::io::stderr(),
            "compile cases not run: what they expect was recorded with {COMPILER}, and this is {}",
            version.trim()
        )
        .expect("standard error takes a line");
        return;
    }
    let cases = trybuild::TestCases::new();
    cases.pass("ui/pass/*.rs");
    cases.compile_fail("ui/fail/*.rs");
}
