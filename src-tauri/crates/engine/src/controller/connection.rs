//! The connection to the engine: kept by events, not by polling.

use std::{sync::Arc, time::Duration};

use futures_util::StreamExt as _;
use jiff::Timestamp;
use tokio::sync::mpsc::UnboundedSender;

use super::{Surroundings, run::Tick};
use crate::{World, in_a_sentence, ports::EngineFacts};

/// How the connection stands.
pub(super) enum Link {
    /// Nobody has answered yet.
    Connecting,
    /// The engine answers.
    Up { world: World, facts: Box<EngineFacts> },
    /// It does not; `tries` since it went away.
    Away { reason: String, since: Timestamp, tries: u32 },
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

/// Connects and asks who answers.
pub(super) async fn connect(
    surroundings: Arc<dyn Surroundings>,
) -> Result<(World, Box<EngineFacts>), String> {
    let world = surroundings.connect().await?;
    let facts = world.engine.facts().await.map_err(|error| in_a_sentence(&error))?;
    Ok((world, Box::new(facts)))
}

/// Listens to the engine until it goes away.
pub(super) async fn listen(world: World, epoch: u64, ticks: UnboundedSender<Tick>) {
    let reason = match world.engine.container_changes().await {
        Ok(mut changes) => loop {
            match changes.next().await {
                Some(Ok(change)) => {
                    if ticks.send(Tick::Changed(Box::new(change))).is_err() {
                        return;
                    }
                }
                Some(Err(error)) => break in_a_sentence(&error),
                None => break "the engine closed the connection".to_owned(),
            }
        },
        Err(error) => in_a_sentence(&error),
    };
    // Without a controller there is nobody left to tell.
    let _gone = ticks.send(Tick::EngineGone(epoch, reason));
}
