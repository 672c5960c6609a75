//! A rollout: a plan and its journal folded into what stands now and what comes next.

mod resume;
mod steps;

use std::time::Duration;

use crate::{
    hooks::{HookReport, Verdict},
    journal::{Event, Evidence},
    policy::HookEvent,
    receipt::{Cause, Outcome, Why},
    step::{Action, Plan, Step, Who},
};

pub use resume::{Resume, SwitchWord};
pub use steps::StepState;

/// The state of one plan's execution; the fold of its journal.
#[derive(Debug, Clone, PartialEq)]
pub struct Rollout {
    plan: Plan,
    steps: Vec<StepState>,
    took: Vec<Duration>,
    ending: Ending,
    spoke_against: bool,
    hooks: Vec<(usize, HookReport)>,
}

/// Where the whole is heading.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Ending {
    Forward,
    Unnecessary,
    Back {
        because: String,
        cause: Option<Cause>,
        why: Option<Why>,
        traffic_had_moved: bool,
        refused_by_hook: bool,
    },
    Finished(Outcome),
}

/// What should happen next.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Next<'a> {
    /// Do (or do again) this step.
    Run(&'a Step),
    /// Undo this step.
    Undo(&'a Step),
    /// This step failed beyond the point of no return, or the undo of this step failed and what
    /// serves depends on it: tried again when the rollout is resumed.
    Blocked(&'a Step, &'a str),
    /// Nothing: it ends so.
    Done(Outcome),
}

/// An event that cannot follow what is known: the journal was written by something else.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("the journal is not legal: {0:?} cannot follow")]
pub struct IllegalEvent(pub Box<Event>);

impl Rollout {
    /// A rollout that has not begun.
    pub fn new(plan: Plan) -> Self {
        let steps = vec![StepState::Pending; plan.steps.len()];
        let took = vec![Duration::ZERO; plan.steps.len()];
        Self { plan, steps, took, ending: Ending::Forward, spoke_against: false, hooks: Vec::new() }
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

    /// Whether something failed that speaks against the release itself.
    pub const fn spoke_against_release(&self) -> bool {
        self.spoke_against
    }

    /// Why it goes back, if it does.
    pub fn because(&self) -> Option<&str> {
        match &self.ending {
            Ending::Back { because, .. } => Some(because),
            Ending::Forward | Ending::Unnecessary | Ending::Finished(_) => None,
        }
    }

    /// Who or what decided that it goes back, if it does.
    pub const fn cause(&self) -> Option<Cause> {
        match &self.ending {
            Ending::Back { cause, .. } => *cause,
            Ending::Forward | Ending::Unnecessary | Ending::Finished(_) => None,
        }
    }

    /// Why it goes back, as far as that is one of a closed set.
    pub const fn why(&self) -> Option<&Why> {
        match &self.ending {
            Ending::Back { why, .. } => why.as_ref(),
            Ending::Forward | Ending::Unnecessary | Ending::Finished(_) => None,
        }
    }

    /// Whether a hook kept it from beginning: nothing was done then.
    pub const fn is_refused_by_hook(&self) -> bool {
        matches!(self.ending, Ending::Back { refused_by_hook: true, .. })
    }

    /// The hooks that have ended, in their order.
    pub fn hooks(&self) -> impl Iterator<Item = &HookReport> {
        self.hooks.iter().map(|(_, report)| report)
    }

    /// How the hook of a moment ended, of this step or of its undo.
    pub fn hook(&self, step: usize, moment: HookEvent) -> Option<&HookReport> {
        let mut known = self.hooks.iter();
        known.find(|(of, report)| *of == step && report.moment == moment).map(|(_, known)| known)
    }

    /// What it comes to on the way back, as far as it can be told before it is at its end.
    pub const fn outcome_of_going_back(&self) -> Outcome {
        match &self.ending {
            Ending::Forward => Outcome::Updated,
            Ending::Unnecessary => Outcome::Unchanged,
            Ending::Back { refused_by_hook: true, .. } => Outcome::Held,
            Ending::Back { traffic_had_moved: true, .. } => Outcome::RolledBack,
            Ending::Back { .. } => Outcome::Failed,
            Ending::Finished(outcome) => *outcome,
        }
    }

    /// The evidence of the first finished step for which `pick` finds something.
    pub fn evidence<'a, T>(
        &'a self,
        pick: impl Fn(&'a Action, &'a Evidence) -> Option<T>,
    ) -> Option<T> {
        let mut known = self.plan.steps.iter().zip(&self.steps);
        known.find_map(|(step, state)| pick(&step.action, state.left()?))
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

    /// Time spent in steps that `pick` accepts, also where they were undone afterwards.
    pub fn time_in(&self, pick: impl Fn(&Step) -> bool) -> Duration {
        let steps = self.plan.steps.iter().zip(&self.took);
        steps.filter(|(step, _)| pick(step)).map(|(_, took)| *took).sum()
    }

    /// Whether it may be cancelled, and everything undone: nothing beyond the point of no return
    /// has begun.
    pub fn can_go_back(&self) -> bool {
        self.ending == Ending::Forward
            && self.steps.iter().skip(self.plan.no_return).all(|s| *s == StepState::Pending)
    }

    /// Whether the last line of the journal may be written: nothing is left to be tried again.
    pub fn is_at_its_end(&self) -> bool {
        let open = |state: &StepState| matches!(state, StepState::UndoFailed { lasts: false, .. });
        matches!(self.next(), Next::Done(_)) && !self.steps.iter().any(open)
    }

    /// What should happen next.
    pub fn next(&self) -> Next<'_> {
        match &self.ending {
            Ending::Finished(outcome) => Next::Done(*outcome),
            Ending::Forward => self.next_forward(),
            Ending::Unnecessary => {
                self.next_undo().map_or(Next::Done(Outcome::Unchanged), Next::Undo)
            }
            Ending::Back { .. } => self.next_back(),
        }
    }

    /// It happened.
    pub fn apply(&mut self, event: &Event) -> Result<(), IllegalEvent> {
        self.take_in(event).ok_or_else(|| IllegalEvent(Box::new(event.clone())))
    }

    /// `None` means that the event cannot follow.
    fn take_in(&mut self, event: &Event) -> Option<()> {
        match event {
            Event::Planned { .. } => return None,
            Event::Resumed => {
                (!matches!(self.ending, Ending::Finished(_))).then_some(())?;
                self.steps.iter_mut().for_each(StepState::try_again);
            }
            Event::Cancelled { reason, cause } => {
                self.may_turn_back().then_some(())?;
                let cancelled = *cause == Some(Cause::Person);
                self.turn_back(reason.clone(), *cause, cancelled.then_some(Why::Cancelled));
            }
            Event::Finished { outcome } => {
                let due = self.is_at_its_end() && self.next() == Next::Done(*outcome);
                (due && !matches!(self.ending, Ending::Finished(_))).then_some(())?;
                self.ending = Ending::Finished(*outcome);
            }
            Event::Started { step } => {
                let due = matches!(self.next(), Next::Run(next) if next.number == *step);
                due.then(|| self.advance(*step, event))??;
            }
            Event::UndoStarted { step } => {
                let due = matches!(self.next(), Next::Undo(next) if next.number == *step);
                due.then(|| self.advance(*step, event))??;
            }
            Event::Succeeded { step, took, .. } => {
                self.advance(*step, event)?;
                *self.took.get_mut(*step)? += *took;
            }
            Event::Unnecessary { step } => {
                (*step < self.plan.no_return).then_some(())?;
                self.advance(*step, event)?;
                self.ending = Ending::Unnecessary;
            }
            Event::Failed { step, reason, speaks_against_release, cause, why } => {
                self.advance(*step, event)?;
                self.spoke_against |= *speaks_against_release;
                if *step < self.plan.no_return {
                    self.turn_back(reason.clone(), *cause, why.clone());
                    self.note_refusal(*step);
                }
            }
            Event::Undone { step } | Event::UndoFailed { step, .. } => {
                self.advance(*step, event)?;
            }
            Event::HookEnded { step, report } => {
                let known = matches!(self.plan.steps.get(*step)?.action, Action::Hook { .. });
                (known && !matches!(self.ending, Ending::Finished(_))).then_some(())?;
                self.hooks.push((*step, report.clone()));
            }
        }
        Some(())
    }

    fn next_forward(&self) -> Next<'_> {
        for (step, state) in self.plan.steps.iter().zip(&self.steps) {
            match state {
                StepState::Pending | StepState::Started => return Next::Run(step),
                StepState::Failed(reason) => return Next::Blocked(step, reason),
                StepState::Done(_)
                | StepState::Undoing(_)
                | StepState::Undone
                | StepState::UndoFailed { .. } => {}
            }
        }
        Next::Done(Outcome::Updated)
    }

    fn next_back(&self) -> Next<'_> {
        let mut failed_last = None;
        let mut lost = false;
        for (step, state) in self.plan.steps.iter().zip(&self.steps).rev() {
            match state {
                StepState::Pending | StepState::Undone => {}
                StepState::Started
                | StepState::Done(_)
                | StepState::Failed(_)
                | StepState::Undoing(_) => return Next::Undo(step),
                StepState::UndoFailed { reason, lasts, .. } => {
                    // As long as requests may still go to the new release, it must stay.
                    if !lasts && matches!(step.action, Action::Commit { .. }) {
                        return Next::Blocked(step, reason);
                    }
                    if step.action.undo_decides_who_serves() {
                        lost |= lasts;
                        failed_last = failed_last.or((!lasts).then_some((step, reason)));
                    }
                }
            }
        }
        match failed_last {
            Some((step, reason)) => Next::Blocked(step, reason),
            None if lost => Next::Done(Outcome::Stuck),
            None => Next::Done(self.outcome_of_going_back()),
        }
    }

    fn next_undo(&self) -> Option<&Step> {
        let mut steps = self.plan.steps.iter().zip(&self.steps).rev();
        steps.find(|(_, state)| state.is_to_be_undone()).map(|(step, _)| step)
    }

    /// Whether there is a way back at all: the new release is not confirmed yet.
    fn may_turn_back(&self) -> bool {
        let mut beyond = self.steps.iter().skip(self.plan.no_return);
        self.ending == Ending::Forward
            && !matches!(beyond.next(), Some(StepState::Done(_)))
            && beyond.all(|state| *state == StepState::Pending)
    }

    fn turn_back(&mut self, because: String, cause: Option<Cause>, why: Option<Why>) {
        // Without a switch, traffic has moved when the new container had proven ready at the port.
        let traffic_had_moved = self.plan.steps.iter().zip(&self.steps).any(|(step, state)| {
            let committed = matches!(step.action, Action::Commit { .. });
            let watched = matches!(step.action, Action::Monitor { .. });
            committed && matches!(state, StepState::Done(_))
                || watched && *state != StepState::Pending
        });
        self.ending =
            Ending::Back { because, cause, why, traffic_had_moved, refused_by_hook: false };
    }

    /// A hook that says no is no failure: nothing had begun.
    fn note_refusal(&mut self, step: usize) {
        let is_hook = matches!(self.plan.steps[step].action, Action::Hook { .. });
        let mut reports = self.hooks.iter().filter(|(of, _)| *of == step);
        let refused = reports.any(|(_, report)| report.verdict() != Verdict::GoOn);
        if let Ending::Back { refused_by_hook, .. } = &mut self.ending {
            *refused_by_hook = is_hook && refused;
        }
    }
}

#[cfg(test)]
mod tests;
