//! What a check found.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::ports::RegistryError;

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Finding {
    /// The registry means what runs.
    UpToDate,
    /// The registry means something else.
    UpdateAvailable {
        /// What it means.
        digest: String,
        /// Its version, as far as it says.
        version: Option<String>,
        /// What the update would fetch at most.
        download_bytes: Option<u64>,
    },
    /// Another tag of the repository, which the settings follow, is a later version.
    NewerTag {
        /// The tag.
        tag: String,
        /// What it means.
        digest: String,
        /// Its version, as far as it says.
        version: Option<String>,
        /// What the update would fetch at most.
        download_bytes: Option<u64>,
    },
    /// What the registry means is on the machine already, the container runs an older image.
    PulledNotRunning {
        /// The newer image.
        image_id: String,
        /// What the registry calls it; absent for an image that was built here.
        #[serde(default)]
        digest: Option<String>,
        /// Its version, as far as it says.
        version: Option<String>,
    },
    /// The container states a digest: nothing newer is meant.
    Pinned {
        /// A tag that leads to something newer, where one is known.
        #[serde(default)]
        newer: Option<Newer>,
    },
    /// The image was never in a registry.
    LocalBuild,
    /// The digest failed here before.
    KnownBad {
        /// The digest.
        digest: String,
        /// Why it failed.
        reason: String,
        /// When.
        at: Timestamp,
    },
    /// Nobody could say.
    CheckFailed {
        /// Why not.
        reason: String,
        /// What kind of trouble it was.
        #[serde(default)]
        because: NoAnswer,
        /// When a check last gave an answer; `None` if none ever did.
        #[serde(default)]
        last_good: Option<Timestamp>,
    },
}

/// Something newer than a pinned digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Newer {
    /// The tag that leads to it.
    pub tag: String,
    /// What the tag means.
    pub digest: String,
}

/// Why a registry gave no answer: this decides when it is asked again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoAnswer {
    /// It cannot be reached, as while the network is down.
    Network,
    /// It wants (other) credentials.
    Credentials,
    /// It was asked too often.
    AskedTooOften,
    /// It was not asked: the `pre_check` hook asks to wait for the next check.
    Deferred,
    /// It was not asked: the `pre_check` hook does not want it.
    Vetoed,
    /// Anything else.
    #[default]
    Other,
}

/// How many characters of a digest stand for it where it has no name.
const SHORT: usize = 12;

impl Finding {
    /// A check that brought nothing.
    pub fn failed(error: &RegistryError) -> Self {
        let (reason, because) = (error.to_string(), NoAnswer::of(error));
        Self::CheckFailed { reason, because, last_good: None }
    }

    /// Whether there is something to update to.
    pub const fn is_update(&self) -> bool {
        match self {
            Self::UpdateAvailable { .. }
            | Self::NewerTag { .. }
            | Self::PulledNotRunning { .. } => true,
            Self::UpToDate
            | Self::Pinned { .. }
            | Self::LocalBuild
            | Self::KnownBad { .. }
            | Self::CheckFailed { .. } => false,
        }
    }

    /// The stable word for it, as in JSON.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::UpToDate => "up_to_date",
            Self::UpdateAvailable { .. } => "update_available",
            Self::NewerTag { .. } => "newer_tag",
            Self::PulledNotRunning { .. } => "pulled_not_running",
            Self::Pinned { .. } => "pinned",
            Self::LocalBuild => "local_build",
            Self::KnownBad { .. } => "known_bad",
            Self::CheckFailed { .. } => "check_failed",
        }
    }

    /// Whether nobody could say.
    pub const fn is_failure(&self) -> bool {
        matches!(self, Self::CheckFailed { .. })
    }

    /// What to call the release that was found: its version, its tag, else the start of its digest.
    pub fn name(&self) -> Option<String> {
        let (version, id) = match self {
            Self::UpdateAvailable { digest, version, .. } => (version.clone(), digest),
            Self::NewerTag { tag, digest, version, .. } => {
                (Some(version.clone().unwrap_or_else(|| tag.clone())), digest)
            }
            Self::PulledNotRunning { image_id, version, .. } => (version.clone(), image_id),
            Self::KnownBad { digest, .. } => (None, digest),
            Self::UpToDate | Self::Pinned { .. } | Self::LocalBuild | Self::CheckFailed { .. } => {
                return None;
            }
        };
        let short = || id.trim_start_matches("sha256:").chars().take(SHORT).collect();
        Some(version.unwrap_or_else(short))
    }

    /// The tag that leads to it, where it is another than the service's own.
    pub fn tag(&self) -> Option<&str> {
        match self {
            Self::NewerTag { tag, .. } => Some(tag),
            Self::UpToDate
            | Self::UpdateAvailable { .. }
            | Self::PulledNotRunning { .. }
            | Self::Pinned { .. }
            | Self::LocalBuild
            | Self::KnownBad { .. }
            | Self::CheckFailed { .. } => None,
        }
    }

    /// What tells the found release from every other one: its digest, where it has one.
    pub fn key(&self) -> Option<&str> {
        match self {
            Self::UpdateAvailable { digest, .. }
            | Self::NewerTag { digest, .. }
            | Self::KnownBad { digest, .. } => Some(digest),
            Self::PulledNotRunning { image_id, digest, .. } => {
                Some(digest.as_ref().unwrap_or(image_id))
            }
            Self::UpToDate | Self::Pinned { .. } | Self::LocalBuild | Self::CheckFailed { .. } => {
                None
            }
        }
    }

    /// The same, and when a check last gave an answer, where this one gave none.
    #[must_use]
    pub fn after(self, good: Option<Timestamp>) -> Self {
        match self {
            Self::CheckFailed { reason, because, last_good: _ } => {
                Self::CheckFailed { reason, because, last_good: good }
            }
            Self::UpToDate
            | Self::UpdateAvailable { .. }
            | Self::NewerTag { .. }
            | Self::PulledNotRunning { .. }
            | Self::Pinned { .. }
            | Self::LocalBuild
            | Self::KnownBad { .. } => self,
        }
    }
}

impl NoAnswer {
    /// Whether a registry was asked at all: what was kept from being asked is not asked again before
    /// the next check is due.
    pub const fn was_asked(self) -> bool {
        match self {
            Self::Network | Self::Credentials | Self::AskedTooOften | Self::Other => true,
            Self::Deferred | Self::Vetoed => false,
        }
    }

    const fn of(error: &RegistryError) -> Self {
        match error {
            RegistryError::Unreachable { .. } => Self::Network,
            RegistryError::Unauthorized { .. }
            | RegistryError::PasswordRefused { .. }
            | RegistryError::Credentials { .. } => Self::Credentials,
            RegistryError::TooManyRequests { .. } => Self::AskedTooOften,
            RegistryError::NotFound { .. }
            | RegistryError::WrongPlatform { .. }
            | RegistryError::Unexpected { .. } => Self::Other,
        }
    }
}
