//! What the user wants: per-service policy and compose's own words for updates.

use std::{num::NonZeroU32, time::Duration};

use serde::{Deserialize, Serialize};

use crate::strategy::Strategy;

/// The settings in force for one service, every default filled in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Policy {
    /// A strategy the user insists on.
    pub strategy: Option<Strategy>,
    /// How long a new release is watched after traffic moved to it; overrides compose's `monitor`.
    pub monitor: Option<Duration>,
    /// The longest that a request may be held.
    pub hold_limit: Duration,
    /// How long requests in flight may take to finish on the old release.
    pub drain_limit: Duration,
    /// How the gate decides.
    pub gate: GatePolicy,
    /// What an inconclusive monitor window means.
    pub inconclusive: Inconclusive,
    /// A path to ask with `GET`, instead of one derived from the health check.
    pub probe_path: Option<String>,
    /// Config files that belong to the release and are restored with it.
    pub config_files: Vec<String>,
    /// How many superseded releases stay on the machine.
    pub keep_releases: usize,
    /// Consent to update a service that is unhealthy already.
    pub accept_unhealthy: bool,
    /// The compose file will be edited right after: new containers state its new hash already.
    pub compose_hash: Option<HashChange>,
    /// What happens when a check finds a newer release.
    pub updates: UpdateMode,
}

/// What happens when a check finds a newer release.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UpdateMode {
    /// Nothing: it is shown where the user looks.
    Manual,
    /// The user is told.
    #[default]
    Notify,
    /// The service is updated.
    Auto,
}

/// What an edit of a compose file makes of the hash that compose compares before it recreates a
/// container.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HashChange {
    /// The service's hash before the edit; containers that state another one keep theirs.
    pub from: String,
    /// The service's hash after the edit.
    pub to: String,
}

/// How the gate decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct GatePolicy {
    /// Consecutive successes that are needed.
    pub successes: u32,
    /// Pause between two tries.
    pub spacing: Duration,
    /// Added to the time after which Docker itself would give its first verdict.
    pub margin: Duration,
    /// How long a service without any check must stay up.
    pub weak_stability: Duration,
}

/// What an inconclusive monitor window means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Inconclusive {
    /// Keep the new release.
    Keep,
    /// Go back.
    RollBack,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            strategy: None,
            monitor: None,
            hold_limit: Duration::from_secs(30),
            drain_limit: Duration::from_secs(30),
            gate: GatePolicy::default(),
            inconclusive: Inconclusive::Keep,
            probe_path: None,
            config_files: Vec::new(),
            keep_releases: 3,
            accept_unhealthy: false,
            compose_hash: None,
            updates: UpdateMode::default(),
        }
    }
}

impl Default for GatePolicy {
    fn default() -> Self {
        Self {
            successes: 3,
            spacing: Duration::from_millis(40),
            margin: Duration::from_secs(10),
            weak_stability: Duration::from_secs(10),
        }
    }
}

/// The `deploy` section of a compose service. Swarm's words; absent means "not said".
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ComposeDeploy {
    /// `deploy.replicas`.
    pub replicas: Option<u32>,
    /// `deploy.update_config`.
    pub update: UpdateConfig,
    /// `deploy.rollback_config`.
    pub rollback: UpdateConfig,
}

/// `update_config` or `rollback_config` (compose specification, "deploy").
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct UpdateConfig {
    /// Containers at a time; 0 means all at once.
    pub parallelism: Option<u32>,
    /// Pause between two batches.
    pub delay: Option<Duration>,
    /// What happens when the new release fails.
    pub failure_action: Option<FailureAction>,
    /// How long each new container is watched.
    pub monitor: Option<Duration>,
    /// The share of failed containers that is tolerated.
    pub max_failure_ratio: Option<f64>,
    /// Which comes first.
    pub order: Option<Order>,
}

/// What happens when the new release fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FailureAction {
    /// Keep going.
    Continue,
    /// Go back to the old release.
    Rollback,
    /// Leave everything as it is and ask.
    Pause,
}

/// Which comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Order {
    /// The old container stops before the new one starts.
    StopFirst,
    /// The new container starts before the old one stops.
    StartFirst,
}

impl UpdateConfig {
    /// Containers at a time, of a service with `replicas` of them; 1 where nothing is said.
    pub fn batch(&self, replicas: usize) -> usize {
        let all = replicas.max(1);
        match self.parallelism.map(NonZeroU32::new) {
            None => 1,
            Some(None) => all,
            Some(Some(count)) => usize::try_from(count.get()).map_or(all, |count| count.min(all)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parallelism_zero_means_all_at_once() {
        let config = UpdateConfig { parallelism: Some(0), ..UpdateConfig::default() };
        assert_eq!(config.batch(5), 5);
    }

    #[test]
    fn nothing_said_means_one_at_a_time() {
        assert_eq!(UpdateConfig::default().batch(5), 1);
    }
}
