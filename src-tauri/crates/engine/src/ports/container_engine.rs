//! The container engine (Docker Engine API). Documents pass through raw, so that fields nobody
//! here has heard of survive.

use std::{collections::BTreeMap, time::Duration};

use async_trait::async_trait;
use futures_util::stream::BoxStream;
use phoenix_plan::observed::PortBinding;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::PullProgress;

/// One method per Engine API call. Every call is bounded in time by the implementation.
#[async_trait]
pub trait ContainerEngine: Send + Sync {
    /// `GET /version` and `/info`: who answers, and where.
    async fn facts(&self) -> Result<EngineFacts, EngineError>;

    /// Free bytes where the engine keeps images and containers, also in a virtual machine; `None`
    /// where nobody can say.
    async fn free_bytes(&self, facts: &EngineFacts) -> Option<u64>;

    /// `GET /containers/json?all=1`: the raw list, optionally only those with a label
    /// (`key` or `key=value`).
    async fn list_containers(&self, label: Option<&str>) -> Result<Vec<Value>, EngineError>;

    /// `GET /containers/{id}/json`, raw; `None` if there is no such container.
    async fn inspect_container(&self, id_or_name: &str) -> Result<Option<Value>, EngineError>;

    /// `GET /images/{name}/json`, raw; `None` if there is no such image.
    async fn inspect_image(&self, id_or_reference: &str) -> Result<Option<Value>, EngineError>;

    /// `POST /containers/create` with a body made by `phoenix_plan::spec`; answers the new ID.
    /// An endpoint beyond the first that this API version cannot take in the body is connected
    /// before this returns; if that fails the container is removed again.
    async fn create_container(
        &self,
        name: &str,
        body: &Value,
        platform: Option<&str>,
    ) -> Result<String, EngineError>;

    /// `POST /containers/{id}/start`; already running is success.
    async fn start_container(&self, id: &str) -> Result<(), EngineError>;

    /// `POST /containers/{id}/stop`; returns when it has stopped; already stopped is success.
    async fn stop_container(&self, id: &str, timeout: Duration) -> Result<(), EngineError>;

    /// `POST /containers/{id}/rename`; already so named is success.
    async fn rename_container(&self, id: &str, name: &str) -> Result<(), EngineError>;

    /// `POST /containers/{id}/update` with only `RestartPolicy`.
    async fn set_restart_policy(&self, id: &str, policy: &Value) -> Result<(), EngineError>;

    /// `DELETE /containers/{id}?force=1`, never with its volumes; absent is success.
    async fn remove_container(&self, id: &str) -> Result<(), EngineError>;

    /// The last `lines` lines of both output streams, oldest first.
    async fn logs(&self, id: &str, lines: usize) -> Result<Vec<String>, EngineError>;

    /// Runs a command in a container and waits for it, at most `timeout`.
    async fn exec(
        &self,
        id: &str,
        command: &[String],
        timeout: Duration,
    ) -> Result<ExecOutcome, EngineError>;

    /// Pulls `reference` (a digest, where one is known) for a platform (`os/arch[/variant]`) and
    /// answers the image ID.
    async fn pull(
        &self,
        reference: &str,
        platform: Option<&str>,
        progress: &dyn PullProgress,
    ) -> Result<String, PullError>;

    /// `POST /images/{id}/tag`.
    async fn tag_image(&self, image_id: &str, reference: &str) -> Result<(), EngineError>;

    /// `DELETE /images/{reference}`, never forced; in use or absent is success and answers `false`.
    async fn remove_image(&self, reference: &str) -> Result<bool, EngineError>;

    /// References (tags and digests) of local images that match a prefix, with their image IDs.
    async fn image_tags(&self, prefix: &str) -> Result<Vec<(String, String)>, EngineError>;

    /// Loads the switch's image unless this very version is there; answers its reference.
    async fn ensure_switch_image(&self) -> Result<String, EngineError>;

    /// Creates network, volume and container of a switch, without starting it; what exists already
    /// under these names and labels is kept. Answers the container's ID.
    async fn create_switch(&self, objects: &SwitchObjects) -> Result<String, EngineError>;

    /// Removes container, volume and network of a switch; what is absent is no error.
    async fn remove_switch(&self, objects: &SwitchObjects) -> Result<(), EngineError>;

    /// `POST /networks/{name}/connect`; already connected is success.
    async fn connect_network(
        &self,
        network: &str,
        container_id: &str,
        endpoint: &Value,
    ) -> Result<(), EngineError>;

    /// `POST /networks/{name}/disconnect`; not connected is success.
    async fn disconnect_network(
        &self,
        network: &str,
        container_id: &str,
    ) -> Result<(), EngineError>;

    /// `GET /events`: what happens to containers from now on, as far as a user can see it; what
    /// runs inside them (`exec`, which health checks do all the time) is left out by the engine.
    /// Everything that changes after this has returned is told; it may begin with changes of the
    /// seconds before.
    ///
    /// It has no bound in time and needs no timer: silence means that nothing changes. When the
    /// connection breaks, an error is the last item.
    async fn container_changes(&self) -> Result<ContainerChanges, EngineError>;
}

/// See [`ContainerEngine::container_changes`].
pub type ContainerChanges = BoxStream<'static, Result<ContainerChange, EngineError>>;

/// Something happened to a container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContainerChange {
    /// Its name, without a slash; after a `rename` the new one.
    pub name: String,
    /// Its labels.
    pub labels: BTreeMap<String, String>,
    /// The engine's word: `create`, `start`, `die`, `stop`, `restart`, `destroy`, `rename`,
    /// `pause`, `unpause`, `health_status: healthy` (or `unhealthy`), `oom`, `update`.
    pub action: String,
}

/// Who answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EngineFacts {
    /// Where it was reached, without credentials.
    pub endpoint: String,
    /// The engine's version, `28.5.2`.
    pub version: String,
    /// The API version in use, `1.51`.
    pub api_version: String,
    /// `os/arch` of the engine, `linux/amd64`.
    pub platform: String,
    /// Where the engine keeps its data, on its own machine.
    pub data_root: String,
    /// Whether its published ports are reachable at this machine's addresses.
    pub local: bool,
    /// `GET /info`'s `DefaultRuntime` and other daemon-wide defaults, raw.
    pub info: Value,
}

/// A finished command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExecOutcome {
    /// Its exit code.
    pub exit_code: i64,
    /// Both output streams, at most 16 KiB, as text.
    pub output: String,
}

/// Everything a switch consists of on the engine. All names derive from the service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SwitchObjects {
    /// Name of container, volume and (internal) network alike.
    pub name: String,
    /// Labels of all three; they say which service the switch serves.
    pub labels: BTreeMap<String, String>,
    /// What it publishes; its listeners are the container ports among these.
    pub ports: Vec<PortBinding>,
    /// Container ports that are relayed as raw TCP from the first byte.
    pub raw_ports: Vec<u16>,
    /// Default bound on holding a request.
    pub hold_limit: Duration,
}

/// The engine did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// Nobody answers at the endpoint.
    #[error("no container engine answers at {endpoint}")]
    Unreachable {
        /// Where it was looked for.
        endpoint: String,
        /// Why not.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The engine's API is too old or too new for this program.
    #[error("{0}")]
    Incompatible(String),
    /// The thing does not exist.
    #[error("{what} does not exist")]
    NotFound {
        /// Which thing.
        what: String,
    },
    /// The name is taken, or the thing is in a state that forbids the call.
    #[error("{call}: {message}")]
    Conflict {
        /// The call.
        call: &'static str,
        /// The engine's words.
        message: String,
    },
    /// A host port is taken.
    #[error("the port is already taken: {message}")]
    PortTaken {
        /// The engine's words.
        message: String,
    },
    /// No space left on the engine's disk.
    #[error("the engine's disk is full: {message}")]
    DiskFull {
        /// The engine's words.
        message: String,
    },
    /// Any other refusal.
    #[error("{call} was refused ({status}): {message}")]
    Refused {
        /// The call.
        call: &'static str,
        /// HTTP status.
        status: u16,
        /// The engine's words.
        message: String,
    },
    /// No answer in time.
    #[error("{call} got no answer within {after:?}")]
    TimedOut {
        /// The call.
        call: &'static str,
        /// How long it was waited for.
        after: Duration,
    },
    /// The answer could not be understood, or the connection broke.
    #[error("{call}: {message}")]
    Broken {
        /// The call.
        call: &'static str,
        /// What happened.
        message: String,
    },
}

/// A pull that brought nothing. In every case local images and tags are as they were.
#[derive(Debug, thiserror::Error)]
pub enum PullError {
    /// The registry knows no such image.
    #[error("{reference} does not exist at its registry")]
    ImageNotFound {
        /// What was asked for.
        reference: String,
    },
    /// The registry wants (other) credentials.
    #[error("the registry does not let us read {reference}: {message}")]
    Unauthorized {
        /// What was asked for.
        reference: String,
        /// The registry's words.
        message: String,
    },
    /// Exists, but not for this platform.
    #[error("{reference} is not made for {platform}")]
    WrongPlatform {
        /// What was asked for.
        reference: String,
        /// What is needed.
        platform: String,
    },
    /// The registry cannot be reached by the engine.
    #[error("the engine cannot reach the registry of {reference}: {message}")]
    RegistryUnreachable {
        /// What was asked for.
        reference: String,
        /// The engine's words.
        message: String,
    },
    /// No space left for the layers.
    #[error(
        "no space left on the engine's disk for {reference}: {message}; free some there ('docker system df' \
         shows what takes it)"
    )]
    DiskFull {
        /// What was asked for.
        reference: String,
        /// The engine's words.
        message: String,
    },
    /// No progress for too long.
    #[error("pulling {reference} made no progress for {after:?}")]
    Stalled {
        /// What was asked for.
        reference: String,
        /// How long.
        after: Duration,
    },
    /// Progress all the time, and no end of it.
    #[error("pulling {reference} was not done after {after:?}")]
    TooSlow {
        /// What was asked for.
        reference: String,
        /// The bound.
        after: Duration,
    },
    /// The engine itself failed.
    #[error(transparent)]
    Engine(#[from] EngineError),
}
