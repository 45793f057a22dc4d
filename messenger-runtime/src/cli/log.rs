//! What the environment says about the log.

use std::env;

use tracing_subscriber::EnvFilter;

/// What `RUST_LOG` asks for. Where it is not set, or cannot be read, which is said on stderr, `level` and
/// what is graver.
pub(super) fn filter(name: &str, level: &str) -> EnvFilter {
    let asked = env::var_os("RUST_LOG").unwrap_or_default();
    let asked = asked.to_string_lossy();
    if asked.trim().is_empty() {
        return EnvFilter::new(level);
    }
    EnvFilter::try_new(asked.trim()).unwrap_or_else(|error| {
        super::tell(format_args!(
            "{name}: RUST_LOG is not a filter like `debug` or `messenger_runtime=debug` ({error}); \
             `{level}` is used"
        ));
        EnvFilter::new(level)
    })
}

/// Whether `NO_COLOR` asks for plain text: set to anything.
pub(super) fn no_colour() -> bool {
    env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
}
