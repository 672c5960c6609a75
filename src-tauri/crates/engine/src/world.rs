//! All neighbours in one place.

use std::sync::Arc;

use crate::ports::{
    Clock, ComposeFiles, ConfigBackup, ContainerEngine, HookRunner, Prober, Registry, ReleaseNotes,
    StateStore, SwitchControl,
};

/// The outside world as the engine sees it.
#[derive(Clone)]
pub struct World {
    /// The container engine.
    pub engine: Arc<dyn ContainerEngine>,
    /// The switches.
    pub switches: Arc<dyn SwitchControl>,
    /// The registries.
    pub registry: Arc<dyn Registry>,
    /// The independent witness.
    pub prober: Arc<dyn Prober>,
    /// What must survive.
    pub state: Arc<dyn StateStore>,
    /// Backups of config files.
    pub backups: Arc<dyn ConfigBackup>,
    /// Compose files.
    pub compose: Arc<dyn ComposeFiles>,
    /// The user's own commands.
    pub hooks: Arc<dyn HookRunner>,
    /// What projects say of their releases.
    pub notes: Arc<dyn ReleaseNotes>,
    /// Time and fresh names.
    pub clock: Arc<dyn Clock>,
}
