//! The states of one step and the transitions between them.

use super::{Ending, Rollout};
use crate::{
    journal::{Event, Evidence},
    step::Action,
};

/// What is known of one step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StepState {
    /// Not begun.
    Pending,
    /// Begun; whether it took effect is unknown until it says more.
    Started,
    /// Done.
    Done(Evidence),
    /// Failed, perhaps half-done.
    Failed(String),
    /// Its undo has begun; what it had left behind, if it was done.
    Undoing(Option<Evidence>),
    /// Undone.
    Undone,
    /// Could not be undone.
    UndoFailed {
        /// What it had left behind, if it was done.
        left: Option<Evidence>,
        /// Why, in a sentence.
        reason: String,
        /// Whether trying again is of no use.
        lasts: bool,
    },
}

impl StepState {
    /// What the step left behind, as far as it is known and still there.
    pub const fn left(&self) -> Option<&Evidence> {
        match self {
            Self::Done(evidence)
            | Self::Undoing(Some(evidence))
            | Self::UndoFailed { left: Some(evidence), .. } => Some(evidence),
            Self::Pending
            | Self::Started
            | Self::Failed(_)
            | Self::Undoing(None)
            | Self::Undone
            | Self::UndoFailed { left: None, .. } => None,
        }
    }

    pub(super) const fn is_to_be_undone(&self) -> bool {
        matches!(self, Self::Started | Self::Done(_) | Self::Failed(_) | Self::Undoing(_))
    }

    /// Another process takes over: what failed and could succeed now is open again.
    pub(super) fn try_again(&mut self) {
        match self {
            Self::Failed(_) => *self = Self::Started,
            Self::UndoFailed { left, lasts: false, .. } => *self = Self::Undoing(left.take()),
            Self::Pending
            | Self::Started
            | Self::Done(_)
            | Self::Undoing(_)
            | Self::Undone
            | Self::UndoFailed { lasts: true, .. } => {}
        }
    }

    /// The transition table. `None` means that the event cannot follow.
    fn after(&self, event: &Event, forward: bool) -> Option<Self> {
        let next = match (self, event, forward) {
            (Self::Pending | Self::Started, Event::Started { .. }, true) => Self::Started,
            (Self::Started, Event::Succeeded { evidence, .. }, true) => {
                Self::Done(evidence.clone())
            }
            (Self::Started, Event::Failed { reason, .. }, true) => Self::Failed(reason.clone()),
            (Self::Started, Event::Unnecessary { .. }, true) => Self::Done(Evidence::Nothing),
            (Self::Done(evidence), Event::UndoStarted { .. }, false) => {
                Self::Undoing(Some(evidence.clone()))
            }
            (Self::Undoing(left), Event::UndoStarted { .. }, false) => Self::Undoing(left.clone()),
            (Self::Started | Self::Failed(_), Event::UndoStarted { .. }, false) => {
                Self::Undoing(None)
            }
            (Self::Undoing(_), Event::Undone { .. }, false) => Self::Undone,
            (Self::Undoing(left), Event::UndoFailed { reason, lasts, .. }, false) => {
                Self::UndoFailed { left: left.clone(), reason: reason.clone(), lasts: *lasts }
            }
            (_, _, _) => return None,
        };
        Some(next)
    }
}

impl Rollout {
    pub(super) fn advance(&mut self, number: usize, event: &Event) -> Option<()> {
        let forward = match self.ending {
            Ending::Forward => true,
            Ending::Unnecessary | Ending::Back { .. } => false,
            Ending::Finished(_) => return None,
        };
        let state = self.steps.get_mut(number)?;
        *state = state.after(event, forward)?;
        Some(())
    }
}

impl Action {
    /// Whether undoing this does anything.
    pub const fn has_undo(&self) -> bool {
        matches!(
            self,
            Self::Hook { .. }
                | Self::Pull { .. }
                | Self::Pin { .. }
                | Self::BackUpConfig { .. }
                | Self::RestoreConfig { .. }
                | Self::CreateSwitch { .. }
                | Self::Create { .. }
                | Self::Start { .. }
                | Self::Hold { .. }
                | Self::Stop { .. }
                | Self::StartSwitch { .. }
                | Self::StopSwitch { .. }
                | Self::Tag { .. }
                | Self::Commit { .. }
        )
    }

    /// Whether a failed undo of this leaves it uncertain what serves.
    pub const fn undo_decides_who_serves(&self) -> bool {
        matches!(
            self,
            Self::Commit { .. }
                | Self::Stop { .. }
                | Self::StartSwitch { .. }
                | Self::StopSwitch { .. }
                | Self::Hold { .. }
        )
    }
}
