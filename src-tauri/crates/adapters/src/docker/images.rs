//! Calls about images.

use phoenix_engine::ports::EngineError;
use phoenix_plan::image::ImageReference;
use serde_json::Value;

use super::raw::{Call, RawClient, encoded};

pub(super) async fn inspect(
    raw: &RawClient,
    id_or_reference: &str,
) -> Result<Option<Value>, EngineError> {
    let path = format!("/images/{}/json", encoded(id_or_reference));
    raw.json_or_none(Call::get("inspect image", &path)).await
}

pub(super) async fn tag(
    raw: &RawClient,
    image_id: &str,
    reference: &str,
) -> Result<(), EngineError> {
    let bad = |message: String| EngineError::Refused { call: "tag image", status: 400, message };
    let parsed = ImageReference::parse(reference).map_err(|error| bad(error.to_string()))?;
    let tag = parsed.tag.clone().ok_or_else(|| bad(format!("{reference} names no tag")))?;
    let path = format!(
        "/images/{}/tag?repo={}&tag={}",
        encoded(image_id),
        encoded(&parsed.name()),
        encoded(&tag)
    );
    raw.json(Call::post("tag image", &path)).await.map(drop)
}

/// Never forced, and without the untagged images that it was built from, which are somebody's cache.
/// `false`: it was not there, or something uses it.
pub(super) async fn remove(raw: &RawClient, reference: &str) -> Result<bool, EngineError> {
    let path = format!("/images/{}?force=0&noprune=1", encoded(reference));
    match raw.json(Call::delete("remove image", &path)).await {
        Ok(_) => Ok(true),
        Err(EngineError::NotFound { .. } | EngineError::Conflict { .. }) => Ok(false),
        Err(other) => Err(other),
    }
}

/// Tags and digests of local images that start with a prefix.
pub(super) async fn tags(
    raw: &RawClient,
    prefix: &str,
) -> Result<Vec<(String, String)>, EngineError> {
    let images = raw.json(Call::get("list images", "/images/json")).await?;
    Ok(matching(&images, prefix))
}

fn matching(images: &Value, prefix: &str) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = images
        .as_array()
        .into_iter()
        .flatten()
        .flat_map(|image| {
            let id = image["Id"].as_str().unwrap_or_default();
            let names = ["RepoTags", "RepoDigests"];
            let names = names.into_iter().filter_map(|key| image[key].as_array()).flatten();
            names
                .filter_map(Value::as_str)
                .filter(|name| name.starts_with(prefix) && !name.starts_with("<none>"))
                .map(|name| (name.to_owned(), id.to_owned()))
        })
        .collect();
    found.sort();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_name_of_an_image_is_found_once() {
        let images = json!([
            { "Id": "sha256:1", "RepoTags": ["ours/a:1", "other/a:1"],
              "RepoDigests": ["ours/a@sha256:x", "ours/a@sha256:x"] },
            { "Id": "sha256:2", "RepoTags": null, "RepoDigests": ["<none>@<none>"] },
        ]);
        let found = matching(&images, "ours/");
        let names: Vec<&str> = found.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["ours/a:1", "ours/a@sha256:x"]);
    }
}
