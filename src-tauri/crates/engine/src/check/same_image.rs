//! Whether another digest at the registry leads to the image that runs already: an index is
//! published anew when any of its platforms changes, or an attestation.

use phoenix_plan::image::Release;

use crate::{World, observe::Sighting, ports::RemoteImage};

/// Whether `remote`, the platform's image behind the registry's digest, is what runs.
///
/// The classic image store calls an image by its config's digest. The containerd store calls it by
/// the digest that was pulled, which an index published anew does not share: there the container
/// says its platform's manifest itself (API 1.48), and before that the old digest is looked up.
pub(super) async fn is_running(
    world: &World,
    sighting: &Sighting,
    remote: &RemoteImage,
    platform: &str,
) -> bool {
    let running = &sighting.running;
    if running.image_id.as_ref() == Some(&remote.config_digest) {
        return true;
    }
    if !is_called_by_pulled_digest(running) {
        return false;
    }
    if let Some(member) = sighting.observed.members.first()
        && let Ok(Some(raw)) = world.engine.inspect_container(&member.container.id).await
        && let Some(manifest) = raw["ImageManifestDescriptor"]["digest"].as_str()
    {
        return manifest == remote.manifest_digest;
    }
    let old = sighting.reference.as_ref().ok().zip(running.digest.as_ref());
    let Some((reference, digest)) = old else { return false };
    let old = world.registry.describe(&reference.at_digest(digest), platform).await;
    old.is_ok_and(|old| old.config_digest == remote.config_digest)
}

/// The containerd image store's way to call an image.
fn is_called_by_pulled_digest(running: &Release) -> bool {
    running.digest.is_some() && running.image_id == running.digest
}
