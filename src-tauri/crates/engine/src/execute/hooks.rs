//! Steps that run the user's own commands.

use phoenix_plan::{
    hooks::{HookEnded, HookReport, Verdict, decides, environment},
    journal::{Event, Evidence},
    policy::{Hook, HookEvent},
    receipt::Outcome,
    rollout::StepState,
    step::{Step, Who},
};

use super::{Execution, JournalError, StepError};
use crate::{hook, ports::ProgressEvent};

impl Execution<'_> {
    /// Runs the hook of a step and judges it. One that an interrupted process had begun is not run
    /// again: whether it had ended, nobody knows.
    pub(super) async fn hook_step(
        &mut self,
        step: &Step,
        moment: HookEvent,
        hook: Option<&Hook>,
        who: &Who,
    ) -> Result<Evidence, StepError> {
        let Some(hook) = hook else { return Ok(Evidence::Nothing) };
        let report = match self.rollout.hook(step.number, moment) {
            Some(known) => known.clone(),
            None if self.was_begun => unknown(moment),
            None => self.run_hook(moment, hook, who, None).await?,
        };
        let verdict = report.verdict();
        self.note_hook(step, &report);
        match verdict {
            Verdict::GoOn => Ok(Evidence::Verdict { text: report.to_string() }),
            Verdict::Defer => Err(StepError::Deferred(report)),
            Verdict::Veto => Err(StepError::Vetoed(report)),
        }
    }

    /// What runs afterwards is told how it ends; not where nothing had begun.
    pub(super) async fn undo_hook(
        &mut self,
        step: &Step,
        moment: HookEvent,
        hook: Option<&Hook>,
        who: &Who,
    ) -> Result<(), StepError> {
        let afterwards = match moment {
            HookEvent::PreUpdate => HookEvent::PostUpdate,
            HookEvent::PreRollback => HookEvent::PostRollback,
            HookEvent::PreCheck
            | HookEvent::PostCheck
            | HookEvent::PostUpdate
            | HookEvent::PostRollback => {
                return Ok(());
            }
        };
        let Some(hook) = hook.filter(|_| !self.rollout.is_refused_by_hook()) else {
            return Ok(());
        };
        // What cannot be written down is left to the next start, or it would run twice.
        let is_lost = self.journal_broke.is_some();
        if is_lost || self.rollout.hook(step.number, afterwards).is_some() {
            return Ok(());
        }
        let report = if self.was_begun {
            unknown(afterwards)
        } else {
            let outcome = self.rollout.outcome_of_going_back();
            self.run_hook(afterwards, hook, who, Some(outcome)).await?
        };
        self.note_hook(step, &report);
        Ok(())
    }

    async fn run_hook(
        &self,
        moment: HookEvent,
        hook: &Hook,
        who: &Who,
        going_back: Option<Outcome>,
    ) -> Result<HookReport, StepError> {
        let outcome = (!decides(moment)).then_some(going_back.unwrap_or(Outcome::Updated));
        let variables = environment(self.rollout.plan(), moment, outcome);
        let id = self.rollout.container_id(who).unwrap_or_default();
        let running = hook::run(self.world, moment, hook, id, &variables);
        if !decides(moment) {
            return Ok(running.await);
        }
        tokio::select! {
            report = running => Ok(report),
            () = self.cancel.cancelled() => Err(StepError::Cancelled),
        }
    }

    /// Durable before anything follows from it.
    fn note_hook(&mut self, step: &Step, report: &HookReport) {
        if self.rollout.hook(step.number, report.moment).is_some() {
            return;
        }
        self.progress.event(ProgressEvent::Note(&report.to_string()));
        let event = Event::HookEnded { step: step.number, report: report.clone() };
        self.hook_unrecorded = self.record(event).err();
    }

    /// The error of a journal that could not take what a hook said.
    pub(super) fn hook_recorded(&mut self) -> Result<(), JournalError> {
        self.hook_unrecorded.take().map_or(Ok(()), Err)
    }

    /// Whether the step that comes next was begun by a process that is gone.
    pub(super) fn is_begun(&self, step: &Step) -> bool {
        let state = self.rollout.state(step.number);
        let begun = if self.rollout.because().is_some() {
            matches!(state, Some(StepState::Undoing(_)))
        } else {
            matches!(state, Some(StepState::Started | StepState::Undoing(_)))
        };
        self.resumed && begun
    }
}

const fn unknown(moment: HookEvent) -> HookReport {
    HookReport { moment, ended: HookEnded::Unknown, output: String::new() }
}
