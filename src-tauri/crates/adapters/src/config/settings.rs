//! The settings in force: what was written over what is known out of the box.

use std::time::Duration;

use phoenix_plan::{
    policy::{GatePolicy, Policy},
    service::ServiceId,
};

use serde::{Deserialize, Serialize};

use super::fragment::{Every, Fragment, ServiceFragment};

/// The gateway's container name, as its users call it.
pub(super) const GATEWAY: &str = "phoenix-gateway";
/// Compose's names for it when its file is in `~/.phoenix`.
const GATEWAY_COMPOSE: (&str, &str) = ("phoenix", "gateway");

/// How often the registries are asked, where nothing is said.
const CHECK_EVERY: Duration = Duration::from_hours(6);

/// The language of the window and the notifications.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Language {
    /// The user's own, as the platform tells it.
    #[default]
    #[serde(rename = "system")]
    System,
    /// English.
    #[serde(rename = "en")]
    English,
    /// French.
    #[serde(rename = "fr")]
    French,
}

/// All settings, every default filled in on request.
#[derive(Debug, Default)]
pub struct Settings {
    written: Fragment,
}

impl Settings {
    pub(super) const fn of(written: Fragment) -> Self {
        Self { written }
    }

    /// The container engine's address; absent means the one that Docker's own rules lead to.
    pub fn engine(&self) -> Option<&str> {
        self.written.engine.as_deref()
    }

    /// Whether the desktop may notify.
    pub fn notifications(&self) -> bool {
        self.written.desktop.notifications.unwrap_or(true)
    }

    /// The language of the window and the notifications.
    pub fn language(&self) -> Language {
        self.written.desktop.language.unwrap_or_default()
    }

    /// The time between two checks, from 10 minutes to 30 days; `None` means that only the user
    /// starts one.
    pub fn check_every(&self) -> Option<Duration> {
        match self.written.schedule.every {
            Some(Every::Never) => None,
            Some(Every::Each(time)) => Some(time),
            None => Some(CHECK_EVERY),
        }
    }

    /// Whether the file has a table that holds for this service.
    pub fn is_written(&self, service: &ServiceId) -> bool {
        self.own(service).is_some()
    }

    /// The services to watch where they exist: the gateway, and those that have a table.
    pub fn services(&self) -> Vec<ServiceId> {
        let gateway = ServiceId::Container(GATEWAY.to_owned());
        let others = self.written.services.keys().filter(|service| **service != gateway);
        std::iter::once(gateway.clone()).chain(others.cloned()).collect()
    }

    /// What is wanted for a service: its own table, else `[defaults]`, else what is built in.
    pub fn policy_for(&self, service: &ServiceId) -> Policy {
        let mut policy = Policy::default();
        if is_gateway(service) {
            policy.config_files = vec!["~/.phoenix/phoenix.json".to_owned()];
            policy.probe_path = Some("/api/health".to_owned());
        }
        apply(&self.written.defaults, &mut policy);
        if let Some(own) = self.own(service) {
            apply(own, &mut policy);
        }
        policy
    }

    /// What holds for services that say nothing else.
    pub fn defaults(&self) -> Policy {
        let mut policy = Policy::default();
        apply(&self.written.defaults, &mut policy);
        policy
    }

    /// Container ports that the switch relays as raw TCP, whatever their first bytes look like.
    pub fn raw_ports_for(&self, service: &ServiceId) -> Vec<u16> {
        let own = self.own(service).and_then(|own| own.raw_ports.clone());
        own.or_else(|| self.written.defaults.raw_ports.clone()).unwrap_or_default()
    }

    /// A service's table; the gateway's may be called by its container's name though compose runs
    /// it.
    fn own(&self, service: &ServiceId) -> Option<&ServiceFragment> {
        let services = &self.written.services;
        services.get(service).or_else(|| {
            let known_as = ServiceId::Container(GATEWAY.to_owned());
            is_gateway(service).then(|| services.get(&known_as))?
        })
    }
}

/// Whether this is the Phoenix gateway, started by hand or by its compose file.
pub fn is_gateway(service: &ServiceId) -> bool {
    match service {
        ServiceId::Container(name) => name == GATEWAY,
        ServiceId::Compose { project, service } => {
            (project.as_str(), service.as_str()) == GATEWAY_COMPOSE
        }
    }
}

fn apply(written: &ServiceFragment, policy: &mut Policy) {
    policy.strategy = written.strategy.or(policy.strategy);
    policy.monitor = written.monitor.or(policy.monitor);
    policy.hold_limit = written.hold_limit.unwrap_or(policy.hold_limit);
    policy.drain_limit = written.drain_limit.unwrap_or(policy.drain_limit);
    policy.inconclusive = written.inconclusive.unwrap_or(policy.inconclusive);
    policy.keep_releases = written.keep_releases.unwrap_or(policy.keep_releases);
    policy.updates = written.updates.unwrap_or(policy.updates);
    policy.accept_unhealthy = written.accept_unhealthy.unwrap_or(policy.accept_unhealthy);
    if let Some(path) = &written.probe_path {
        policy.probe_path = Some(path.clone());
    }
    if let Some(files) = &written.config_files {
        policy.config_files.clone_from(files);
    }
    let (written, gate) = (&written.gate, policy.gate);
    policy.gate = GatePolicy {
        successes: written.successes.unwrap_or(gate.successes),
        spacing: written.spacing.unwrap_or(gate.spacing),
        margin: written.margin.unwrap_or(gate.margin),
        weak_stability: written.weak_stability.unwrap_or(gate.weak_stability),
    };
}
