//! Monotonic counters that many tasks add to at once.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use crate::protocol::{Counters, LatencyHistogram};

const BUCKETS: usize = 40;

/// How a request ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    /// The app's answer went to its end.
    Answered(http::StatusCode),
    /// The switch had to answer 502/503, or the answer was cut after its head.
    Failed,
    /// The client went away first.
    Abandoned,
    /// The client sent something malformed.
    Refused,
}

/// How a WebSocket ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SocketEnding {
    /// The app sent its close frame first.
    App,
    /// The client said goodbye, or left.
    Client,
    /// The switch said goodbye.
    Switch,
    /// Nobody could say goodbye.
    Cut,
}

/// What is known about one request when it ends.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tally {
    /// How it ended.
    pub(crate) ending: Ending,
    /// The wait for a backend, if there was one.
    pub(crate) held: Option<Duration>,
    /// Time to the answer's head, if one was sent.
    pub(crate) head: Option<Duration>,
}

/// The counters of one generation.
#[derive(Debug)]
pub(crate) struct Ledger {
    requests: AtomicU64,
    classes: [AtomicU64; 5],
    failed: AtomicU64,
    abandoned: AtomicU64,
    refused: AtomicU64,
    retried: AtomicU64,
    held: AtomicU64,
    longest_hold_ms: AtomicU64,
    websockets_carried: AtomicU64,
    websockets_closed: [AtomicU64; 4],
    tunnels: AtomicU64,
    latency: [AtomicU64; BUCKETS],
}

impl Default for Ledger {
    fn default() -> Self {
        Self {
            requests: AtomicU64::default(),
            classes: <[AtomicU64; 5]>::default(),
            failed: AtomicU64::default(),
            abandoned: AtomicU64::default(),
            refused: AtomicU64::default(),
            retried: AtomicU64::default(),
            held: AtomicU64::default(),
            longest_hold_ms: AtomicU64::default(),
            websockets_carried: AtomicU64::default(),
            websockets_closed: <[AtomicU64; 4]>::default(),
            tunnels: AtomicU64::default(),
            latency: std::array::from_fn(|_| AtomicU64::default()),
        }
    }
}

impl Ledger {
    /// Adds a request that has ended.
    pub(crate) fn record(&self, tally: Tally) {
        self.requests.fetch_add(1, Relaxed);
        match tally.ending {
            Ending::Answered(status) => {
                let class = usize::from(status.as_u16() / 100).clamp(1, 5) - 1;
                self.classes[class].fetch_add(1, Relaxed);
            }
            Ending::Failed => drop(self.failed.fetch_add(1, Relaxed)),
            Ending::Abandoned => drop(self.abandoned.fetch_add(1, Relaxed)),
            Ending::Refused => drop(self.refused.fetch_add(1, Relaxed)),
        }
        if let Some(held) = tally.held {
            self.held.fetch_add(1, Relaxed);
            self.longest_hold_ms.fetch_max(whole_ms(held), Relaxed);
        }
        if let Some(head) = tally.head {
            self.latency[bucket(head)].fetch_add(1, Relaxed);
        }
    }

    /// Adds a repetition.
    pub(crate) fn record_retry(&self) {
        self.retried.fetch_add(1, Relaxed);
    }

    /// Adds a WebSocket that the app accepted.
    pub(crate) fn record_websocket(&self) {
        self.websockets_carried.fetch_add(1, Relaxed);
    }

    /// Adds the end of a WebSocket.
    pub(crate) fn record_websocket_end(&self, ending: SocketEnding) {
        let index = match ending {
            SocketEnding::App => 0,
            SocketEnding::Client => 1,
            SocketEnding::Switch => 2,
            SocketEnding::Cut => 3,
        };
        self.websockets_closed[index].fetch_add(1, Relaxed);
    }

    /// Adds a raw or otherwise upgraded connection.
    pub(crate) fn record_tunnel(&self) {
        self.tunnels.fetch_add(1, Relaxed);
    }

    /// The counters as they stand.
    pub(crate) fn snapshot(&self) -> Counters {
        let read = |counter: &AtomicU64| counter.load(Relaxed);
        let mut buckets: Vec<u64> = self.latency.iter().map(read).collect();
        buckets.truncate(buckets.iter().rposition(|count| *count > 0).map_or(0, |last| last + 1));
        Counters {
            requests: read(&self.requests),
            status_1xx: read(&self.classes[0]),
            status_2xx: read(&self.classes[1]),
            status_3xx: read(&self.classes[2]),
            status_4xx: read(&self.classes[3]),
            status_5xx: read(&self.classes[4]),
            failed: read(&self.failed),
            abandoned: read(&self.abandoned),
            refused: read(&self.refused),
            retried: read(&self.retried),
            held: read(&self.held),
            longest_hold_ms: read(&self.longest_hold_ms),
            websockets_carried: read(&self.websockets_carried),
            websockets_closed_by_app: read(&self.websockets_closed[0]),
            websockets_closed_by_client: read(&self.websockets_closed[1]),
            websockets_closed_by_switch: read(&self.websockets_closed[2]),
            websockets_cut: read(&self.websockets_closed[3]),
            tunnels: read(&self.tunnels),
            latency: LatencyHistogram { buckets },
        }
    }
}

/// Milliseconds, rounded down, for a protocol of whole numbers.
pub(crate) fn whole_ms(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

fn bucket(head: Duration) -> usize {
    let micros = head.as_micros().max(1);
    usize::try_from(micros.ilog2()).unwrap_or(BUCKETS).min(BUCKETS - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_latency_lands_in_the_bucket_that_doubles_up_to_it() {
        let ledger = Ledger::default();
        let head = Some(Duration::from_micros(5));
        let ending = Ending::Answered(http::StatusCode::OK);
        ledger.record(Tally { ending, held: None, head });
        assert_eq!(ledger.snapshot().latency.buckets, [0, 0, 1]);
    }

    #[test]
    fn the_longest_hold_is_kept() {
        let ledger = Ledger::default();
        for ms in [7, 90, 20] {
            let held = Some(Duration::from_millis(ms));
            ledger.record(Tally { ending: Ending::Failed, held, head: None });
        }
        let counters = ledger.snapshot();
        assert_eq!((counters.held, counters.longest_hold_ms, counters.failed), (3, 90, 3));
    }
}
