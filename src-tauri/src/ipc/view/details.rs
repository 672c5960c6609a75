//! More about one service than the list shows, asked for when its page is open.

use serde::Serialize;
use specta::Type;

/// More about one service.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Details {
    /// How its health is checked; absent without a check.
    pub health_check: Option<HealthCheck>,
    /// The last outputs of the check, newest first.
    pub health_outputs: Vec<HealthOutput>,
    /// Its switch.
    pub switch: Option<Switch>,
    /// The last lines of its log, oldest first.
    pub log: Vec<String>,
}

/// How health is checked.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct HealthCheck {
    /// The command, in one line.
    pub command: String,
    /// Time between two checks.
    pub interval_ms: u64,
    /// Bound on one check.
    pub timeout_ms: u64,
    /// Failures that make it unhealthy.
    pub retries: u32,
    /// Time in which failures do not count.
    pub start_period_ms: u64,
}

/// One check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct HealthOutput {
    /// When it ended.
    pub at: String,
    /// Its exit code; 0 is healthy.
    pub exit_code: i32,
    /// What it printed, at most 4 KiB.
    pub output: String,
}

/// A switch and its counters.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Switch {
    /// Its container.
    pub container: String,
    /// Requests waiting now.
    pub held_now: u64,
    /// Per generation, oldest first.
    pub generations: Vec<Generation>,
    /// What was wrong with its stored route, if anything.
    pub warning: Option<String>,
}

/// One generation's counters since it was first routed.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Generation {
    /// Its name.
    pub name: String,
    /// Whether new requests go there.
    pub routed: bool,
    /// Requests in flight now.
    pub in_flight: u64,
    /// Long connections open now.
    pub upgraded: u64,
    /// Requests.
    pub requests: u64,
    /// Those that failed.
    pub failed: u64,
    /// Those that waited.
    pub held: u64,
    /// The longest wait.
    pub longest_hold_ms: u64,
    /// The app's own 5xx answers.
    pub app5xx: u64,
    /// `WebSocket`s carried.
    pub websockets: u64,
}
