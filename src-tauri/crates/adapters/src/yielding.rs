//! Settings of a program beside which another one may update by itself: one at a time does.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use jiff::tz::TimeZone;
use phoenix_engine::controller::Wishes;
use phoenix_plan::{
    policy::{Policy, UpdateMode, install::PowerRules},
    schedule::Schedule,
    service::ServiceId,
};

use crate::{
    config::Settings,
    state::{FileStore, Watcher},
};

/// The right to update by itself: taken as soon as it is free, and kept until the end.
pub struct InstallsHere {
    program: &'static str,
    right: Mutex<Option<Watcher>>,
}

/// Settings under which nothing is installed by itself while another program does that.
pub struct Yielding {
    settings: Settings,
    turn: Arc<InstallsHere>,
}

impl InstallsHere {
    /// For a program of this name; takes nothing yet.
    pub const fn new(program: &'static str) -> Self {
        Self { program, right: Mutex::new(None) }
    }

    /// Whether this program updates by itself; takes the right if it is free.
    pub fn is_ours(&self) -> bool {
        let mut right = self.right.lock().unwrap_or_else(PoisonError::into_inner);
        if right.is_none() {
            let taken = FileStore::open().map_err(Into::into);
            *right = taken.and_then(|store| store.become_watcher(self.program)).ok();
        }
        right.is_some()
    }
}

impl Yielding {
    /// These settings, as long as it is this program's turn.
    pub const fn new(settings: Settings, turn: Arc<InstallsHere>) -> Self {
        Self { settings, turn }
    }

    /// What the other program installs is only told here.
    fn yielded(&self, mut policy: Policy) -> Policy {
        if policy.updates == UpdateMode::Auto && !self.turn.is_ours() {
            policy.updates = UpdateMode::Notify;
        }
        policy
    }
}

impl Wishes for Yielding {
    fn engine(&self) -> Option<String> {
        Wishes::engine(&self.settings)
    }

    fn services(&self) -> Vec<ServiceId> {
        self.settings.services()
    }

    fn is_written(&self, service: &ServiceId) -> bool {
        self.settings.is_written(service)
    }

    fn policy_for(&self, service: &ServiceId) -> Policy {
        self.yielded(self.settings.policy_for(service))
    }

    fn policy_with(&self, service: &ServiceId, labels: &BTreeMap<String, String>) -> Policy {
        self.yielded(self.settings.policy_with(service, labels))
    }

    fn raw_ports_for(&self, service: &ServiceId) -> Vec<u16> {
        self.settings.raw_ports_for(service)
    }

    fn check_every(&self) -> Option<Duration> {
        self.settings.check_every()
    }

    fn schedule(&self) -> Schedule {
        self.settings.schedule()
    }

    fn zone(&self) -> TimeZone {
        self.settings.zone()
    }

    fn jitter(&self) -> Duration {
        self.settings.jitter()
    }

    fn at_once(&self) -> usize {
        self.settings.at_once()
    }

    fn power_rules(&self) -> PowerRules {
        self.settings.power_rules()
    }
}
