//! The longest time without a success.

use std::time::Duration;

/// Gaps between successes, in time since the load began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Gap {
    last: Duration,
    /// The longest gap that has ended.
    pub(crate) longest: Duration,
    /// When it began.
    pub(crate) at: Duration,
}

impl Gap {
    pub(crate) fn from(start: Duration) -> Self {
        Self { last: start, longest: Duration::ZERO, at: start }
    }

    /// A success at `now`; answers may be reported a little out of order.
    pub(crate) fn success(&mut self, now: Duration) {
        let gap = now.saturating_sub(self.last);
        if gap > self.longest {
            (self.longest, self.at) = (gap, self.last);
        }
        self.last = self.last.max(now);
    }

    /// The last success.
    pub(crate) fn last(self) -> Duration {
        self.last
    }

    /// With the gap that is still open at `now`.
    pub(crate) fn until(mut self, now: Duration) -> Self {
        self.success(now);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_gap_and_its_begin_are_kept() {
        let ms = Duration::from_millis;
        let mut gap = Gap::from(ms(0));
        for at in [10, 20, 70, 80] {
            gap.success(ms(at));
        }
        assert_eq!((gap.longest, gap.at), (ms(50), ms(20)));
    }

    #[test]
    fn an_outage_that_lasts_until_the_end_counts() {
        let ms = Duration::from_millis;
        let mut gap = Gap::from(ms(0));
        gap.success(ms(10));
        assert_eq!(gap.until(ms(510)).longest, ms(500));
    }
}
