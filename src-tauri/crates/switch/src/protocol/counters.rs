//! What was counted.

use serde::{Deserialize, Serialize};

/// Monotonic counters; subtract two readings to get an interval.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Counters {
    /// HTTP requests that ended, however they ended.
    pub requests: u64,
    /// Answers of the app by status class: 1xx (upgrades) to 5xx.
    pub status_1xx: u64,
    /// See `status_1xx`.
    pub status_2xx: u64,
    /// See `status_1xx`.
    pub status_3xx: u64,
    /// See `status_1xx`.
    pub status_4xx: u64,
    /// See `status_1xx`: only those that the app itself sent.
    pub status_5xx: u64,
    /// Requests that failed through no fault of app or client as far as the switch can tell:
    /// answered 502/503/504 by the switch, or cut after the answer had begun.
    pub failed: u64,
    /// Requests whose client went away first.
    pub abandoned: u64,
    /// Requests the switch refused as malformed (400, 408, 413, 431).
    pub refused: u64,
    /// Requests sent again, because nothing of them had been executed or executing twice is safe.
    pub retried: u64,
    /// Requests that had to wait for a backend.
    pub held: u64,
    /// The longest such wait.
    pub longest_hold_ms: u64,
    /// `WebSocket`s accepted by the app.
    pub websockets_carried: u64,
    /// `WebSocket`s that the app closed with a close frame.
    pub websockets_closed_by_app: u64,
    /// `WebSocket`s that the client closed or left.
    pub websockets_closed_by_client: u64,
    /// `WebSocket`s to which the switch had to say goodbye (1012).
    pub websockets_closed_by_switch: u64,
    /// `WebSocket`s that ended without a close frame reaching the client.
    pub websockets_cut: u64,
    /// Raw TCP and other upgraded connections carried.
    pub tunnels: u64,
    /// Time from the request's head to the answer's head, holds included.
    pub latency: LatencyHistogram,
}

/// Latencies in buckets that double: bucket `i` counts `2^i` µs ≤ t < `2^(i+1)` µs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LatencyHistogram {
    /// Bucket counts; trailing zeros may be absent.
    pub buckets: Vec<u64>,
}

impl LatencyHistogram {
    /// The upper bound in microseconds of the bucket that holds the given share (0.0–1.0) of all
    /// values, or `None` without values.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        clippy::cast_sign_loss,
        reason = "a rank is a rounded share of a count"
    )]
    pub fn quantile_us(&self, share: f64) -> Option<u64> {
        let total: u64 = self.buckets.iter().sum();
        let rank = ((total as f64) * share).ceil().max(1.0) as u64;
        let mut seen = 0;
        self.buckets.iter().enumerate().find_map(|(index, count)| {
            seen += count;
            (*count > 0 && seen >= rank).then(|| 2_u64 << index.min(62))
        })
    }
}

/// The recent past in steps of 100 ms, oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timeline {
    /// Milliseconds between the first tick's begin and the moment of the answer.
    pub age_ms: u64,
    /// Width of a tick.
    pub tick_ms: u64,
    /// The ticks, without gaps.
    pub ticks: Vec<Tick>,
}

/// What ended within one tick.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tick {
    /// Requests.
    pub requests: u32,
    /// Those that failed.
    pub failed: u32,
    /// The slowest answer head, in microseconds.
    pub slowest_us: u32,
}
