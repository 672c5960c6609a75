mod fake;
mod odd;
mod patience;
mod providers;
mod proxy;
mod real;
mod rounds;
mod routes;
mod secrets;

use phoenix_engine::ports::{Registry, RegistryError};
use phoenix_plan::image::ImageReference;
use serde_json::{Value, json};

use super::{session::digest_of, *};

fn reference(address: &str, rest: &str) -> ImageReference {
    ImageReference::parse(&format!("{address}/phoenix/gateway{rest}")).unwrap()
}

/// Config and manifest of a tiny image.
fn image(version: &str, architecture: &str) -> (String, String) {
    let config = json!({ "os": "linux", "architecture": architecture,
        "created": "2026-01-02T03:04:05Z", "rootfs": {
        "type": "layers", "diff_ids": [] },
        "config": { "Labels": { "org.opencontainers.image.version": version } } })
    .to_string();
    let manifest = json!({
        "schemaVersion": 2,
        "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
        "config": { "mediaType": "application/vnd.docker.container.image.v1+json",
            "digest": digest_of(config.as_bytes()), "size": config.len() },
        "layers": [],
    })
    .to_string();
    (config, manifest)
}

/// An index over manifests, with an attestation in front.
fn index(entries: &[(&str, &str)]) -> String {
    let media_type = "application/vnd.docker.distribution.manifest.v2+json";
    let (_, attested) = entries[0];
    let attestation = json!({ "mediaType": media_type, "size": attested.len(),
        "digest": digest_of(attested.as_bytes()),
        "platform": { "os": "unknown", "architecture": "unknown" } });
    let entries = entries.iter().map(|(architecture, manifest)| {
        json!({ "mediaType": media_type, "size": manifest.len(),
            "digest": digest_of(manifest.as_bytes()),
            "platform": { "os": "linux", "architecture": architecture } })
    });
    let manifests: Vec<Value> = std::iter::once(attestation).chain(entries).collect();
    json!({ "schemaVersion": 2,
        "mediaType": "application/vnd.docker.distribution.manifest.list.v2+json",
        "manifests": manifests })
    .to_string()
}
