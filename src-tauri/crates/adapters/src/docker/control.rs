//! Commanding a switch: one long-lived `docker exec`, one JSON document per line.

mod channel;
mod link;
mod session;
mod words;

#[cfg(test)]
mod tests;

use async_trait::async_trait;
use phoenix_engine::ports::{SwitchControl, SwitchError, SwitchSession};

use self::{link::ExecOpener, session::Session};
use super::DockerEngine;

/// Opens sessions with switches on one engine.
#[derive(Debug, Clone)]
pub struct DockerSwitchControl {
    engine: DockerEngine,
}

impl DockerSwitchControl {
    /// Control over the switches of this engine.
    pub const fn new(engine: DockerEngine) -> Self {
        Self { engine }
    }
}

#[async_trait]
impl SwitchControl for DockerSwitchControl {
    async fn connect(&self, container_id: &str) -> Result<Box<dyn SwitchSession>, SwitchError> {
        let opener = ExecOpener::new(self.engine.clone(), container_id.to_owned());
        let session = Session::new(opener);
        session.greet().await?;
        Ok(Box::new(session))
    }
}
