//! How much a pull fetches.

use serde_json::Value;

use crate::ports::RemoteImage;

/// The layers above those that the image on the engine has in common with the new one. An upper
/// bound: other images there may have more of them.
pub(super) fn at_most(remote: &RemoteImage, local: &Value) -> u64 {
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
