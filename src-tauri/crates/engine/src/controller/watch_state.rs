//! What the controller remembers from one start to the next.

use std::collections::BTreeMap;

use jiff::Timestamp;
use phoenix_plan::{journal::JournalId, service::ServiceId};
use serde::{Deserialize, Serialize};

use crate::check::Finding;

/// Everything that is remembered.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct WatchState {
    /// Whether nothing is updated or announced by itself.
    pub paused: bool,
    /// Per service.
    pub services: BTreeMap<ServiceId, Watched>,
}

/// What is remembered of one service.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Watched {
    /// The last check that gave an answer.
    pub last_check: Option<LastCheck>,
    /// What was announced last: once per release.
    pub announced: Option<String>,
    /// A release that is not to be offered.
    pub skipped: Option<String>,
    /// Nothing is announced before this time.
    pub snoozed_until: Option<Timestamp>,
    /// The newest receipt that somebody has looked at.
    pub seen_receipt: Option<JournalId>,
}

/// A check that gave an answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LastCheck {
    /// When.
    pub at: Timestamp,
    /// Which.
    pub finding: Finding,
}
