//! Containers as a user would have started them with `docker run`.

use std::{collections::HashMap, net::IpAddr};

use anyhow::{Context, Result};
use bollard::{
    errors::Error,
    models::{
        ContainerCreateBody, ContainerInspectResponse, EndpointSettings, HostConfig,
        NetworkConnectRequest, NetworkingConfig, PortBinding,
    },
    query_parameters::{CreateContainerOptionsBuilder, LogsOptionsBuilder},
};
use futures_util::TryStreamExt;

use super::{Scene, free_port};
use crate::{
    http::{Answer, get},
    image::GATEWAY_PORT,
};

/// A container to be started. Unless told otherwise it runs the scene's `latest` and publishes the
/// gateway's port on a free port of 127.0.0.1.
#[derive(Clone, Debug)]
pub struct ContainerSpec {
    part: String,
    networks: Vec<String>,
    published: Vec<(IpAddr, Option<u16>)>,
    body: ContainerCreateBody,
}

impl ContainerSpec {
    /// A container whose name will be `PREFIX-part`.
    pub fn new(part: &str) -> Self {
        Self {
            part: part.to_owned(),
            networks: Vec::new(),
            published: vec![(IpAddr::from([127, 0, 0, 1]), None)],
            body: ContainerCreateBody {
                host_config: Some(HostConfig::default()),
                ..ContainerCreateBody::default()
            },
        }
    }

    /// Another image than the scene's `latest`.
    #[must_use]
    pub fn image(mut self, reference: &str) -> Self {
        self.body.image = Some(reference.to_owned());
        self
    }

    /// Publishes on this address instead (`0.0.0.0`, `::`), on a free port.
    #[must_use]
    pub fn publish_on(mut self, address: IpAddr) -> Self {
        self.published = vec![(address, None)];
        self
    }

    /// Publishes on exactly these addresses and ports instead.
    #[must_use]
    pub fn publish_at(mut self, bindings: &[(IpAddr, u16)]) -> Self {
        self.published = bindings.iter().map(|(ip, port)| (*ip, Some(*port))).collect();
        self
    }

    /// Publishes no port.
    #[must_use]
    pub fn unpublished(mut self) -> Self {
        self.published.clear();
        self
    }

    /// An environment variable of the container.
    #[must_use]
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.body.env.get_or_insert_default().push(format!("{name}={value}"));
        self
    }

    /// Misbehaves: the faults that `phoenix help` lists.
    #[must_use]
    pub fn fault(self, faults: &str) -> Self {
        self.env("PHOENIX_FAULT", faults)
    }

    /// A label of the container.
    #[must_use]
    pub fn label(mut self, name: &str, value: &str) -> Self {
        self.body.labels.get_or_insert_default().insert(name.to_owned(), value.to_owned());
        self
    }

    /// A bind mount or a named volume: `/host:/container`, `volume:/container:ro`.
    #[must_use]
    pub fn bind(self, bind: &str) -> Self {
        self.host(|host| host.binds.get_or_insert_default().push(bind.to_owned()))
    }

    /// Joins this network; may be said several times. Without one: the default bridge.
    #[must_use]
    pub fn network(mut self, name: &str) -> Self {
        self.networks.push(name.to_owned());
        self
    }

    /// Changes the host half of the create request.
    #[must_use]
    pub fn host(mut self, change: impl FnOnce(&mut HostConfig)) -> Self {
        change(self.body.host_config.get_or_insert_default());
        self
    }

    /// Changes anything in the create request.
    #[must_use]
    pub fn edit(mut self, change: impl FnOnce(&mut ContainerCreateBody)) -> Self {
        change(&mut self.body);
        self
    }
}

/// A container that was started.
#[derive(Clone, Debug)]
pub struct Running {
    /// Its ID.
    pub id: String,
    /// Its name, without a slash.
    pub name: String,
    /// The first host port that it publishes; 0 when it publishes none.
    pub port: u16,
}

impl Running {
    /// `http://127.0.0.1:PORT` with this path.
    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// `GET` at the host port.
    pub async fn get(&self, path: &str) -> Result<Answer> {
        get(&self.url(path)).await
    }
}

impl Scene {
    /// Creates and starts a container; pulls its image when the engine has none, as `docker run`
    /// does.
    pub async fn run(&self, spec: ContainerSpec) -> Result<Running> {
        let running = self.create(spec).await?;
        self.docker()
            .start_container(&running.name, None)
            .await
            .with_context(|| format!("{} could not be started", running.name))?;
        Ok(running)
    }

    /// Creates a container without starting it.
    pub async fn create(&self, spec: ContainerSpec) -> Result<Running> {
        let ContainerSpec { part, networks, published, mut body } = spec;
        let name = self.name(&part);
        let reference = body.image.get_or_insert_with(|| self.reference()).clone();
        self.pull_when_missing(&reference).await?;
        body.labels.get_or_insert_default().extend(self.labels());
        let port = publish(&mut body, &published)?;
        join_first(&mut body, networks.first());
        let options = CreateContainerOptionsBuilder::default().name(&name).build();
        let created = self
            .docker()
            .create_container(Some(options), body)
            .await
            .with_context(|| format!("{name} could not be created"))?;
        for network in networks.iter().skip(1) {
            let request = NetworkConnectRequest {
                container: created.id.clone(),
                ..NetworkConnectRequest::default()
            };
            self.docker().connect_network(network, request).await?;
        }
        Ok(Running { id: created.id, name, port })
    }

    /// What the engine says about a container now, by name or ID.
    pub async fn inspect(&self, container: &str) -> Result<ContainerInspectResponse> {
        self.docker()
            .inspect_container(container, None)
            .await
            .with_context(|| format!("{container} could not be inspected"))
    }

    /// The last `lines` lines that a container wrote to its outputs.
    pub async fn logs(&self, container: &str, lines: u32) -> Result<String> {
        let options = LogsOptionsBuilder::default()
            .stdout(true)
            .stderr(true)
            .tail(&lines.to_string())
            .build();
        let parts: Vec<_> = self.docker().logs(container, Some(options)).try_collect().await?;
        Ok(parts.iter().map(ToString::to_string).collect())
    }

    async fn pull_when_missing(&self, reference: &str) -> Result<()> {
        match self.docker().inspect_image(reference).await {
            Ok(_) => Ok(()),
            Err(Error::DockerResponseServerError { status_code: 404, .. }) => {
                self.pull(reference).await
            }
            Err(error) => Err(error.into()),
        }
    }
}

/// One port for all bindings that name none, so that `0.0.0.0` and `::` share it.
fn publish(body: &mut ContainerCreateBody, published: &[(IpAddr, Option<u16>)]) -> Result<u16> {
    if published.is_empty() {
        return Ok(0);
    }
    let free = free_port()?;
    let bindings = published
        .iter()
        .map(|(address, port)| PortBinding {
            host_ip: Some(address.to_string()),
            host_port: Some(port.unwrap_or(free).to_string()),
        })
        .collect();
    let key = format!("{GATEWAY_PORT}/tcp");
    let host = body.host_config.get_or_insert_default();
    host.port_bindings = Some(HashMap::from([(key.clone(), Some(bindings))]));
    body.exposed_ports.get_or_insert_default().push(key);
    Ok(published.first().and_then(|(_, port)| *port).unwrap_or(free))
}

/// Engines before API 1.44 take one network at creation; the others are joined afterwards.
fn join_first(body: &mut ContainerCreateBody, network: Option<&String>) {
    let Some(network) = network else { return };
    body.host_config.get_or_insert_default().network_mode = Some(network.clone());
    body.networking_config.get_or_insert_with(|| NetworkingConfig {
        endpoints_config: Some(HashMap::from([(network.clone(), EndpointSettings::default())])),
    });
}
