//! Points at which the project's own tests end the process or take a guarantee away, to see that the other
//! tests notice. Without the feature `fail-points` they are nothing.
//!
//! A test switches them on by the variable `FAILPOINTS`, as the crate `fail` reads it:
//! `sqlite.commit=99*off->return` ends the process when it comes by for the hundredth time.

/// Ends the process here, as `kill -9` would, where a test says so.
macro_rules! crash_point {
    ($name:literal) => {
        #[cfg(feature = "fail-points")]
        {
            let _: Option<()> = fail::eval($name, |_| std::process::abort());
        }
    };
}

/// Whether a test has taken this guarantee away.
#[allow(unused_macros, reason = "as below")]
macro_rules! sabotaged {
    ($name:literal) => {{
        #[cfg(feature = "fail-points")]
        let sabotaged = fail::eval($name, |_| ()).is_some();
        #[cfg(not(feature = "fail-points"))]
        let sabotaged = false;
        sabotaged
    }};
}

pub(crate) use crash_point;
#[allow(
    unused_imports,
    reason = "only the engines of the store use it, each behind its feature"
)]
pub(crate) use sabotaged;
