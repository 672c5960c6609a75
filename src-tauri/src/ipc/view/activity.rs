//! What is being done to a service right now.

use serde::Serialize;
use specta::Type;

use super::{Plan, Step};

/// An operation under way.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Activity {
    /// `update`, `rollback`, `adopt` or `release`.
    pub purpose: String,
    /// How far it is.
    pub phase: Phase,
    /// Its plan, once there is one.
    pub plan: Option<Plan>,
    /// The steps so far; those to come are in the plan.
    pub steps: Vec<StepProgress>,
    /// The pull under way.
    pub pull: Option<Pull>,
    /// What was worth saying.
    pub notes: Vec<String>,
    /// Whether it can still be cancelled without anybody noticing.
    pub can_cancel: bool,
    /// Whether it was cancelled and is on its way back.
    pub cancelling: bool,
    /// When it began.
    pub started_at: String,
    /// Share of it that is done, 0 to 100.
    pub percent: u32,
}

/// How far an operation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum Phase {
    /// Looking and planning.
    Preparing,
    /// Carrying the plan out; nobody notices yet.
    Working,
    /// The traffic has moved, the new release is being watched.
    Watching,
    /// What was done is being undone.
    GoingBack,
}

/// One step that has begun.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct StepProgress {
    /// The step.
    pub step: Step,
    /// How far it is.
    pub state: StepState,
    /// When it began.
    pub started_at: String,
    /// How long it took.
    pub took_ms: Option<u64>,
    /// Why it failed.
    pub error: Option<String>,
}

/// How far a step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum StepState {
    /// Under way.
    Running,
    /// Done.
    Done,
    /// Failed.
    Failed,
    /// Being undone, or undone.
    Undone,
}

/// A pull under way.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Pull {
    /// Fetched so far.
    pub done_bytes: u64,
    /// In all, over the layers known so far.
    pub total_bytes: u64,
    /// Over the last seconds.
    pub bytes_per_second: Option<u64>,
    /// At that speed.
    pub remaining_ms: Option<u64>,
}
