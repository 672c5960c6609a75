//! The receipt: what an update did, in numbers.

mod ending;
mod headline;
mod moments;
mod plot;
mod timeline;
mod why;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    hooks::HookReport,
    image::Release,
    journal::JournalId,
    remedy::Remedy,
    service::ServiceId,
    step::Purpose,
    strategy::{Choice, Strategy, StrategyReason},
};

pub use ending::{Cause, Ending};
pub use moments::moments;
pub use plot::{Moment, Plot, PlotMark, PlotTick};
pub use timeline::{Reading, Timeline};
pub use why::Why;

/// Proof of what happened. The shape is a contract (`phoenixctl … --json`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Receipt {
    /// The plan's ID.
    pub id: JournalId,
    /// The service.
    pub service: ServiceId,
    /// What it was for.
    pub purpose: Purpose,
    /// How it ended.
    pub outcome: Outcome,
    /// Why it ended so, in a sentence.
    pub reason: String,
    /// Who or what decided that it does not stay; absent where it stays, where it was not begun,
    /// and in receipts from before this was told apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<Cause>,
    /// Why it ended so, as far as that is one of a closed set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<Why>,
    /// How it was done; absent when nothing had to be done.
    pub strategy: Option<Strategy>,
    /// Why so.
    pub strategy_reason: Option<String>,
    /// Why so, as one of a closed set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub because: Option<StrategyReason>,
    /// What ran before.
    pub from: Release,
    /// What was to run.
    pub to: Release,
    /// Requests through the switch between begin and end.
    pub requests: Requests,
    /// `WebSocket`s through the switch between begin and end.
    pub websockets: WebSockets,
    /// The independent witness.
    pub probe: Probe,
    /// Durations.
    pub timings_ms: Timings,
    /// What is worth knowing of a failure: last log lines, health output, a remedy.
    pub failure: Option<FailureReport>,
    /// What clients noticed over time; absent where no switch stood in front, and where traffic
    /// never moved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plot: Option<Plot>,
    /// Containers of other services that live in its namespaces: made again with it, or put back with
    /// it, as the outcome says.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dependents: Vec<String>,
    /// The hooks that were run, in their order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hooks: Vec<HookReport>,
    /// Begin.
    pub started_at: Timestamp,
    /// End.
    pub finished_at: Timestamp,
}

/// How an update ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// What was asked for runs.
    Updated,
    /// There was nothing to do.
    Unchanged,
    /// Traffic had moved and was moved back: the old release serves.
    RolledBack,
    /// Traffic never moved: the old release serves.
    Failed,
    /// Not begun, for a reason.
    Held,
    /// It is not certain what serves; the reason says what to do.
    Stuck,
}

/// Requests through the switch.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
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
    /// 5xx answers of the app on the old release.
    pub app_5xx_before: u64,
    /// 5xx answers of the app on the new release.
    pub app_5xx_after: u64,
}

/// `WebSocket`s through the switch.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Probe {
    /// Answered.
    pub ok: u64,
    /// Not answered.
    pub failed: u64,
    /// Longest time between two answers.
    pub longest_gap_ms: u64,
}

/// Durations in milliseconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timings {
    /// Fetching the image.
    pub pull: u64,
    /// Making the new container.
    pub create: u64,
    /// From the start of the new container until it had proven ready.
    pub ready: u64,
    /// Moving the route (or, without a switch, from stop to ready).
    pub switch: u64,
    /// Letting requests finish.
    pub drain: u64,
    /// Watching.
    pub monitor: u64,
    /// From begin to end.
    pub total: u64,
}

/// What is worth knowing of a failure.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailureReport {
    /// The last log lines of the new container, oldest first, at most 50.
    pub log: Vec<String>,
    /// Output of the last health check.
    pub health_output: Option<String>,
    /// What would probably help, in English.
    pub remedy: Option<String>,
    /// The same as one of a closed set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub advice: Option<Remedy>,
}

impl Receipt {
    /// A receipt of something that was not begun.
    #[expect(clippy::too_many_arguments, reason = "a receipt states all of these")]
    pub fn not_begun(
        id: JournalId,
        service: ServiceId,
        purpose: Purpose,
        outcome: Outcome,
        reason: String,
        from: Release,
        to: Release,
        now: Timestamp,
    ) -> Self {
        Self {
            id,
            service,
            purpose,
            outcome,
            reason,
            cause: None,
            why: None,
            strategy: None,
            strategy_reason: None,
            because: None,
            from,
            to,
            requests: Requests::default(),
            websockets: WebSockets::default(),
            probe: Probe::default(),
            timings_ms: Timings::default(),
            failure: None,
            plot: None,
            dependents: Vec::new(),
            hooks: Vec::new(),
            started_at: now,
            finished_at: now,
        }
    }

    /// The same in short: the plot is for those who ask for one receipt.
    #[must_use]
    pub fn without_plot(mut self) -> Self {
        self.plot = None;
        self
    }

    /// Records how it was done.
    #[must_use]
    pub fn with_choice(mut self, choice: &Choice) -> Self {
        self.strategy = Some(choice.strategy);
        self.strategy_reason = Some(choice.reason.to_string());
        self.because = Some(choice.reason.clone());
        self
    }
}

#[cfg(test)]
mod tests;
