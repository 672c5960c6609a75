//! The settings in force: what was written over what is known out of the box.

use std::{collections::BTreeMap, time::Duration};

use jiff::tz::TimeZone;
use phoenix_plan::{
    labels::LabelWishes,
    policy::{GatePolicy, Policy, install::PowerRules},
    schedule::Schedule,
    service::ServiceId,
    tags::TagRules,
};

use serde::{Deserialize, Serialize};

use crate::channels::ChannelSettings;

use super::fragment::{Every, Fragment, ServiceFragment, TagsFragment, When};
use crate::registry::RegistryRule;

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

    /// How registries are reached, by the host under which images name them.
    pub const fn registries(&self) -> &BTreeMap<String, RegistryRule> {
        &self.written.registries
    }

    /// Whether the desktop may notify.
    pub fn notifications(&self) -> bool {
        self.written.desktop.notifications.unwrap_or(true)
    }

    /// The language of the window and the notifications.
    pub fn language(&self) -> Language {
        self.written.desktop.language.unwrap_or_default()
    }

    /// The size of what the window shows, 50 to 300 percent; 100 where nothing is said.
    pub fn zoom_percent(&self) -> u32 {
        self.written.desktop.zoom.unwrap_or(100)
    }

    /// When registries are asked: every 6 hours where nothing is said.
    pub fn schedule(&self) -> Schedule {
        match &self.written.schedule.when {
            Some(When::Every(Every::Never)) => Schedule::Never,
            Some(When::Every(Every::Each(time))) => Schedule::Every(*time),
            Some(When::Cron(cron)) => Schedule::Cron(cron.clone()),
            None => Schedule::Every(CHECK_EVERY),
        }
    }

    /// Where messages go beyond the desktop, by name.
    pub const fn channels(&self) -> &BTreeMap<String, ChannelSettings> {
        &self.written.channels
    }

    /// The time between two checks, from 10 minutes to 30 days; `None` means that only the user
    /// or cron starts one.
    pub fn check_every(&self) -> Option<Duration> {
        match self.schedule() {
            Schedule::Every(time) => Some(time),
            Schedule::Never | Schedule::Cron(_) => None,
        }
    }

    /// The time zone of the schedule and of maintenance windows; the system's where none is said.
    pub fn zone(&self) -> TimeZone {
        self.written.schedule.time_zone.clone().unwrap_or_else(TimeZone::system)
    }

    /// The name of the time zone that is written; absent means the system's.
    pub fn written_zone(&self) -> Option<&str> {
        self.written.schedule.time_zone.as_ref().and_then(TimeZone::iana_name)
    }

    /// The longest that a scheduled check is put off by chance; nothing where nothing is said.
    pub fn jitter(&self) -> Duration {
        self.written.schedule.jitter.unwrap_or_default()
    }

    /// How many services are updated at a time, from 1 to 32; 1 where nothing is said.
    pub fn at_once(&self) -> usize {
        self.written.schedule.at_once.unwrap_or(1)
    }

    /// What is installed by itself on battery and on metered connections.
    pub fn power_rules(&self) -> PowerRules {
        let (schedule, rules) = (&self.written.schedule, PowerRules::default());
        PowerRules {
            battery_above: schedule.battery_above.unwrap_or(rules.battery_above),
            metered: schedule.metered.unwrap_or(rules.metered),
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

    /// What is wanted for a service of whose containers no labels are known.
    pub fn policy_for(&self, service: &ServiceId) -> Policy {
        self.policy_with(service, &BTreeMap::new())
    }

    /// What is wanted for a service whose containers have these labels: what is built in, over it
    /// `[defaults]`, over that the labels, and over all the service's own table.
    pub fn policy_with(&self, service: &ServiceId, labels: &BTreeMap<String, String>) -> Policy {
        let mut policy = Policy::default();
        if is_gateway(service) {
            policy.config_files = vec!["~/.phoenix/phoenix.json".to_owned()];
            policy.probe_path = Some("/api/health".to_owned());
        }
        apply(&self.written.defaults, &mut policy);
        LabelWishes::of(labels).apply(&mut policy);
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
    policy.may_interrupt = written.may_interrupt.unwrap_or(policy.may_interrupt);
    policy.min_age = written.min_age.unwrap_or(policy.min_age);
    policy.include_stopped = written.include_stopped.unwrap_or(policy.include_stopped);
    policy.pinned = written.pinned.unwrap_or(policy.pinned);
    policy.clean_up = written.clean_up.unwrap_or(policy.clean_up);
    replace(written.windows.as_ref(), &mut policy.windows);
    replace(written.depends_on.as_ref(), &mut policy.depends_on);
    replace(written.config_files.as_ref(), &mut policy.config_files);
    put(written.probe_path.as_ref(), &mut policy.probe_path);
    put(written.changelog.as_ref(), &mut policy.changelog);
    policy.hooks.apply(&written.hooks);
    apply_tags(&written.tags, &mut policy.tags);
    let (written, gate) = (&written.gate, policy.gate);
    policy.gate = GatePolicy {
        successes: written.successes.unwrap_or(gate.successes),
        spacing: written.spacing.unwrap_or(gate.spacing),
        margin: written.margin.unwrap_or(gate.margin),
        weak_stability: written.weak_stability.unwrap_or(gate.weak_stability),
    };
}

fn apply_tags(written: &TagsFragment, tags: &mut TagRules) {
    tags.follow = written.follow.unwrap_or(tags.follow);
    tags.prereleases = written.prereleases.unwrap_or(tags.prereleases);
    put(written.include.as_ref(), &mut tags.include);
    put(written.exclude.as_ref(), &mut tags.exclude);
}

fn replace<T: Clone>(written: Option<&T>, value: &mut T) {
    if let Some(written) = written {
        value.clone_from(written);
    }
}

fn put<T: Clone>(written: Option<&T>, value: &mut Option<T>) {
    if let Some(written) = written {
        *value = Some(written.clone());
    }
}
