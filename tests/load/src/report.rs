//! The report of a load: what `stop` hands back and `--json` prints.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use serde::{Deserialize, Serialize};

use crate::failure::FailureClass;
use crate::kind::Kind;

/// Everything that was counted. Times are milliseconds since the load began.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Report {
    /// How long the load ran.
    pub elapsed_ms: u64,
    /// HTTP requests that were answered or failed; echoes of WebSocket connections are not among them.
    pub requests: u64,
    /// Of these, answered as they should be.
    pub successes: u64,
    /// All failures by class, also those of WebSocket connections.
    pub failures: BTreeMap<FailureClass, FailureReport>,
    /// Per kind of load.
    pub kinds: BTreeMap<Kind, KindReport>,
    /// Time to the whole answer beyond what the request itself asks for, all kinds.
    pub latency: LatencyReport,
    /// Longest time without a success of any kind.
    pub longest_gap: GapReport,
    /// The same for the probers that open a new connection each time, per address.
    pub probe_gaps: BTreeMap<SocketAddr, GapReport>,
    /// Versions that answered, by the app's header.
    pub versions: BTreeMap<String, VersionReport>,
    /// Requests that the app executes and counts.
    pub executions: ExecutionReport,
    /// WebSocket connections.
    pub websockets: WebsocketReport,
    /// From each mark to the next, the first one from the start.
    pub segments: Vec<SegmentReport>,
}

/// Failures of one class.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailureReport {
    /// How many.
    pub count: u64,
    /// The first ones, at most 5.
    pub examples: Vec<Example>,
}

/// One failure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Example {
    /// When.
    pub at_ms: u64,
    /// Which kind of load.
    pub kind: Kind,
    /// To which address.
    pub address: SocketAddr,
    /// What was seen.
    pub detail: String,
}

/// One kind of load.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KindReport {
    /// Requests; of WebSocket connections, handshakes.
    pub requests: u64,
    /// Answered as they should be.
    pub successes: u64,
    /// Failures by class.
    pub failures: BTreeMap<FailureClass, u64>,
    /// Of WebSocket connections, the time from a message to its echo.
    pub latency: LatencyReport,
}

/// Latencies in microseconds; p50 and p99 are at most 6 % too high.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LatencyReport {
    /// Median.
    pub p50_us: u64,
    /// 99 of 100 are below.
    pub p99_us: u64,
    /// The longest.
    pub max_us: u64,
}

/// The longest time without a success.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct GapReport {
    /// How long.
    pub longest_ms: u64,
    /// When it began.
    pub at_ms: u64,
}

/// One version that answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VersionReport {
    /// How many answers.
    pub answers: u64,
    /// The first.
    pub first_ms: u64,
    /// The last.
    pub last_ms: u64,
}

/// Requests that must be executed exactly once.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExecutionReport {
    /// Ids that were answered.
    pub answered: u64,
    /// Ids known to be executed more than once: by the answers, and by asking the app at the end.
    pub duplicates: u64,
    /// What the app that serves at the end counted; `None` when it did not say.
    pub app_total: Option<u64>,
}

/// WebSocket connections.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebsocketReport {
    /// Handshakes that succeeded.
    pub opened: u64,
    /// Open now.
    pub open: u64,
    /// Echoes that came as they should.
    pub echoes: u64,
    /// Ended by the other side's close frame, by its code (1005: none given).
    pub closed: BTreeMap<u16, u64>,
    /// Ended without a close frame.
    pub cut: u64,
}

/// What happened between two marks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SegmentReport {
    /// The mark that began it; `start` for the first.
    pub label: String,
    /// When it began.
    pub at_ms: u64,
    /// Requests that ended in it.
    pub requests: u64,
    /// Failures in it, of any class.
    pub failures: u64,
    /// Latencies in it.
    pub latency: LatencyReport,
    /// Longest time without a success that ended in it.
    pub longest_gap: GapReport,
}

impl Report {
    /// All failures.
    pub fn failed(&self) -> u64 {
        self.failures.values().map(|failure| failure.count).sum()
    }

    /// All failures but the 5xx that the app itself sent.
    pub fn failed_beyond_app(&self) -> u64 {
        self.failed() - self.failures_of(FailureClass::AppError)
    }

    /// The failures of one class.
    pub fn failures_of(&self, class: FailureClass) -> u64 {
        self.failures.get(&class).map_or(0, |failure| failure.count)
    }

    /// The longest gap of the new-connection probers over all addresses, in milliseconds.
    pub fn longest_probe_gap_ms(&self) -> u64 {
        self.probe_gaps.values().map(|gap| gap.longest_ms).max().unwrap_or(0)
    }

    /// The segment that the mark `label` began, the last one of that name.
    pub fn segment(&self, label: &str) -> Option<&SegmentReport> {
        self.segments.iter().rev().find(|segment| segment.label == label)
    }
}
