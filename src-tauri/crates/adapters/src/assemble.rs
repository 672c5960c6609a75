//! Puts the real world together behind the engine's ports: the same for every program.

use std::{collections::BTreeMap, sync::Arc};

use phoenix_engine::{
    World, in_a_sentence,
    ports::{Clock, EngineError, StateError},
    wording::Wording,
};

use crate::{
    backup::FileBackup,
    clock::SystemClock,
    compose::ProjectFiles,
    config::{self, Settings},
    docker::{BadEndpoint, DockerEngine, DockerSwitchControl, Surroundings},
    hooks::Hooks,
    prober::HostProber,
    registry::{RegistryClient, RegistryRule, RegistrySetup},
    release_notes::ForgeNotes,
    state::FileStore,
};

/// Why the real world cannot be put together.
#[derive(Debug, thiserror::Error)]
pub enum AssembleError {
    /// The configured engine address is not one.
    #[error(transparent)]
    Endpoint(#[from] BadEndpoint),
    /// No engine answers.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The state folder cannot be used.
    #[error(transparent)]
    State(#[from] StateError),
    /// The home folder is unknown, so backups have no place.
    #[error(transparent)]
    Backups(#[from] phoenix_engine::ports::BackupError),
}

impl AssembleError {
    /// In words, of a closed set where a person can do something about it.
    pub fn worded(&self) -> Wording {
        match self {
            Self::Engine(error) => Wording::from(error),
            Self::Endpoint(_) | Self::State(_) | Self::Backups(_) => in_a_sentence(self).into(),
        }
    }
}

/// Connects to the configured engine, or to the one that Docker's own rules lead to.
pub async fn world(settings: &Settings) -> Result<World, AssembleError> {
    let engine = match settings.engine() {
        Some(address) => DockerEngine::connect_to(address.parse()?).await?,
        None => DockerEngine::connect(&Surroundings::of_process()).await?,
    };
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let registry = RegistryClient::of(RegistrySetup {
        clock: Arc::clone(&clock),
        engine: Some(Arc::new(engine.clone())),
        rules: Arc::new(registry_rules),
        ..RegistrySetup::default()
    });
    Ok(World {
        hooks: Arc::new(Hooks::new(engine.clone())),
        notes: Arc::new(ForgeNotes::default()),
        switches: Arc::new(DockerSwitchControl::new(engine.clone())),
        engine: Arc::new(engine),
        registry: Arc::new(registry),
        prober: Arc::new(HostProber),
        state: Arc::new(FileStore::open()?),
        backups: Arc::new(FileBackup::open(Arc::clone(&clock))?),
        compose: Arc::new(ProjectFiles),
        clock,
    })
}

/// The settings may have changed since the engine was connected to.
fn registry_rules() -> Option<BTreeMap<String, RegistryRule>> {
    config::load().ok().map(|settings| settings.registries().clone())
}
