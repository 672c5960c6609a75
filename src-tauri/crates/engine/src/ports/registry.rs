//! Registries: what is offered.

mod error;

use async_trait::async_trait;
use jiff::Timestamp;
use phoenix_plan::image::ImageReference;
use serde_json::Value;

pub use error::RegistryError;

/// Reads registries, without spending pull quota where that can be avoided.
#[async_trait]
pub trait Registry: Send + Sync {
    /// Says what is going to be asked soon, before the first question of a round: one token for
    /// each registry then serves all of it. Asks nothing itself, and is never necessary.
    fn expect(&self, _references: &[ImageReference]) {}

    /// Forgets that passwords were refused and that credentials could not be had: a person asks,
    /// and wants them tried once more.
    fn person_asks(&self) {}

    /// The digest that a reference means now (`HEAD /v2/<name>/manifests/<tag>`).
    async fn digest(&self, reference: &ImageReference) -> Result<String, RegistryError>;

    /// What is known of the image for a platform (`os/arch[/variant]`) without pulling it.
    async fn describe(
        &self,
        reference: &ImageReference,
        platform: &str,
    ) -> Result<RemoteImage, RegistryError>;

    /// All tags of a reference's repository (`GET /v2/<name>/tags/list`), page by page.
    async fn tags(&self, reference: &ImageReference) -> Result<Tags, RegistryError>;

    /// What a registry (`docker.io`, `ghcr.io`, `host:port`) last said of how much it answers;
    /// `None` where it was not asked yet.
    fn quota(&self, _registry: &str) -> Option<Quota> {
        None
    }
}

/// An image at a registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoteImage {
    /// The version its labels state.
    pub version: Option<String>,
    /// Digest of the platform's own manifest: below an index, what `ImageManifestDescriptor` of a
    /// container calls it (containerd image store).
    pub manifest_digest: String,
    /// Digest of the config blob: the image ID that a pull would give in the classic image store.
    pub config_digest: String,
    /// Sum of its compressed layers.
    pub layers_bytes: u64,
    /// Size of each compressed layer, lowest first.
    pub layers: Vec<u64>,
    /// Its config blob, whole: `config`, `rootfs` and more. At most 4 MiB of JSON.
    pub config: Value,
    /// When it says that it was made. Reproducible builds say a fixed time.
    pub created: Option<Timestamp>,
}

/// The tags of a repository, in the registry's order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tags {
    /// Their names.
    pub names: Vec<String>,
    /// Whether these are all: reading ends after a bounded number of pages.
    pub complete: bool,
}

/// How much a registry answers, in its own words of its last answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quota {
    /// `RateLimit-Limit`: pulls in a window.
    pub limit: Option<u64>,
    /// `RateLimit-Remaining`: pulls left in it.
    pub remaining: Option<u64>,
    /// The window in seconds.
    pub window_s: Option<u64>,
    /// `RateLimit-Reset`: when it begins anew.
    pub resets_at: Option<Timestamp>,
    /// `Docker-RateLimit-Source`: the address or account that is counted.
    pub source: Option<String>,
    /// When it was said.
    pub seen_at: Timestamp,
    /// Nothing is asked there before this time: it answered 429 or 503.
    pub waits_until: Option<Timestamp>,
}
