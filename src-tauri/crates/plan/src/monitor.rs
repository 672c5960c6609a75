//! Is the new release still well once it has the traffic? A verdict over the monitor window.
//!
//! Whoever drives it looks regularly, hands in what was seen, and does what the verdict says.

mod failure;
mod streak;
mod traffic;

use std::{collections::BTreeMap, time::Duration};

use serde::{Deserialize, Serialize};

use crate::{
    gate::{CheckResult, excerpt},
    observed::ContainerState,
    route::Traffic,
};

pub use failure::MonitorFailure;
use streak::Streak;
use traffic::OnlyErrors;

/// Failures in a row that are a verdict, of checks and of probes alike.
const FAILURES_IN_A_ROW: u64 = 3;
/// Answered probes that prove as much as a health check.
const PROVING_PROBES: u64 = 3;
/// Answered requests that prove as much as a health check.
const PROVING_REQUESTS: u64 = 20;
/// How long the end of the window waits for a row of failures to be completed or broken.
const UNDECIDED_LIMIT: Duration = Duration::from_secs(10);

/// What the window is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct MonitorTerms {
    /// How long the new release is watched.
    pub window: Duration,
    /// Restart count of the new containers when traffic moved: 0 for new ones.
    pub restarts_before: u64,
    /// The service was unhealthy before the update and the user agreed: its check is no verdict.
    pub already_unhealthy: bool,
}

/// What was seen at one look.
#[derive(Debug, Clone, PartialEq)]
pub struct MonitorObservation {
    /// Every container of the new generation.
    pub members: Vec<MonitoredMember>,
    /// The new generation's counters since it got traffic; all zero without a switch.
    pub new: Traffic,
    /// The old generation's counters, as the baseline.
    pub old: Traffic,
    /// Synthetic probes answered since the last look.
    pub probes_ok: u64,
    /// Synthetic probes failed since the last look.
    pub probes_failed: u64,
    /// Time since traffic moved.
    pub elapsed: Duration,
}

/// One container of the new generation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MonitoredMember {
    /// Its name.
    pub name: String,
    /// Its state, with Docker's own health word; `None` when it does not exist any more.
    pub state: Option<ContainerState>,
    /// The health check, if it ran since the last look.
    pub check: Option<CheckResult>,
}

/// What to do now.
#[derive(Debug, Clone, PartialEq)]
pub enum MonitorVerdict {
    /// Look again.
    Watching,
    /// The window is over and something proves the release good.
    Healthy,
    /// Go back.
    Bad(MonitorFailure),
    /// The window is over; nothing speaks against the release and nothing for it.
    Inconclusive,
}

/// The state between two looks.
#[derive(Debug, Clone)]
pub struct Monitor {
    terms: MonitorTerms,
    members: BTreeMap<String, Checks>,
    probes: Streak,
    probes_ok: u64,
    only_errors: OnlyErrors,
}

/// A container's health checks so far.
#[derive(Debug, Clone, Default)]
struct Checks {
    failing: Streak,
    succeeded: bool,
}

/// Whether so many failed containers are within a tolerated share (Swarm's `max_failure_ratio`).
#[expect(clippy::cast_precision_loss, reason = "numbers of containers are far below 2^52")]
pub fn tolerates(failed: usize, total: usize, ratio: f64) -> bool {
    failed == 0 || failed as f64 <= ratio.clamp(0.0, 1.0) * total as f64
}

impl Monitor {
    /// A window that begins now.
    pub fn new(terms: MonitorTerms) -> Self {
        Self {
            terms,
            members: BTreeMap::new(),
            probes: Streak::default(),
            probes_ok: 0,
            only_errors: OnlyErrors::default(),
        }
    }

    /// Takes in what was seen, and decides.
    pub fn observe(&mut self, seen: &MonitorObservation) -> MonitorVerdict {
        let failure = self
            .container_failure(seen)
            .or_else(|| self.probe_failure(seen))
            .or_else(|| traffic::too_many_errors(&seen.new, &seen.old))
            .or_else(|| self.only_errors.observe(seen.elapsed, &seen.new, &seen.old))
            .or_else(|| traffic::too_slow(self.terms.window, seen.elapsed, &seen.new, &seen.old));
        match failure {
            Some(failure) => MonitorVerdict::Bad(failure),
            None if seen.elapsed < self.terms.window => MonitorVerdict::Watching,
            None if self.is_undecided(seen) => MonitorVerdict::Watching,
            None if self.is_proven(seen) => MonitorVerdict::Healthy,
            None => MonitorVerdict::Inconclusive,
        }
    }

    fn container_failure(&mut self, seen: &MonitorObservation) -> Option<MonitorFailure> {
        for member in &seen.members {
            if let Some(failure) = ended(member, self.terms.restarts_before, seen.elapsed) {
                return Some(failure);
            }
            let judged_by_check = !self.terms.already_unhealthy;
            if judged_by_check && docker_says(member, "unhealthy") {
                return Some(MonitorFailure::DockerUnhealthy {
                    container: member.name.clone(),
                    after: seen.elapsed,
                });
            }
            let Some(check) = &member.check else { continue };
            let checks = self.members.entry(member.name.clone()).or_default();
            if check.succeeded() {
                checks.succeeded = true;
                checks.failing.reset();
            } else if checks.failing.extend(1, FAILURES_IN_A_ROW, seen.elapsed) && judged_by_check {
                return Some(MonitorFailure::Unhealthy {
                    container: member.name.clone(),
                    failures: checks.failing.count(),
                    exit_code: check.exit_code,
                    output: excerpt(&check.output),
                    after: seen.elapsed,
                });
            }
        }
        None
    }

    /// An answer among the probes since the last look breaks the row of failures.
    fn probe_failure(&mut self, seen: &MonitorObservation) -> Option<MonitorFailure> {
        self.probes_ok = self.probes_ok.saturating_add(seen.probes_ok);
        if seen.probes_ok > 0 {
            self.probes.reset();
        }
        let failed = if seen.probes_ok > 0 { 0 } else { seen.probes_failed };
        self.probes.extend(failed, FAILURES_IN_A_ROW, seen.elapsed).then(|| {
            MonitorFailure::ProbesFailed { failed: self.probes.count(), after: seen.elapsed }
        })
    }

    /// A row of failures that has begun is given a moment to become a verdict, or to break off.
    fn is_undecided(&self, seen: &MonitorObservation) -> bool {
        let checks_fail = self.members.values().any(|checks| checks.failing.count() > 0);
        let open = self.probes.count() > 0 || (checks_fail && !self.terms.already_unhealthy);
        open && seen.elapsed < self.terms.window.saturating_add(UNDECIDED_LIMIT)
    }

    fn is_proven(&self, seen: &MonitorObservation) -> bool {
        let healthy = |member: &MonitoredMember| {
            docker_says(member, "healthy")
                || self
                    .members
                    .get(&member.name)
                    .is_some_and(|checks| checks.succeeded && checks.failing.count() == 0)
        };
        let failing = self.probes.count() > 0
            || self.members.values().any(|checks| checks.failing.count() > 0)
            || seen.members.iter().any(|member| member.state == Some(ContainerState::Paused));
        let by_checks = !seen.members.is_empty() && seen.members.iter().all(healthy);
        let by_probes = self.probes_ok >= PROVING_PROBES;
        let by_traffic = traffic::good_answers(&seen.new) >= PROVING_REQUESTS;
        by_checks && self.probes.count() == 0 || !failing && (by_probes || by_traffic)
    }
}

fn docker_says(member: &MonitoredMember, word: &str) -> bool {
    matches!(
        &member.state,
        Some(ContainerState::Running { health: Some(health), .. }) if health == word
    )
}

/// Why this state means that the container did not stay up, if it does.
fn ended(member: &MonitoredMember, before: u64, after: Duration) -> Option<MonitorFailure> {
    let container = member.name.clone();
    match &member.state {
        None => Some(MonitorFailure::Removed { container, after }),
        Some(
            ContainerState::Stopped { oom_killed: true, .. }
            | ContainerState::Restarting { oom_killed: true, .. },
        ) => Some(MonitorFailure::OutOfMemory { container, after }),
        Some(ContainerState::Stopped { exit_code, oom_killed: false }) => {
            Some(MonitorFailure::Exited { container, exit_code: *exit_code, after })
        }
        Some(ContainerState::Restarting { exit_code, restarts, oom_killed: false }) => {
            Some(MonitorFailure::Restarted {
                container,
                restarts: restarts.saturating_sub(before).max(1),
                exit_code: Some(*exit_code),
                after,
            })
        }
        Some(ContainerState::Running { restarts, .. }) => {
            let restarts = restarts.saturating_sub(before);
            (restarts > 0).then_some(MonitorFailure::Restarted {
                container,
                restarts,
                exit_code: None,
                after,
            })
        }
        Some(ContainerState::Paused) => None,
    }
}

#[cfg(test)]
mod tests;
