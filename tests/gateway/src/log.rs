//! Human lines on standard output and standard error; a closed pipe never stops the gateway.

use std::io::Write;
use std::time::{SystemTime, UNIX_EPOCH};

/// What is normal: standard output.
pub(crate) fn say(line: &str) {
    let _closed = writeln!(std::io::stdout().lock(), "{} {line}", unix_ms());
}

/// What went wrong: standard error.
pub(crate) fn complain(line: &str) {
    let _closed = writeln!(std::io::stderr().lock(), "{} error: {line}", unix_ms());
}

/// A bare line for commands such as `--version`.
pub(crate) fn print(line: &str) {
    let _closed = writeln!(std::io::stdout().lock(), "{line}");
}

/// Milliseconds since 1970; 0 on a clock set before that.
pub(crate) fn unix_ms() -> u128 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis())
}
