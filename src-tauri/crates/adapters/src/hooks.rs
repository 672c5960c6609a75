//! Runs the user's own commands: in a container, or on this machine.

mod host;
mod tree;

use std::time::Duration;

use async_trait::async_trait;
use phoenix_engine::ports::{HookRun, HookRunner};

use crate::docker::DockerEngine;

/// The variable by which everything that belongs to one run of a hook is known.
pub(crate) const MARK: &str = "PHOENIX_HOOK_RUN";

/// Hooks beside one engine.
#[derive(Debug, Clone)]
pub struct Hooks {
    engine: DockerEngine,
}

impl Hooks {
    /// Those in containers run on this engine.
    pub const fn new(engine: DockerEngine) -> Self {
        Self { engine }
    }
}

#[async_trait]
impl HookRunner for Hooks {
    async fn exec(
        &self,
        container_id: &str,
        command: &[String],
        variables: &[(String, String)],
        limit: Duration,
    ) -> HookRun {
        self.engine.hook(container_id, command, variables, limit).await
    }

    async fn host(
        &self,
        command: &[String],
        variables: &[(String, String)],
        limit: Duration,
    ) -> HookRun {
        host::run(command, variables, limit).await
    }
}

#[cfg(all(test, unix))]
mod tests;
