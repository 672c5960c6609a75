//! What to ask a service over HTTP to learn whether it is well.

use serde::{Deserialize, Serialize};

use crate::{
    image::ImageReference,
    observed::{Container, PortBinding},
    policy::Policy,
};

mod from_check;

/// The Phoenix gateway's own port.
const PHOENIX_PORT: u16 = 18789;
/// The Phoenix gateway's health endpoint.
const PHOENIX_PATH: &str = "/api/health";

/// A question to a container's own address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HttpProbe {
    /// `GET` this path (with query, if any).
    pub path: String,
    /// The container's port.
    pub port: u16,
    /// What the answer must be.
    pub demand: Demand,
}

/// What a probe must show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Demand {
    /// A 2xx answer whose body does not contradict it.
    Healthy,
    /// Any answer below 500. For addresses that the container asks at its own loopback, where
    /// another `Host` may be answered otherwise; the container's own check is the judge there.
    Answer,
    /// A TCP connection.
    Connection,
}

/// The HTTP probe for a service, if there is one to be known: the configured path, the Phoenix
/// gateway's, or the address that its health check asks, where that is a published port (others
/// may be closed to the network). `ports` are the service's bindings as the user asked for them.
pub fn http_probe(
    container: &Container,
    ports: &[PortBinding],
    policy: &Policy,
) -> Option<HttpProbe> {
    policy
        .probe_path
        .as_deref()
        .and_then(|wish| configured(wish, ports))
        .or_else(|| phoenix(container, ports))
        .or_else(|| {
            let (port, path) = from_check::address(&container.health_check.as_ref()?.command)?;
            is_published(ports, port).then_some(HttpProbe { path, port, demand: Demand::Answer })
        })
}

/// The port that stands for the service among its published TCP ports: the Phoenix gateway's, else
/// a usual port for HTTP, else the lowest.
pub fn main_port(ports: &[PortBinding]) -> Option<u16> {
    let published = || ports.iter().filter(|port| port.is_tcp()).map(|port| port.container_port);
    [PHOENIX_PORT, 80, 8080, 3000, 8000]
        .into_iter()
        .find(|usual| published().any(|port| port == *usual))
        .or_else(|| published().min())
}

/// `/path`, `:port/path` or `http://anything:port/path`.
fn configured(wish: &str, ports: &[PortBinding]) -> Option<HttpProbe> {
    let (port, path) = if wish.contains("://") {
        let url = from_check::Url::parse(wish)?;
        (url.port, url.path)
    } else if let Some((port, path)) = wish.strip_prefix(':').and_then(|rest| rest.split_once('/'))
    {
        (port.parse().ok()?, format!("/{path}"))
    } else {
        (main_port(ports)?, format!("/{}", wish.trim_start_matches('/')))
    };
    Some(HttpProbe { path, port, demand: Demand::Healthy })
}

/// The Phoenix gateway is known by its name, its image, or its port.
fn phoenix(container: &Container, ports: &[PortBinding]) -> Option<HttpProbe> {
    let on_its_port = is_published(ports, PHOENIX_PORT);
    let repository = ImageReference::parse(&container.image).map(|image| image.repository);
    let named = container.name.contains("phoenix-gateway")
        || repository.is_ok_and(|repository| {
            repository.ends_with("phoenix/gateway") || repository.ends_with("phoenix-gateway")
        });
    let port = if on_its_port { Some(PHOENIX_PORT) } else { main_port(ports).filter(|_| named) };
    port.map(|port| HttpProbe { path: PHOENIX_PATH.to_owned(), port, demand: Demand::Healthy })
}

fn is_published(ports: &[PortBinding], port: u16) -> bool {
    ports.iter().any(|binding| binding.is_tcp() && binding.container_port == port)
}

#[cfg(test)]
mod tests;
