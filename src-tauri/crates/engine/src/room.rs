//! Room on the engine's disk: what an image takes that is not there yet, and what is free.

use std::collections::BTreeSet;

use phoenix_plan::planner::Space;
use serde_json::Value;

use crate::{
    World,
    ports::{EngineFacts, RemoteImage},
};

/// What layers take on the disk for each byte that is fetched: the blob itself, which the engine
/// keeps at least until it is unpacked, and the files in it, which are seldom packed to less than
/// half. An estimate: the exact size is in no manifest.
const DISK_FOR_DOWNLOAD: u64 = 3;

/// More images than these are not looked at for common layers.
const MOST_IMAGES: usize = 500;

/// What fetching an image takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    /// Compressed bytes of the layers that are not there yet, at most.
    pub download_bytes: u64,
    /// What they will take on the engine's disk, estimated.
    pub needed_bytes: u64,
    /// What is free there; `None` where nobody can say.
    pub free_bytes: Option<u64>,
}

impl Room {
    /// Both sides, where both are known.
    pub fn space(&self) -> Option<Space> {
        let free_bytes = self.free_bytes?;
        Some(Space { needed_bytes: self.needed_bytes, free_bytes })
    }

    fn of(download_bytes: u64, free_bytes: Option<u64>) -> Self {
        let needed_bytes = download_bytes.saturating_mul(DISK_FOR_DOWNLOAD);
        Self { download_bytes, needed_bytes, free_bytes }
    }

    fn fits(&self) -> bool {
        self.free_bytes.is_none_or(|free_bytes| self.needed_bytes <= free_bytes)
    }
}

/// What fetching `remote` takes. Layers that it has in common with `local`, the inspect document of
/// the image that runs, are there already; those of other images are looked for only where it
/// would not fit otherwise.
pub async fn room(
    world: &World,
    facts: &EngineFacts,
    remote: &RemoteImage,
    local: Option<&Value>,
) -> Room {
    let download_bytes = local.map_or(remote.layers_bytes, |local| at_most(remote, local));
    let free_bytes = world.engine.free_bytes(facts).await;
    let first = Room::of(download_bytes, free_bytes);
    if first.fits() {
        return first;
    }
    Room::of(download_bytes.min(beside_all(world, remote).await), free_bytes)
}

/// The same beside every image on the engine.
async fn beside_all(world: &World, remote: &RemoteImage) -> u64 {
    let named = world.engine.image_tags("").await.unwrap_or_default();
    let ids: BTreeSet<String> = named.into_iter().map(|(_, id)| id).collect();
    let mut least = remote.layers_bytes;
    for id in ids.into_iter().take(MOST_IMAGES) {
        if let Ok(Some(local)) = world.engine.inspect_image(&id).await {
            least = least.min(at_most(remote, &local));
        }
    }
    least
}

/// The layers above those that the image on the engine has in common with the new one. An upper
/// bound: other images there may have more of them.
fn at_most(remote: &RemoteImage, local: &Value) -> u64 {
    let wanted = texts(&remote.config["rootfs"]["diff_ids"]);
    let there = texts(&local["RootFS"]["Layers"]);
    // Layers that no registry brought are not known by their compressed digests: the engine would
    // fetch them once more.
    let pulled = local["RepoDigests"].as_array().is_some_and(|digests| !digests.is_empty());
    if !pulled || wanted.len() != remote.layers.len() {
        return remote.layers_bytes;
    }
    let shared = wanted.iter().zip(&there).take_while(|(wanted, there)| wanted == there).count();
    remote.layers.iter().skip(shared).copied().fold(0, u64::saturating_add)
}

fn texts(list: &Value) -> Vec<&str> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn remote(diff_ids: &[&str], layers: &[u64]) -> RemoteImage {
        RemoteImage {
            manifest_digest: String::new(),
            version: None,
            config_digest: String::new(),
            layers_bytes: layers.iter().copied().fold(0, u64::saturating_add),
            layers: layers.to_vec(),
            config: json!({ "rootfs": { "diff_ids": diff_ids } }),
            created: None,
        }
    }

    fn local(diff_ids: &[&str]) -> Value {
        json!({ "RepoDigests": ["app@sha256:1"], "RootFS": { "Layers": diff_ids } })
    }

    #[test]
    fn layers_below_the_first_difference_are_not_fetched() {
        let new = remote(&["base", "b", "c"], &[100, 20, 3]);
        assert_eq!(at_most(&new, &local(&["base", "a", "c"])), 23);
        assert_eq!(at_most(&new, &local(&["base", "b", "c", "d"])), 0);
        assert_eq!(at_most(&new, &local(&[])), 123);
    }

    #[test]
    fn layers_of_a_local_build_are_fetched_once_more() {
        let mut built = local(&["base"]);
        built["RepoDigests"] = json!([]);
        assert_eq!(at_most(&remote(&["base", "b"], &[100, 20]), &built), 120);
    }

    #[test]
    fn layers_that_cannot_be_told_apart_all_count() {
        assert_eq!(at_most(&remote(&["base"], &[100, 20]), &local(&["base"])), 120);
    }

    #[test]
    fn sizes_that_lie_do_not_overflow() {
        let new = remote(&["a", "b", "c"], &[1, u64::MAX, 5]);
        assert_eq!(at_most(&new, &local(&["a"])), u64::MAX);
    }
}
