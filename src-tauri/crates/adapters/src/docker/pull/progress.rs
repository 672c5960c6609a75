//! Bytes of all layers together, from the engine's messages about each.

use std::collections::BTreeMap;

use serde_json::Value;

/// What is known of the layers.
#[derive(Debug, Default)]
pub(super) struct Layers(BTreeMap<String, Layer>);

#[derive(Debug, Default, Clone, Copy)]
struct Layer {
    done_bytes: u64,
    total_bytes: u64,
    downloaded: bool,
}

impl Layers {
    /// Takes in one message; answers whether a number changed. A layer is downloaded, then extracted,
    /// each from 0 to its size: only the download counts, and it never runs backwards.
    pub(super) fn note(&mut self, message: &Value) -> bool {
        let (Some(id), Some(status)) = (message["id"].as_str(), message["status"].as_str()) else {
            return false;
        };
        let detail = &message["progressDetail"];
        let layer = match status {
            "Downloading" | "Download complete" | "Extracting" | "Pull complete" => {
                self.0.entry(id.to_owned()).or_default()
            }
            _ => return false,
        };
        let before = (layer.done_bytes, layer.total_bytes);
        if status == "Downloading" && !layer.downloaded {
            layer.total_bytes = detail["total"].as_u64().unwrap_or(0).max(layer.total_bytes);
            layer.done_bytes = detail["current"].as_u64().unwrap_or(0).max(layer.done_bytes);
        } else if status != "Downloading" {
            layer.downloaded = true;
            layer.total_bytes = detail["total"].as_u64().unwrap_or(0).max(layer.total_bytes);
            layer.done_bytes = layer.total_bytes;
        }
        before != (layer.done_bytes, layer.total_bytes)
    }

    /// Bytes that have arrived.
    pub(super) fn done_bytes(&self) -> u64 {
        self.0.values().map(|layer| layer.done_bytes.min(layer.total_bytes)).sum()
    }

    /// Bytes in all, over the layers known so far.
    pub(super) fn total_bytes(&self) -> u64 {
        self.0.values().map(|layer| layer.total_bytes).sum()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn message(id: &str, status: &str, current: u64, total: u64) -> Value {
        json!({ "id": id, "status": status,
            "progressDetail": { "current": current, "total": total } })
    }

    #[test]
    fn extracting_does_not_count_a_layer_twice() {
        let mut layers = Layers::default();
        layers.note(&message("a", "Downloading", 100, 100));
        layers.note(&json!({ "id": "a", "status": "Download complete", "progressDetail": {} }));
        layers.note(&message("a", "Extracting", 10, 100));
        assert_eq!((layers.done_bytes(), layers.total_bytes()), (100, 100));
    }

    #[test]
    fn layers_add_up() {
        let mut layers = Layers::default();
        layers.note(&message("a", "Downloading", 10, 100));
        layers.note(&message("b", "Downloading", 5, 50));
        assert_eq!((layers.done_bytes(), layers.total_bytes()), (15, 150));
    }

    #[test]
    fn a_download_that_starts_over_does_not_run_backwards() {
        let mut layers = Layers::default();
        layers.note(&message("a", "Downloading", 60, 100));
        assert!(!layers.note(&message("a", "Downloading", 10, 100)));
        assert_eq!(layers.done_bytes(), 60);
    }

    #[test]
    fn a_message_about_no_layer_changes_nothing() {
        let mut layers = Layers::default();
        assert!(!layers.note(&json!({ "status": "Digest: sha256:x" })));
        assert!(!layers.note(&json!({ "id": "latest", "status": "Pulling from app" })));
    }
}
