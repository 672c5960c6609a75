//! A server around the controller: settings and engine from the adapters, notices to the log and the
//! channels.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use phoenix_adapters::{assemble, channels::Channels, clock, config, power, state::FileStore};
use phoenix_engine::{
    World,
    controller::{ClockJumps, Notice, Power, Surroundings, WatchState, Wishes},
    ports::StateError,
    wording::Wording,
};
use phoenix_plan::{hooks::HookReport, service::ServiceId};
use tokio::sync::mpsc::UnboundedSender;

/// What the log is told.
pub(super) enum Told {
    /// What a person would be told.
    Notice(Box<Notice>),
    /// One of the user's commands around a check of a service ended.
    Hook(ServiceId, HookReport),
}

/// The real ones.
pub(super) struct Server {
    told: UnboundedSender<Told>,
    channels: Arc<Channels>,
}

impl Server {
    /// Everything goes to `told`, notices to the channels of the settings, too.
    pub(super) const fn new(told: UnboundedSender<Told>, channels: Arc<Channels>) -> Self {
        Self { told, channels }
    }

    fn log(&self, told: Told) {
        // The program is on its way out when nobody listens any more.
        let _gone = self.told.send(told);
    }
}

#[async_trait]
impl Surroundings for Server {
    fn wishes(&self) -> Result<Arc<dyn Wishes>, Wording> {
        match config::load() {
            Ok(settings) => {
                self.channels.apply(&settings);
                Ok(Arc::new(settings))
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
        self.log(Told::Notice(Box::new(notice)));
    }

    fn hook_ended(&self, service: &ServiceId, report: &HookReport) {
        self.log(Told::Hook(service.clone(), report.clone()));
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
