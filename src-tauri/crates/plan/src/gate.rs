//! Is the new container ready for traffic? A poll-style state machine over observations.
//!
//! Whoever drives it looks at the container, runs its health check and asks the probe, hands in
//! what was seen together with the time, and does what the verdict says.

mod answer;
mod failure;
mod wording;

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{health::HealthCheck, observed::ContainerState, policy::GatePolicy, probe::Demand};

pub use answer::{is_healthy_answer, version_of};
pub use failure::{GateFailure, Unmet};
pub(crate) use wording::{count, crashed, excerpt, seconds};

/// No gate gives up earlier than this, however short the check's own times are.
pub const SHORTEST_DEADLINE: Duration = Duration::from_secs(1);
/// How long a service without a health check may take to answer, before the margin.
pub const WITHOUT_CHECK: Duration = Duration::from_mins(1);

/// After this time without any success the container is looked at less often.
const EAGER: Duration = Duration::from_secs(10);
/// The pause between two looks from then on, unless the policy's is longer.
const PATIENT_SPACING: Duration = Duration::from_millis(250);

/// What the gate asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GateTerms {
    /// The new container's own effective health check.
    pub check: Option<HealthCheck>,
    /// What the probe at the container's own address must show; absent without a TCP port.
    pub probe: Option<Demand>,
    /// How the gate decides.
    pub policy: GatePolicy,
    /// The container's restart count before it was started: 0 for a new one.
    pub restarts_before: u64,
    /// The service was unhealthy before the update and the user agreed: the new release must only
    /// be no worse, so that being stable is enough (weak) when the check does not succeed.
    pub already_unhealthy: bool,
    /// An upper bound on the wait, where requests are being held meanwhile.
    pub limit: Option<Duration>,
}

/// What was seen at one look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GateObservation {
    /// The container's state; `None` when it does not exist any more.
    pub container: Option<ContainerState>,
    /// The health check's result, if one ran. Where one is configured, none means not ready.
    pub check: Option<CheckResult>,
    /// The probe's result, if one ran. Where one is configured, none means not ready.
    pub probe: Option<ProbeResult>,
    /// When, on the clock of [`Gate::new`].
    pub at: Duration,
}

/// How one run of a health check ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckResult {
    /// Exit code; `None` when it did not finish within its timeout or could not be run.
    pub exit_code: Option<i64>,
    /// What it printed, or why it could not be run.
    pub output: String,
}

/// How one probe was answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProbeResult {
    /// Whether there was an answer (or, for a bare connection, a connection).
    pub answered: bool,
    /// HTTP status.
    pub status: Option<u16>,
    /// The body's begin, or the reason for no answer.
    pub text: String,
}

/// How sure a gate is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// The release's own check, or an HTTP probe, said so.
    Strong,
    /// It runs, and listens where it should; nothing better is known.
    Weak,
}

/// What to do now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GateVerdict {
    /// Look again after this pause.
    Wait {
        /// The pause.
        next: Duration,
    },
    /// Traffic may come.
    Ready {
        /// How sure that is.
        confidence: Confidence,
        /// Time since the container was started.
        after: Duration,
    },
    /// It will not become ready.
    Failed(GateFailure),
}

/// The state between two observations.
#[derive(Debug, Clone)]
pub struct Gate {
    terms: GateTerms,
    started: Duration,
    successes: u32,
    last_check: Option<CheckResult>,
    last_probe: Option<ProbeResult>,
}

impl CheckResult {
    /// Whether the container is healthy by it.
    pub const fn succeeded(&self) -> bool {
        matches!(self.exit_code, Some(0))
    }
}

impl ProbeResult {
    /// Whether it shows what is demanded.
    pub fn satisfies(&self, demand: Demand) -> bool {
        match demand {
            Demand::Healthy => self.answered && is_healthy_answer(self.status, &self.text),
            Demand::Answer => self.answered && self.status.is_some_and(|status| status < 500),
            Demand::Connection => self.answered,
        }
    }
}

impl Gate {
    /// A gate for a container that was started at `started`, a time on any monotonic clock whose
    /// zero stays where it is.
    pub const fn new(terms: GateTerms, started: Duration) -> Self {
        Self { terms, started, successes: 0, last_check: None, last_probe: None }
    }

    /// How long after the start the gate gives up.
    pub fn deadline(&self) -> Duration {
        let patience = self.terms.check.as_ref().map_or(WITHOUT_CHECK, HealthCheck::first_verdict);
        let patience = patience.max(self.terms.policy.weak_stability);
        let deadline = patience.saturating_add(self.terms.policy.margin).max(SHORTEST_DEADLINE);
        self.terms.limit.map_or(deadline, |limit| deadline.min(limit))
    }

    /// The last result of the health check.
    pub const fn last_check(&self) -> Option<&CheckResult> {
        self.last_check.as_ref()
    }

    /// The last result of the probe.
    pub const fn last_probe(&self) -> Option<&ProbeResult> {
        self.last_probe.as_ref()
    }

    /// Takes in what was seen, and decides.
    pub fn observe(&mut self, seen: GateObservation) -> GateVerdict {
        let after = seen.at.saturating_sub(self.started);
        if let Some(failure) = ended(seen.container.as_ref(), self.terms.restarts_before, after) {
            self.remember(seen.check, seen.probe);
            return GateVerdict::Failed(failure);
        }
        let running = matches!(seen.container, Some(ContainerState::Running { .. }));
        let check_met =
            self.terms.check.is_none() || seen.check.as_ref().is_some_and(CheckResult::succeeded);
        let probe_met = self.terms.probe.is_none_or(|demand| {
            seen.probe.as_ref().is_some_and(|result| result.satisfies(demand))
        });
        let unmet = self.unmet(running, &seen);
        self.remember(seen.check, seen.probe);

        let enough = if running && check_met && probe_met {
            self.successes = self.successes.saturating_add(1);
            self.successes >= self.terms.policy.successes
        } else {
            self.successes = 0;
            false
        };
        let stable = after >= self.terms.policy.weak_stability;
        if enough && self.has_strong_evidence() {
            GateVerdict::Ready { confidence: Confidence::Strong, after }
        } else if stable && (enough || (self.terms.already_unhealthy && running)) {
            GateVerdict::Ready { confidence: Confidence::Weak, after }
        } else if after >= self.deadline() {
            GateVerdict::Failed(GateFailure::TimedOut { after, unmet })
        } else {
            GateVerdict::Wait { next: self.pause(after) }
        }
    }

    /// Whether success of everything configured says more than "it runs and listens".
    const fn has_strong_evidence(&self) -> bool {
        self.terms.check.is_some()
            || matches!(self.terms.probe, Some(Demand::Healthy | Demand::Answer))
    }

    /// Never past the deadline, so that a failure is not noticed late.
    fn pause(&self, after: Duration) -> Duration {
        let spacing = self.terms.policy.spacing;
        let patient = self.successes == 0 && after >= EAGER || !self.has_strong_evidence();
        let pause = if patient { spacing.max(PATIENT_SPACING) } else { spacing };
        pause.min(self.deadline().saturating_sub(after))
    }

    /// What is missing, as it would be told at the deadline.
    fn unmet(&self, running: bool, seen: &GateObservation) -> Unmet {
        if !running {
            return Unmet::Paused;
        }
        if self.terms.check.is_some() {
            match &seen.check {
                None => return Unmet::CheckDidNotFinish { output: String::new() },
                Some(CheckResult { exit_code: None, output }) => {
                    return Unmet::CheckDidNotFinish { output: excerpt(output) };
                }
                Some(CheckResult { exit_code: Some(0), .. }) => {}
                Some(CheckResult { exit_code: Some(exit_code), output }) => {
                    return Unmet::CheckFailed { exit_code: *exit_code, output: excerpt(output) };
                }
            }
        }
        match (self.terms.probe, &seen.probe) {
            (Some(_), None) => Unmet::NotAnswered { text: String::new() },
            (Some(demand), Some(probe)) if !probe.satisfies(demand) => match probe.status {
                Some(status) if probe.answered => {
                    Unmet::WrongAnswer { status, text: excerpt(&probe.text) }
                }
                Some(_) | None => Unmet::NotAnswered { text: excerpt(&probe.text) },
            },
            (Some(_), Some(_)) | (None, _) => Unmet::NotLongEnough,
        }
    }

    fn remember(&mut self, check: Option<CheckResult>, probe: Option<ProbeResult>) {
        self.last_check = check.or(self.last_check.take());
        self.last_probe = probe.or(self.last_probe.take());
    }
}

/// Why this state means that the container did not stay up, if it does.
fn ended(
    state: Option<&ContainerState>,
    restarts_before: u64,
    after: Duration,
) -> Option<GateFailure> {
    match state {
        None => Some(GateFailure::Removed { after }),
        Some(ContainerState::Running { restarts, .. }) if *restarts > restarts_before => {
            Some(GateFailure::Restarted {
                restarts: restarts.saturating_sub(restarts_before),
                exit_code: None,
                after,
            })
        }
        Some(
            ContainerState::Stopped { exit_code, oom_killed: true }
            | ContainerState::Restarting { exit_code, oom_killed: true, .. },
        ) => Some(GateFailure::OutOfMemory { exit_code: *exit_code, after }),
        Some(ContainerState::Stopped { exit_code, oom_killed: false }) => {
            Some(GateFailure::Exited { exit_code: *exit_code, after })
        }
        Some(ContainerState::Restarting { exit_code, restarts, oom_killed: false }) => {
            Some(GateFailure::Restarted {
                restarts: restarts.saturating_sub(restarts_before).max(1),
                exit_code: Some(*exit_code),
                after,
            })
        }
        Some(ContainerState::Running { .. } | ContainerState::Paused) => None,
    }
}

#[cfg(test)]
mod tests;
