//! Asks the registry what a service's reference means now.

mod same_image;

use jiff::Timestamp;
use phoenix_plan::{image::ImageReference, planner::Candidate};
use serde::{Deserialize, Serialize};

use crate::{World, observe::Sighting, ports::RegistryError};

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
    /// A newer image is on the machine already, the container runs the older one.
    PulledNotRunning {
        /// The newer image.
        image_id: String,
        /// Its version, as far as it says.
        version: Option<String>,
    },
    /// The container states a digest: nothing newer is meant.
    Pinned,
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
    },
}

impl Finding {
    /// Whether there is something to update to.
    pub const fn is_update(&self) -> bool {
        matches!(self, Self::UpdateAvailable { .. } | Self::PulledNotRunning { .. })
    }

    /// What to call the release that was found: its version, else the start of its digest.
    pub fn name(&self) -> Option<String> {
        let (version, id) = match self {
            Self::UpdateAvailable { digest, version, .. } => (version.clone(), digest),
            Self::PulledNotRunning { image_id, version } => (version.clone(), image_id),
            Self::KnownBad { digest, .. } => (None, digest),
            Self::UpToDate | Self::Pinned | Self::LocalBuild | Self::CheckFailed { .. } => {
                return None;
            }
        };
        Some(version.unwrap_or_else(|| id.trim_start_matches("sha256:").chars().take(12).collect()))
    }

    /// What tells the found release from every other one.
    pub fn key(&self) -> Option<String> {
        match self {
            Self::UpdateAvailable { digest, .. } | Self::KnownBad { digest, .. } => {
                Some(digest.clone())
            }
            Self::PulledNotRunning { image_id, .. } => Some(image_id.clone()),
            Self::UpToDate | Self::Pinned | Self::LocalBuild | Self::CheckFailed { .. } => None,
        }
    }
}

/// Checks one service. Failing to reach a registry is a finding, not an error.
pub async fn check(world: &World, sighting: &Sighting, platform: &str) -> Finding {
    let reference = match &sighting.reference {
        Ok(reference) if reference.is_pinned() => return Finding::Pinned,
        Ok(reference) => reference,
        Err(_) => return Finding::LocalBuild,
    };
    let digest = match world.registry.digest(reference).await {
        Ok(digest) => digest,
        Err(RegistryError::NotFound { .. }) if sighting.running.digest.is_none() => {
            return Finding::LocalBuild;
        }
        Err(error) => return Finding::CheckFailed { reason: error.to_string() },
    };
    if sighting.running.digest.as_deref() == Some(digest.as_str()) {
        return pulled_not_running(world, sighting, reference).await.unwrap_or(Finding::UpToDate);
    }
    let record = world.state.record(&sighting.observed.service).unwrap_or_default();
    if let Some(bad) = record.bad_digests.into_iter().find(|bad| bad.digest == digest) {
        return Finding::KnownBad { digest: bad.digest, reason: bad.reason, at: bad.at };
    }
    describe(world, sighting, &reference.at_digest(&digest), digest, platform).await
}

/// The candidate behind a reference, as the registry means it; offline, as this machine does.
pub async fn candidate(
    world: &World,
    reference: &ImageReference,
    asked_for: bool,
) -> Result<Candidate, RegistryError> {
    let known = |digest, image_id| Candidate {
        reference: reference.clone(),
        digest,
        image_id,
        version: None,
        asked_for,
    };
    if let Some(digest) = &reference.digest {
        return Ok(known(Some(digest.clone()), None));
    }
    match world.registry.digest(reference).await {
        Ok(digest) => Ok(known(Some(digest), None)),
        Err(error) => {
            // An image that was never in a registry can still be what the user wants.
            let local = world.engine.inspect_image(&reference.familiar()).await.ok().flatten();
            let never_pushed =
                local.filter(|image| image["RepoDigests"].as_array().is_none_or(Vec::is_empty));
            match never_pushed.and_then(|image| image["Id"].as_str().map(str::to_owned)) {
                Some(image_id) => Ok(known(None, Some(image_id))),
                None => Err(error),
            }
        }
    }
}

async fn describe(
    world: &World,
    sighting: &Sighting,
    reference: &ImageReference,
    digest: String,
    platform: &str,
) -> Finding {
    let remote = world.registry.describe(reference, platform).await.ok();
    if let Some(remote) = &remote
        && same_image::is_running(world, sighting, remote, platform).await
    {
        return Finding::UpToDate;
    }
    let download_bytes = remote.as_ref().map(|remote| remote.layers_bytes);
    let version = remote.and_then(|remote| remote.version);
    Finding::UpdateAvailable { digest, version, download_bytes }
}

async fn pulled_not_running(
    world: &World,
    sighting: &Sighting,
    reference: &ImageReference,
) -> Option<Finding> {
    let image = world.engine.inspect_image(&reference.familiar()).await.ok().flatten()?;
    let image_id = image["Id"].as_str()?.to_owned();
    let version = phoenix_plan::image::image_version(&image);
    (sighting.running.image_id.as_deref() != Some(image_id.as_str()))
        .then_some(Finding::PulledNotRunning { image_id, version })
}
