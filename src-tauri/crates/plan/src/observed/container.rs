//! A container, read from the engine's raw inspect document.

use std::{collections::BTreeMap, time::Duration};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::PortBinding;
use crate::{health::HealthCheck, service::ServiceId};

/// The labels by which compose knows its containers.
pub mod compose_labels {
    /// The project's name.
    pub const PROJECT: &str = "com.docker.compose.project";
    /// The service's name.
    pub const SERVICE: &str = "com.docker.compose.service";
    /// Comma-separated paths of the compose files.
    pub const CONFIG_FILES: &str = "com.docker.compose.project.config_files";
    /// The folder that relative paths start from.
    pub const WORKING_DIR: &str = "com.docker.compose.project.working_dir";
    /// The image ID that compose compares before it recreates a container.
    pub const IMAGE: &str = "com.docker.compose.image";
    /// The hash of the service that compose compares before it recreates a container.
    pub const CONFIG_HASH: &str = "com.docker.compose.config-hash";
    /// `True` on containers of `docker compose run`.
    pub const ONE_OFF: &str = "com.docker.compose.oneoff";
    /// The services that must be there before: `name:condition:restart`, with commas.
    pub const DEPENDS_ON: &str = "com.docker.compose.depends_on";
}

/// What a plan needs to know of a container. The raw document stays the source for recreating it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Container {
    /// The engine's ID.
    pub id: String,
    /// The name, without the leading slash.
    pub name: String,
    /// The immutable ID of the image it was made from.
    pub image_id: String,
    /// The reference it was made with.
    pub image: String,
    /// Its state when it was inspected.
    pub state: ContainerState,
    /// Its effective health check.
    pub health_check: Option<HealthCheck>,
    /// Published ports as asked for.
    pub ports: Vec<PortBinding>,
    /// `HostConfig.NetworkMode`.
    pub network_mode: String,
    /// `HostConfig.IpcMode`.
    #[serde(default)]
    pub ipc_mode: String,
    /// `HostConfig.PidMode`.
    #[serde(default)]
    pub pid_mode: String,
    /// `HostConfig.Links` (`/container:/this-container/alias`), and the links that it has on networks
    /// (`container:alias`).
    #[serde(default)]
    pub links: Vec<String>,
    /// `HostConfig.VolumesFrom`: `container` or `container:mode`.
    #[serde(default)]
    pub volumes_from: Vec<String>,
    /// Names of the networks it is attached to.
    pub networks: Vec<String>,
    /// Whether it was made and never started since.
    #[serde(default)]
    pub never_started: bool,
    /// Whether an address was assigned by the user.
    pub static_address: bool,
    /// Whether a hardware address was assigned by the user.
    pub fixed_mac: bool,
    /// Mounts that outlive the container.
    pub mounts: Vec<Mount>,
    /// Host devices or device requests (GPUs).
    pub devices: bool,
    /// Whether the engine deletes it when it stops.
    pub auto_remove: bool,
    /// How long `stop` waits before it kills: the container's own, else Docker's 10 s.
    pub stop_timeout: Duration,
    /// Its labels.
    pub labels: BTreeMap<String, String>,
}

/// The state that matters for an update.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum ContainerState {
    /// Runs; `health` is Docker's own word where there is a health check.
    Running {
        /// `starting`, `healthy`, `unhealthy`.
        health: Option<String>,
        /// How often the engine restarted it.
        restarts: u64,
    },
    /// Does not run.
    Stopped {
        /// Exit code of the last run.
        exit_code: i64,
        /// Whether the kernel killed it for memory.
        oom_killed: bool,
    },
    /// Frozen.
    Paused,
    /// Between a crash and the engine's next try.
    Restarting {
        /// Exit code of the last run.
        exit_code: i64,
        /// How often the engine restarted it.
        restarts: u64,
        /// Whether the kernel killed it for memory.
        oom_killed: bool,
    },
}

/// A mount that outlives the container.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mount {
    /// `bind` or `volume`.
    pub kind: String,
    /// Host path, or the volume's name.
    pub source: String,
    /// Path in the container.
    pub target: String,
    /// Whether the container may write.
    pub writable: bool,
}

/// A document without the fields that every container has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the engine's answer is not a container: {0} is missing")]
pub struct NotAContainer(pub &'static str);

impl Container {
    /// Reads `GET /containers/{id}/json`.
    pub fn from_inspect(raw: &Value) -> Result<Self, NotAContainer> {
        let text = |pointer: &'static str| {
            raw.pointer(pointer).and_then(Value::as_str).ok_or(NotAContainer(pointer))
        };
        let host_config = &raw["HostConfig"];
        let written = |key: &str| host_config[key].as_str().unwrap_or_default().to_owned();
        let networks = raw["NetworkSettings"]["Networks"].as_object();
        Ok(Self {
            id: text("/Id")?.to_owned(),
            name: text("/Name")?.trim_start_matches('/').to_owned(),
            image_id: text("/Image")?.to_owned(),
            image: text("/Config/Image")?.to_owned(),
            state: ContainerState::from_inspect(&raw["State"], raw["RestartCount"].as_u64()),
            health_check: HealthCheck::from_config(&raw["Config"]["Healthcheck"]),
            ports: PortBinding::of_container(raw),
            network_mode: host_config["NetworkMode"].as_str().unwrap_or("default").to_owned(),
            ipc_mode: written("IpcMode"),
            pid_mode: written("PidMode"),
            links: links(raw),
            volumes_from: texts(&host_config["VolumesFrom"]),
            never_started: raw["State"]["Status"].as_str() == Some("created"),
            networks: networks.into_iter().flatten().map(|(name, _)| name.clone()).collect(),
            static_address: networks
                .into_iter()
                .flatten()
                .any(|(_, endpoint)| has_address(endpoint)),
            fixed_mac: raw["Config"]["MacAddress"].as_str().is_some_and(|mac| !mac.is_empty()),
            mounts: mounts(&raw["Mounts"]),
            devices: ["Devices", "DeviceRequests"]
                .iter()
                .any(|key| host_config[*key].as_array().is_some_and(|list| !list.is_empty())),
            auto_remove: host_config["AutoRemove"].as_bool().unwrap_or(false),
            stop_timeout: Duration::from_secs(raw["Config"]["StopTimeout"].as_u64().unwrap_or(10)),
            labels: labels(&raw["Config"]["Labels"]),
        })
    }

    /// The service that this container belongs to.
    pub fn service(&self) -> ServiceId {
        let label = |key: &str| self.labels.get(key).cloned();
        match (label(compose_labels::PROJECT), label(compose_labels::SERVICE)) {
            (Some(project), Some(service)) => ServiceId::Compose { project, service },
            (Some(_) | None, Some(_) | None) => ServiceId::Container(self.name.clone()),
        }
    }

    /// Whether it answers requests now.
    pub const fn is_running(&self) -> bool {
        matches!(self.state, ContainerState::Running { .. })
    }
}

impl ContainerState {
    fn from_inspect(raw: &Value, restarts: Option<u64>) -> Self {
        let flag = |key: &str| raw[key].as_bool().unwrap_or(false);
        let exit_code = raw["ExitCode"].as_i64().unwrap_or(0);
        let restarts = restarts.unwrap_or(0);
        if flag("Restarting") {
            Self::Restarting { exit_code, restarts, oom_killed: flag("OOMKilled") }
        } else if flag("Paused") {
            Self::Paused
        } else if flag("Running") {
            let health = raw["Health"]["Status"].as_str().filter(|status| *status != "none");
            Self::Running { health: health.map(str::to_owned), restarts }
        } else {
            Self::Stopped { exit_code, oom_killed: flag("OOMKilled") }
        }
    }
}

/// A static address is in `IPAMConfig`; `IPAddress` is what the engine happened to choose.
fn has_address(endpoint: &Value) -> bool {
    ["IPv4Address", "IPv6Address"]
        .iter()
        .any(|key| endpoint["IPAMConfig"][*key].as_str().is_some_and(|address| !address.is_empty()))
}

fn mounts(raw: &Value) -> Vec<Mount> {
    let mounts = raw.as_array().into_iter().flatten();
    mounts
        .filter_map(|mount| {
            let kind = mount["Type"].as_str()?;
            let source = if kind == "volume" { &mount["Name"] } else { &mount["Source"] };
            matches!(kind, "bind" | "volume").then(|| Mount {
                kind: kind.to_owned(),
                source: source.as_str().unwrap_or_default().to_owned(),
                target: mount["Destination"].as_str().unwrap_or_default().to_owned(),
                writable: mount["RW"].as_bool().unwrap_or(true),
            })
        })
        .collect()
}

fn links(raw: &Value) -> Vec<String> {
    let networks = raw["NetworkSettings"]["Networks"].as_object();
    let on_networks = networks.into_iter().flatten().flat_map(|(_, it)| texts(&it["Links"]));
    texts(&raw["HostConfig"]["Links"]).into_iter().chain(on_networks).collect()
}

fn texts(raw: &Value) -> Vec<String> {
    let items = raw.as_array().into_iter().flatten();
    items.filter_map(|item| item.as_str().map(str::to_owned)).collect()
}

fn labels(raw: &Value) -> BTreeMap<String, String> {
    raw.as_object()
        .into_iter()
        .flatten()
        .filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())))
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn inspect() -> Value {
        json!({
            "Id": "c1", "Name": "/web", "Image": "sha256:1", "RestartCount": 2,
            "State": { "Running": true, "Health": { "Status": "healthy" } },
            "Config": { "Image": "app:1", "Labels": { "com.docker.compose.project": "shop",
                "com.docker.compose.service": "web" } },
            "HostConfig": { "NetworkMode": "shop_default", "Devices": [] },
            "NetworkSettings": { "Networks": { "shop_default": {
                "IPAMConfig": null, "IPAddress": "172.18.0.2" } } },
            "Mounts": [{ "Type": "volume", "Name": "data", "Destination": "/data", "RW": true }]
        })
    }

    #[test]
    fn compose_labels_make_it_a_compose_service() {
        let container = Container::from_inspect(&inspect()).unwrap();
        assert_eq!(container.service().to_string(), "shop/web");
    }

    #[test]
    fn an_address_the_engine_chose_is_not_static() {
        assert!(!Container::from_inspect(&inspect()).unwrap().static_address);
    }

    #[test]
    fn a_restarting_container_is_not_running() {
        let mut raw = inspect();
        raw["State"]["Restarting"] = json!(true);
        assert!(!Container::from_inspect(&raw).unwrap().is_running());
    }

    #[test]
    fn a_document_without_an_image_id_is_no_container() {
        let mut raw = inspect();
        raw.as_object_mut().unwrap().remove("Image");
        assert_eq!(Container::from_inspect(&raw), Err(NotAContainer("/Image")));
    }
}
