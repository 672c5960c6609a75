//! Where a registry's API is.

use std::net::IpAddr;

use reqwest::Url;

/// Where a registry's API is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Endpoint {
    /// Host and port as a person knows them.
    pub(super) host: String,
    /// Scheme, host and port.
    pub(super) base: Url,
    /// The name under which Docker's config keeps credentials.
    pub(super) credential_key: String,
}

impl Endpoint {
    /// Of a reference's registry part; `None` when it is no host.
    pub(super) fn of(registry: &str) -> Option<Self> {
        let docker_hub = registry == "docker.io";
        let host = if docker_hub { "registry-1.docker.io" } else { registry };
        let base = Url::parse(&format!("https://{host}/")).ok()?;
        let plain = base.path() == "/" && base.username().is_empty() && base.query().is_none();
        if !plain {
            return None;
        }
        let base =
            if is_loopback(&base) { Url::parse(&format!("http://{host}/")).ok()? } else { base };
        let key = if docker_hub { "https://index.docker.io/v1/" } else { registry };
        Some(Self { host: registry.to_owned(), base, credential_key: key.to_owned() })
    }

    /// The address of a part of a repository: `kind` is `manifests` or `blobs`. `None` when the
    /// names would lead elsewhere.
    pub(super) fn url(&self, repository: &str, kind: &str, name: &str) -> Option<Url> {
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
    host == "localhost"
        || host
            .trim_matches(['[', ']'])
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(registry: &str) -> Option<String> {
        let endpoint = Endpoint::of(registry)?;
        endpoint.url("library/nginx", "manifests", "1").map(String::from)
    }

    #[test]
    fn docker_hub_has_an_api_host_and_a_credential_key_of_its_own() {
        let hub = "https://registry-1.docker.io/v2/library/nginx/manifests/1";
        assert_eq!(url("docker.io").as_deref(), Some(hub));
        let key = Endpoint::of("docker.io").unwrap().credential_key;
        assert_eq!(key, "https://index.docker.io/v1/");
    }

    #[test]
    fn only_this_machine_is_asked_without_tls() {
        for (registry, scheme) in [
            ("localhost:5000", "http"),
            ("127.3.4.5:5000", "http"),
            ("[::1]:5000", "http"),
            ("ghcr.io", "https"),
            ("192.168.1.2:5000", "https"),
            ("localhost.example.com", "https"),
            ("127.0.0.1.example.com", "https"),
        ] {
            assert_eq!(Endpoint::of(registry).unwrap().base.scheme(), scheme, "{registry}");
        }
    }

    #[test]
    fn a_registry_that_is_no_host_is_none() {
        for registry in ["user@evil.example", "a/b", "a?b", "", "a b"] {
            assert_eq!(Endpoint::of(registry), None, "{registry}");
        }
    }

    #[test]
    fn no_name_leads_out_of_its_repository() {
        let endpoint = Endpoint::of("ghcr.io").unwrap();
        for (repository, name) in [("../../x", "1"), ("a", "../b"), ("a", "1?x"), ("a%2e", "1")] {
            assert_eq!(endpoint.url(repository, "manifests", name), None, "{repository} {name}");
        }
    }
}
