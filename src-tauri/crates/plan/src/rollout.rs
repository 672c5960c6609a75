//! A rollout: a plan and its journal folded into what stands now and what comes next.

use std::time::Duration;

use crate::{
    journal::{Event, Evidence},
    receipt::Outcome,
    route::{Backend, Routed},
    step::{Action, Plan, Step, Who},
};

/// The state of one plan's execution; the fold of its journal.
#[derive(Debug, Clone, PartialEq)]
pub struct Rollout {
    plan: Plan,
    steps: Vec<StepState>,
    ending: Ending,
}

/// What is known of one step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StepState {
    /// Not begun.
    Pending,
    /// Begun; whether it took effect is unknown until it says more.
    Started,
    /// Done.
    Done(Evidence, Duration),
    /// Failed, perhaps half-done.
    Failed(String),
    /// Its undo has begun; what it had left behind, if it was done.
    Undoing(Option<Evidence>),
    /// Undone.
    Undone,
    /// Could not be undone.
    UndoFailed(String),
}

/// Where the whole is heading.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Ending {
    Forward,
    Unnecessary,
    Back { because: String, traffic_had_moved: bool },
    Finished(Outcome),
}

/// What should happen next.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Next<'a> {
    /// Do (or do again) this step.
    Run(&'a Step),
    /// Undo this step.
    Undo(&'a Step),
    /// This step failed beyond the point of no return: the new release serves, and the rest is
    /// tried again at the next start.
    Blocked(&'a Step, &'a str),
    /// Nothing: it ends so.
    Done(Outcome),
}

/// What a recovery should do with an unfinished rollout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resume {
    /// Go on where it stopped.
    Forward,
    /// Undo everything, for this reason.
    Back(String),
}

/// An event that cannot follow what is known: the journal was written by something else.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("the journal is not legal: {0:?} cannot follow")]
pub struct IllegalEvent(pub Box<Event>);

impl Rollout {
    /// A rollout that has not begun.
    pub fn new(plan: Plan) -> Self {
        let steps = vec![StepState::Pending; plan.steps.len()];
        Self { plan, steps, ending: Ending::Forward }
    }

    /// Reads a whole journal; its first event must be the plan.
    pub fn replay(events: impl IntoIterator<Item = Event>) -> Result<Option<Self>, IllegalEvent> {
        let mut events = events.into_iter();
        let mut rollout = match events.next() {
            None => return Ok(None),
            Some(Event::Planned { plan }) => Self::new(*plan),
            Some(other) => return Err(IllegalEvent(Box::new(other))),
        };
        for event in events {
            rollout.apply(&event)?;
        }
        Ok(Some(rollout))
    }

    /// The plan.
    pub const fn plan(&self) -> &Plan {
        &self.plan
    }

    /// What is known of a step.
    pub fn state(&self, step: usize) -> Option<&StepState> {
        self.steps.get(step)
    }

    /// Why it goes back, if it does.
    pub fn because(&self) -> Option<&str> {
        match &self.ending {
            Ending::Back { because, .. } => Some(because),
            Ending::Forward | Ending::Unnecessary | Ending::Finished(_) => None,
        }
    }

    /// The evidence of the first finished step for which `pick` finds something.
    pub fn evidence<'a, T>(
        &'a self,
        pick: impl Fn(&'a Action, &'a Evidence) -> Option<T>,
    ) -> Option<T> {
        self.plan.steps.iter().zip(&self.steps).find_map(|(step, state)| match state {
            StepState::Done(evidence, _) | StepState::Undoing(Some(evidence)) => {
                pick(&step.action, evidence)
            }
            StepState::Pending
            | StepState::Started
            | StepState::Failed(_)
            | StepState::Undoing(None)
            | StepState::Undone
            | StepState::UndoFailed(_) => None,
        })
    }

    /// The engine's ID of a container, once it is known.
    pub fn container_id<'a>(&'a self, who: &'a Who) -> Option<&'a str> {
        match who {
            Who::Existing { id, .. } => Some(id),
            Who::New { generation: wanted } => {
                self.evidence(|action, evidence| match (action, evidence) {
                    (Action::Create { generation, .. }, Evidence::Container { id })
                        if generation == wanted =>
                    {
                        Some(id.as_str())
                    }
                    (_, _) => None,
                })
            }
        }
    }

    /// Time spent in steps that `pick` accepts.
    pub fn time_in(&self, pick: impl Fn(&Action) -> bool) -> Duration {
        let done = self.plan.steps.iter().zip(&self.steps);
        done.filter(|(step, _)| pick(&step.action))
            .map(|(_, state)| match state {
                StepState::Done(_, took) => *took,
                StepState::Pending
                | StepState::Started
                | StepState::Failed(_)
                | StepState::Undoing(_)
                | StepState::Undone
                | StepState::UndoFailed(_) => Duration::ZERO,
            })
            .sum()
    }

    /// Whether it may still be cancelled, and everything undone.
    pub fn can_go_back(&self) -> bool {
        self.ending == Ending::Forward
            && self.steps.iter().skip(self.plan.no_return).all(|s| *s == StepState::Pending)
    }

    /// What should happen next.
    pub fn next(&self) -> Next<'_> {
        match &self.ending {
            Ending::Finished(outcome) => Next::Done(*outcome),
            Ending::Forward => self.next_forward(),
            Ending::Unnecessary => {
                self.next_undo().map_or(Next::Done(Outcome::Unchanged), Next::Undo)
            }
            Ending::Back { traffic_had_moved, .. } => match self.next_undo() {
                Some(step) => Next::Undo(step),
                None if self.is_stuck() => Next::Done(Outcome::Stuck),
                None if *traffic_had_moved => Next::Done(Outcome::RolledBack),
                None => Next::Done(Outcome::Failed),
            },
        }
    }

    /// It happened.
    pub fn apply(&mut self, event: &Event) -> Result<(), IllegalEvent> {
        let illegal = || IllegalEvent(Box::new(event.clone()));
        match event {
            Event::Planned { .. } => return Err(illegal()),
            Event::Cancelled { reason } => {
                if !self.can_go_back() {
                    return Err(illegal());
                }
                self.turn_back(reason.clone());
            }
            Event::Finished { outcome } => self.ending = Ending::Finished(*outcome),
            Event::Unnecessary { step } => {
                self.advance(*step, event).ok_or_else(illegal)?;
                self.ending = Ending::Unnecessary;
            }
            Event::Failed { step, reason } => {
                self.advance(*step, event).ok_or_else(illegal)?;
                if *step < self.plan.no_return {
                    self.turn_back(reason.clone());
                }
            }
            Event::Started { step }
            | Event::Succeeded { step, .. }
            | Event::UndoStarted { step }
            | Event::Undone { step }
            | Event::UndoFailed { step, .. } => {
                self.advance(*step, event).ok_or_else(illegal)?;
            }
        }
        Ok(())
    }

    /// What to do with it after a crash. The switch's word decides wherever traffic could have
    /// moved: it holds the one commit record.
    pub fn resume(&self, routed: Option<&Routed>) -> Resume {
        if !self.can_go_back() {
            return Resume::Forward;
        }
        let back = |why: &str| Resume::Back(format!("it was interrupted {why}"));
        let commits: Vec<(&Vec<Backend>, bool)> = self
            .plan
            .steps
            .iter()
            .zip(&self.steps)
            .filter_map(|(step, state)| match &step.action {
                Action::Commit { backends, .. } => Some((backends, *state != StepState::Pending)),
                _ => None,
            })
            .collect();
        let Some((backends, last_begun)) = commits.last() else {
            return if self.is_watching() {
                Resume::Forward
            } else {
                back("before the new release had proven ready")
            };
        };
        match routed {
            Some(routed) if *last_begun => {
                if backends.iter().all(|backend| routed.routes(&backend.generation)) {
                    Resume::Forward
                } else {
                    back("and the old release serves")
                }
            }
            Some(_) => back("before all traffic had moved"),
            None if commits.iter().any(|(_, begun)| *begun) => {
                back("and the switch does not answer")
            }
            None => back("before traffic had moved"),
        }
    }

    fn is_watching(&self) -> bool {
        self.plan.steps.iter().zip(&self.steps).any(|(step, state)| {
            matches!(step.action, Action::Monitor { .. }) && *state != StepState::Pending
        })
    }

    fn next_forward(&self) -> Next<'_> {
        for (step, state) in self.plan.steps.iter().zip(&self.steps) {
            match state {
                StepState::Done(..) => {}
                StepState::Pending | StepState::Started => return Next::Run(step),
                StepState::Failed(reason) => return Next::Blocked(step, reason),
                StepState::Undoing(_) | StepState::Undone | StepState::UndoFailed(_) => {}
            }
        }
        Next::Done(Outcome::Updated)
    }

    fn next_undo(&self) -> Option<&Step> {
        let begun = self.plan.steps.iter().zip(&self.steps).rev();
        begun
            .filter(|(_, state)| {
                matches!(
                    state,
                    StepState::Started
                        | StepState::Done(..)
                        | StepState::Failed(_)
                        | StepState::Undoing(_)
                )
            })
            .map(|(step, _)| step)
            .next()
    }

    fn is_stuck(&self) -> bool {
        self.plan.steps.iter().zip(&self.steps).any(|(step, state)| {
            matches!(state, StepState::UndoFailed(_)) && step.action.undo_decides_who_serves()
        })
    }

    fn turn_back(&mut self, because: String) {
        let traffic_had_moved = self.plan.steps.iter().zip(&self.steps).any(|(step, state)| {
            matches!(step.action, Action::Commit { .. }) && matches!(state, StepState::Done(..))
        });
        self.ending = Ending::Back { because, traffic_had_moved };
    }

    /// The transition table of one step. `None` means that the event cannot follow.
    fn advance(&mut self, number: usize, event: &Event) -> Option<()> {
        let state = self.steps.get_mut(number)?;
        let next = match (&*state, event) {
            (
                StepState::Pending | StepState::Started | StepState::Failed(_),
                Event::Started { .. },
            ) => StepState::Started,
            (StepState::Started, Event::Succeeded { evidence, took, .. }) => {
                StepState::Done(evidence.clone(), *took)
            }
            (StepState::Started, Event::Failed { reason, .. }) => StepState::Failed(reason.clone()),
            (StepState::Started, Event::Unnecessary { .. }) => {
                StepState::Done(Evidence::Nothing, Duration::ZERO)
            }
            (StepState::Done(evidence, _), Event::UndoStarted { .. }) => {
                StepState::Undoing(Some(evidence.clone()))
            }
            (StepState::Undoing(evidence), Event::UndoStarted { .. }) => {
                StepState::Undoing(evidence.clone())
            }
            (StepState::Started | StepState::Failed(_), Event::UndoStarted { .. }) => {
                StepState::Undoing(None)
            }
            (StepState::Undoing(_), Event::Undone { .. }) => StepState::Undone,
            (StepState::Undoing(_), Event::UndoFailed { reason, .. }) => {
                StepState::UndoFailed(reason.clone())
            }
            (_, _) => return None,
        };
        *state = next;
        Some(())
    }
}

impl Action {
    /// Whether undoing this does anything.
    pub const fn has_undo(&self) -> bool {
        matches!(
            self,
            Self::Pull { .. }
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
