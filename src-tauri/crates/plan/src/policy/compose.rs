//! Compose's own words for updates: `deploy.update_config` and `deploy.rollback_config`.

use std::{num::NonZeroU32, time::Duration};

use serde::{Deserialize, Serialize};

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
