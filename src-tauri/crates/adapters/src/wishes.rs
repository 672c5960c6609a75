//! The settings, as the controller asks for them.

use std::time::Duration;

use phoenix_engine::controller::Wishes;
use phoenix_plan::{policy::Policy, service::ServiceId};

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

    fn raw_ports_for(&self, service: &ServiceId) -> Vec<u16> {
        self.raw_ports_for(service)
    }

    fn check_every(&self) -> Option<Duration> {
        self.check_every()
    }
}
