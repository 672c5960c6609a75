//! What a container is, without what changes whenever one starts.

use phoenix_tests::bollard::models::ContainerInspectResponse;
use serde_json::{Map, Value, json};

/// Of an endpoint, what the user said; the rest is given out by the engine at each start.
const OF_ENDPOINT: [&str; 4] = ["IPAMConfig", "Links", "DriverOpts", "GwPriority"];

/// Configuration, host settings, mounts, networks and published ports, to be compared before and
/// after. The hostname is left out where the engine made it from the container's ID.
pub(super) fn configuration(container: &ContainerInspectResponse) -> Value {
    let mut raw = serde_json::to_value(container).unwrap_or_default();
    let short_id: String = raw["Id"].as_str().unwrap_or_default().chars().take(12).collect();
    if raw["Config"]["Hostname"] == short_id.as_str() {
        raw["Config"]["Hostname"] = Value::Null;
    }
    // Two words for the same network; newer engines say the second one by themselves.
    if raw["HostConfig"]["NetworkMode"] == "default" {
        raw["HostConfig"]["NetworkMode"] = "bridge".into();
    }
    json!({
        "name": raw["Name"],
        "image": raw["Image"],
        "config": raw["Config"],
        "host": raw["HostConfig"],
        "mounts": raw["Mounts"],
        "networks": networks(&raw["NetworkSettings"]["Networks"], &short_id),
        "ports": raw["NetworkSettings"]["Ports"],
        "running": raw["State"]["Running"],
    })
}

fn networks(raw: &Value, short_id: &str) -> Value {
    let all = raw.as_object().into_iter().flatten();
    let of_user = all.map(|(name, endpoint)| {
        let mut kept: Map<String, Value> =
            OF_ENDPOINT.iter().map(|key| ((*key).to_owned(), endpoint[*key].clone())).collect();
        let aliases = endpoint["Aliases"].as_array().into_iter().flatten();
        let aliases = aliases.filter(|alias| *alias != short_id).cloned().collect();
        kept.insert("Aliases".to_owned(), Value::Array(aliases));
        (name.clone(), Value::Object(kept))
    });
    Value::Object(of_user.collect())
}
