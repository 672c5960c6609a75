//! What becomes of a rollout whose process died.

use super::{Rollout, StepState};
use crate::{
    route::{Backend, Routed},
    step::Action,
};

/// What a recovery should do with an unfinished rollout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resume {
    /// Go on where it stopped.
    Forward,
    /// Undo everything, for this reason.
    Back(String),
    /// Nothing yet: only the switch knows where requests go, and it does not answer.
    Wait,
}

/// What the switch says about where requests go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SwitchWord<'a> {
    /// There.
    Routes(&'a Routed),
    /// It exists and does not answer.
    Silent,
    /// There is no switch.
    Absent,
}

impl Rollout {
    /// What to do with it after a crash. The switch's word decides wherever traffic could have
    /// moved: it holds the one commit record.
    pub fn resume(&self, word: SwitchWord<'_>) -> Resume {
        if !self.may_turn_back() {
            return Resume::Forward;
        }
        let back = |why: &str| Resume::Back(format!("it was interrupted {why}"));
        let commits = self.commits();
        let Some((backends, last_begun)) = commits.last() else {
            return if self.is_ready() {
                Resume::Forward
            } else {
                back("before the new release had proven ready")
            };
        };
        let any_begun = commits.iter().any(|(_, begun)| *begun);
        match word {
            SwitchWord::Routes(routed) if *last_begun => {
                if backends.iter().all(|backend| routed.routes(&backend.generation)) {
                    Resume::Forward
                } else {
                    back("and the old release serves")
                }
            }
            SwitchWord::Routes(_) if any_begun => back("before all traffic had moved"),
            SwitchWord::Silent if any_begun => Resume::Wait,
            SwitchWord::Absent if any_begun => back("and its switch is gone"),
            SwitchWord::Routes(_) | SwitchWord::Silent | SwitchWord::Absent => {
                back("before traffic had moved")
            }
        }
    }

    /// Every commit of the plan, and whether it has begun.
    fn commits(&self) -> Vec<(&[Backend], bool)> {
        let steps = self.plan.steps.iter().zip(&self.steps);
        let mut commits = Vec::new();
        for (step, state) in steps {
            if let Action::Commit { backends, .. } = &step.action {
                commits.push((backends.as_slice(), *state != StepState::Pending));
            }
        }
        commits
    }

    /// Without a commit: whether everything that makes the new release serve is done.
    fn is_ready(&self) -> bool {
        let mut steps = self.plan.steps.iter().zip(&self.steps).take(self.plan.no_return);
        steps.all(|(step, state)| {
            matches!(state, StepState::Done(_)) || matches!(step.action, Action::Monitor { .. })
        })
    }
}
