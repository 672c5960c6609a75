//! Settings, both ways.

use phoenix_adapters::config::{
    self,
    edit::{Change, Scope, ServiceChange},
    parse_duration, write_duration,
};
use phoenix_plan::{
    policy::{Policy, UpdateMode},
    service::ServiceId,
    strategy::Strategy,
};

use super::word;
use crate::ipc::view::{Autostart, Language, ServiceSettings, SettingChange, Settings, Updates};

/// A change that says nothing that could be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BadSetting(pub String);

/// The settings in force; `services` are those that are shown.
pub fn settings(
    file: String,
    settings: &config::Settings,
    services: &[ServiceId],
    autostart: Autostart,
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
        check_every: settings.check_every().map(write_duration),
        autostart,
        defaults: service_settings(None, &settings.defaults()),
        services: services.iter().map(of).collect(),
    }
}

/// The changes of `config.toml`; the one of autostart is the system's and answered apart.
pub fn changes(changes: &[SettingChange]) -> Result<(Vec<Change>, Option<bool>), BadSetting> {
    let mut edits = Vec::new();
    let mut autostart = None;
    for change in changes {
        edits.push(match change {
            SettingChange::Autostart { on } => {
                autostart = Some(*on);
                continue;
            }
            SettingChange::Engine { address } => Change::Engine(address.clone()),
            SettingChange::Notifications { on } => Change::Notifications(*on),
            SettingChange::Language { language } => Change::Language(match language {
                Language::System => config::Language::System,
                Language::En => config::Language::English,
                Language::Fr => config::Language::French,
            }),
            SettingChange::CheckEvery { every } => {
                Change::CheckEvery(every.as_deref().map(duration).transpose()?)
            }
            SettingChange::Updates { service, mode } => {
                of_service(service.as_deref(), ServiceChange::Updates(mode.map(mode_of)))?
            }
            SettingChange::Strategy { service, strategy } => {
                let strategy = strategy.as_deref().map(strategy_of).transpose()?;
                of_service(service.as_deref(), ServiceChange::Strategy(strategy))?
            }
            SettingChange::Monitor { service, window } => {
                let window = window.as_deref().map(duration).transpose()?;
                of_service(service.as_deref(), ServiceChange::Monitor(window))?
            }
            SettingChange::KeepReleases { service, count } => {
                let count = count.and_then(|count| usize::try_from(count).ok());
                of_service(service.as_deref(), ServiceChange::KeepReleases(count))?
            }
        });
    }
    Ok((edits, autostart))
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
    }
}

fn of_service(service: Option<&str>, key: ServiceChange) -> Result<Change, BadSetting> {
    let scope = match service {
        None => Scope::Defaults,
        Some(name) => {
            let id = ServiceId::parse(name).map_err(|error| BadSetting(error.to_string()))?;
            Scope::Service(id)
        }
    };
    Ok(Change::Service { scope, key })
}

fn duration(text: &str) -> Result<std::time::Duration, BadSetting> {
    parse_duration(text)
        .ok_or_else(|| BadSetting(format!("\"{text}\" is no time: write 90s, 5m or 6h")))
}

fn strategy_of(text: &str) -> Result<Strategy, BadSetting> {
    match text {
        "overlap" => Ok(Strategy::Overlap),
        "hold" => Ok(Strategy::Hold),
        "recreate" => Ok(Strategy::Recreate),
        other => Err(BadSetting(format!("there is no strategy \"{other}\""))),
    }
}

const fn mode_of(mode: Updates) -> UpdateMode {
    match mode {
        Updates::Manual => UpdateMode::Manual,
        Updates::Notify => UpdateMode::Notify,
        Updates::Auto => UpdateMode::Auto,
    }
}

#[cfg(test)]
mod tests;
