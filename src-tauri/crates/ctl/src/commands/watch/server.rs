//! A server around the controller: settings and engine from the adapters, notices to the log and the
//! channels.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use phoenix_adapters::{assemble, channels::Channels, clock, config, power, state::FileStore};
use phoenix_engine::{
    World,
    controller::{ClockJumps, Notice, Power, Surroundings, WatchState, Wishes},
    in_a_sentence,
    ports::StateError,
};
use tokio::sync::mpsc::UnboundedSender;

/// The real ones.
pub(super) struct Server {
    notices: UnboundedSender<Notice>,
    channels: Arc<Channels>,
}

impl Server {
    /// Notices go to `notices`, and to the channels of the settings.
    pub(super) const fn new(notices: UnboundedSender<Notice>, channels: Arc<Channels>) -> Self {
        Self { notices, channels }
    }
}

#[async_trait]
impl Surroundings for Server {
    fn wishes(&self) -> Result<Arc<dyn Wishes>, String> {
        match config::load() {
            Ok(settings) => {
                self.channels.apply(&settings);
                Ok(Arc::new(settings))
            }
            Err(error) => Err(in_a_sentence(&error)),
        }
    }

    async fn connect(&self) -> Result<World, String> {
        let settings = config::load().map_err(|error| in_a_sentence(&error))?;
        assemble::world(&settings).await.map_err(|error| in_a_sentence(&error))
    }

    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn tell(&self, notice: Notice) {
        self.channels.tell(&notice);
        // The program is on its way out when nobody listens any more.
        let _gone = self.notices.send(notice);
    }

    fn load(&self) -> Result<WatchState, StateError> {
        FileStore::open()?.watch_state()
    }

    fn save(&self, state: &WatchState) -> Result<(), StateError> {
        FileStore::open()?.save_watch_state(state)
    }

    fn change(&self, change: &mut dyn FnMut(&mut WatchState)) -> Result<WatchState, StateError> {
        FileStore::open()?.change_watch_state(change)
    }

    async fn power(&self) -> Power {
        power::power().await
    }

    fn clock_jumps(&self) -> ClockJumps {
        clock::clock_jumps()
    }
}
