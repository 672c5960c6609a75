//! What the engine's `/info` says of registries (`RegistryConfig`).

use std::{collections::BTreeSet, net::IpAddr};

use serde_json::Value;

use super::super::endpoint::address_of;

/// What the engine's `/info` says of registries.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in super::super) struct EngineRules {
    /// `registry-mirrors`: addresses asked before Docker Hub.
    pub(in super::super) mirrors: Vec<String>,
    insecure: BTreeSet<String>,
    insecure_networks: Vec<Network>,
}

/// A network in CIDR notation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Network {
    address: IpAddr,
    prefix: u32,
}

impl EngineRules {
    /// Reads `/info`; what it does not say is not so.
    pub(in super::super) fn read(info: &Value) -> Self {
        let config = &info["RegistryConfig"];
        let texts = |list: &Value| -> Vec<String> {
            let list = list.as_array().into_iter().flatten();
            list.filter_map(|text| text.as_str().map(str::to_owned)).collect()
        };
        let indexes = config["IndexConfigs"].as_object().into_iter().flatten();
        let insecure = indexes.filter(|(_, index)| index["Secure"] == false);
        Self {
            mirrors: texts(&config["Mirrors"]),
            insecure: insecure.map(|(name, _)| name.clone()).collect(),
            insecure_networks: texts(&config["InsecureRegistryCIDRs"])
                .iter()
                .filter_map(|text| Network::parse(text))
                .collect(),
        }
    }

    /// Whether a registry may be asked without TLS: by its name, by the address that it is written
    /// as, or by those that its name stands for.
    pub(in super::super) fn is_insecure(
        &self,
        registry: &str,
        host: &str,
        addresses: &[IpAddr],
    ) -> bool {
        let all = addresses.iter().copied().chain(address_of(host));
        self.insecure.contains(registry)
            || all.into_iter().any(|it| self.insecure_networks.iter().any(|net| net.holds(it)))
    }

    /// Whether the addresses of a name matter: only where more than this machine is insecure.
    pub(in super::super) fn needs_addresses(&self) -> bool {
        self.insecure_networks.iter().any(|network| !network.address.is_loopback())
    }
}

impl Network {
    fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = text.split_once('/')?;
        Some(Self { address: address.parse().ok()?, prefix: prefix.parse().ok()? })
    }

    fn holds(self, address: IpAddr) -> bool {
        match (self.address, address) {
            (IpAddr::V4(network), IpAddr::V4(address)) => {
                let apart = 32_u32.saturating_sub(self.prefix);
                let bits = |it: std::net::Ipv4Addr| it.to_bits().checked_shr(apart);
                bits(network) == bits(address)
            }
            (IpAddr::V6(network), IpAddr::V6(address)) => {
                let apart = 128_u32.saturating_sub(self.prefix);
                let bits = |it: std::net::Ipv6Addr| it.to_bits().checked_shr(apart);
                bits(network) == bits(address)
            }
            (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn rules() -> EngineRules {
        EngineRules::read(&json!({ "RegistryConfig": {
            "InsecureRegistryCIDRs": ["::1/128", "127.0.0.0/8", "10.1.0.0/16", "nonsense"],
            "IndexConfigs": {
                "docker.io": { "Name": "docker.io", "Secure": true, "Official": true },
                "lan.example:5000": { "Name": "lan.example:5000", "Secure": false } },
            "Mirrors": ["https://mirror.example/"] } }))
    }

    #[test]
    fn a_registry_is_insecure_by_name_or_by_network() {
        let insecure = |registry: &str, host: &str| rules().is_insecure(registry, host, &[]);
        assert!(insecure("lan.example:5000", "lan.example"));
        assert!(insecure("10.1.2.3:5000", "10.1.2.3"));
        assert!(insecure("[::1]:5000", "[::1]"));
        assert!(!insecure("10.2.2.3:5000", "10.2.2.3"));
        assert!(!insecure("lan.example", "lan.example"));
        assert!(!insecure("docker.io", "registry-1.docker.io"));
        let addresses = ["10.1.9.9".parse().unwrap()];
        assert!(rules().is_insecure("other.example", "other.example", &addresses));
    }

    #[test]
    fn mirrors_are_read_and_silence_means_none() {
        assert_eq!(rules().mirrors, ["https://mirror.example/"]);
        assert_eq!(EngineRules::read(&Value::Null), EngineRules::default());
    }

    #[test]
    fn names_are_looked_up_only_where_that_can_matter() {
        assert!(rules().needs_addresses());
        let usual = json!({ "RegistryConfig": { "InsecureRegistryCIDRs": ["127.0.0.0/8"] } });
        assert!(!EngineRules::read(&usual).needs_addresses());
    }
}
