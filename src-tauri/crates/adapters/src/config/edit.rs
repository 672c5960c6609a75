//! Edits of `config.toml` that leave every other line as it is, byte for byte.
//!
//! `toml_edit` says where things stand; the text itself is changed line by line.

mod file;
mod inline;
mod lines;
mod place;
mod text;
mod words;

use std::time::Duration;

use phoenix_plan::{
    policy::{Inconclusive, UpdateMode},
    schedule::{Cron, Window},
    service::ServiceId,
    strategy::Strategy,
    tags::{Follow, Pattern},
};

use super::{ConfigError, FILE_NAME, Language, fragment, is_gateway};

pub use file::{change, change_in};

/// One thing to change.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// The engine's address; `None` leaves it to Docker's own rules.
    Engine(Option<String>),
    /// Whether the desktop may notify.
    Notifications(bool),
    /// The language of the window and the notifications.
    Language(Language),
    /// The size of what the window shows, 50 to 300 percent.
    Zoom(u32),
    /// The time between two checks, 10 minutes to 30 days; `None` writes "never". Takes the place of
    /// a cron expression.
    CheckEvery(Option<Duration>),
    /// The times of checks; takes the place of an interval.
    CheckAt(Cron),
    /// The time zone's name; `None` leaves it to the system.
    TimeZone(Option<String>),
    /// The longest that a check is put off by chance, at most 6 hours.
    Jitter(Option<Duration>),
    /// The charge below which nothing is installed by itself on battery, 0 to 100 percent.
    BatteryAbove(Option<u8>),
    /// Whether a metered connection may be used.
    Metered(Option<bool>),
    /// How many services are updated at a time, 1 to 32.
    AtOnce(Option<usize>),
    /// Gives a service a table, so that it is watched.
    Watch(ServiceId),
    /// Removes a service's table with all that is in it. The gateway's cannot be removed.
    Unwatch(ServiceId),
    /// A key of `[defaults]` or of a service's table, which is made where it is missing.
    Service {
        /// Which table.
        scope: Scope,
        /// Which key, and its new value.
        key: ServiceChange,
    },
}

/// Whose settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// Those of every service that does not say otherwise.
    Defaults,
    /// One service's own.
    Service(ServiceId),
}

/// A key of a service's table; `None` removes it, so that the default is in force again. Bounds are
/// those of the file.
#[derive(Debug, Clone, PartialEq)]
pub enum ServiceChange {
    /// `updates`.
    Updates(Option<UpdateMode>),
    /// `strategy`.
    Strategy(Option<Strategy>),
    /// `monitor`.
    Monitor(Option<Duration>),
    /// `hold_limit`.
    HoldLimit(Option<Duration>),
    /// `drain_limit`.
    DrainLimit(Option<Duration>),
    /// `keep_releases`.
    KeepReleases(Option<usize>),
    /// `probe_path`.
    ProbePath(Option<String>),
    /// `config_files`.
    ConfigFiles(Option<Vec<String>>),
    /// `inconclusive`.
    Inconclusive(Option<Inconclusive>),
    /// `accept_unhealthy`.
    AcceptUnhealthy(Option<bool>),
    /// `may_interrupt`.
    MayInterrupt(Option<bool>),
    /// `min_age`.
    MinAge(Option<Duration>),
    /// `windows`.
    Windows(Option<Vec<Window>>),
    /// `tags.follow`.
    Follow(Option<Follow>),
    /// `tags.include`.
    Include(Option<Pattern>),
    /// `tags.exclude`.
    Exclude(Option<Pattern>),
    /// `tags.prereleases`.
    Prereleases(Option<bool>),
    /// `include_stopped`.
    IncludeStopped(Option<bool>),
    /// `depends_on`.
    DependsOn(Option<Vec<String>>),
    /// `pinned`.
    Pinned(Option<bool>),
    /// `clean_up`.
    CleanUp(Option<bool>),
    /// `changelog`.
    Changelog(Option<String>),
}

/// Applies changes to the text of a `config.toml`, one after the other. Text that cannot be used
/// before or after is an error.
pub fn apply(text: &str, changes: &[Change]) -> Result<String, ConfigError> {
    apply_to(text, FILE_NAME, changes)
}

fn apply_to(text: &str, file: &str, changes: &[Change]) -> Result<String, ConfigError> {
    fragment::read(text, file)?;
    let mut text = text.to_owned();
    for change in changes {
        text = one(&text, file, change)?;
    }
    fragment::read(&text, file)?;
    Ok(text)
}

fn one(text: &str, file: &str, change: &Change) -> Result<String, ConfigError> {
    let document = text::Editing { text, file };
    match change {
        Change::Watch(service) if is_gateway(service) => Ok(text.to_owned()),
        Change::Watch(service) => match words::written_name(text, file, service)? {
            Some(_) => Ok(text.to_owned()),
            None => document.add("services", &service.to_string()),
        },
        Change::Unwatch(service) if is_gateway(service) => {
            Err(ConfigError::AlwaysWatched { service: service.clone() })
        }
        Change::Unwatch(service) => match words::written_name(text, file, service)? {
            Some(name) => document.remove_table(&["services", &name]),
            None => Ok(text.to_owned()),
        },
        Change::Engine(_)
        | Change::Notifications(_)
        | Change::Language(_)
        | Change::Zoom(_)
        | Change::TimeZone(_)
        | Change::Jitter(_)
        | Change::BatteryAbove(_)
        | Change::Metered(_)
        | Change::AtOnce(_)
        | Change::Service { scope: Scope::Defaults, .. } => {
            set_or_remove(text, file, &words::of(change), Left::Nothing)
        }
        Change::CheckEvery(_) | Change::CheckAt(_) => {
            let written = set_or_remove(text, file, &words::of(change), Left::Nothing)?;
            set_or_remove(&written, file, &words::instead(change), Left::Nothing)
        }
        Change::Service { scope: Scope::Service(service), .. } => {
            of_service(text, file, service, words::of(change))
        }
    }
}

/// A key of a service. The service stays watched, also if this was the only line about it.
fn of_service(
    text: &str,
    file: &str,
    service: &ServiceId,
    mut setting: words::Setting,
) -> Result<String, ConfigError> {
    let written = words::written_name(text, file, service)?;
    if written.is_none() && setting.value.is_none() {
        return Ok(text.to_owned());
    }
    setting.table.splice(..1, ["services".to_owned(), words::name_for(service, written)]);
    if is_gateway(service) {
        return set_or_remove(text, file, &setting, Left::Nothing);
    }
    let left = if setting.table.len() > 2 { Left::Nothing } else { Left::Table };
    let edited = set_or_remove(text, file, &setting, left)?;
    let vanished = words::written_name(&edited, file, service)?.is_none();
    if vanished { one(&edited, file, &Change::Watch(service.clone())) } else { Ok(edited) }
}

/// What may be left of a table whose last key is removed.
#[derive(Debug, Clone, Copy)]
enum Left {
    /// Its header: it says that the service is watched.
    Table,
    /// Nothing, if the header stands bare.
    Nothing,
}

fn set_or_remove(
    text: &str,
    file: &str,
    setting: &words::Setting,
    left: Left,
) -> Result<String, ConfigError> {
    let table: Vec<&str> = setting.table.iter().map(String::as_str).collect();
    let document = text::Editing { text, file };
    if let Some(value) = &setting.value {
        return document.set(&table, setting.key, value);
    }
    let removed = document.remove(&table, setting.key)?;
    match left {
        Left::Nothing if removed != text => text::Editing { text: &removed, file }.tidy(&table),
        Left::Nothing | Left::Table => Ok(removed),
    }
}

#[cfg(test)]
mod tests;
