//! What an update would lead to.

use phoenix_plan::{image::ImageReference, planner::Candidate};

use crate::{World, ports::RegistryError};

/// The candidate behind a reference, as the registry means it; offline, as this machine does.
pub async fn candidate(
    world: &World,
    reference: &ImageReference,
    asked_for: bool,
) -> Result<Candidate, RegistryError> {
    let known = |digest, image_id| Candidate {
        reference: reference.clone(),
        digest,
        image_id,
        version: None,
        asked_for,
    };
    if let Some(digest) = &reference.digest {
        return Ok(known(Some(digest.clone()), None));
    }
    match world.registry.digest(reference).await {
        Ok(digest) => Ok(known(Some(digest), None)),
        Err(error) => {
            // An image that was never in a registry can still be what the user wants.
            let local = world.engine.inspect_image(&reference.familiar()).await.ok().flatten();
            let never_pushed =
                local.filter(|image| image["RepoDigests"].as_array().is_none_or(Vec::is_empty));
            match never_pushed.and_then(|image| image["Id"].as_str().map(str::to_owned)) {
                Some(image_id) => Ok(known(None, Some(image_id))),
                None => Err(error),
            }
        }
    }
}
