//! Failures in a row.

use std::time::Duration;

/// A row must last so long to be a verdict, however quickly failures are counted: a stall of a few
/// milliseconds is no reason to go back.
const SHORTEST: Duration = Duration::from_secs(1);

/// A row of failures without a success in between.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Streak {
    count: u64,
    since: Option<Duration>,
}

impl Streak {
    /// Adds failures seen at a time; answers whether the row is a verdict now.
    pub(super) fn extend(&mut self, failures: u64, needed: u64, at: Duration) -> bool {
        if failures == 0 {
            return false;
        }
        self.count = self.count.saturating_add(failures);
        let since = *self.since.get_or_insert(at);
        self.count >= needed && at.saturating_sub(since) >= SHORTEST
    }

    /// A success.
    pub(super) fn reset(&mut self) {
        *self = Self::default();
    }

    /// Length of the row.
    pub(super) const fn count(&self) -> u64 {
        self.count
    }
}
