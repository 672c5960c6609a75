//! Published ports.

use std::{collections::BTreeSet, fmt};

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One published port, exactly as the user asked for it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PortBinding {
    /// Host address; empty means all addresses.
    pub host_ip: String,
    /// Host port; 0 lets the engine choose.
    pub host_port: u16,
    /// The container's port.
    pub container_port: u16,
    /// `tcp`, `udp` or `sctp`.
    pub protocol: String,
}

impl PortBinding {
    /// Reads `HostConfig.PortBindings`, which is what the user asked for; never
    /// `NetworkSettings.Ports`, which is empty while the container does not run.
    pub fn from_host_config(raw: &Value) -> Vec<Self> {
        let bindings: BTreeSet<Self> = raw
            .as_object()
            .into_iter()
            .flatten()
            .filter_map(|(key, bindings)| Some((parse_key(key)?, bindings)))
            .flat_map(|((port, protocol), bindings)| {
                let bindings = bindings.as_array().cloned().unwrap_or_default();
                bindings.into_iter().map(move |binding| Self {
                    host_ip: binding["HostIp"].as_str().unwrap_or_default().to_owned(),
                    host_port: binding["HostPort"]
                        .as_str()
                        .and_then(|text| text.parse().ok())
                        .unwrap_or(0),
                    container_port: port,
                    protocol: protocol.clone(),
                })
            })
            .collect();
        bindings.into_iter().collect()
    }

    /// Whether this is a TCP port, which is what a switch can own.
    pub fn is_tcp(&self) -> bool {
        self.protocol == "tcp"
    }
}

impl fmt::Display for PortBinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.host_ip.is_empty() {
            write!(f, "{}:", self.host_ip)?;
        }
        write!(f, "{}->{}/{}", self.host_port, self.container_port, self.protocol)
    }
}

/// `18789/tcp`; an empty port (seen in the wild as `"/tcp"`) is nothing.
fn parse_key(key: &str) -> Option<(u16, String)> {
    let (port, protocol) = key.split_once('/').unwrap_or((key, "tcp"));
    Some((port.parse().ok()?, protocol.to_owned()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_loopback_binding_stays_on_loopback() {
        let raw = json!({ "18789/tcp": [{ "HostIp": "127.0.0.1", "HostPort": "18789" }] });
        assert_eq!(
            PortBinding::from_host_config(&raw)[0].to_string(),
            "127.0.0.1:18789->18789/tcp"
        );
    }

    #[test]
    fn keys_without_a_port_are_left_out() {
        let raw = json!({ "/tcp": [{ "HostIp": "", "HostPort": "1" }], "53/udp": null });
        assert!(PortBinding::from_host_config(&raw).is_empty());
    }
}
