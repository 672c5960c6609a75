//! Releases: what exactly ran, runs, or is offered.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::ImageReference;

/// Image reference, manifest digest, image ID and version. What is not known yet is absent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Release {
    /// The reference as the user knows it.
    pub image: String,
    /// The manifest (or index) digest at the registry.
    pub digest: Option<String>,
    /// The engine's immutable image ID.
    pub image_id: Option<String>,
    /// What people call it.
    pub version: Option<String>,
}

impl Release {
    /// The release that an inspected image is, under a reference.
    pub fn of_image(reference: &ImageReference, image: &Value) -> Self {
        let digests = reference.matching_digests(&repo_digests(image));
        Self {
            image: reference.familiar(),
            digest: digests.into_iter().next(),
            image_id: image["Id"].as_str().map(str::to_owned),
            version: image_version(image).or_else(|| tag_version(reference)),
        }
    }

    /// What to call it in a sentence: version, else tag, else the start of its digest.
    pub fn name(&self) -> String {
        let digest = self.digest.as_ref().or(self.image_id.as_ref());
        self.version.clone().unwrap_or_else(|| {
            digest.map_or_else(
                || self.image.clone(),
                |digest| digest.trim_start_matches("sha256:").chars().take(12).collect(),
            )
        })
    }
}

/// An inspected image's `RepoDigests`.
pub fn repo_digests(image: &Value) -> Vec<String> {
    let entries = image["RepoDigests"].as_array().into_iter().flatten();
    entries.filter_map(|entry| entry.as_str().map(str::to_owned)).collect()
}

/// The version an image states about itself: the OCI label, or its older relatives.
pub fn image_version(image: &Value) -> Option<String> {
    ["org.opencontainers.image.version", "org.label-schema.version"]
        .iter()
        .find_map(|key| image["Config"]["Labels"][*key].as_str())
        .filter(|version| !version.is_empty())
        .map(str::to_owned)
}

/// A tag names a version when it contains a digit; `latest` and `stable` do not.
fn tag_version(reference: &ImageReference) -> Option<String> {
    reference.tag.clone().filter(|tag| tag.chars().any(|c| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_label_names_the_version_better_than_the_tag() {
        let image = json!({ "Id": "sha256:1", "Config": { "Labels": {
            "org.opencontainers.image.version": "1.4.2" } } });
        let reference = ImageReference::parse("phoenix/gateway:1").unwrap();
        assert_eq!(Release::of_image(&reference, &image).name(), "1.4.2");
    }

    #[test]
    fn a_moving_tag_is_no_version() {
        let image = json!({ "Id": "sha256:abcdef0123456789" });
        let reference = ImageReference::parse("phoenix/gateway:latest").unwrap();
        assert_eq!(Release::of_image(&reference, &image).name(), "abcdef012345");
    }
}
