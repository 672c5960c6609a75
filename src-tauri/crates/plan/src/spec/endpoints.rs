//! Networks of the new container.

use serde_json::{Map, Value, json};

use super::CreateOptions;

/// A create body that an engine before API 1.44 accepts, and what it has to be connected to before
/// it starts.
#[derive(Debug, Clone, PartialEq)]
pub struct SplitBody {
    /// The body with the primary network's endpoint alone.
    pub body: Value,
    /// Network and endpoint of the others, in the order of their names.
    pub later: Vec<(String, Value)>,
}

/// Takes every endpoint but the primary one (that of `NetworkMode`) out of a create body.
pub fn split_endpoints(body: &Value) -> SplitBody {
    let mut body = body.clone();
    let mode = body["HostConfig"]["NetworkMode"].as_str().map(str::to_owned);
    let Some(endpoints) =
        body.pointer_mut("/NetworkingConfig/EndpointsConfig").and_then(Value::as_object_mut)
    else {
        return SplitBody { body, later: Vec::new() };
    };
    let primary = mode
        .filter(|mode| endpoints.contains_key(mode))
        .or_else(|| endpoints.keys().next().cloned());
    let (first, later): (Map<_, _>, Map<_, _>) = std::mem::take(endpoints)
        .into_iter()
        .partition(|(network, _)| Some(network) == primary.as_ref());
    *endpoints = first;
    SplitBody { body, later: later.into_iter().collect() }
}

/// Whether a network mode leaves the container networks of its own.
pub(super) fn has_networks(mode: &str) -> bool {
    !matches!(mode, "host" | "none") && !mode.starts_with("container:")
}

/// `default` is the bridge, and the endpoint's key says `bridge`.
pub(super) fn normal_mode(mode: &str) -> &str {
    if matches!(mode, "default" | "") { "bridge" } else { mode }
}

/// Rewrites the endpoints of the old container for the new one.
pub(super) fn rewrite(
    networks: &mut Map<String, Value>,
    mode: &str,
    old_id: &str,
    options: &CreateOptions,
) {
    if !has_networks(mode) {
        networks.clear();
        return;
    }
    networks.retain(|name, _| !options.detach.contains(name));
    for (name, endpoint) in networks.iter_mut() {
        let Some(endpoint) = endpoint.as_object_mut() else {
            *endpoint = json!({});
            continue;
        };
        keep_users_aliases(endpoint, name, old_id);
    }
    if let Some(attachment) = &options.attach {
        networks.insert(attachment.network.clone(), json!({ "Aliases": attachment.aliases }));
    }
}

/// The engine adds the short ID as an alias by itself; the default bridge takes none at all.
pub(super) fn keep_users_aliases(endpoint: &mut Map<String, Value>, network: &str, id: &str) {
    let short_id = id.get(..12).unwrap_or(id);
    if let Some(Value::Array(aliases)) = endpoint.get_mut("Aliases") {
        aliases.retain(|alias| alias.as_str() != Some(short_id));
    }
    let none_left = endpoint.get("Aliases").is_none_or(super::image_defaults::is_empty);
    if none_left || network == "bridge" {
        endpoint.remove("Aliases");
    }
}

/// Since API 1.44 a hardware address set by the user belongs to the primary network's endpoint.
pub(super) fn move_mac_address(
    config: &mut Map<String, Value>,
    networks: &mut Map<String, Value>,
    mode: &str,
) {
    let address =
        config.remove("MacAddress").filter(|address| !super::image_defaults::is_empty(address));
    if let (Some(address), true) = (address, has_networks(mode)) {
        let endpoint = networks.entry(mode).or_insert_with(|| json!({}));
        endpoint["MacAddress"] = address;
    }
}
