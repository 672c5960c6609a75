//! Whether another digest at the registry leads to the image that runs already: an index is
//! published anew when any of its platforms changes, or an attestation.

use phoenix_plan::image::Release;

use crate::{World, observe::Sighting, ports::RemoteImage};

/// What an image's own name says of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Same,
    Other,
    /// The containerd image store calls an image by the digest that was pulled, which an index that
    /// was published anew does not share.
    Unsaid,
}

/// Whether `remote`, the platform's image behind the registry's digest, is what runs.
///
/// Where the image's name does not say it, the container names its platform's manifest (API 1.48),
/// and before that the old digest is looked up at the registry.
pub(super) async fn is_running(
    world: &World,
    sighting: &Sighting,
    remote: &RemoteImage,
    platform: &str,
) -> bool {
    match by_name(&sighting.running, remote) {
        Verdict::Same => return true,
        Verdict::Other => return false,
        Verdict::Unsaid => {}
    }
    if let Some(member) = sighting.observed.members.first()
        && let Ok(Some(raw)) = world.engine.inspect_container(&member.container.id).await
        && let Some(manifest) = raw["ImageManifestDescriptor"]["digest"].as_str()
    {
        return manifest == remote.manifest_digest;
    }
    let old = sighting.reference.as_ref().ok().zip(sighting.running.digest.as_ref());
    let Some((reference, digest)) = old else { return false };
    let old = world.registry.describe(&reference.at_digest(digest), platform).await;
    old.is_ok_and(|old| old.config_digest == remote.config_digest)
}

/// The classic image store calls an image by its config's digest.
fn by_name(running: &Release, remote: &RemoteImage) -> Verdict {
    let known = running.image_id.as_ref();
    if known == Some(&remote.config_digest) || known == Some(&remote.manifest_digest) {
        Verdict::Same
    } else if running.digest.is_some() && running.image_id == running.digest {
        Verdict::Unsaid
    } else {
        Verdict::Other
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn running(image_id: &str) -> Release {
        let digest = Some("sha256:index".to_owned());
        Release { image_id: Some(image_id.to_owned()), digest, ..Release::default() }
    }

    fn remote(manifest: &str, config: &str) -> RemoteImage {
        RemoteImage {
            version: None,
            manifest_digest: manifest.to_owned(),
            config_digest: config.to_owned(),
            layers_bytes: 0,
            layers: Vec::new(),
            config: Value::Null,
            created: None,
        }
    }

    #[test]
    fn the_classic_store_calls_an_image_by_its_config() {
        let running = running("sha256:config");
        assert_eq!(by_name(&running, &remote("sha256:m2", "sha256:config")), Verdict::Same);
        assert_eq!(by_name(&running, &remote("sha256:m2", "sha256:other")), Verdict::Other);
    }

    #[test]
    fn the_containerd_store_calls_an_image_by_what_was_pulled() {
        let by_index = running("sha256:index");
        assert_eq!(by_name(&by_index, &remote("sha256:m", "sha256:config")), Verdict::Unsaid);
        let by_manifest = running("sha256:m");
        assert_eq!(by_name(&by_manifest, &remote("sha256:m", "sha256:config")), Verdict::Same);
    }
}
