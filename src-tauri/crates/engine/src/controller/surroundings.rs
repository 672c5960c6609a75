//! What the controller needs of the program around it.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use async_trait::async_trait;
use futures_util::{StreamExt as _, stream::BoxStream};
use jiff::{Timestamp, tz::TimeZone};
use phoenix_plan::{
    hooks::{HookReport, Verdict},
    policy::{
        Policy,
        install::{Circumstances, PowerRules},
    },
    schedule::Schedule,
    service::ServiceId,
};

use super::{Notice, WatchState};
use crate::{World, ports::StateError, wording::Wording};

/// The settings in force.
pub trait Wishes: Send + Sync {
    /// The engine's address; `None` means the one that Docker's own rules lead to.
    fn engine(&self) -> Option<String>;
    /// The services to watch where they exist, as the user calls them.
    fn services(&self) -> Vec<ServiceId>;
    /// Whether the settings name the service, so that it is shown even where it does not exist.
    fn is_written(&self, service: &ServiceId) -> bool;
    /// What is wanted for a service of whose containers no labels are known.
    fn policy_for(&self, service: &ServiceId) -> Policy;
    /// What is wanted for a service whose containers have these labels.
    fn policy_with(&self, service: &ServiceId, labels: &BTreeMap<String, String>) -> Policy;
    /// Container ports that are relayed as raw TCP.
    fn raw_ports_for(&self, service: &ServiceId) -> Vec<u16>;
    /// Time between two checks; `None` means never by itself.
    fn check_every(&self) -> Option<Duration>;
    /// When registries are asked.
    fn schedule(&self) -> Schedule;
    /// The time zone of the schedule and of maintenance windows.
    fn zone(&self) -> TimeZone;
    /// The longest that a scheduled check is put off by chance.
    fn jitter(&self) -> Duration;
    /// How many services are updated at a time; at least 1.
    fn at_once(&self) -> usize;
    /// What is installed by itself on battery and on metered connections.
    fn power_rules(&self) -> PowerRules;
}

/// The program around the controller.
#[async_trait]
pub trait Surroundings: Send + Sync + 'static {
    /// Reads the settings; an error is a sentence that names file, line and remedy.
    fn wishes(&self) -> Result<Arc<dyn Wishes>, Wording>;
    /// Connects to the container engine; an error is a sentence.
    async fn connect(&self) -> Result<World, Wording>;
    /// Wall-clock time.
    fn now(&self) -> Timestamp;
    /// Tells a person. Must not block.
    fn tell(&self, notice: Notice);
    /// One of the user's commands around a check of a service ended. Must not block.
    fn hook_ended(&self, service: &ServiceId, report: &HookReport) {
        match report.verdict() {
            Verdict::GoOn => tracing::info!(%service, output = report.output, "{report}"),
            Verdict::Defer | Verdict::Veto => {
                tracing::warn!(%service, output = report.output, "{report}");
            }
        }
    }
    /// What was known when the program ended.
    fn load(&self) -> Result<WatchState, StateError>;
    /// Keeps what is known.
    fn save(&self, state: &WatchState) -> Result<(), StateError>;
    /// Changes what is known, in one act among all programs that share it, and answers what it is
    /// then.
    fn change(&self, change: &mut dyn FnMut(&mut WatchState)) -> Result<WatchState, StateError> {
        let mut state = self.load()?;
        change(&mut state);
        self.save(&state)?;
        Ok(state)
    }
    /// What the machine runs on; asked only when something would be installed by itself.
    async fn power(&self) -> Power {
        Power::default()
    }
    /// The moments at which the wall clock jumps: the machine woke from sleep, or the clock was set.
    fn clock_jumps(&self) -> ClockJumps {
        futures_util::stream::pending().boxed()
    }
}

/// See [`Surroundings::clock_jumps`].
pub type ClockJumps = BoxStream<'static, ()>;

/// What a machine runs on. What nobody can tell hinders nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Power {
    /// Whether it lives on its battery.
    pub on_battery: bool,
    /// The battery's charge, 0 to 100.
    pub percent: Option<u8>,
    /// Whether its connection is paid by volume.
    pub metered: Option<bool>,
}

impl Power {
    /// As far as it matters.
    pub fn circumstances(self, paused: bool) -> Circumstances {
        Circumstances {
            paused,
            battery_percent: self.percent.filter(|_| self.on_battery),
            metered: self.metered.unwrap_or(false),
        }
    }
}
