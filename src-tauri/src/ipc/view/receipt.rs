//! What was done, in numbers.

use serde::Serialize;
use specta::Type;

use super::{Release, Said};

/// A page of what was done.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct History {
    /// Receipts without their plots, newest first.
    pub receipts: Vec<Receipt>,
    /// What the next page is asked for with; absent on the last one.
    pub next: Option<String>,
}

/// A receipt.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Receipt {
    /// Its ID.
    pub id: String,
    /// The service.
    pub service: String,
    /// `update`, `rollback`, `adopt` or `release`.
    pub purpose: String,
    /// `updated`, `unchanged`, `rolled_back`, `failed`, `held` or `stuck`.
    pub outcome: String,
    /// What the end means to a person: as the outcome, or `cancelled` and `taken_back` where a
    /// person ended it.
    pub ending: String,
    /// Why.
    pub reason: Said,
    /// The headline in English; the window says it in its own language.
    pub headline: String,
    /// `overlap`, `hold` or `recreate`.
    pub strategy: Option<String>,
    /// Why so.
    pub strategy_reason: Option<Said>,
    /// What ran before.
    pub from: Release,
    /// What was to run.
    pub to: Release,
    /// Requests through the switch.
    pub requests: Requests,
    /// `WebSocket`s through the switch.
    pub websockets: WebSockets,
    /// The independent witness.
    pub probe: Probe,
    /// Durations.
    pub timings: Timings,
    /// What is worth knowing of a failure.
    pub failure: Option<Failure>,
    /// Traffic across the switch-over.
    pub plot: Option<Plot>,
    /// Begin.
    pub started_at: String,
    /// End.
    pub finished_at: String,
    /// Whether the release before it is kept, so that one can go back to it.
    pub can_roll_back_to: bool,
}

/// Requests through the switch.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Requests {
    /// All that ended.
    pub total: u64,
    /// Those that failed.
    pub failed: u64,
    /// Those that waited.
    pub held: u64,
    /// Those sent again, safely.
    pub retried: u64,
    /// The longest wait.
    pub longest_stall_ms: u64,
    /// The app's own 5xx answers on the old release.
    pub app5xx_before: u64,
    /// The app's own 5xx answers on the new release.
    pub app5xx_after: u64,
}

/// `WebSocket`s through the switch.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct WebSockets {
    /// Opened.
    pub carried: u64,
    /// Closed by the app with a close frame.
    pub closed_by_app: u64,
    /// Given their goodbye by the switch.
    pub closed_by_switch: u64,
    /// Ended without one.
    pub cut: u64,
}

/// The independent witness at the host port.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Probe {
    /// Answered.
    pub ok: u64,
    /// Not answered.
    pub failed: u64,
    /// Longest time between two answers.
    pub longest_gap_ms: u64,
}

/// Durations in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Timings {
    /// Fetching the image.
    pub pull: u64,
    /// Making the new container.
    pub create: u64,
    /// From its start until it had proven ready.
    pub ready: u64,
    /// Moving the route.
    pub switch: u64,
    /// Letting requests finish.
    pub drain: u64,
    /// Watching.
    pub monitor: u64,
    /// From begin to end.
    pub total: u64,
}

/// What is worth knowing of a failure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Failure {
    /// The last log lines of the new container, oldest first.
    pub log: Vec<String>,
    /// Output of the last health check.
    pub health_output: Option<String>,
    /// What would probably help.
    pub remedy: Option<Said>,
}

/// Traffic across the switch-over.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Plot {
    /// When the first tick began.
    pub began_at: String,
    /// Width of a tick.
    pub tick_ms: u64,
    /// The ticks, without gaps.
    pub ticks: Vec<Tick>,
    /// What happened when.
    pub marks: Vec<Mark>,
}

/// What ended within one tick.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Tick {
    /// Requests.
    pub requests: u32,
    /// Those that failed.
    pub failed: u32,
    /// The slowest answer, in microseconds.
    pub slowest_us: u32,
}

/// A moment worth marking.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Mark {
    /// Milliseconds from the first tick's begin.
    pub at_ms: u64,
    /// `started`, `ready`, `held`, `switched`, `drained`, `rolled_back`, `confirmed`, …
    pub moment: String,
}
