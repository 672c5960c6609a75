//! The settings, as the controller asks for them.

use std::{collections::BTreeMap, time::Duration};

use jiff::tz::TimeZone;
use phoenix_engine::controller::Wishes;
use phoenix_plan::{
    policy::{Policy, install::PowerRules},
    schedule::Schedule,
    service::ServiceId,
};

use crate::config::Settings;

impl Wishes for Settings {
    fn engine(&self) -> Option<String> {
        self.engine().map(str::to_owned)
    }

    fn services(&self) -> Vec<ServiceId> {
        self.services()
    }

    fn is_written(&self, service: &ServiceId) -> bool {
        self.is_written(service)
    }

    fn policy_for(&self, service: &ServiceId) -> Policy {
        self.policy_for(service)
    }

    fn policy_with(&self, service: &ServiceId, labels: &BTreeMap<String, String>) -> Policy {
        self.policy_with(service, labels)
    }

    fn raw_ports_for(&self, service: &ServiceId) -> Vec<u16> {
        self.raw_ports_for(service)
    }

    fn check_every(&self) -> Option<Duration> {
        self.check_every()
    }

    fn schedule(&self) -> Schedule {
        self.schedule()
    }

    fn zone(&self) -> TimeZone {
        self.zone()
    }

    fn jitter(&self) -> Duration {
        self.jitter()
    }

    fn at_once(&self) -> usize {
        self.at_once()
    }

    fn power_rules(&self) -> PowerRules {
        self.power_rules()
    }
}
