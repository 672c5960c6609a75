//! Asks the registry what a service's reference means now.

mod candidate;
mod finding;
mod hooked;
mod newer_tag;
mod same_image;

use phoenix_plan::{
    hooks::HookReport,
    image::{ImageReference, repo_digests},
    tags::TagRules,
};

use crate::{
    World,
    observe::Sighting,
    ports::{RegistryError, RemoteImage},
};

pub use candidate::candidate;
pub use finding::{Finding, Newer, NoAnswer};
pub use hooked::{HOOKS_AT_ONCE, Hooked};

/// What is asked about one service.
#[derive(Clone, Copy)]
pub struct Question<'a> {
    /// The outside world.
    pub world: &'a World,
    /// The service as it stands.
    pub sighting: &'a Sighting,
    /// The engine's platform, `os/arch`.
    pub platform: &'a str,
    /// Which newer tags are wanted.
    pub tags: &'a TagRules,
    /// Digests that are known to lead to the image that runs, beside those that the engine knows.
    pub same: &'a [String],
}

/// What came of a check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// What was found.
    pub finding: Finding,
    /// A digest that was found to lead to the image that runs: who remembers it spares the registry
    /// the question.
    pub same: Option<String>,
    /// The user's commands that were run around it.
    pub hooks: Vec<HookReport>,
}

/// Checks one service. Failing to reach a registry is a finding, not an error.
pub async fn check(question: &Question<'_>) -> Answer {
    let reference = match &question.sighting.reference {
        Ok(reference) if reference.is_pinned() => {
            return Answer::from(question.pinned(reference).await);
        }
        Ok(reference) => reference,
        Err(_) => return Answer::from(Finding::LocalBuild),
    };
    let newer = question.newer_tag(reference).await;
    if let Ok(Some(newer)) = newer {
        return Answer::from(newer);
    }
    let answer = match question.world.registry.digest(reference).await {
        Ok(digest) => question.judge(reference, digest).await,
        Err(error) => Answer::from(question.without_answer(reference, &error).await),
    };
    match newer {
        // Whether there is a newer tag is the question that was asked.
        Err(error) if !answer.finding.is_update() && !answer.finding.is_failure() => {
            Answer::from(Finding::failed(&error))
        }
        Ok(_) | Err(_) => answer,
    }
}

impl From<Finding> for Answer {
    fn from(finding: Finding) -> Self {
        Self { finding, same: None, hooks: Vec::new() }
    }
}

impl Question<'_> {
    /// What the registry's digest for the service's own reference means.
    async fn judge(&self, reference: &ImageReference, digest: String) -> Answer {
        if self.runs(&digest) {
            return Answer::from(Finding::UpToDate);
        }
        if let Some(bad) = self.known_bad(&digest) {
            return Answer::from(bad);
        }
        if let Some(pulled) = self.pulled(reference, Some(&digest)).await {
            return Answer::from(pulled);
        }
        let remote = self.describe(reference, &digest).await;
        if let Some(remote) = &remote
            && same_image::is_running(self.world, self.sighting, remote, self.platform).await
        {
            return Answer { same: Some(digest), ..Answer::from(Finding::UpToDate) };
        }
        let download_bytes = remote.as_ref().map(|remote| remote.layers_bytes);
        let version = remote.and_then(|remote| remote.version);
        Answer::from(Finding::UpdateAvailable { digest, version, download_bytes })
    }

    fn runs(&self, digest: &str) -> bool {
        let is_it = |known: &String| known == digest;
        self.sighting.digests.iter().any(is_it) || self.same.iter().any(is_it)
    }

    fn known_bad(&self, digest: &str) -> Option<Finding> {
        let record = self.world.state.record(&self.sighting.observed.service).unwrap_or_default();
        let bad = record.bad_digests.into_iter().find(|bad| bad.digest == digest)?;
        Some(Finding::KnownBad { digest: bad.digest, reason: bad.reason, at: bad.at })
    }

    async fn describe(&self, reference: &ImageReference, digest: &str) -> Option<RemoteImage> {
        let exact = reference.at_digest(digest);
        self.world.registry.describe(&exact, self.platform).await.ok()
    }

    /// The image that the reference means on this machine, where it is not the one that runs but
    /// the one that the registry means; without a digest, any other one.
    async fn pulled(&self, reference: &ImageReference, digest: Option<&str>) -> Option<Finding> {
        let engine = &self.world.engine;
        let image = engine.inspect_image(&reference.familiar()).await.ok().flatten()?;
        let image_id = image["Id"].as_str()?.to_owned();
        let known = reference.matching_digests(&repo_digests(&image));
        let is_meant = digest.is_none_or(|digest| known.iter().any(|known| known == digest));
        let is_other = self.sighting.running.image_id.as_ref() != Some(&image_id);
        (is_meant && is_other).then(|| Finding::PulledNotRunning {
            image_id,
            digest: digest.map(str::to_owned),
            version: phoenix_plan::image::image_version(&image),
        })
    }

    /// An image without a digest that no registry shows us was built or loaded here. Docker Hub says
    /// of what does not exist that it wants credentials.
    async fn without_answer(&self, reference: &ImageReference, error: &RegistryError) -> Finding {
        let is_unknown = match error {
            RegistryError::NotFound { .. } => {
                self.sighting.digests.is_empty() || self.is_called_by_digest()
            }
            RegistryError::Unauthorized { .. } => self.sighting.digests.is_empty(),
            RegistryError::Unreachable { .. }
            | RegistryError::PasswordRefused { .. }
            | RegistryError::Credentials { .. }
            | RegistryError::TooManyRequests { .. }
            | RegistryError::WrongPlatform { .. }
            | RegistryError::Unexpected { .. } => false,
        };
        if !is_unknown {
            return Finding::failed(error);
        }
        self.pulled(reference, None).await.unwrap_or(Finding::LocalBuild)
    }

    /// The containerd image store gives a digest to what was built here, too.
    fn is_called_by_digest(&self) -> bool {
        let running = &self.sighting.running;
        running.digest.is_some() && running.digest == running.image_id
    }
}

#[cfg(test)]
mod tests;
