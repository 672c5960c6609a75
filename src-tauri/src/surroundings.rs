//! The desktop around the controller: settings and engine from the adapters, notices to the
//! program.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use phoenix_adapters::{
    assemble,
    channels::Channels,
    clock, config, power,
    state::FileStore,
    yielding::{InstallsHere, Yielding},
};
use phoenix_engine::{
    World,
    controller::{ClockJumps, Notice, Power, Surroundings, WatchState, Wishes},
    ports::StateError,
    wording::Wording,
};
use tokio::sync::mpsc::UnboundedSender;

/// What others are told who updates by itself.
const NAME: &str = "the desktop application";

/// The real ones.
pub struct Desktop {
    notices: UnboundedSender<Notice>,
    channels: Arc<Channels>,
    turn: Arc<InstallsHere>,
}

impl Desktop {
    /// Notices go to `notices`, and to the channels of the settings.
    pub fn new(notices: UnboundedSender<Notice>, channels: Arc<Channels>) -> Self {
        let turn = Arc::new(InstallsHere::new(NAME));
        // Who is first has it; a program on a server may have been.
        turn.is_ours();
        Self { notices, channels, turn }
    }
}

#[async_trait]
impl Surroundings for Desktop {
    fn wishes(&self) -> Result<Arc<dyn Wishes>, Wording> {
        match config::load() {
            Ok(settings) => {
                self.channels.apply(&settings);
                Ok(Arc::new(Yielding::new(settings, Arc::clone(&self.turn))))
            }
            Err(error) => Err(Wording::from(&error)),
        }
    }

    async fn connect(&self) -> Result<World, Wording> {
        let settings = config::load().map_err(|error| Wording::from(&error))?;
        assemble::world(&settings).await.map_err(|error| error.worded())
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
