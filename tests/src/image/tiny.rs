//! An image of a few bytes that starts nothing: something to be asked for, thousands of times.

use std::io::Write;

use anyhow::Result;
use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};
use serde_json::json;

use super::{
    archive::digest,
    publish::{CONFIGURATION, LAYER, MANIFEST, descriptor},
};
use crate::registry::RegistryServer;

/// Pushes an image of a few bytes as `name:tag`; answers its digest.
pub async fn push_tiny(registry: &RegistryServer, name: &str, tag: &str) -> Result<String> {
    let archive = tar::Builder::new(Vec::new()).into_inner()?;
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(&archive)?;
    let layer = Bytes::from(packed.finish()?);
    let configuration = Bytes::from(
        json!({ "os": "linux", "architecture": env!("PHOENIX_IMAGE_ARCHITECTURE"),
            "config": { "Labels": { "org.opencontainers.image.title": name } },
            "rootfs": { "type": "layers", "diff_ids": [digest(&archive)] } })
        .to_string(),
    );
    registry.push_blob(name, &digest(&layer), layer.clone()).await?;
    registry.push_blob(name, &digest(&configuration), configuration.clone()).await?;
    let manifest = json!({ "schemaVersion": 2, "mediaType": MANIFEST,
        "config": descriptor(CONFIGURATION, &configuration),
        "layers": [descriptor(LAYER, &layer)] });
    registry.push_manifest(name, tag, MANIFEST, manifest.to_string().into()).await
}
