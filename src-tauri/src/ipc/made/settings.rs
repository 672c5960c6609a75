//! Settings, both ways.

mod edits;
mod zoom;

use jiff::Zoned;
use phoenix_adapters::{
    channels::ChannelState,
    config::{self, write_duration},
};
use phoenix_plan::{
    policy::{Policy, UpdateMode},
    schedule,
    service::ServiceId,
    tags,
};

use super::word;
use crate::ipc::view::{
    Autostart, Follow, Language, MessageChannel, Schedule, ServiceSettings, Settings, Updates,
};

pub use edits::{BadSetting, changes};
pub use zoom::zoomed;

/// How many of the next checks are shown.
const SHOWN_CHECKS: usize = 3;

/// The settings in force; `services` are those that are shown. Channels are filled in by whoever
/// sends to them.
pub fn settings(
    file: String,
    settings: &config::Settings,
    services: &[ServiceId],
    autostart: Autostart,
    now: &Zoned,
) -> Settings {
    let of = |service: &ServiceId| service_settings(Some(service), &settings.policy_for(service));
    Settings {
        file,
        engine: settings.engine().map(str::to_owned),
        notifications: settings.notifications(),
        language: match settings.language() {
            config::Language::System => Language::System,
            config::Language::English => Language::En,
            config::Language::French => Language::Fr,
        },
        zoom_percent: settings.zoom_percent(),
        schedule: schedule(settings, now),
        battery_above: settings.power_rules().battery_above,
        metered: settings.power_rules().metered,
        channels: Vec::new(),
        autostart,
        defaults: service_settings(None, &settings.defaults()),
        services: services.iter().map(of).collect(),
    }
}

/// The channels, and what each did last.
pub fn channels(states: &[ChannelState]) -> Vec<MessageChannel> {
    let shown = states.iter().map(|state| MessageChannel {
        name: state.name.clone(),
        kind: state.kind.clone(),
        last_sent: state.last_sent.map(|at| at.to_string()),
        last_error: state.trouble.as_ref().map(|trouble| trouble.message.clone()),
    });
    shown.collect()
}

fn schedule(settings: &config::Settings, now: &Zoned) -> Schedule {
    let zone = settings.zone();
    let in_force = settings.schedule();
    let now = now.with_time_zone(zone.clone());
    let (every, cron, next) = match &in_force {
        schedule::Schedule::Never => (None, None, Vec::new()),
        schedule::Schedule::Every(time) => (Some(write_duration(*time)), None, Vec::new()),
        schedule::Schedule::Cron(cron) => {
            (None, Some(cron.to_string()), in_force.preview(&now, SHOWN_CHECKS))
        }
    };
    Schedule {
        every,
        cron,
        zone: settings.written_zone().map(str::to_owned),
        zone_in_force: zone.iana_name().unwrap_or("UTC").to_owned(),
        next: next.iter().map(|run| run.timestamp().to_string()).collect(),
    }
}

fn service_settings(service: Option<&ServiceId>, policy: &Policy) -> ServiceSettings {
    ServiceSettings {
        service: service.map(ToString::to_string),
        updates: match policy.updates {
            UpdateMode::Manual => Updates::Manual,
            UpdateMode::Notify => Updates::Notify,
            UpdateMode::Auto => Updates::Auto,
        },
        strategy: policy.strategy.map(word),
        monitor: policy.monitor.map(write_duration),
        keep_releases: u32::try_from(policy.keep_releases).unwrap_or(u32::MAX),
        min_age: (!policy.min_age.is_zero()).then(|| write_duration(policy.min_age)),
        windows: policy.windows.iter().map(ToString::to_string).collect(),
        follow: match policy.tags.follow {
            tags::Follow::None => Follow::None,
            tags::Follow::Patch => Follow::Patch,
            tags::Follow::Minor => Follow::Minor,
            tags::Follow::Major => Follow::Major,
        },
        include: policy.tags.include.as_ref().map(|it| it.as_str().to_owned()),
        exclude: policy.tags.exclude.as_ref().map(|it| it.as_str().to_owned()),
        prereleases: policy.tags.prereleases,
        pinned: policy.pinned,
        include_stopped: policy.include_stopped,
    }
}

#[cfg(test)]
mod tests;
