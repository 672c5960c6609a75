//! Commanding a switch: one long-lived `docker exec`, one JSON document per line.

mod channel;
mod link;
mod session;
mod words;

#[cfg(test)]
mod tests;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use async_trait::async_trait;
use phoenix_engine::ports::{SwitchControl, SwitchError, SwitchSession};

use self::{link::ExecOpener, session::Session};
use super::DockerEngine;

/// Opens sessions with switches on one engine. Opening one costs some 70 ms, so there is one for
/// each switch, which all callers share.
pub struct DockerSwitchControl {
    engine: DockerEngine,
    open: Mutex<BTreeMap<String, Arc<Session>>>,
}

impl DockerSwitchControl {
    /// Control over the switches of this engine.
    pub const fn new(engine: DockerEngine) -> Self {
        Self { engine, open: Mutex::new(BTreeMap::new()) }
    }

    /// The session of this switch, which opens its channel anew by itself where that is needed.
    fn session(&self, container_id: &str) -> Arc<Session> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let session = open.entry(container_id.to_owned()).or_insert_with(|| {
            let opener = ExecOpener::new(self.engine.clone(), container_id.to_owned());
            Arc::new(Session::new(opener))
        });
        Arc::clone(session)
    }
}

#[async_trait]
impl SwitchControl for DockerSwitchControl {
    async fn connect(&self, container_id: &str) -> Result<Arc<dyn SwitchSession>, SwitchError> {
        let session = self.session(container_id);
        session.greet().await?;
        Ok(session)
    }
}
