//! The parts of a tally, and how they are reported.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::failure::FailureClass;
use crate::gap::Gap;
use crate::histogram::Histogram;
use crate::report::{GapReport, KindReport, LatencyReport, SegmentReport};

#[derive(Debug, Default)]
pub(super) struct KindTally {
    pub(super) requests: u64,
    pub(super) successes: u64,
    pub(super) failures: BTreeMap<FailureClass, u64>,
    pub(super) latency: Histogram,
}

#[derive(Debug)]
pub(super) struct Segment {
    pub(super) label: String,
    pub(super) at: Duration,
    pub(super) requests: u64,
    pub(super) failures: u64,
    pub(super) latency: Histogram,
    pub(super) gap: Gap,
}

impl Segment {
    pub(super) fn new(label: &str, at: Duration, last_success: Duration) -> Self {
        Self {
            label: label.to_owned(),
            at,
            requests: 0,
            failures: 0,
            latency: Histogram::default(),
            gap: Gap::from(last_success),
        }
    }

    pub(super) fn report(&self, end: Duration) -> SegmentReport {
        SegmentReport {
            label: self.label.clone(),
            at_ms: ms(self.at),
            requests: self.requests,
            failures: self.failures,
            latency: latency(&self.latency),
            longest_gap: gap(self.gap.until(end)),
        }
    }
}

impl KindTally {
    pub(super) fn report(&self) -> KindReport {
        KindReport {
            requests: self.requests,
            successes: self.successes,
            failures: self.failures.clone(),
            latency: latency(&self.latency),
        }
    }
}

pub(super) fn latency(histogram: &Histogram) -> LatencyReport {
    let us = |time: Duration| u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
    LatencyReport {
        p50_us: us(histogram.quantile(500)),
        p99_us: us(histogram.quantile(990)),
        max_us: us(histogram.longest()),
    }
}

pub(super) fn gap(gap: Gap) -> GapReport {
    GapReport { longest_ms: ms(gap.longest), at_ms: ms(gap.at) }
}

pub(super) fn ms(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
