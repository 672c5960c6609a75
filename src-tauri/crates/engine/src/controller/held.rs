//! Why a release that was found is not installed by itself now.

use std::collections::BTreeSet;

use jiff::{Timestamp, Zoned};
use phoenix_plan::policy::{
    Policy, UpdateMode,
    install::{Candidate, Circumstances, MayInstall, PowerRules, WhyWait, may_install},
};
use serde::{Deserialize, Serialize};

use super::Watched;
use crate::check::Finding;

/// Why a release is not installed by itself now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// The reason that lasts longest.
    #[serde(flatten)]
    pub why: WhyWait,
    /// Until when, unless something else changes; `None` if only something else can change it.
    pub until: Option<Timestamp>,
}

/// A release that a check found, with everything that speaks for or against it.
#[derive(Debug, Clone, Copy)]
pub struct Offer<'a> {
    /// What the user wants.
    pub policy: &'a Policy,
    /// What is remembered of the service.
    pub watched: &'a Watched,
    /// What was found.
    pub finding: &'a Finding,
    /// Digests that failed here.
    pub bad_digests: &'a BTreeSet<String>,
    /// Updates in a row that failed.
    pub failures_in_a_row: u32,
}

impl Held {
    /// Whether the service stays at its release until a person says otherwise.
    pub fn is_pinned(&self) -> bool {
        self.why == WhyWait::Pinned
    }
}

impl Offer<'_> {
    /// What keeps it from being installed by itself, or would if the service were updated by itself;
    /// `None` also where there is nothing to install.
    pub fn held(&self, machine: Circumstances, rules: PowerRules, now: &Zoned) -> Option<Held> {
        let release = self.finding.key()?;
        let first_seen = self.watched.first_seen.as_ref().filter(|seen| seen.release == release);
        let policy = Policy {
            updates: UpdateMode::Auto,
            pinned: self.policy.pinned || self.watched.pinned,
            ..self.policy.clone()
        };
        let candidate = Candidate {
            policy: &policy,
            digest: release,
            first_seen: first_seen.map_or_else(|| now.timestamp(), |seen| seen.at),
            skipped: self.watched.skipped.as_deref(),
            snoozed_until: self.watched.snoozed_until,
            known_bad: self.bad_digests,
            failures_in_a_row: self.failures_in_a_row,
        };
        match may_install(&candidate, machine, rules, now) {
            MayInstall::Now => None,
            MayInstall::Wait { reason, until } => {
                Some(Held { why: reason, until: until.map(|until| until.timestamp()) })
            }
        }
    }
}

#[cfg(test)]
mod tests;
