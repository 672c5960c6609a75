//! What is being done to a service right now: the fold of what its execution tells.

use std::time::Duration;

use jiff::Timestamp;
use phoenix_plan::step::{Action, Plan, Purpose, Step};

/// An operation under way.
#[derive(Debug, Clone, PartialEq)]
pub struct Activity {
    /// What it is for.
    pub purpose: Purpose,
    /// Its plan, once there is one.
    pub plan: Option<Plan>,
    /// The steps that have begun, in their order.
    pub steps: Vec<StepProgress>,
    /// The pull under way.
    pub pull: Option<Pull>,
    /// What was worth saying.
    pub notes: Vec<String>,
    /// Whether it was cancelled.
    pub cancelling: bool,
    /// Whether it brings an interrupted update to its end, which nobody can turn around.
    pub settling: bool,
    /// When it began.
    pub started_at: Timestamp,
}

/// How far an operation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Looking and planning.
    Preparing,
    /// Carrying the plan out: the traffic has not moved, or the new release is confirmed.
    Working,
    /// The traffic has moved, the new release is being watched.
    Watching,
    /// What was done is being undone.
    GoingBack,
}

/// One step that has begun.
#[derive(Debug, Clone, PartialEq)]
pub struct StepProgress {
    /// The step.
    pub step: Step,
    /// How far it is.
    pub state: StepState,
    /// When it began.
    pub started_at: Timestamp,
}

/// How far a step is.
#[derive(Debug, Clone, PartialEq)]
pub enum StepState {
    /// Under way.
    Running,
    /// Done.
    Done {
        /// How long it took.
        took: Duration,
    },
    /// Failed.
    Failed {
        /// Why.
        reason: String,
    },
    /// Being undone, or undone.
    Undone,
}

/// A pull under way.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pull {
    /// When its first progress came.
    pub since: Timestamp,
    /// When its last progress came.
    pub at: Timestamp,
    /// Fetched so far.
    pub done_bytes: u64,
    /// In all, over the layers known so far.
    pub total_bytes: u64,
}

/// What an execution tells, owned.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Told {
    Planned(Box<Plan>),
    Started(Box<Step>),
    Succeeded(usize, Duration),
    Failed(usize, String),
    Undoing(usize),
    Layers { done_bytes: u64, total_bytes: u64 },
    Note(String),
}

/// Notes beyond this number push the oldest out.
const MOST_NOTES: usize = 20;

impl Activity {
    /// One that has just been asked for.
    pub(super) const fn new(purpose: Purpose, now: Timestamp) -> Self {
        Self {
            purpose,
            plan: None,
            steps: Vec::new(),
            pull: None,
            notes: Vec::new(),
            cancelling: false,
            settling: false,
            started_at: now,
        }
    }

    /// How far it is.
    pub fn phase(&self) -> Phase {
        if self.steps.iter().any(|step| self.turns_around(step)) || self.cancelling {
            return Phase::GoingBack;
        }
        let Some(last) = self.steps.last() else { return Phase::Preparing };
        let watched = matches!(last.step.action, Action::Monitor { .. });
        let moved = watched || self.has_moved_all();
        if moved && last.step.number < self.no_return() { Phase::Watching } else { Phase::Working }
    }

    /// Whether it can still be turned around without leaving anything changed.
    pub fn can_cancel(&self) -> bool {
        let last = self.steps.last().map_or(0, |last| last.step.number);
        let is_open = !self.cancelling && !self.settling;
        is_open && last < self.no_return() && self.phase() != Phase::GoingBack
    }

    /// Share of it that is done, 0 to 100. Steps count alike; a pull by its bytes.
    pub fn percent(&self) -> u32 {
        let Some(plan) = &self.plan else { return 0 };
        let all = plan.steps.len().max(1) * 100;
        let done: usize = self.steps.iter().map(|step| self.share_of(step)).sum();
        u32::try_from(done * 100 / all).unwrap_or(100).min(99)
    }

    fn share_of(&self, progress: &StepProgress) -> usize {
        match progress.state {
            StepState::Done { .. } => 100,
            StepState::Running => match (&progress.step.action, self.pull) {
                (Action::Pull { .. }, Some(pull)) if pull.total_bytes > 0 => {
                    let share = pull.done_bytes.saturating_mul(100) / pull.total_bytes;
                    usize::try_from(share).unwrap_or(100).min(100)
                }
                (_, _) => 0,
            },
            StepState::Failed { .. } | StepState::Undone => 0,
        }
    }

    fn no_return(&self) -> usize {
        self.plan.as_ref().map_or(usize::MAX, |plan| plan.no_return)
    }

    /// What fails beyond the point of no return is tried again, not undone.
    fn turns_around(&self, step: &StepProgress) -> bool {
        match step.state {
            StepState::Undone => true,
            StepState::Failed { .. } => step.step.number < self.no_return(),
            StepState::Running | StepState::Done { .. } => false,
        }
    }

    /// Whether the plan moves traffic at a switch, and has moved all of it.
    fn has_moved_all(&self) -> bool {
        let Some(plan) = &self.plan else { return false };
        let moves = |step: &Step| matches!(step.action, Action::Commit { .. });
        let is_done =
            |step: &StepProgress| moves(&step.step) && matches!(step.state, StepState::Done { .. });
        let all = plan.steps.iter().filter(|step| moves(step)).count();
        all > 0 && self.steps.iter().filter(|step| is_done(step)).count() == all
    }

    pub(super) fn hear(&mut self, told: Told, now: Timestamp) {
        match told {
            Told::Planned(plan) => {
                self.purpose = plan.purpose;
                // What was told until now belongs to an interrupted update that was brought to its
                // end before.
                self.steps.clear();
                self.pull = None;
                self.plan = Some(*plan);
            }
            Told::Started(step) => {
                self.pull = None;
                // Cancelled too late.
                self.cancelling &= step.number < self.no_return();
                self.steps.retain(|known| known.step.number != step.number);
                let state = StepState::Running;
                self.steps.push(StepProgress { step: *step, state, started_at: now });
            }
            Told::Succeeded(number, took) => {
                self.pull = None;
                self.set(number, StepState::Done { took });
            }
            Told::Failed(number, reason) => self.set(number, StepState::Failed { reason }),
            Told::Undoing(number) => self.undone(number),
            Told::Layers { done_bytes, total_bytes } => {
                let since = self.pull.map_or(now, |pull| pull.since);
                self.pull = Some(Pull { since, at: now, done_bytes, total_bytes });
            }
            Told::Note(note) => {
                self.notes.push(note);
                let surplus = self.notes.len().saturating_sub(MOST_NOTES);
                self.notes.drain(..surplus);
            }
        }
    }

    fn set(&mut self, number: usize, state: StepState) {
        if let Some(known) = self.steps.iter_mut().find(|known| known.step.number == number) {
            known.state = state;
        }
    }

    /// A step that failed stays failed: that is what a person wants to see.
    fn undone(&mut self, number: usize) {
        let failed = |known: &StepProgress| matches!(known.state, StepState::Failed { .. });
        if let Some(known) = self.steps.iter_mut().find(|known| known.step.number == number)
            && !failed(known)
        {
            known.state = StepState::Undone;
        }
    }
}

impl Pull {
    /// Speed since its begin; `None` before there is one.
    pub fn bytes_per_second(&self) -> Option<u64> {
        let passed = self.at.duration_since(self.since);
        let passed_ms = u64::try_from(passed.as_millis()).ok()?;
        (passed_ms >= 500).then(|| self.done_bytes.saturating_mul(1_000) / passed_ms)
    }

    /// What is left, at that speed.
    pub fn remaining(&self) -> Option<Duration> {
        let speed = self.bytes_per_second().filter(|speed| *speed > 0)?;
        let left = self.total_bytes.saturating_sub(self.done_bytes);
        Some(Duration::from_millis(left.saturating_mul(1_000) / speed))
    }
}

#[cfg(test)]
mod tests;
