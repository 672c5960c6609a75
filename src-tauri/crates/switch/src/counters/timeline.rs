//! The recent past in steps of 100 ms.

use std::collections::VecDeque;
use std::time::Duration;

use super::ledger::whole_ms;
use crate::protocol::{Tick, Timeline};

const TICK_MS: u64 = 100;
/// Six minutes.
const KEPT: u64 = 3_600;

/// A ring of ticks. Time is what the caller says has passed since the start.
#[derive(Debug, Default)]
pub(crate) struct TickRing {
    first: u64,
    ticks: VecDeque<Tick>,
}

impl TickRing {
    /// Adds a request that ended `now`; `head` is the time to its answer's head.
    pub(crate) fn record(&mut self, now: Duration, failed: bool, head: Option<Duration>) {
        self.advance(now);
        if let Some(tick) = self.ticks.back_mut() {
            tick.requests = tick.requests.saturating_add(1);
            tick.failed = tick.failed.saturating_add(u32::from(failed));
            let head_us =
                head.map_or(0, |head| u32::try_from(head.as_micros()).unwrap_or(u32::MAX));
            tick.slowest_us = tick.slowest_us.max(head_us);
        }
    }

    /// The ticks up to `now`, without gaps.
    pub(crate) fn read(&mut self, now: Duration) -> Timeline {
        self.advance(now);
        let age_ms = whole_ms(now).saturating_sub(self.first * TICK_MS);
        Timeline { age_ms, tick_ms: TICK_MS, ticks: self.ticks.iter().copied().collect() }
    }

    fn advance(&mut self, now: Duration) {
        let current = whole_ms(now) / TICK_MS;
        let next = self.first + u64::try_from(self.ticks.len()).unwrap_or(KEPT);
        if self.ticks.is_empty() || current >= next + KEPT {
            self.ticks.clear();
            self.first = current;
        }
        while self.first + u64::try_from(self.ticks.len()).unwrap_or(KEPT) <= current {
            self.ticks.push_back(Tick::default());
            if self.ticks.len() as u64 > KEPT {
                self.ticks.pop_front();
                self.first += 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    #[test]
    fn quiet_ticks_are_not_left_out() {
        let mut ring = TickRing::default();
        ring.record(at(50), false, Some(Duration::from_micros(80)));
        ring.record(at(320), true, None);
        let timeline = ring.read(at(330));
        let requests: Vec<u32> = timeline.ticks.iter().map(|tick| tick.requests).collect();
        assert_eq!((requests, timeline.age_ms), (vec![1, 0, 0, 1], 330));
    }

    #[test]
    fn at_least_five_minutes_are_kept_and_no_more_than_needed() {
        let mut ring = TickRing::default();
        for second in 0..1_000 {
            ring.record(at(second * 1_000), false, None);
        }
        let kept = ring.read(at(999_000)).ticks.len();
        assert!((3_000..=3_600).contains(&kept), "{kept} ticks");
    }

    #[test]
    fn a_long_sleep_empties_the_ring_instead_of_filling_it_tick_by_tick() {
        let mut ring = TickRing::default();
        ring.record(at(0), false, None);
        ring.record(at(u64::MAX / 4), false, None);
        assert_eq!(ring.read(at(u64::MAX / 4)).ticks.len(), 1);
    }
}
