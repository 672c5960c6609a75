//! What would be done, shown before it is done.

use phoenix_engine::controller;
use serde::{Deserialize, Serialize};
use specta::Type;

use super::{Release, Said};

/// What a person wants done with a service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Aim {
    /// Update it.
    Update {
        /// To a tag, digest or reference; absent means the newest of its own reference.
        to: Option<String>,
    },
    /// Go back.
    Rollback {
        /// To the release of this version, tag or digest; absent means the one before.
        to: Option<String>,
    },
    /// Put it behind a switch.
    Adopt,
    /// Give the port back to the container.
    Release,
}

/// What came of asking for a plan.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(tag = "decision", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Preview {
    /// There is nothing to do.
    UpToDate,
    /// Not now, for a reason.
    Held {
        /// The reason.
        reason: Said,
    },
    /// This would be done.
    Go {
        /// The plan.
        plan: Box<Plan>,
        /// What changes between the two images.
        changes: Option<Changes>,
        /// The edit of the compose file that an adoption offers.
        compose: Option<Compose>,
    },
}

/// A plan.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Plan {
    /// Its ID.
    pub id: String,
    /// `update`, `rollback`, `adopt` or `release`.
    pub purpose: String,
    /// `overlap`, `hold` or `recreate`.
    pub strategy: String,
    /// Why so.
    pub because: Because,
    /// What runs now.
    pub from: Release,
    /// What will run.
    pub to: Release,
    /// What clients will notice.
    pub stall: Stall,
    /// Whether it puts the service behind a switch.
    pub adopts: bool,
    /// Whether a person has to agree, because clients will notice.
    pub needs_consent: bool,
    /// How long the new release is watched.
    pub monitor_ms: Option<u64>,
    /// The steps.
    pub steps: Vec<Step>,
    /// Number of the first step that has no way back.
    pub no_return: u32,
}

/// Why a strategy was chosen: a word of a closed set, and what it is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Because {
    /// `chosen`, `start_first`, `stop_first`, `network_mode`, `no_tcp_port`, `other_protocol`,
    /// `static_address`, `fixed_mac`, `devices`, `shared_writable_volume`, `nothing_shared`.
    pub reason: String,
    /// Which mode, protocol or path.
    pub what: Option<String>,
    /// The same in English.
    pub text: String,
}

/// What clients will notice.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Type)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Stall {
    /// Nothing.
    None,
    /// Requests wait while the app restarts.
    Held {
        /// At most this long.
        limit_ms: u64,
    },
    /// The port moves to its new owner.
    PortMoves {
        /// New connections are refused for about this long.
        about_ms: u64,
    },
    /// The container stops and starts.
    Restart,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Step {
    /// Its place, from 0.
    pub number: u32,
    /// What is done, a word of a closed set: `pull`, `pin`, `create`, `commit`, …
    pub action: String,
    /// What it is done to: a container's name, a reference, seconds.
    pub what: Option<String>,
    /// The whole step in English.
    pub text: String,
    /// Why.
    pub cause: Said,
}

/// What changes between two images.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Changes {
    /// The differences; empty means that the images are configured alike.
    pub entries: Vec<ImageChange>,
    /// Where the release notes are.
    pub notes_url: Option<String>,
    /// What the project says of the releases between the two, newest first.
    pub releases: Vec<ReleaseNote>,
    /// What the update fetches at most.
    pub download_bytes: Option<u64>,
    /// What that takes on the engine's disk once it is unpacked, estimated.
    pub needed_bytes: Option<u64>,
    /// Free space where the engine keeps images.
    pub free_bytes: Option<u64>,
}

/// What a project says of one of its releases.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ReleaseNote {
    /// Its title.
    pub title: String,
    /// Its page.
    pub url: String,
    /// Markdown, to be shown as text.
    pub text: String,
}

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ImageChange {
    /// `environment`, `port`, `volume`, `user`, `entrypoint`, `command`, `health_check`,
    /// `working_dir`, `stop_signal` or `label`.
    pub kind: String,
    /// Which variable, port, path or label.
    pub name: Option<String>,
    /// As it was.
    pub before: Option<String>,
    /// As it will be.
    pub after: Option<String>,
}

/// The edit of a compose file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(tag = "offer", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Compose {
    /// This would be written, with a backup beside it.
    Edit {
        /// The file.
        file: String,
        /// A unified diff.
        diff: String,
    },
    /// It cannot be edited safely.
    Refused {
        /// Why not, in a sentence.
        reason: Said,
    },
}

impl Aim {
    /// Its word in an address.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Update { .. } => "update",
            Self::Rollback { .. } => "rollback",
            Self::Adopt => "adopt",
            Self::Release => "release",
        }
    }

    /// Which release, where one was named.
    pub fn to(&self) -> Option<&str> {
        match self {
            Self::Update { to } | Self::Rollback { to } => to.as_deref(),
            Self::Adopt | Self::Release => None,
        }
    }
}

impl From<&controller::Aim> for Aim {
    fn from(aim: &controller::Aim) -> Self {
        match aim.clone() {
            controller::Aim::Update(to) => Self::Update { to },
            controller::Aim::Rollback(to) => Self::Rollback { to },
            controller::Aim::Adopt => Self::Adopt,
            controller::Aim::Release => Self::Release,
        }
    }
}

impl From<Aim> for controller::Aim {
    fn from(aim: Aim) -> Self {
        match aim {
            Aim::Update { to } => Self::Update(to),
            Aim::Rollback { to } => Self::Rollback(to),
            Aim::Adopt => Self::Adopt,
            Aim::Release => Self::Release,
        }
    }
}
