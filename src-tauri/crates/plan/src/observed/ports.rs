//! Published ports.

use std::{collections::BTreeSet, fmt, ops::RangeInclusive};

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
    /// Reads the bindings of `GET /containers/{id}/json`: what the user asked for, and of a range
    /// of host ports (compose's way to publish replicas) the one that the engine chose.
    pub fn of_container(raw: &Value) -> Vec<Self> {
        let chosen = Self::from_host_config(&raw["NetworkSettings"]["Ports"]);
        let choice = |asked: &Self, range: &RangeInclusive<u16>| {
            let same = |it: &&Self| {
                (it.container_port, &it.protocol) == (asked.container_port, &asked.protocol)
                    && (asked.host_ip.is_empty() || it.host_ip == asked.host_ip)
                    && range.contains(&it.host_port)
            };
            chosen.iter().find(same).map(|it| it.host_port)
        };
        Self::read(&raw["HostConfig"]["PortBindings"], choice)
    }

    /// Reads `HostConfig.PortBindings`, which is what the user asked for; never
    /// `NetworkSettings.Ports`, which is empty while the container does not run.
    pub fn from_host_config(raw: &Value) -> Vec<Self> {
        Self::read(raw, |_, _| None)
    }

    fn read(raw: &Value, choice: impl Fn(&Self, &RangeInclusive<u16>) -> Option<u16>) -> Vec<Self> {
        let bindings: BTreeSet<Self> = raw
            .as_object()
            .into_iter()
            .flatten()
            .filter_map(|(key, bindings)| Some((parse_key(key)?, bindings)))
            .flat_map(|((port, protocol), bindings)| {
                let choice = &choice;
                bindings.as_array().into_iter().flatten().map(move |binding| {
                    let text = binding["HostPort"].as_str().unwrap_or_default();
                    let mut read = Self {
                        host_ip: binding["HostIp"].as_str().unwrap_or_default().to_owned(),
                        host_port: text.parse().unwrap_or(0),
                        container_port: port,
                        protocol: protocol.clone(),
                    };
                    if let Some(range) = parse_range(text) {
                        read.host_port = choice(&read, &range).unwrap_or(0);
                    }
                    read
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

/// `20000-20002`.
fn parse_range(text: &str) -> Option<RangeInclusive<u16>> {
    let (first, last) = text.split_once('-')?;
    Some(first.parse().ok()?..=last.parse().ok()?)
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
    fn of_a_range_the_engine_has_chosen_one() {
        let asked = json!([{ "HostIp": "127.0.0.1", "HostPort": "20000-20002" }]);
        let chosen = json!([{ "HostIp": "127.0.0.1", "HostPort": "20001" }]);
        let raw = json!({ "HostConfig": { "PortBindings": { "80/tcp": asked } },
            "NetworkSettings": { "Ports": { "80/tcp": chosen } } });
        assert_eq!(PortBinding::of_container(&raw)[0].to_string(), "127.0.0.1:20001->80/tcp");
    }

    #[test]
    fn an_ephemeral_port_stays_one_whatever_the_engine_chose() {
        let raw = json!({ "HostConfig": { "PortBindings": { "80/tcp": [{ "HostPort": "" }] } },
            "NetworkSettings": { "Ports": { "80/tcp": [{ "HostPort": "32768" }] } } });
        assert_eq!(PortBinding::of_container(&raw)[0].host_port, 0);
    }

    #[test]
    fn keys_without_a_port_are_left_out() {
        let raw = json!({ "/tcp": [{ "HostIp": "", "HostPort": "1" }], "53/udp": null });
        assert!(PortBinding::from_host_config(&raw).is_empty());
    }
}
