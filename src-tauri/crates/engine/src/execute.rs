//! Carries a plan out: journal, one call, evidence; or everything back.

mod channel;
mod containers;
mod gate;
pub(crate) mod hooks;
mod kept;
mod patience;
mod perform;
mod receipt;
mod routes;
mod step_error;
mod undo;
mod watch;
mod witness;

use std::time::Duration;

use jiff::Timestamp;
use phoenix_plan::{
    gate::GateFailure,
    journal::{Entry, Event, Evidence},
    monitor::MonitorFailure,
    policy::Policy,
    receipt::{Cause, FailureReport, Outcome, Receipt},
    remedy::Remedy,
    rollout::{IllegalEvent, Next, Rollout},
    step::{Action, Plan, Step},
};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::{
    World,
    ports::{EngineFacts, Progress, ProgressEvent, StateError},
};
use channel::Channel;
pub use step_error::StepError;
use witness::Witnessing;

/// Tries of a step beyond the point of no return, and of an undo.
const TRIES: u32 = 3;
/// Pause between two of them.
const RETRY_PAUSE: Duration = Duration::from_millis(300);

/// One plan being carried out.
pub struct Execution<'a> {
    world: &'a World,
    facts: &'a EngineFacts,
    policy: &'a Policy,
    progress: &'a dyn Progress,
    cancel: &'a CancellationToken,
    rollout: Rollout,
    started_at: Timestamp,
    begun: Instant,
    channel: Channel,
    witness: Witnessing,
    found: FailureReport,
    verdict: Option<Verdict>,
    resumed: bool,
    journal_broke: Option<StateError>,
    /// Whether the step in hand was begun by a process that is gone.
    was_begun: bool,
    hook_unrecorded: Option<JournalError>,
}

/// The journal could not be written or does not make sense. What runs is what its last lines say.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// It could not be written.
    #[error(transparent)]
    State(#[from] StateError),
    /// It does not make sense.
    #[error(transparent)]
    Illegal(#[from] IllegalEvent),
}

impl<'a> Execution<'a> {
    /// Begins a new plan: its first journal line is durable when this returns.
    pub fn begin(
        world: &'a World,
        facts: &'a EngineFacts,
        policy: &'a Policy,
        progress: &'a dyn Progress,
        cancel: &'a CancellationToken,
        plan: Plan,
    ) -> Result<Self, JournalError> {
        let event = Event::Planned { plan: Box::new(plan.clone()) };
        let id = plan.id.clone();
        let execution = Self::resume(world, facts, policy, progress, cancel, Rollout::new(plan));
        let entry = Entry { at: world.clock.now(), event };
        world.state.append(&id, &entry)?;
        Ok(execution)
    }

    /// Goes on with a rollout read back from its journal.
    pub fn resume(
        world: &'a World,
        facts: &'a EngineFacts,
        policy: &'a Policy,
        progress: &'a dyn Progress,
        cancel: &'a CancellationToken,
        rollout: Rollout,
    ) -> Self {
        Self {
            channel: Channel::new(rollout.plan().switch.clone()),
            witness: Witnessing::new(rollout.plan(), facts, policy),
            started_at: world.clock.now(),
            begun: Instant::now(),
            found: FailureReport::default(),
            verdict: None,
            resumed: false,
            journal_broke: None,
            was_begun: false,
            hook_unrecorded: None,
            world,
            facts,
            policy,
            progress,
            cancel,
            rollout,
        }
    }

    /// Takes an interrupted rollout over that began at `started_at`: what failed is tried again.
    pub fn take_over(&mut self, started_at: Timestamp) -> Result<(), JournalError> {
        self.resumed = true;
        self.started_at = started_at;
        self.record(Event::Resumed)
    }

    /// Turns an interrupted rollout around.
    pub fn turn_back(&mut self, reason: String) -> Result<(), JournalError> {
        self.record(Event::Cancelled { reason, cause: Some(Cause::Interruption) })
    }

    /// Leaves it as it is, to be taken up again later.
    pub async fn leave(self, reason: String) -> Result<Receipt, JournalError> {
        self.finish(Outcome::Stuck, Some(reason)).await
    }

    /// Runs it to its end and answers the receipt, which is stored.
    pub async fn run(mut self) -> Result<Receipt, JournalError> {
        self.find_switch().await;
        self.channel.remember_counters(self.world).await;
        let (outcome, blocked) = loop {
            let next = match self.rollout.next() {
                Next::Run(step) => Turn::Run(step.clone()),
                Next::Undo(step) => Turn::Undo(step.clone()),
                Next::Blocked(step, reason) => Turn::Blocked(format!("{}: {reason}", step.action)),
                Next::Done(outcome) => Turn::Done(outcome),
            };
            match next {
                Turn::Run(step) => self.run_step(&step).await?,
                Turn::Undo(step) => self.undo_step(&step).await?,
                Turn::Blocked(reason) => break (Outcome::Stuck, Some(reason)),
                Turn::Done(outcome) => break (outcome, None),
            }
        };
        self.finish(outcome, blocked).await
    }

    async fn run_step(&mut self, step: &Step) -> Result<(), JournalError> {
        if self.rollout.can_go_back() && self.cancel.is_cancelled() {
            let (reason, cause) = (CANCELLED.to_owned(), Some(Cause::Person));
            return self.record(Event::Cancelled { reason, cause });
        }
        self.was_begun = self.is_begun(step);
        self.progress.event(ProgressEvent::Started(step));
        self.record(Event::Started { step: step.number })?;
        if self.journal_broke.is_some() {
            return Ok(());
        }
        let begun = Instant::now();
        let tries = if step.number < self.rollout.plan().no_return { 1 } else { TRIES };
        let mut result = self.perform(step).await;
        for _ in 1..tries {
            if result.is_ok() {
                break;
            }
            tokio::time::sleep(RETRY_PAUSE).await;
            result = self.perform(step).await;
        }
        self.hook_recorded()?;
        match result {
            Ok(evidence) => {
                self.succeeded(step, evidence, begun.elapsed())?;
                // Requests have just moved: what was before must not be lost with the switch.
                if matches!(step.action, Action::Commit { .. }) {
                    self.channel.keep_timeline(self.world).await;
                }
                Ok(())
            }
            Err(StepError::Identical) => self.record(Event::Unnecessary { step: step.number }),
            Err(error) => self.failed(step, &error),
        }
    }

    fn succeeded(
        &mut self,
        step: &Step,
        evidence: Evidence,
        took: Duration,
    ) -> Result<(), JournalError> {
        self.progress.event(ProgressEvent::Succeeded(step, took));
        self.record(Event::Succeeded { step: step.number, evidence, took })
    }

    fn failed(&mut self, step: &Step, error: &StepError) -> Result<(), JournalError> {
        let reason = error.in_a_sentence();
        let speaks_against_release = error.is_a_verdict();
        let (cause, why) = (Some(error.cause()), error.why());
        if let StepError::CannotStart { remedy, .. } = error {
            self.verdict = Some(Verdict::CannotStart(remedy.clone()));
        }
        self.progress.event(ProgressEvent::Failed(step, &reason));
        let turns = matches!(step.action, Action::Confirm) && error.says_that_traffic_is_back();
        self.record(Event::Failed {
            step: step.number,
            reason: reason.clone(),
            speaks_against_release,
            cause,
            why,
        })?;
        if turns { self.record(Event::Cancelled { reason, cause }) } else { Ok(()) }
    }

    async fn undo_step(&mut self, step: &Step) -> Result<(), JournalError> {
        if step.action.has_undo() {
            self.progress.event(ProgressEvent::Undoing(step));
        }
        self.was_begun = self.is_begun(step);
        self.record(Event::UndoStarted { step: step.number })?;
        let mut result = self.undo(step).await;
        for _ in 1..TRIES {
            if result.as_ref().map_or_else(StepError::lasts, |()| true) {
                break;
            }
            tokio::time::sleep(RETRY_PAUSE).await;
            result = self.undo(step).await;
        }
        self.hook_recorded()?;
        match result {
            Ok(()) => self.record(Event::Undone { step: step.number }),
            Err(error) => {
                let reason = error.in_a_sentence();
                self.progress.event(ProgressEvent::Failed(step, &reason));
                // What only leaves something behind is not tried at every start for ever.
                let gives_up = self.resumed && !step.action.undo_decides_who_serves();
                let lasts = error.lasts() || gives_up;
                self.record(Event::UndoFailed { step: step.number, reason, lasts })
            }
        }
    }

    /// Durable first, then believed. A journal that cannot be written any more turns the rollout
    /// around while there is a way back; undoing twice, now and after the next start, does no harm.
    fn record(&mut self, event: Event) -> Result<(), JournalError> {
        let entry = Entry { at: self.world.clock.now(), event };
        self.rollout.apply(&entry.event)?;
        // Nothing may follow a line that is missing.
        if self.journal_broke.is_some() {
            return Ok(());
        }
        let Err(error) = self.world.state.append(&self.rollout.plan().id, &entry) else {
            return Ok(());
        };
        if self.rollout.can_go_back() {
            let reason = format!("{error}: {}", error.source);
            let cause = Some(Cause::Circumstances);
            self.rollout.apply(&Event::Cancelled { reason, cause })?;
        } else if self.rollout.because().is_none() {
            return Err(error.into());
        }
        self.journal_broke = Some(error);
        Ok(())
    }
}

/// What speaks against the release.
enum Verdict {
    NotReady(GateFailure),
    TurnedBad(MonitorFailure),
    CannotStart(Remedy),
}

impl Verdict {
    fn remedy(&self, log: &[String]) -> Remedy {
        match self {
            Self::NotReady(failure) => Remedy::after_gate(failure, log),
            Self::TurnedBad(failure) => Remedy::after_monitor(failure, log),
            Self::CannotStart(remedy) => remedy.clone(),
        }
    }
}

/// What comes next, owned.
enum Turn {
    Run(Step),
    Undo(Step),
    Blocked(String),
    Done(Outcome),
}

const CANCELLED: &str = "it was cancelled";
