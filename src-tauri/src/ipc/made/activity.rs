//! What is being done.

use phoenix_engine::controller;

use super::{
    ms,
    plan::{plan, step},
    word,
};
use crate::ipc::view::{Activity, Phase, Pull, StepProgress, StepState};

/// An operation under way.
pub(super) fn activity(activity: &controller::Activity) -> Activity {
    Activity {
        purpose: word(activity.purpose),
        phase: match activity.phase() {
            controller::Phase::Preparing => Phase::Preparing,
            controller::Phase::Working => Phase::Working,
            controller::Phase::Watching => Phase::Watching,
            controller::Phase::GoingBack => Phase::GoingBack,
        },
        plan: activity.plan.as_ref().map(plan),
        steps: activity.steps.iter().map(progress).collect(),
        pull: activity.pull.as_ref().map(pull),
        notes: activity.notes.clone(),
        can_cancel: activity.can_cancel(),
        cancelling: activity.cancelling,
        started_at: activity.started_at.to_string(),
        percent: activity.percent(),
    }
}

fn progress(progress: &controller::StepProgress) -> StepProgress {
    let (state, took_ms, error) = match &progress.state {
        controller::StepState::Running => (StepState::Running, None, None),
        controller::StepState::Done { took } => (StepState::Done, Some(ms(*took)), None),
        controller::StepState::Failed { reason } => (StepState::Failed, None, Some(reason.clone())),
        controller::StepState::Undone => (StepState::Undone, None, None),
    };
    StepProgress {
        step: step(&progress.step),
        state,
        started_at: progress.started_at.to_string(),
        took_ms,
        error,
    }
}

fn pull(pull: &controller::Pull) -> Pull {
    Pull {
        done_bytes: pull.done_bytes,
        total_bytes: pull.total_bytes,
        bytes_per_second: pull.bytes_per_second(),
        remaining_ms: pull.remaining().map(ms),
    }
}
