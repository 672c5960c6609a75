//! The connection to the engine: kept by events, not by polling.

use std::{sync::Arc, time::Duration};

use futures_util::StreamExt as _;
use jiff::Timestamp;
use tokio::sync::mpsc::UnboundedSender;

use super::{Surroundings, run::Tick};
use crate::{
    World,
    ports::{ContainerChanges, EngineFacts},
    wording::Wording,
};

/// How the connection stands.
pub(super) enum Link {
    /// Nobody has answered yet.
    Connecting,
    /// The engine answers.
    Up { world: World, facts: Box<EngineFacts> },
    /// It does not; `tries` since it went away.
    Away { reason: Wording, since: Timestamp, tries: u32 },
}

/// The longest pause between two tries while nobody is looking.
const HIDDEN_PAUSE: Duration = Duration::from_mins(1);
/// The longest pause while the window is open.
const WATCHED_PAUSE: Duration = Duration::from_secs(2);

/// The pause before the next try: doubling from one second.
pub(super) fn pause_before_try(tries: u32, window_open: bool) -> Duration {
    let longest = if window_open { WATCHED_PAUSE } else { HIDDEN_PAUSE };
    Duration::from_secs(1 << tries.min(6)).min(longest)
}

/// An engine that answers and tells what happens.
pub(super) struct Connection {
    pub(super) world: World,
    pub(super) facts: Box<EngineFacts>,
    pub(super) changes: ContainerChanges,
}

/// Connects, asks who answers, and begins to listen: what is looked at afterwards cannot change
/// unheard.
pub(super) async fn connect(surroundings: Arc<dyn Surroundings>) -> Result<Connection, Wording> {
    let world = surroundings.connect().await?;
    let facts = world.engine.facts().await.map_err(|error| Wording::from(&error))?;
    let changes = world.engine.container_changes().await.map_err(|error| Wording::from(&error))?;
    Ok(Connection { world, facts: Box::new(facts), changes })
}

/// Listens to the engine until it goes away; answers why.
pub(super) async fn listen(
    mut changes: ContainerChanges,
    epoch: u64,
    ticks: UnboundedSender<Tick>,
) -> Wording {
    loop {
        match changes.next().await {
            Some(Ok(change)) => {
                // Without a controller there is nobody left to tell, and this task ends with it.
                let _gone = ticks.send(Tick::Changed(epoch, Box::new(change)));
            }
            Some(Err(error)) => return Wording::from(&error),
            None => return Wording::engine_ended(),
        }
    }
}

#[cfg(test)]
mod tests;
