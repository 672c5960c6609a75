//! What is shown: a plain value, made anew whenever something changed.

use jiff::Timestamp;
use phoenix_plan::{
    image::Release,
    journal::JournalId,
    observed::{ContainerState, Member},
    receipt::Receipt,
    service::ServiceId,
};

use super::{Activity, Attention, Held, Standing, standing};
use crate::{check::Finding, other_updaters::OtherUpdater, wording::Wording};

/// Everything that is shown.
#[derive(Debug, Clone, PartialEq)]
pub struct Snapshot {
    /// The container engine.
    pub engine: EngineState,
    /// The watched services, those that need attention first.
    pub services: Vec<ServiceState>,
    /// Whether nothing is updated or announced by itself.
    pub paused: bool,
    /// When checks come next, at most three; the first as it is planned, with what chance adds to it.
    pub next_checks: Vec<Timestamp>,
    /// Other programs on the engine that update containers.
    pub other_updaters: Vec<OtherUpdater>,
    /// What is wrong with the settings; those before stay in force.
    pub config_error: Option<Wording>,
    /// Whether the program waits for an operation's end before it quits.
    pub quitting: bool,
}

/// The container engine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EngineState {
    /// Being looked for, for the first time.
    Connecting,
    /// It answers.
    Connected {
        /// Where.
        endpoint: String,
        /// Its version.
        version: String,
    },
    /// Nobody answers; it is tried again.
    Away {
        /// Why.
        reason: Wording,
        /// Since when.
        since: Timestamp,
    },
}

/// One watched service.
#[derive(Debug, Clone, PartialEq)]
pub struct ServiceState {
    /// Which.
    pub id: ServiceId,
    /// What runs; `None` while there is no container or nobody has looked yet.
    pub running: Option<Release>,
    /// The worst of its containers.
    pub health: Health,
    /// More about it, in English, where its containers do not simply run.
    pub health_detail: Option<String>,
    /// Names of its containers.
    pub containers: Vec<String>,
    /// What it publishes.
    pub ports: Vec<String>,
    /// Whether a switch owns its port.
    pub behind_switch: bool,
    /// Whether the switch answers.
    pub switch_answers: bool,
    /// Whether requests are being held now.
    pub holding: bool,
    /// Whether a check is under way.
    pub checking: bool,
    /// When the registry last gave an answer.
    pub checked_at: Option<Timestamp>,
    /// What the last check found.
    pub finding: Option<Finding>,
    /// Whether what was found is not to be offered.
    pub skipped: bool,
    /// Nothing is announced before this time.
    pub snoozed_until: Option<Timestamp>,
    /// Whether it stays at its release until a person says otherwise.
    pub pinned: bool,
    /// Why what was found is not installed by itself now, or would not be if it were to be.
    pub held: Option<Held>,
    /// What a rollback would lead to.
    pub roll_back_to: Option<Release>,
    /// What is being done to it.
    pub activity: Option<Activity>,
    /// The newest receipt, unless somebody has looked at it already.
    pub unseen: Option<Receipt>,
    /// Why something could not even be begun.
    pub trouble: Option<String>,
}

/// Docker's words for the health of a container.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Health {
    /// Its health check succeeds.
    Healthy,
    /// It runs and has no health check.
    Running,
    /// Its health check has not decided yet.
    Starting,
    /// Frozen.
    Paused,
    /// It does not run.
    Stopped,
    /// The engine restarts it again and again.
    Restarting,
    /// Its health check fails.
    Unhealthy,
    /// There is no container.
    Missing,
}

impl Snapshot {
    /// Before anything is known.
    pub const fn empty() -> Self {
        Self {
            engine: EngineState::Connecting,
            services: Vec::new(),
            paused: false,
            next_checks: Vec::new(),
            other_updaters: Vec::new(),
            config_error: None,
            quitting: false,
        }
    }

    /// One service.
    pub fn service(&self, id: &ServiceId) -> Option<&ServiceState> {
        self.services.iter().find(|service| service.id == *id)
    }
}

impl ServiceState {
    /// How it stands.
    pub fn standing(&self) -> Standing {
        standing::of(self)
    }

    /// Why somebody should look at it; `None` while nothing asks for it, and while something is
    /// being done to it.
    pub fn attention(&self) -> Option<Attention<'_>> {
        standing::attention(self).filter(|_| self.activity.is_none())
    }

    /// The name of what it could be updated to, if there is something that is to be offered.
    pub fn offered(&self) -> Option<String> {
        let finding = self.finding.as_ref().filter(|_| !self.skipped && !self.pinned)?;
        finding.is_update().then(|| finding.name()).flatten()
    }

    /// ID of the newest receipt, unless somebody has looked at it already.
    pub fn unseen_id(&self) -> Option<&JournalId> {
        self.unseen.as_ref().map(|receipt| &receipt.id)
    }
}

impl Health {
    /// The worst of a service's containers.
    pub fn worst_of(members: &[Member]) -> Self {
        let healths = members.iter().map(|member| health(&member.container.state));
        healths.max_by_key(|health| severity(*health)).unwrap_or(Self::Missing)
    }
}

/// What there is to say of containers that ended.
pub(super) fn detail(members: &[Member]) -> Option<String> {
    members.iter().find_map(|member| match &member.container.state {
        ContainerState::Stopped { exit_code, oom_killed } => Some(ended(*exit_code, *oom_killed)),
        ContainerState::Restarting { exit_code, restarts, oom_killed } => {
            Some(format!("{}, restarted {restarts} times", ended(*exit_code, *oom_killed)))
        }
        ContainerState::Running { .. } | ContainerState::Paused => None,
    })
}

fn ended(exit_code: i64, oom_killed: bool) -> String {
    let memory = if oom_killed { ", killed for memory" } else { "" };
    format!("exit code {exit_code}{memory}")
}

fn health(state: &ContainerState) -> Health {
    match state {
        ContainerState::Running { health: Some(word), .. } => match word.as_str() {
            "healthy" => Health::Healthy,
            "unhealthy" => Health::Unhealthy,
            "starting" => Health::Starting,
            _ => Health::Running,
        },
        ContainerState::Running { health: None, .. } => Health::Running,
        ContainerState::Stopped { .. } => Health::Stopped,
        ContainerState::Paused => Health::Paused,
        ContainerState::Restarting { .. } => Health::Restarting,
    }
}

const fn severity(health: Health) -> u8 {
    match health {
        Health::Healthy => 0,
        Health::Running => 1,
        Health::Starting => 2,
        Health::Paused => 3,
        Health::Stopped => 4,
        Health::Restarting => 5,
        Health::Unhealthy => 6,
        Health::Missing => 7,
    }
}
