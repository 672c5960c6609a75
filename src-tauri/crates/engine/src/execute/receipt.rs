//! The end of an execution: counters, timings, memory of bad digests, the receipt.

use std::time::Duration;

use phoenix_plan::{
    journal::{Event, Evidence},
    receipt::{
        FailureReport, Outcome, Plot, Probe, Receipt, Requests, Timings, WebSockets, moments,
    },
    step::{Action, Purpose, Step},
};

use super::{Execution, JournalError, channel::add};
use crate::ports::BadDigest;

/// Bad digests that are remembered of one service, the newest: older ones are not offered any more.
const MOST_BAD_DIGESTS: usize = 50;

impl Execution<'_> {
    pub(super) async fn finish(
        mut self,
        outcome: Outcome,
        blocked: Option<String>,
    ) -> Result<Receipt, JournalError> {
        let receipt = self.receipt(outcome, blocked.as_deref()).await;
        if let Some(error) = self.journal_broke.take() {
            return Err(error.into());
        }
        self.remember_how_it_ended(&receipt)?;
        // Written first: a receipt that is written twice is still one receipt.
        self.world.state.save_receipt(&receipt)?;
        if blocked.is_none() && self.rollout.is_at_its_end() {
            self.record(Event::Finished { outcome })?;
        }
        Ok(receipt)
    }

    async fn receipt(&mut self, outcome: Outcome, blocked: Option<&str>) -> Receipt {
        let probe = self.witness.dismiss().await;
        let (requests, websockets) = self.counted().await;
        let plot = self.plot().await;
        let plan = self.rollout.plan();
        let mut to = plan.to.clone();
        if let Some((id, version)) = self.pulled() {
            to.image_id = Some(id);
            to.version = to.version.or(version);
        }
        let went_wrong = !matches!(outcome, Outcome::Updated | Outcome::Unchanged);
        let finished_at = self.world.clock.now();
        Receipt {
            id: plan.id.clone(),
            service: plan.service.clone(),
            purpose: plan.purpose,
            outcome,
            reason: self.reason(outcome, blocked),
            cause: self.rollout.cause(),
            // What is left to be done is said only in the reason.
            why: self.rollout.why().filter(|_| outcome != Outcome::Stuck).cloned(),
            strategy: None,
            strategy_reason: None,
            because: None,
            from: plan.from.clone(),
            to,
            requests,
            websockets,
            probe: Probe {
                ok: probe.ok,
                failed: probe.failed,
                longest_gap_ms: probe.longest_gap_ms,
            },
            timings_ms: self.timings(),
            failure: (went_wrong && self.found != FailureReport::default())
                .then(|| self.found.clone()),
            plot,
            dependents: self.rollout.plan().dependents().map(|it| it.name.to_owned()).collect(),
            hooks: self.rollout.hooks().cloned().collect(),
            started_at: self.started_at,
            finished_at,
        }
        .with_choice(&plan.choice)
    }

    fn reason(&self, outcome: Outcome, blocked: Option<&str>) -> String {
        let plan = self.rollout.plan();
        match outcome {
            Outcome::Updated => match plan.purpose {
                Purpose::Update | Purpose::Rollback => "the release serves".to_owned(),
                Purpose::Adopt => "the switch owns the port".to_owned(),
                Purpose::Release => "the container owns the port".to_owned(),
            },
            Outcome::Unchanged => "the candidate is what runs already".to_owned(),
            Outcome::RolledBack | Outcome::Failed | Outcome::Held => {
                self.rollout.because().unwrap_or("for an unknown reason").to_owned()
            }
            Outcome::Stuck => match blocked {
                Some(step) if self.rollout.because().is_some() => format!(
                    "{}; going back is not complete ({step}): it is tried again at the next start",
                    self.rollout.because().unwrap_or("it failed"),
                ),
                Some(step) => format!(
                    "{} serves, but the rest could not be done ({step}); it is tried again at \
                     the next start",
                    plan.to.name()
                ),
                None => format!(
                    "{}; going back was not complete: look at 'docker ps -a' for {} and at \
                     'phoenixctl doctor'",
                    self.rollout.because().unwrap_or("it failed"),
                    plan.service
                ),
            },
        }
    }

    async fn counted(&mut self) -> (Requests, WebSockets) {
        if !self.channel.exists() {
            return (Requests::default(), WebSockets::default());
        }
        let Ok(session) = self.channel.session(self.world).await else {
            return (Requests::default(), WebSockets::default());
        };
        let Ok(status) = session.status().await else {
            return (Requests::default(), WebSockets::default());
        };
        let new = self.new_generations();
        let is_new = |generation: &str| new.iter().any(|known| known == generation);
        let after = self.channel.since_begin(&status, is_new);
        let before = self.channel.since_begin(&status, |generation| !is_new(generation));
        let mut all = self.channel.unrouted_since_begin(&status);
        add(&mut all, &before);
        add(&mut all, &after);
        let requests = Requests {
            total: all.requests,
            failed: all.failed,
            held: all.held,
            retried: all.retried,
            longest_stall_ms: all.longest_hold_ms,
            app_5xx_before: before.app_5xx,
            app_5xx_after: after.app_5xx,
        };
        let websockets = WebSockets {
            carried: all.websockets_carried,
            closed_by_app: all.websockets_closed_by_app,
            closed_by_switch: all.websockets_closed_by_switch,
            cut: all.websockets_cut,
        };
        (requests, websockets)
    }

    /// What clients noticed over time. The journal knows the moments, also those of a process that
    /// was interrupted.
    async fn plot(&mut self) -> Option<Plot> {
        self.last_commit()?;
        self.channel.read_timeline(self.world).await;
        match self.world.state.entries(&self.rollout.plan().id) {
            Ok(entries) => Plot::of(self.channel.timeline(), &moments(&entries)),
            Err(error) => {
                tracing::warn!(%error, "the journal cannot be read: the receipt has no plot");
                None
            }
        }
    }

    /// Generations that the plan routes and that were not routed before it.
    pub(super) fn new_generations(&self) -> Vec<String> {
        let steps = self.rollout.plan().steps.iter();
        let commits = steps.filter_map(|step| {
            if let Action::Commit { backends, before, .. } = &step.action {
                Some((backends, before))
            } else {
                None
            }
        });
        commits
            .flat_map(|(backends, before)| {
                backends.iter().filter(|backend| !before.contains(backend))
            })
            .map(|backend| backend.generation.clone())
            .collect()
    }

    fn pulled(&self) -> Option<(String, Option<String>)> {
        self.rollout.evidence(|action, evidence| match (action, evidence) {
            (Action::Pull { .. }, Evidence::Image { id, version, .. }) => {
                Some((id.clone(), version.clone()))
            }
            (_, _) => None,
        })
    }

    fn timings(&self) -> Timings {
        let plan = self.rollout.plan();
        let time = |pick: fn(&Action) -> bool| {
            let before = |step: &Step| step.number < plan.no_return && pick(&step.action);
            ms(self.rollout.time_in(before))
        };
        let total = self.world.clock.now().duration_since(self.started_at);
        Timings {
            pull: time(|action| matches!(action, Action::Pull { .. })),
            create: time(|action| {
                matches!(
                    action,
                    Action::Create { .. } | Action::Compare { .. } | Action::CreateSwitch { .. }
                )
            }),
            ready: time(|action| matches!(action, Action::Start { .. } | Action::Gate { .. })),
            switch: if self.last_commit().is_some() {
                time(|action| matches!(action, Action::Commit { .. } | Action::StartSwitch { .. }))
            } else {
                time(|action| {
                    matches!(
                        action,
                        Action::Stop { .. }
                            | Action::StopSwitch { .. }
                            | Action::Start { .. }
                            | Action::Gate { .. }
                    )
                })
            },
            drain: time(|action| matches!(action, Action::Drain { .. })),
            monitor: time(|action| matches!(action, Action::Monitor { .. })),
            // A resumed one began in another process.
            total: ms(self.begun.elapsed()).max(u64::try_from(total.as_millis()).unwrap_or(0)),
        }
    }

    /// A bad digest, and how many releases failed in a row. What was cancelled or interrupted, and
    /// what could not even be fetched, says nothing about a release.
    fn remember_how_it_ended(&self, receipt: &Receipt) -> Result<(), JournalError> {
        if receipt.purpose != Purpose::Update {
            return Ok(());
        }
        let bad = matches!(receipt.outcome, Outcome::Failed | Outcome::RolledBack);
        let spoke = bad && self.rollout.spoke_against_release();
        let worked = receipt.outcome == Outcome::Updated;
        let known = self.world.state.record(&receipt.service)?;
        let mut record = known.clone();
        if worked {
            record.failures_in_a_row = 0;
        } else if spoke {
            record.failures_in_a_row = record.failures_in_a_row.saturating_add(1);
        }
        if let Some(digest) = receipt.to.digest.clone().filter(|_| spoke) {
            record.bad_digests.retain(|known| known.digest != digest);
            let reason = receipt.reason.clone();
            record.bad_digests.push(BadDigest { digest, reason, at: receipt.finished_at });
            let surplus = record.bad_digests.len().saturating_sub(MOST_BAD_DIGESTS);
            record.bad_digests.drain(..surplus);
        }
        if record != known {
            self.world.state.save_record(&receipt.service, &record)?;
        }
        Ok(())
    }
}

pub(super) fn ms(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
