//! The engine behind the port: each call is delegated to the module of its kind.

use std::time::Duration;

use async_trait::async_trait;
use bollard::{ClientVersion, Docker};
use phoenix_engine::ports::{
    ContainerChanges, ContainerEngine, EngineError, EngineFacts, ExecOutcome, HookRun, PullError,
    PullProgress, SwitchObjects,
};
use phoenix_plan::spec::ApiVersion;
use serde_json::Value;
use tokio_util::task::TaskTracker;

use super::{
    Endpoint, Surroundings, candidates, containers, events, exec, facts, free_space, hook, images,
    logs, networks, pull,
    raw::{Call, RawClient},
    switch_image, switch_objects, version,
};

/// A connected engine. Cheap to clone; holds no connection open.
#[derive(Debug, Clone)]
pub struct DockerEngine {
    pub(super) raw: RawClient,
    pub(super) streams: Docker,
    pub(super) api_version: ApiVersion,
}

/// bollard's own bound on an answer's head; every call has a tighter one around it.
const STREAM_TIMEOUT_S: u64 = 600;

impl DockerEngine {
    /// Connects to the first engine that answers, in the order of [`candidates`].
    pub async fn connect(surroundings: &Surroundings) -> Result<Self, EngineError> {
        let places =
            candidates(surroundings).map_err(|bad| EngineError::Incompatible(bad.to_string()))?;
        let mut first_failure = None;
        for place in places {
            match Self::connect_to(place).await {
                Ok(engine) => return Ok(engine),
                Err(EngineError::Unreachable { endpoint, source }) => {
                    first_failure.get_or_insert(EngineError::Unreachable { endpoint, source });
                }
                Err(other) => return Err(other),
            }
        }
        Err(first_failure.unwrap_or_else(|| {
            EngineError::Incompatible("no place to look for a container engine is known".to_owned())
        }))
    }

    /// Connects to one engine and agrees on an API version.
    pub async fn connect_to(endpoint: Endpoint) -> Result<Self, EngineError> {
        let unversioned = RawClient::new(endpoint.clone(), None);
        let answer = unversioned.json(Call::get("version", "/version")).await?;
        let api_version = version::negotiate(&answer)?;
        let streams = streams(&endpoint, api_version)?;
        Ok(Self { raw: RawClient::new(endpoint, Some(api_version)), streams, api_version })
    }

    /// The API version that was agreed on.
    pub const fn api_version(&self) -> ApiVersion {
        self.api_version
    }

    /// Runs a hook in a container; see [`phoenix_engine::ports::HookRunner::exec`]. `ending` ends it
    /// there when the call is dropped.
    pub(crate) async fn hook(
        &self,
        id: &str,
        command: &[String],
        variables: &[(String, String)],
        limit: Duration,
        ending: &TaskTracker,
    ) -> HookRun {
        hook::run(self, id, command, variables, limit, ending).await
    }

    /// Where it is.
    pub const fn endpoint(&self) -> &Endpoint {
        self.raw.endpoint()
    }
}

fn streams(endpoint: &Endpoint, api_version: ApiVersion) -> Result<Docker, EngineError> {
    let version = ClientVersion {
        major_version: usize::from(api_version.major),
        minor_version: usize::from(api_version.minor),
    };
    let docker = match endpoint {
        Endpoint::Tcp(address) => {
            Docker::connect_with_http(&format!("http://{address}"), STREAM_TIMEOUT_S, &version)
        }
        #[cfg(unix)]
        Endpoint::Unix(path) => {
            Docker::connect_with_unix(&path.to_string_lossy(), STREAM_TIMEOUT_S, &version)
        }
        #[cfg(windows)]
        Endpoint::Pipe(name) => Docker::connect_with_named_pipe(name, STREAM_TIMEOUT_S, &version),
        #[cfg(unix)]
        Endpoint::Pipe(name) => Err(bollard::errors::Error::SocketNotFoundError(name.clone())),
        #[cfg(windows)]
        Endpoint::Unix(path) => {
            Err(bollard::errors::Error::SocketNotFoundError(path.display().to_string()))
        }
    };
    docker.map_err(|source| EngineError::Unreachable {
        endpoint: endpoint.to_string(),
        source: Box::new(source),
    })
}

#[async_trait]
impl ContainerEngine for DockerEngine {
    async fn facts(&self) -> Result<EngineFacts, EngineError> {
        facts::facts(self).await
    }

    async fn free_bytes(&self, facts: &EngineFacts) -> Option<u64> {
        free_space::free_bytes(self, facts).await
    }

    async fn list_containers(&self, label: Option<&str>) -> Result<Vec<Value>, EngineError> {
        containers::list(&self.raw, label).await
    }

    async fn inspect_container(&self, id_or_name: &str) -> Result<Option<Value>, EngineError> {
        containers::inspect(&self.raw, id_or_name).await
    }

    async fn inspect_image(&self, id_or_reference: &str) -> Result<Option<Value>, EngineError> {
        images::inspect(&self.raw, id_or_reference).await
    }

    async fn create_container(
        &self,
        name: &str,
        body: &Value,
        platform: Option<&str>,
    ) -> Result<String, EngineError> {
        containers::create(self, name, body, platform).await
    }

    async fn start_container(&self, id: &str) -> Result<(), EngineError> {
        containers::start(&self.raw, id).await
    }

    async fn stop_container(&self, id: &str, timeout: Duration) -> Result<(), EngineError> {
        containers::stop(&self.raw, id, timeout).await
    }

    async fn rename_container(&self, id: &str, name: &str) -> Result<(), EngineError> {
        containers::rename(&self.raw, id, name).await
    }

    async fn set_restart_policy(&self, id: &str, policy: &Value) -> Result<(), EngineError> {
        containers::set_restart_policy(&self.raw, id, policy).await
    }

    async fn remove_container(&self, id: &str) -> Result<(), EngineError> {
        containers::remove(&self.raw, id).await
    }

    async fn logs(&self, id: &str, lines: usize) -> Result<Vec<String>, EngineError> {
        logs::last_lines(self, id, lines).await
    }

    async fn exec(
        &self,
        id: &str,
        command: &[String],
        timeout: Duration,
    ) -> Result<ExecOutcome, EngineError> {
        exec::run(self, id, command, timeout).await
    }

    async fn pull(
        &self,
        reference: &str,
        platform: Option<&str>,
        progress: &dyn PullProgress,
    ) -> Result<String, PullError> {
        pull::pull(self, reference, platform, progress).await
    }

    async fn tag_image(&self, image_id: &str, reference: &str) -> Result<(), EngineError> {
        images::tag(&self.raw, image_id, reference).await
    }

    async fn remove_image(&self, reference: &str) -> Result<bool, EngineError> {
        images::remove(&self.raw, reference).await
    }

    async fn image_tags(&self, prefix: &str) -> Result<Vec<(String, String)>, EngineError> {
        images::tags(&self.raw, prefix).await
    }

    async fn ensure_switch_image(&self) -> Result<String, EngineError> {
        switch_image::ensure(self).await
    }

    async fn create_switch(&self, objects: &SwitchObjects) -> Result<String, EngineError> {
        switch_objects::create(self, objects).await
    }

    async fn remove_switch(&self, objects: &SwitchObjects) -> Result<(), EngineError> {
        switch_objects::remove(&self.raw, objects).await
    }

    async fn connect_network(
        &self,
        network: &str,
        container_id: &str,
        endpoint: &Value,
    ) -> Result<(), EngineError> {
        networks::connect(&self.raw, network, container_id, endpoint).await
    }

    async fn disconnect_network(
        &self,
        network: &str,
        container_id: &str,
    ) -> Result<(), EngineError> {
        networks::disconnect(&self.raw, network, container_id).await
    }

    async fn container_changes(&self) -> Result<ContainerChanges, EngineError> {
        events::container_changes(&self.raw).await
    }
}
