//! The image of a platform, through as many indexes as there are.

use phoenix_engine::ports::{RegistryError, RemoteImage};
use phoenix_plan::image::image_version;
use serde_json::{Value, json};

use super::{
    manifest::{Manifest, Platform, choose, total},
    session::{Session, is_digest, manifest_name},
    transport::unexpected,
};

/// An index in an index in an index is as deep as anybody goes.
const NESTING: usize = 3;

/// Reads manifests and config of a session's image for a platform (`os/arch[/variant]`).
pub(super) async fn read(
    session: &Session<'_>,
    platform: &str,
) -> Result<RemoteImage, RegistryError> {
    let reference = session.reference;
    let wrong_platform = || RegistryError::WrongPlatform {
        reference: reference.familiar(),
        platform: platform.to_owned(),
    };
    let wanted = Platform::parse(platform).ok_or_else(wrong_platform)?;
    let (mut manifest_digest, mut manifest) = session.manifest(manifest_name(reference)).await?;
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
