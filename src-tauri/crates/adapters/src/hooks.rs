//! Runs the user's own commands: in a container, or on this machine.

mod host;
mod tree;

use std::time::Duration;

use async_trait::async_trait;
use phoenix_engine::ports::{HookRun, HookRunner};
use tokio_util::task::TaskTracker;

use crate::docker::DockerEngine;

/// The variable by which everything that belongs to one run of a hook is known.
pub(crate) const MARK: &str = "PHOENIX_HOOK_RUN";

/// How long it may take to end what runs in containers for a call that was dropped.
const SETTLE_WITHIN: Duration = Duration::from_secs(12);

/// Hooks beside one engine.
#[derive(Debug, Clone)]
pub struct Hooks {
    engine: DockerEngine,
    /// Ends in containers what was broken off here.
    ending: TaskTracker,
}

impl Hooks {
    /// Those in containers run on this engine.
    pub fn new(engine: DockerEngine) -> Self {
        Self { engine, ending: TaskTracker::new() }
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
        self.engine.hook(container_id, command, variables, limit, &self.ending).await
    }

    async fn host(
        &self,
        command: &[String],
        variables: &[(String, String)],
        limit: Duration,
    ) -> HookRun {
        host::run(command, variables, limit).await
    }

    async fn settle(&self) {
        self.ending.close();
        // What takes longer is not waited for: the program is to end.
        let _late = tokio::time::timeout(SETTLE_WITHIN, self.ending.wait()).await;
    }
}

#[cfg(all(test, unix))]
mod tests;
