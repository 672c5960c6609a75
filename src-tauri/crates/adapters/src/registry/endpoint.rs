//! Where a registry's API is, and how far it is trusted.

use std::{net::IpAddr, path::PathBuf};

use reqwest::Url;

/// Where a registry's API is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Endpoint {
    /// Host and port as a person knows them.
    pub(super) host: String,
    /// Scheme, host and port.
    pub(super) base: Url,
    /// Stands before every repository: where a mirror keeps another registry's.
    pub(super) prefix: String,
    /// The name under which Docker's config keeps credentials.
    pub(super) credential_key: String,
    /// How its certificate is checked.
    pub(super) trust: Trust,
    /// What becomes of a failure.
    pub(super) rank: Rank,
}

/// How a certificate is checked.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Trust {
    /// By this machine's authorities, and by those of these files.
    Checked(Vec<PathBuf>),
    /// Not at all: the user, or the engine, calls the registry insecure.
    Unchecked,
}

/// What becomes of a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Rank {
    /// The next endpoint is asked.
    Mirror,
    /// The next endpoint is asked, unless this one has ever answered: it may speak another scheme.
    Alternative,
    /// It is the answer.
    Last,
}

/// Docker Hub as references name it.
pub(super) const DOCKER_HUB: &str = "docker.io";

impl Endpoint {
    /// Of a reference's registry part, over TLS; `None` when it is no host.
    pub(super) fn of(registry: &str, trust: Trust) -> Option<Self> {
        let docker_hub = registry == DOCKER_HUB;
        let host = if docker_hub { "registry-1.docker.io" } else { registry };
        let base = Url::parse(&format!("https://{host}/")).ok()?;
        let plain = base.path() == "/" && base.username().is_empty() && base.query().is_none();
        if !plain {
            return None;
        }
        let key = if docker_hub { "https://index.docker.io/v1/" } else { registry };
        Some(Self {
            host: registry.to_owned(),
            base,
            prefix: String::new(),
            credential_key: key.to_owned(),
            trust,
            rank: Rank::Last,
        })
    }

    /// Of a mirror's address; its path stands before every repository. `None` when it is no
    /// address of a mirror.
    pub(super) fn of_mirror(address: &str, trust: Trust) -> Option<Self> {
        let base = Url::parse(address).ok()?;
        let host = base.host_str()?;
        let host = base.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
        let plain = matches!(base.scheme(), "http" | "https")
            && base.username().is_empty()
            && base.query().is_none();
        let path = base.path().trim_matches('/').to_owned();
        let prefix = path.strip_prefix("v2/").map_or_else(|| path.clone(), str::to_owned);
        let prefix = if prefix == "v2" { String::new() } else { prefix };
        plain.then(|| Self {
            credential_key: host.clone(),
            host,
            base: base.join("/").unwrap_or(base),
            prefix,
            trust,
            rank: Rank::Mirror,
        })
    }

    /// The same over plain HTTP.
    pub(super) fn plain(mut self) -> Option<Self> {
        self.base.set_scheme("http").ok()?;
        Some(self)
    }

    /// A repository as this endpoint calls it.
    pub(super) fn repository(&self, repository: &str) -> String {
        if self.prefix.is_empty() {
            repository.to_owned()
        } else {
            format!("{}/{repository}", self.prefix)
        }
    }

    /// The address of a part of a repository: `kind` is `manifests`, `blobs` or `tags`. `None` when
    /// the names would lead elsewhere.
    pub(super) fn url(&self, repository: &str, kind: &str, name: &str) -> Option<Url> {
        let repository = self.repository(repository);
        let harmless = repository.split('/').all(|part| !matches!(part, "" | "." | ".."))
            && !repository.contains(['?', '#', '\\', '%'])
            && !name.contains(['/', '?', '#', '\\', '%']);
        harmless.then(|| self.base.join(&format!("/v2/{repository}/{kind}/{name}")).ok())?
    }
}

/// Whether an address never leaves this machine, which Docker trusts without TLS, too
/// (`insecure-registries` holds 127.0.0.0/8 and `::1` by default).
pub(super) fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    host == "localhost" || address_of(host).is_some_and(|address| address.is_loopback())
}

/// The address that a host is written as.
pub(super) fn address_of(host: &str) -> Option<IpAddr> {
    host.trim_matches(['[', ']']).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn endpoint(registry: &str) -> Option<Endpoint> {
        Endpoint::of(registry, Trust::Checked(Vec::new()))
    }

    fn mirror(address: &str) -> Option<Endpoint> {
        Endpoint::of_mirror(address, Trust::Checked(Vec::new()))
    }

    #[test]
    fn docker_hub_has_an_api_host_and_a_credential_key_of_its_own() {
        let hub = endpoint("docker.io").unwrap();
        let url = hub.url("library/nginx", "manifests", "1").map(String::from);
        assert_eq!(
            url.as_deref(),
            Some("https://registry-1.docker.io/v2/library/nginx/manifests/1")
        );
        assert_eq!(hub.credential_key, "https://index.docker.io/v1/");
    }

    #[test]
    fn a_registry_that_is_no_host_is_none() {
        for registry in ["user@evil.example", "a/b", "a?b", "", "a b"] {
            assert_eq!(endpoint(registry), None, "{registry}");
        }
    }

    #[test]
    fn no_name_leads_out_of_its_repository() {
        let endpoint = endpoint("ghcr.io").unwrap();
        for (repository, name) in [("../../x", "1"), ("a", "../b"), ("a", "1?x"), ("a%2e", "1")] {
            assert_eq!(endpoint.url(repository, "manifests", name), None, "{repository} {name}");
        }
    }

    #[test]
    fn a_mirrors_path_stands_before_repositories() {
        for (address, expected) in [
            ("https://m.example", "https://m.example/v2/library/nginx/tags/list"),
            ("http://m.example:5000/", "http://m.example:5000/v2/library/nginx/tags/list"),
            ("https://m.example/hub", "https://m.example/v2/hub/library/nginx/tags/list"),
            ("https://m.example/v2/hub/", "https://m.example/v2/hub/library/nginx/tags/list"),
        ] {
            let url = mirror(address).unwrap().url("library/nginx", "tags", "list");
            assert_eq!(url.map(String::from).as_deref(), Some(expected), "{address}");
        }
    }

    #[test]
    fn a_mirror_is_asked_with_its_own_credentials() {
        assert_eq!(mirror("https://m.example:8443").unwrap().credential_key, "m.example:8443");
    }

    #[test]
    fn what_is_no_address_is_no_mirror() {
        for address in ["m.example", "ftp://m.example", "https://me:x@m.example", "https://m/?a"] {
            assert_eq!(mirror(address), None, "{address}");
        }
    }
}
