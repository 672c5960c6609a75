//! The registry port: digests and descriptions.

use std::sync::Arc;

use async_trait::async_trait;
use phoenix_engine::ports::{Registry, RegistryError, RemoteImage, Tags};
use phoenix_plan::image::{ImageReference, image_version};
use serde_json::{Value, json};

use super::{
    credentials::{CredentialSource, DockerConfig},
    manifest::{Manifest, Platform, choose, total},
    session::{Session, is_digest, manifest_name},
    tags,
    transport::{Transport, unexpected},
};

/// An index in an index in an index is as deep as anybody goes.
const NESTING: usize = 3;

/// Reads registries over HTTP. Cheap to clone; connections are shared.
#[derive(Clone)]
pub struct RegistryClient {
    transport: Transport,
    credentials: Arc<dyn CredentialSource>,
}

impl RegistryClient {
    /// With the credentials of Docker's own config.
    pub fn new() -> Self {
        Self::with_credentials(Arc::new(DockerConfig))
    }

    /// With credentials from elsewhere.
    pub fn with_credentials(credentials: Arc<dyn CredentialSource>) -> Self {
        Self { transport: Transport::new(), credentials }
    }

    fn session<'a>(&'a self, reference: &'a ImageReference) -> Result<Session<'a>, RegistryError> {
        Session::open(&self.transport, &*self.credentials, reference)
    }
}

impl Default for RegistryClient {
    fn default() -> Self {
        Self::new()
    }
}

impl std::fmt::Debug for RegistryClient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RegistryClient").finish_non_exhaustive()
    }
}

#[async_trait]
impl Registry for RegistryClient {
    async fn digest(&self, reference: &ImageReference) -> Result<String, RegistryError> {
        self.session(reference)?.digest().await
    }

    async fn describe(
        &self,
        reference: &ImageReference,
        platform: &str,
    ) -> Result<RemoteImage, RegistryError> {
        let mut session = self.session(reference)?;
        let wrong_platform = || RegistryError::WrongPlatform {
            reference: reference.familiar(),
            platform: platform.to_owned(),
        };
        let wanted = Platform::parse(platform).ok_or_else(wrong_platform)?;
        let (mut manifest_digest, mut manifest) =
            session.manifest(manifest_name(reference)).await?;
        for _ in 0..NESTING {
            let Manifest::Index(entries) = &manifest else { break };
            let entry = choose(entries, &wanted).ok_or_else(wrong_platform)?;
            checked(session.host(), &entry.digest)?;
            (manifest_digest, manifest) = session.manifest(&entry.digest).await?;
        }
        let Manifest::Image { config: config_digest, layers } = manifest else {
            return Err(unexpected(session.host(), "an index of indexes without end"));
        };
        checked(session.host(), &config_digest)?;
        let config: Value = serde_json::from_slice(&session.blob(&config_digest).await?)
            .map_err(|_| unexpected(session.host(), "a config that is no JSON"))?;
        if made_for(&config).is_some_and(|made_for| made_for.suits(&wanted).is_none()) {
            return Err(wrong_platform());
        }
        Ok(RemoteImage {
            version: image_version(&json!({ "Config": config["config"] })),
            manifest_digest,
            config_digest,
            layers_bytes: total(&layers),
            layers,
            created: config["created"].as_str().and_then(|text| text.parse().ok()),
            config,
        })
    }

    async fn tags(&self, reference: &ImageReference) -> Result<Tags, RegistryError> {
        tags::read(&mut self.session(reference)?).await
    }
}

/// The platform that a config states; not every artifact has one.
fn made_for(config: &Value) -> Option<Platform> {
    let text = |key: &str| config[key].as_str().filter(|text| !text.is_empty());
    let platform = format!("{}/{}", text("os")?, text("architecture")?);
    Platform::parse(&match text("variant") {
        Some(variant) => format!("{platform}/{variant}"),
        None => platform,
    })
}

fn checked(host: &str, digest: &str) -> Result<(), RegistryError> {
    is_digest(digest).then_some(()).ok_or_else(|| unexpected(host, "a digest that is none"))
}
