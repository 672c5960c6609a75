//! Whether a release that a check found may be installed by itself now, and if not, until when not.

use std::{collections::BTreeSet, time::Duration};

use jiff::{Timestamp, Zoned};
use serde::{Deserialize, Serialize};

use super::{Policy, UpdateMode};
use crate::schedule::{is_open, opens_at};

/// How many updates in a row may fail, of whatever releases, before the program stops trying by
/// itself.
pub const BREAKER: u32 = 3;

/// What is known of a service and of the release that a check found.
#[derive(Debug, Clone, Copy)]
pub struct Candidate<'a> {
    /// What the user wants.
    pub policy: &'a Policy,
    /// The release's digest.
    pub digest: &'a str,
    /// When this digest was first seen here.
    pub first_seen: Timestamp,
    /// The digest that the user does not want to be offered.
    pub skipped: Option<&'a str>,
    /// The user wants to be left alone until then.
    pub snoozed_until: Option<Timestamp>,
    /// Digests that were tried and did not work.
    pub known_bad: &'a BTreeSet<String>,
    /// Failed updates since the last one that worked, of whatever digests.
    pub failures_in_a_row: u32,
}

/// The machine, as far as it matters.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Circumstances {
    /// Whether the user paused everything.
    pub paused: bool,
    /// The battery that it runs on; `None` on mains, or where there is none.
    pub battery_percent: Option<u8>,
    /// Whether the connection is paid by volume.
    pub metered: bool,
}

/// What is allowed on battery and on metered connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PowerRules {
    /// On battery, the charge below which nothing is installed by itself, in percent; 0 allows all.
    pub battery_above: u8,
    /// Whether a metered connection may be used.
    pub metered: bool,
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MayInstall {
    /// Yes.
    Now,
    /// Not now.
    Wait {
        /// What lasts longest.
        reason: WhyWait,
        /// When the answer is yes, unless something else changes; `None` if only something else,
        /// such as the user, can change it.
        until: Option<Zoned>,
    },
}

/// Why a release is not installed by itself now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum WhyWait {
    /// The user wants to do it, or only to be told.
    NotAutomatic {
        /// Which.
        updates: UpdateMode,
    },
    /// The service stays at its release.
    Pinned,
    /// Everything is paused.
    Paused,
    /// The user skips this release.
    Skipped,
    /// This release was tried, and did not work.
    KnownBad,
    /// So many updates failed that a person should look.
    Breaker {
        /// In a row.
        failures: u32,
    },
    /// The user wants to be left alone for a while.
    Snoozed,
    /// The release is not known for long enough.
    TooYoung {
        /// When it was first seen.
        first_seen: Timestamp,
        /// How long it must be known.
        min_age: Duration,
    },
    /// No maintenance window is open.
    OutsideWindows,
    /// The battery is low.
    Battery {
        /// Its charge.
        percent: u8,
        /// The charge that is needed.
        above: u8,
    },
    /// The connection is paid by volume.
    Metered,
}

impl Default for PowerRules {
    fn default() -> Self {
        Self { battery_above: 30, metered: false }
    }
}

/// Whether a release may be installed by itself at `now`, whose time zone is that of the windows.
pub fn may_install(
    candidate: &Candidate<'_>,
    machine: Circumstances,
    rules: PowerRules,
    now: &Zoned,
) -> MayInstall {
    let lasting = for_ever(candidate, machine);
    if let Some(reason) = lasting.or_else(|| for_power(machine, rules)) {
        return MayInstall::Wait { reason, until: None };
    }
    let windows = &candidate.policy.windows;
    let waits = [young(candidate, now.timestamp()), snoozed(candidate, now.timestamp())];
    match waits.into_iter().flatten().max_by_key(|(_, until)| *until) {
        Some((reason, until)) => {
            let then = until.to_zoned(now.time_zone().clone());
            MayInstall::Wait { reason, until: opens_at(windows, &then) }
        }
        None if is_open(windows, now) => MayInstall::Now,
        None => MayInstall::Wait { reason: WhyWait::OutsideWindows, until: opens_at(windows, now) },
    }
}

/// What a person has to change.
fn for_ever(candidate: &Candidate<'_>, machine: Circumstances) -> Option<WhyWait> {
    let policy = candidate.policy;
    match policy.updates {
        UpdateMode::Auto => {}
        updates @ (UpdateMode::Manual | UpdateMode::Notify) => {
            return Some(WhyWait::NotAutomatic { updates });
        }
    }
    let failures = candidate.failures_in_a_row;
    let reasons = [
        (policy.pinned, WhyWait::Pinned),
        (machine.paused, WhyWait::Paused),
        (candidate.skipped == Some(candidate.digest), WhyWait::Skipped),
        (candidate.known_bad.contains(candidate.digest), WhyWait::KnownBad),
        (failures >= BREAKER, WhyWait::Breaker { failures }),
    ];
    reasons.into_iter().find_map(|(holds, reason)| holds.then_some(reason))
}

/// What changes when the machine is plugged in, or elsewhere.
fn for_power(machine: Circumstances, rules: PowerRules) -> Option<WhyWait> {
    let above = rules.battery_above;
    let low = machine.battery_percent.filter(|percent| *percent < above);
    let battery = low.map(|percent| WhyWait::Battery { percent, above });
    battery.or_else(|| (machine.metered && !rules.metered).then_some(WhyWait::Metered))
}

/// A first sight in the future (the clock was wrong) counts from now.
fn young(candidate: &Candidate<'_>, now: Timestamp) -> Option<(WhyWait, Timestamp)> {
    let (first_seen, min_age) = (candidate.first_seen.min(now), candidate.policy.min_age);
    let until = first_seen.checked_add(min_age).unwrap_or(Timestamp::MAX);
    (until > now).then_some((WhyWait::TooYoung { first_seen, min_age }, until))
}

fn snoozed(candidate: &Candidate<'_>, now: Timestamp) -> Option<(WhyWait, Timestamp)> {
    let until = candidate.snoozed_until.filter(|until| *until > now)?;
    Some((WhyWait::Snoozed, until))
}

#[cfg(test)]
mod tests;
