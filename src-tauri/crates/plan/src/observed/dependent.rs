//! Containers of other services that live in the namespaces of one that is exchanged.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Container, Member};

/// A container that cannot outlive one of the service's: a namespace goes with its container. Who
/// only mounts what the other mounts (`volumes_from`) is none: volumes stay.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Dependent {
    /// The container.
    pub container: Container,
    /// What it has of whom, at least one of it a namespace.
    pub joins: Vec<Join>,
    /// The image ID that its reference means on this machine now, if any.
    pub tagged: Option<String>,
    /// Whether it cannot be made again on the way: it is behind a switch, or others live in its own
    /// namespaces.
    pub entangled: bool,
}

/// What a container has of another one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Join {
    /// What.
    pub kind: Shared,
    /// How it names the other one: by ID or by name.
    pub reference: String,
    /// The other one's ID.
    pub owner: String,
}

/// What containers share by naming one another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shared {
    /// `network_mode: container:…`.
    Network,
    /// `ipc: container:…`.
    Ipc,
    /// `pid: container:…`.
    Pid,
    /// `volumes_from`.
    Volumes,
}

impl Join {
    /// What a container has of a service's containers.
    pub fn all(container: &Container, members: &[Member]) -> Vec<Self> {
        let of = |kind, reference: &str| {
            let mut owners = members.iter().map(|member| &member.container);
            let owner = owners.find(|it| it.id == reference || it.name == reference)?;
            Some(Self { kind, reference: reference.to_owned(), owner: owner.id.clone() })
        };
        let namespaces = [
            (Shared::Network, &container.network_mode),
            (Shared::Ipc, &container.ipc_mode),
            (Shared::Pid, &container.pid_mode),
        ];
        let namespaces = namespaces.into_iter().filter_map(|(kind, mode)| {
            of(kind, mode.strip_prefix("container:")?.trim_start_matches('/'))
        });
        // `db`, `db:ro`.
        let volumes = container.volumes_from.iter().filter_map(|text| {
            of(Shared::Volumes, text.split(':').next()?.trim_start_matches('/'))
        });
        namespaces.chain(volumes).collect()
    }
}

impl Dependent {
    /// What it shares, each once.
    pub fn shares(&self) -> Vec<Shared> {
        let mut kinds: Vec<Shared> = self.joins.iter().map(|join| join.kind).collect();
        kinds.sort_unstable();
        kinds.dedup();
        kinds
    }
}

impl Shared {
    /// Whether it is gone with its owner.
    pub const fn is_namespace(self) -> bool {
        match self {
            Self::Network | Self::Ipc | Self::Pid => true,
            Self::Volumes => false,
        }
    }
}

/// `torrent (network_mode)`.
impl fmt::Display for Dependent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kinds: Vec<String> = self.shares().iter().map(ToString::to_string).collect();
        write!(f, "{} ({})", self.container.name, kinds.join(", "))
    }
}

impl fmt::Display for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Network => "network_mode",
            Self::Ipc => "ipc",
            Self::Pid => "pid",
            Self::Volumes => "volumes_from",
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn container(id: &str, name: &str, host_config: &serde_json::Value) -> Container {
        let raw = json!({
            "Id": id, "Name": format!("/{name}"), "Image": "sha256:1", "State": { "Running": true },
            "Config": { "Image": "app" }, "HostConfig": host_config,
            "NetworkSettings": { "Networks": {} }, "Mounts": []
        });
        Container::from_inspect(&raw).unwrap()
    }

    fn kinds(host_config: &serde_json::Value) -> Vec<Shared> {
        let vpn = container("abc", "vpn", &json!({}));
        let members = [Member { container: vpn, generation: None }];
        let other = container("def", "torrent", host_config);
        Join::all(&other, &members).into_iter().map(|join| join.kind).collect()
    }

    #[test]
    fn every_kind_is_found_by_id_and_by_name() {
        for (key, kind) in
            [("NetworkMode", Shared::Network), ("IpcMode", Shared::Ipc), ("PidMode", Shared::Pid)]
        {
            assert_eq!(kinds(&json!({ key: "container:abc" })), [kind]);
            assert_eq!(kinds(&json!({ key: "container:vpn" })), [kind]);
        }
        assert_eq!(kinds(&json!({ "VolumesFrom": ["abc:ro"] })), [Shared::Volumes]);
        assert_eq!(kinds(&json!({ "VolumesFrom": ["vpn"] })), [Shared::Volumes]);
    }

    #[test]
    fn what_others_own_is_nothing_of_ours() {
        let others = json!({
            "NetworkMode": "container:other", "IpcMode": "shareable", "PidMode": "host",
            "VolumesFrom": ["vpn-data"]
        });
        assert_eq!(kinds(&others), []);
    }
}
