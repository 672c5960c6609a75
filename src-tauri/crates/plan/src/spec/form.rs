//! A container's configuration as far as the user asked for it, and a flat form to compare it in.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{DaemonDefaults, endpoints, image_defaults, lists, mounts};

/// The three parts of an inspect document that say what was asked for, cleared of what the engine
/// or an older tool wrote there.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Document {
    pub(super) config: Map<String, Value>,
    pub(super) host_config: Map<String, Value>,
    pub(super) networks: Map<String, Value>,
}

/// Path to value. What is not set is not there.
pub(super) type Form = BTreeMap<String, Value>;

/// Empty is not the same as absent here (Engine API: `StopTimeout` 0 kills at once, `[]` unmasks).
const EMPTY_IS_MEANT: &[&str] = &[
    "/Config/StopTimeout",
    "/HostConfig/Init",
    "/HostConfig/MaskedPaths",
    "/HostConfig/MemorySwappiness",
    "/HostConfig/ReadonlyPaths",
];

/// Maps whose keys are the user's words: an entry counts even when its value is empty.
const USER_KEYS: &[&str] = &[
    "/Config/ExposedPorts",
    "/Config/Labels",
    "/Config/Volumes",
    "/HostConfig/Annotations",
    "/HostConfig/LogConfig/Config",
    "/HostConfig/StorageOpt",
    "/HostConfig/Sysctls",
    "/HostConfig/Tmpfs",
    "/Networks",
];

/// Lists without an order.
const SETS: &[&str] = &[
    "Aliases",
    "Binds",
    "CapAdd",
    "CapDrop",
    "DeviceCgroupRules",
    "GroupAdd",
    "Links",
    "SecurityOpt",
];

/// Lists whose items have a name of their own.
const NAMED: &[(&str, &str)] = &[
    ("/HostConfig/Devices", "PathInContainer"),
    ("/HostConfig/Mounts", "Target"),
    ("/HostConfig/Ulimits", "Name"),
];

/// Not asked for with `network_mode: container:`, where the engine refuses them
/// (moby `validateNetContainerMode`).
const OTHERS_NETWORK: &[&str] = &[
    "/Config/Hostname",
    "/Config/Domainname",
    "/Config/ExposedPorts",
    "/Config/MacAddress",
    "/HostConfig/Links",
    "/HostConfig/Dns",
    "/HostConfig/DnsOptions",
    "/HostConfig/DnsSearch",
    "/HostConfig/ExtraHosts",
    "/HostConfig/PortBindings",
    "/HostConfig/PublishAllPorts",
];

impl Document {
    /// Reads `GET /containers/{id}/json`.
    pub(super) fn of_inspect(raw: &Value, daemon: &DaemonDefaults) -> Self {
        let id = raw["Id"].as_str().unwrap_or_default();
        let mode = network_mode(raw);
        let mut whole = json!({
            "Config": raw["Config"], "HostConfig": raw["HostConfig"],
            "Networks": raw["NetworkSettings"]["Networks"],
        });
        for (pattern, _) in lists::DROPPED {
            lists::remove(&mut whole, pattern);
        }
        if mode.starts_with("container:") {
            for pattern in OTHERS_NETWORK {
                lists::remove(&mut whole, pattern);
            }
        }
        let mut document = Self::of_parts(whole);
        document.host_config.insert("NetworkMode".to_owned(), Value::from(mode.as_str()));
        document.clear_host_name(id, &mode, daemon);
        document.clear_links(&mode);
        document.clear_port_bindings();
        daemon.drop_from(&mut document.host_config);
        for (network, endpoint) in &mut document.networks {
            if let Some(endpoint) = endpoint.as_object_mut() {
                endpoints::keep_users_aliases(endpoint, network, id);
            }
        }
        document
    }

    /// Takes the parts out of one object.
    pub(super) fn of_parts(mut whole: Value) -> Self {
        let mut part = |key: &str| match whole[key].take() {
            Value::Object(object) => object,
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Array(_) => Map::new(),
        };
        Self { config: part("Config"), host_config: part("HostConfig"), networks: part("Networks") }
    }

    /// The parts as one object.
    pub(super) fn whole(self) -> Value {
        json!({
            "Config": self.config, "HostConfig": self.host_config, "Networks": self.networks,
        })
    }

    /// `HostConfig.NetworkMode`.
    pub(super) fn mode(&self) -> String {
        let mode = self.host_config.get("NetworkMode").and_then(Value::as_str);
        mode.unwrap_or("bridge").to_owned()
    }

    /// Its flat form, together with what is mounted in effect.
    pub(super) fn form(self, image_id: &str, mounted: &Value) -> Form {
        let mode = self.mode();
        let mut document = self;
        endpoints::move_mac_address(&mut document.config, &mut document.networks, &mode);
        let mut form = Form::from([("/Image".to_owned(), Value::from(image_id))]);
        flatten(&mut form, String::new(), document.whole());
        for mount in mounted.as_array().into_iter().flatten() {
            let target = mounts::normal(mount["Destination"].as_str().unwrap_or_default());
            let source = if mount["Type"] == "volume" { &mount["Name"] } else { &mount["Source"] };
            let effective = json!({ "Type": mount["Type"], "Source": source, "RW": mount["RW"] });
            form.insert(format!("/Mounted/{target}"), effective);
        }
        form
    }

    fn clear_host_name(&mut self, id: &str, mode: &str, daemon: &DaemonDefaults) {
        let name = self.config.get("Hostname").and_then(Value::as_str).unwrap_or_default();
        let own_id = name.len() >= 12 && id.starts_with(name);
        let hosts = mode == "host" && Some(name) == daemon.host_name.as_deref();
        let hosts_space = self.host_config.get("UTSMode").is_some_and(|mode| mode == "host");
        if own_id || hosts || hosts_space {
            self.config.remove("Hostname");
        }
    }

    fn clear_links(&mut self, mode: &str) {
        if mode == "host" {
            self.host_config.remove("Links");
        }
        if let Some(Value::Array(links)) = self.host_config.get_mut("Links") {
            for link in links {
                if let Some(asked) = link.as_str().and_then(asked_link) {
                    *link = Value::from(asked);
                }
            }
        }
    }

    /// Keys without a port (`"/tcp"`) were written by other tools; engines refuse them.
    fn clear_port_bindings(&mut self) {
        if let Some(Value::Object(bindings)) = self.host_config.get_mut("PortBindings") {
            bindings.retain(|port, _| !port.starts_with('/') && !port.is_empty());
        }
    }
}

/// By name: an ID is looked up among the endpoints, since these are keyed by name.
fn network_mode(raw: &Value) -> String {
    let mode = raw["HostConfig"]["NetworkMode"].as_str().unwrap_or("default");
    let networks = raw["NetworkSettings"]["Networks"].as_object();
    let by_id = networks.into_iter().flatten().find(|(_, endpoint)| {
        mode.len() >= 12
            && endpoint["NetworkID"].as_str().is_some_and(|network_id| network_id.starts_with(mode))
    });
    by_id.map_or_else(|| endpoints::normal_mode(mode).to_owned(), |(name, _)| name.clone())
}

/// `/child:/parent/alias` → `child:alias`; anything else is as it was asked for.
fn asked_link(link: &str) -> Option<String> {
    let (child, alias) = link.strip_prefix('/')?.split_once(":/")?;
    Some(format!("{child}:{}", alias.rsplit_once('/')?.1))
}

fn flatten(form: &mut Form, path: String, value: Value) {
    let name = path.rsplit('/').next().unwrap_or_default().to_owned();
    match value {
        Value::Object(object) => {
            for (key, child) in object {
                let child_path = format!("{path}/{key}");
                if USER_KEYS.contains(&path.as_str()) && image_defaults::is_empty(&child) {
                    form.insert(child_path, json!(""));
                } else if path == "/Networks" {
                    form.insert(child_path.clone(), json!(""));
                    flatten(form, child_path, child);
                } else {
                    flatten(form, child_path, child);
                }
            }
        }
        Value::Array(_) if path == "/Config/Env" => {
            let entries = image_defaults::env_by_key(&value);
            form.extend(
                entries.into_iter().map(|(key, entry)| (format!("{path}/{key}"), entry.into())),
            );
        }
        Value::Array(items) if NAMED.iter().any(|(named, _)| *named == path) => {
            let key = NAMED.iter().find(|(named, _)| *named == path).map_or("", |(_, key)| *key);
            for item in items {
                let item_name = item[key].as_str().unwrap_or_default().to_owned();
                flatten(form, format!("{path}/{item_name}"), item);
            }
        }
        Value::Array(items) if SETS.contains(&name.as_str()) => {
            let mut sorted: Vec<String> = items.iter().map(|item| set_item(&name, item)).collect();
            sorted.sort();
            sorted.dedup();
            if !sorted.is_empty() {
                form.insert(path, json!(sorted));
            }
        }
        Value::Array(_) | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Null => {
            let meant = EMPTY_IS_MEANT.contains(&path.as_str()) && !value.is_null();
            if meant || !image_defaults::is_empty(&value) {
                form.insert(path, value);
            }
        }
    }
}

/// Newer engines write capabilities with their prefix, older ones as they were asked for.
fn set_item(name: &str, item: &Value) -> String {
    let text = item.as_str().map_or_else(|| item.to_string(), str::to_owned);
    if name.starts_with("Cap") {
        text.to_uppercase().trim_start_matches("CAP_").to_owned()
    } else {
        text
    }
}
