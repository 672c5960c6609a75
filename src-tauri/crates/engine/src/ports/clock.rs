//! Time and chance, so that both can be chosen in tests.

use jiff::Timestamp;

/// Wall-clock time and fresh names. Waiting is tokio's, which tests can pause.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Timestamp;
    /// Eight fresh lower-case hexadecimal digits.
    fn fresh_id(&self) -> String;
}
