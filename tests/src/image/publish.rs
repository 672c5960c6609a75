//! Bringing an image to a registry, or straight into an engine.

use anyhow::{Context, Result};
use bollard::{body_full, query_parameters::ImportImageOptionsBuilder};
use bytes::Bytes;
use futures_util::TryStreamExt;
use serde_json::{Value, json};

use super::{
    GatewayImage,
    archive::{Built, digest},
};
use crate::{engine::Engine, registry::RegistryServer};

pub(super) const MANIFEST: &str = "application/vnd.docker.distribution.manifest.v2+json";
const MANIFEST_LIST: &str = "application/vnd.docker.distribution.manifest.list.v2+json";
pub(super) const CONFIGURATION: &str = "application/vnd.docker.container.image.v1+json";
pub(super) const LAYER: &str = "application/vnd.docker.image.rootfs.diff.tar.gzip";

/// An image in a registry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    /// The image's version.
    pub version: String,
    /// `127.0.0.1:PORT/NAME:TAG`, with the first of the tags.
    pub reference: String,
    /// `sha256:…` of the manifest: what the registry knows it by.
    pub digest: String,
    /// What the engine knows it by: `sha256:…` of the configuration, or of the manifest with
    /// containerd's image store.
    pub image_id: String,
}

impl GatewayImage {
    /// Pushes the image as `name` (`phoenix/gateway`) and moves all these tags to it. No engine
    /// takes part, so none knows the image before it pulls.
    pub async fn push(
        &self,
        registry: &RegistryServer,
        name: &str,
        tags: &[&str],
    ) -> Result<Published> {
        let built = Built::new(self)?;
        let manifest = push_content(&built, registry, name, self.claimed_bytes).await?;
        let mut published = Published {
            version: self.version.clone(),
            reference: String::new(),
            digest: String::new(),
            image_id: built.image_id(),
        };
        for tag in tags.iter().rev() {
            published.digest =
                registry.push_manifest(name, tag, MANIFEST, manifest.clone()).await?;
            published.reference = format!("{}/{name}:{tag}", registry.host());
        }
        Ok(published)
    }

    /// Pushes the image inside a manifest list of several platforms, this one under the image's
    /// own architecture. The digest answered is the list's.
    pub async fn push_as_list(
        &self,
        registry: &RegistryServer,
        name: &str,
        tag: &str,
    ) -> Result<Published> {
        let built = Built::new(self)?;
        let manifest = push_content(&built, registry, name, self.claimed_bytes).await?;
        let member = registry
            .push_manifest(
                name,
                &format!("{tag}-{}", self.architecture),
                MANIFEST,
                manifest.clone(),
            )
            .await?;
        let list = json!({
            "schemaVersion": 2,
            "mediaType": MANIFEST_LIST,
            "manifests": [{
                "mediaType": MANIFEST, "digest": member, "size": manifest.len(),
                "platform": { "architecture": self.architecture, "os": "linux" },
            }],
        });
        let digest = registry
            .push_manifest(name, tag, MANIFEST_LIST, serde_json::to_vec(&list)?.into())
            .await?;
        Ok(Published {
            version: self.version.clone(),
            reference: format!("{}/{name}:{tag}", registry.host()),
            digest,
            image_id: built.image_id(),
        })
    }

    /// Loads the image into the engine under `reference`, as a local build would be: no registry
    /// has it. Answers the image ID.
    pub async fn load(&self, engine: &Engine, reference: &str) -> Result<String> {
        let built = Built::new(self)?;
        let archive = built.docker_archive(reference)?;
        let options = ImportImageOptionsBuilder::default().quiet(true).build();
        engine
            .docker
            .import_image(options, body_full(archive), None)
            .try_collect::<Vec<_>>()
            .await
            .with_context(|| format!("{reference} could not be loaded"))?;
        Ok(built.image_id())
    }
}

async fn push_content(
    built: &Built,
    registry: &RegistryServer,
    name: &str,
    claimed_bytes: u64,
) -> Result<Bytes> {
    let mut layers = Vec::new();
    for layer in &built.layers {
        layers.push(descriptor(LAYER, &layer.compressed));
        registry.push_blob(name, &digest(&layer.compressed), layer.compressed.clone()).await?;
    }
    if let Some(size) = layers.last_mut().map(|layer: &mut Value| &mut layer["size"]) {
        *size = json!(size.as_u64().unwrap_or_default() + claimed_bytes);
    }
    registry.push_blob(name, &built.image_id(), built.configuration.clone()).await?;
    let manifest = json!({
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": descriptor(CONFIGURATION, &built.configuration),
        "layers": layers,
    });
    Ok(serde_json::to_vec(&manifest)?.into())
}

pub(super) fn descriptor(media_type: &str, content: &Bytes) -> Value {
    json!({ "mediaType": media_type, "digest": digest(content), "size": content.len() })
}
