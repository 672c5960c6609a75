//! Latencies in buckets of constant relative width (about 6 %), in constant memory.

use std::time::Duration;

const STEPS: usize = 16;
const BUCKETS: usize = STEPS * 30;

/// A histogram of microseconds, from 1 µs to about 17 minutes.
#[derive(Debug, Clone)]
pub(crate) struct Histogram {
    counts: Box<[u32]>,
    total: u64,
    longest: Duration,
}

impl Default for Histogram {
    fn default() -> Self {
        Self { counts: vec![0; BUCKETS].into_boxed_slice(), total: 0, longest: Duration::ZERO }
    }
}

impl Histogram {
    pub(crate) fn add(&mut self, time: Duration) {
        let micros = u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        let bucket = bucket(micros);
        self.counts[bucket] = self.counts[bucket].saturating_add(1);
        self.total += 1;
        self.longest = self.longest.max(time);
    }

    pub(crate) fn longest(&self) -> Duration {
        self.longest
    }

    /// The time that `per_mille` of 1,000 stay below; the bucket's upper edge.
    pub(crate) fn quantile(&self, per_mille: u64) -> Duration {
        let wanted = (self.total * per_mille).div_ceil(1000);
        let mut seen = 0;
        for (bucket, count) in self.counts.iter().enumerate() {
            seen += u64::from(*count);
            if seen >= wanted.max(1) {
                return Duration::from_micros(upper_edge(bucket)).min(self.longest);
            }
        }
        self.longest
    }
}

fn bucket(micros: u64) -> usize {
    if micros < STEPS as u64 {
        return usize::try_from(micros).unwrap_or(0);
    }
    let shift = micros.ilog2() - STEPS.ilog2();
    let step = usize::try_from(micros >> shift).unwrap_or(0) - STEPS;
    ((shift as usize + 1) * STEPS + step).min(BUCKETS - 1)
}

fn upper_edge(bucket: usize) -> u64 {
    if bucket < STEPS {
        return bucket as u64;
    }
    let shift = bucket / STEPS - 1;
    ((STEPS + bucket % STEPS + 1) as u64) << shift
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantile_is_at_most_one_bucket_too_high() {
        let mut histogram = Histogram::default();
        (1..=1000).for_each(|ms| histogram.add(Duration::from_millis(ms)));
        let median = histogram.quantile(500);
        assert!(
            median >= Duration::from_millis(500) && median < Duration::from_millis(540),
            "{median:?}"
        );
        assert_eq!(histogram.quantile(1000), Duration::from_secs(1));
    }

    #[test]
    fn every_bucket_holds_its_own_times() {
        for micros in [0, 1, 15, 16, 17, 31, 32, 1000, 65_535, 1 << 29] {
            assert!(upper_edge(bucket(micros)) >= micros, "{micros}");
            assert!(bucket(micros) == 0 || upper_edge(bucket(micros) - 1) <= micros, "{micros}");
        }
    }
}
