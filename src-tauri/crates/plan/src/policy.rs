//! What the user wants: per-service policy, hooks, compose's own words for updates, and whether
//! something may be installed by itself now.

mod compose;
mod hooks;
pub mod install;

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{schedule::Window, strategy::Strategy, tags::TagRules};

pub use compose::{ComposeDeploy, FailureAction, Order, UpdateConfig};
pub use hooks::{Hook, HookCommand, HookEvent, Hooks};

/// The settings in force for one service, every default filled in.
///
/// What an older journal does not know of is read as its default.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
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
    /// Consent, given beforehand, to what clients notice of an update: the one move of the port to a
    /// switch, or the restart of a container in front of which no switch can stand.
    pub may_interrupt: bool,
    /// What happens when a check finds a newer release.
    pub updates: UpdateMode,
    /// How long a release must have been known before it is installed by itself; from the time at
    /// which its digest was first seen here, whatever its image says of itself.
    pub min_age: Duration,
    /// When something may be installed by itself; empty means always. Checks know no windows.
    pub windows: Vec<Window>,
    /// Which newer tags are wanted.
    pub tags: TagRules,
    /// Whether it is checked and updated while it is stopped, and left stopped.
    pub include_stopped: bool,
    /// What is updated before it: services of its project, `project/service`, containers.
    pub depends_on: Vec<String>,
    /// Whether it stays at its release until the user says otherwise.
    pub pinned: bool,
    /// Whether superseded images are removed, of those releases that are not kept.
    pub clean_up: bool,
    /// Where the release notes are, instead of where the image says.
    pub changelog: Option<String>,
    /// Commands around checks, updates and rollbacks.
    pub hooks: Hooks,
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
            may_interrupt: false,
            updates: UpdateMode::default(),
            min_age: Duration::ZERO,
            windows: Vec::new(),
            tags: TagRules::default(),
            include_stopped: false,
            depends_on: Vec::new(),
            pinned: false,
            clean_up: true,
            changelog: None,
            hooks: Hooks::default(),
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
