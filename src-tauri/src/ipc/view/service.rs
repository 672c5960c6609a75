//! One watched service.

use serde::Serialize;
use specta::Type;

use super::{Activity, Said};

/// One watched service.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Service {
    /// `name` or `project/service`.
    pub id: String,
    /// The service's name without its project.
    pub name: String,
    /// The compose project.
    pub project: Option<String>,
    /// How it stands, worst first.
    pub standing: Standing,
    /// What runs; absent while there is no container.
    pub running: Option<Release>,
    /// The worst health of its containers.
    pub health: Health,
    /// More about the health, in the engine's words.
    pub health_detail: Option<String>,
    /// Names of its containers.
    pub containers: Vec<String>,
    /// What it publishes, `0.0.0.0:18789->18789/tcp`.
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
    pub checked_at: Option<String>,
    /// What the last check found.
    pub finding: Option<Finding>,
    /// The found digest is to be skipped.
    pub skipped: bool,
    /// Not announced before this time.
    pub snoozed_until: Option<String>,
    /// It stays at its release until somebody says otherwise.
    pub pinned: bool,
    /// Why what was found is not installed by itself now, or would not be if it were to be.
    pub held: Option<Held>,
    /// What a rollback would lead to.
    pub roll_back_to: Option<Release>,
    /// Whether the release before still runs, so that a rollback takes no time.
    pub warm: bool,
    /// What is being done to it.
    pub activity: Option<Activity>,
    /// ID of the newest receipt that nobody has looked at yet.
    pub unseen_receipt: Option<String>,
    /// A sentence about what went wrong when something could not even be begun.
    pub trouble: Option<String>,
}

/// How a service stands; decides icon, colour and order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum Standing {
    /// Somebody should look.
    Attention,
    /// Something is being done.
    Updating,
    /// There is something newer.
    UpdateAvailable,
    /// All is well.
    Good,
    /// There is no such container at present.
    Absent,
}

/// Docker's words for a container's health and state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum Health {
    /// Its health check succeeds.
    Healthy,
    /// Its health check fails.
    Unhealthy,
    /// Its health check has not decided yet.
    Starting,
    /// It runs and has no health check.
    Running,
    /// It does not run.
    Stopped,
    /// It is frozen.
    Paused,
    /// The engine restarts it again and again.
    Restarting,
    /// There is no container.
    Missing,
}

/// A release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Release {
    /// What to call it: version, else the start of its digest.
    pub name: String,
    /// The reference.
    pub image: String,
    /// The manifest digest.
    pub digest: Option<String>,
    /// The image ID.
    pub image_id: Option<String>,
    /// The version, if it states one.
    pub version: Option<String>,
}

/// What a check found.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(tag = "state", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Finding {
    /// The registry means what runs.
    UpToDate,
    /// The registry means something else.
    UpdateAvailable {
        /// What to call it.
        name: String,
        /// Its digest.
        digest: String,
        /// What the update fetches at most.
        download_bytes: Option<u64>,
    },
    /// A newer image is here already, the container runs the older one.
    PulledNotRunning {
        /// What to call it.
        name: String,
    },
    /// Another tag, which the settings follow, is a later version.
    NewerTag {
        /// What to call it.
        name: String,
        /// The tag.
        tag: String,
        /// Its digest.
        digest: String,
        /// What the update fetches at most.
        download_bytes: Option<u64>,
    },
    /// The container states a digest.
    Pinned {
        /// A tag that leads to something newer.
        newer_tag: Option<String>,
    },
    /// The image was never in a registry.
    LocalBuild,
    /// This digest failed here before.
    KnownBad {
        /// The digest.
        digest: String,
        /// Why.
        reason: String,
        /// When.
        at: String,
    },
    /// Nobody could say.
    CheckFailed {
        /// Why not.
        reason: Said,
        /// When a check last gave an answer.
        last_good: Option<String>,
    },
}

/// Why a release is not installed by itself now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Held {
    /// The reason.
    pub why: WhyHeld,
    /// Until when; absent if only something else can change it.
    pub until: Option<String>,
}

/// Why a release is not installed by itself now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum WhyHeld {
    /// Somebody wants to do it, or only to be told.
    NotAutomatic,
    /// The service stays at its release.
    Pinned,
    /// Everything is paused.
    Paused,
    /// The release is skipped.
    Skipped,
    /// The release failed here before.
    KnownBad,
    /// Too many updates in a row failed.
    Breaker,
    /// It was put off.
    Snoozed,
    /// The release is not known for long enough.
    TooYoung,
    /// No maintenance window is open.
    OutsideWindows,
    /// The battery is low.
    Battery,
    /// The connection is paid by volume.
    Metered,
}

/// A service of the engine that could be watched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Watchable {
    /// `name` or `project/service`.
    pub id: String,
    /// The image it runs.
    pub image: String,
    /// The engine's word for its state, `running`.
    pub state: String,
    /// Whether it is watched already.
    pub watched: bool,
}
