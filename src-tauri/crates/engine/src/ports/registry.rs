//! Registries: what is offered.

use async_trait::async_trait;
use jiff::Timestamp;
use phoenix_plan::image::ImageReference;
use serde_json::Value;

/// Reads registries, without spending pull quota where that can be avoided.
#[async_trait]
pub trait Registry: Send + Sync {
    /// The digest that a reference means now (`HEAD /v2/<name>/manifests/<tag>`).
    async fn digest(&self, reference: &ImageReference) -> Result<String, RegistryError>;

    /// What is known of the image for a platform (`os/arch[/variant]`) without pulling it.
    async fn describe(
        &self,
        reference: &ImageReference,
        platform: &str,
    ) -> Result<RemoteImage, RegistryError>;
}

/// An image at a registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoteImage {
    /// The version its labels state.
    pub version: Option<String>,
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

/// The registry did not tell.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RegistryError {
    /// Nobody answers there.
    #[error("the registry {host} cannot be reached: {message}")]
    Unreachable {
        /// Host and port.
        host: String,
        /// Why not.
        message: String,
    },
    /// The registry knows no such image.
    #[error("{reference} does not exist at its registry")]
    NotFound {
        /// What was asked for.
        reference: String,
    },
    /// Credentials are missing or wrong. One try was made.
    #[error("the registry {host} does not accept the credentials for {reference}")]
    Unauthorized {
        /// Host and port.
        host: String,
        /// What was asked for.
        reference: String,
    },
    /// Asked too often.
    #[error("the registry {host} asks to wait")]
    TooManyRequests {
        /// Host and port.
        host: String,
        /// `Retry-After` in seconds.
        retry_after_s: Option<u64>,
    },
    /// The image is not made for this platform.
    #[error("{reference} is not made for {platform}")]
    WrongPlatform {
        /// What was asked for.
        reference: String,
        /// What is needed.
        platform: String,
    },
    /// Something else than a registry answers.
    #[error("{host} does not answer as a registry does: {message}")]
    Unexpected {
        /// Host and port.
        host: String,
        /// What was odd.
        message: String,
    },
}
