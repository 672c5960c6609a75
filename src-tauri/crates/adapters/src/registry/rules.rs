//! Which endpoints a registry is asked at, in which order: the user's `[registries]`, the engine's
//! own settings, Docker's certificate folders.

mod engine;

use std::{collections::BTreeMap, net::IpAddr, path::PathBuf, sync::Arc};

use reqwest::Url;

use super::endpoint::{DOCKER_HUB, Endpoint, Rank, Trust, is_loopback};

pub(super) use engine::EngineRules;

/// What the user says of one registry.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RegistryRule {
    /// Asked first: its address.
    pub mirror: Option<String>,
    /// A file of certificate authorities in PEM, beside this machine's.
    pub ca: Option<PathBuf>,
    /// Whether it may be asked without TLS, or with a certificate that nobody checks.
    pub insecure: Option<bool>,
}

/// The user's rules, by the host under which images name registries; asked for in each round, so
/// that a change of the settings takes effect with the next one. `None` where they cannot be read:
/// then the last ones stay.
pub type ReadRules = Arc<dyn Fn() -> Option<BTreeMap<String, RegistryRule>> + Send + Sync>;

impl RegistryRule {
    /// Whether images can name a registry like this.
    pub fn is_registry(text: &str) -> bool {
        let is_hub_too = matches!(text, "index.docker.io" | "registry-1.docker.io");
        !is_hub_too && Endpoint::of(text, Trust::Unchecked).is_some()
    }

    /// Whether this is the address of a mirror: `http` or `https`, without credentials.
    pub fn is_mirror(text: &str) -> bool {
        Endpoint::of_mirror(text, Trust::Unchecked).is_some()
    }
}

/// All that decides how registries are reached.
#[derive(Debug, Clone, Default)]
pub(super) struct Rules {
    pub(super) written: BTreeMap<String, RegistryRule>,
    pub(super) engine: EngineRules,
    /// Folders with one folder for each registry, as in `/etc/docker/certs.d`.
    pub(super) certificates: Vec<PathBuf>,
}

impl Rules {
    /// The endpoints of a registry in the order in which they are asked; the last one's failure is
    /// the answer. `addresses` are those its name stands for, as far as they matter
    /// ([`EngineRules::needs_addresses`]). Empty when the registry is no host.
    pub(super) fn endpoints(&self, registry: &str, addresses: &[IpAddr]) -> Vec<Endpoint> {
        let written = self.written.get(registry).and_then(|rule| rule.mirror.as_ref());
        let engines = if registry == DOCKER_HUB { &self.engine.mirrors[..] } else { &[] };
        let mirrors = written.into_iter().chain(engines).filter_map(|address| self.mirror(address));
        let own = self.own(registry, addresses);
        if own.is_empty() { own } else { mirrors.chain(own).collect() }
    }

    /// How the certificate of any other server is checked, such as an authorisation server.
    pub(super) fn trust_of(&self, url: &Url) -> Trust {
        let host = url.host_str().unwrap_or_default();
        let host = url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
        match self.written.get(&host).and_then(|rule| rule.insecure) {
            Some(true) => Trust::Unchecked,
            Some(false) | None => Trust::Checked(self.authorities(&host)),
        }
    }

    /// What a certificate that is signed by somebody unknown can be answered with.
    pub(super) fn remedy(host: &str) -> String {
        format!("name its authority's certificate with ca = \"FILE\" in [registries.\"{host}\"]")
    }

    fn mirror(&self, address: &str) -> Option<Endpoint> {
        let url = Url::parse(address).ok()?;
        Endpoint::of_mirror(address, self.trust_of(&url))
    }

    fn own(&self, registry: &str, addresses: &[IpAddr]) -> Vec<Endpoint> {
        let authorities = self.authorities(registry);
        let has_authorities = !authorities.is_empty();
        let Some(checked) = Endpoint::of(registry, Trust::Checked(authorities)) else {
            return Vec::new();
        };
        let unchecked = Endpoint { trust: Trust::Unchecked, ..checked.clone() };
        let here = is_loopback(&checked.base);
        let written = self.written.get(registry).and_then(|rule| rule.insecure);
        let insecure = written.unwrap_or_else(|| {
            let host = checked.base.host_str().unwrap_or_default();
            !has_authorities && (here || self.engine.is_insecure(registry, host, addresses))
        });
        let (first, second) = match (insecure, here) {
            (false, _) => return vec![checked],
            // as the engine does, and the other way round where nothing leaves this machine
            (true, true) => (unchecked.clone().plain(), Some(unchecked)),
            (true, false) => (Some(unchecked.clone()), unchecked.plain()),
        };
        let first = first.map(|first| Endpoint { rank: Rank::Alternative, ..first });
        first.into_iter().chain(second).collect()
    }

    /// The files of a registry's own authorities.
    fn authorities(&self, registry: &str) -> Vec<PathBuf> {
        let written = self.written.get(registry).and_then(|rule| rule.ca.clone());
        let folders = self.certificates.iter().map(|folder| folder.join(registry));
        let entries = folders.filter_map(|folder| std::fs::read_dir(folder).ok()).flatten();
        let files = entries.filter_map(|entry| Some(entry.ok()?.path()));
        let mut files: Vec<PathBuf> =
            files.filter(|file| file.extension().is_some_and(|it| it == "crt")).collect();
        files.sort();
        written.into_iter().chain(files).collect()
    }
}

/// Docker's certificate folders: the system's, the user's, rootless Docker's.
pub(super) fn certificate_folders() -> Vec<PathBuf> {
    let home = etcetera::home_dir().ok();
    let at_home = [".docker/certs.d", ".config/docker/certs.d"];
    let at_home = at_home.iter().filter_map(|place| home.as_ref().map(|home| home.join(place)));
    std::iter::once(PathBuf::from("/etc/docker/certs.d")).chain(at_home).collect()
}

#[cfg(test)]
mod tests;
