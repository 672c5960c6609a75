//! Layers, their digests, and the archive that `docker load` takes.

use std::{
    fs,
    io::Write,
    sync::{Arc, OnceLock},
};

use anyhow::{Context, Result};
use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};
use rand::{RngCore, SeedableRng, rngs::StdRng};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::{GatewayImage, configuration::configuration};

/// An image as bytes.
pub(super) struct Built {
    /// The configuration; its digest is the image ID.
    pub(super) configuration: Bytes,
    /// The layers, lowest first.
    pub(super) layers: Vec<Arc<Layer>>,
}

/// One layer, plain and compressed.
pub(super) struct Layer {
    pub(super) plain: Bytes,
    pub(super) compressed: Bytes,
}

impl Built {
    pub(super) fn new(image: &GatewayImage) -> Result<Self> {
        let mut layers = vec![program_layer()?, version_layer(image)?];
        if image.extra_bytes > 0 {
            layers.push(extra_layer(image)?);
        }
        let diff_ids: Vec<String> = layers.iter().map(|layer| digest(&layer.plain)).collect();
        let configuration = serde_json::to_vec(&configuration(image, &diff_ids))?.into();
        Ok(Self { configuration, layers })
    }

    /// `sha256:…` of the configuration: the image ID that an engine shows.
    pub(super) fn image_id(&self) -> String {
        digest(&self.configuration)
    }

    /// The archive for `POST /images/load`.
    pub(super) fn docker_archive(&self, reference: &str) -> Result<Bytes> {
        let configuration_name = format!("{}.json", hex(&self.image_id()));
        let layer_names: Vec<String> = self
            .layers
            .iter()
            .map(|layer| format!("{}/layer.tar", hex(&digest(&layer.plain))))
            .collect();
        let manifest = json!([{
            "Config": configuration_name, "RepoTags": [reference], "Layers": layer_names,
        }]);
        let mut archive = tar::Builder::new(Vec::new());
        append(&mut archive, &configuration_name, 0o644, &self.configuration)?;
        for (name, layer) in layer_names.iter().zip(&self.layers) {
            append(&mut archive, name, 0o644, &layer.plain)?;
        }
        append(&mut archive, "manifest.json", 0o644, &serde_json::to_vec(&manifest)?)?;
        Ok(archive.into_inner()?.into())
    }
}

/// `sha256:` and the hexadecimal digest.
pub(super) fn digest(bytes: &[u8]) -> String {
    let hexadecimal: String =
        Sha256::digest(bytes).iter().flat_map(|byte| [byte >> 4, byte & 15]).map(nibble).collect();
    format!("sha256:{hexadecimal}")
}

fn nibble(value: u8) -> char {
    char::from(b"0123456789abcdef"[usize::from(value)])
}

fn hex(digest: &str) -> &str {
    digest.trim_start_matches("sha256:")
}

/// The layer that all images share, so that only the first push and pull carries it.
fn program_layer() -> Result<Arc<Layer>> {
    static LAYER: OnceLock<Arc<Layer>> = OnceLock::new();
    if let Some(layer) = LAYER.get() {
        return Ok(Arc::clone(layer));
    }
    let path = env!("PHOENIX_DEMO_GATEWAY");
    let program = fs::read(path).with_context(|| format!("the demo gateway {path} is gone"))?;
    let layer = Arc::new(layer("phoenix", 0o755, &program)?);
    Ok(Arc::clone(LAYER.get_or_init(|| layer)))
}

fn version_layer(image: &GatewayImage) -> Result<Arc<Layer>> {
    Ok(Arc::new(layer("VERSION", 0o644, image.version.as_bytes())?))
}

fn extra_layer(image: &GatewayImage) -> Result<Arc<Layer>> {
    let seed = image.version.bytes().fold(1u64, |sum, byte| sum.wrapping_mul(31) + u64::from(byte));
    let mut noise = vec![0; image.extra_bytes];
    StdRng::seed_from_u64(seed).fill_bytes(&mut noise);
    Ok(Arc::new(layer("assets", 0o644, &noise)?))
}

fn layer(name: &str, mode: u32, content: &[u8]) -> Result<Layer> {
    let mut archive = tar::Builder::new(Vec::new());
    append(&mut archive, name, mode, content)?;
    let plain: Bytes = archive.into_inner()?.into();
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(&plain)?;
    Ok(Layer { plain, compressed: encoder.finish()?.into() })
}

fn append(
    archive: &mut tar::Builder<Vec<u8>>,
    name: &str,
    mode: u32,
    content: &[u8],
) -> Result<()> {
    let mut header = tar::Header::new_gnu();
    header.set_mode(mode);
    header.set_size(content.len() as u64);
    archive.append_data(&mut header, name, content)?;
    Ok(())
}
