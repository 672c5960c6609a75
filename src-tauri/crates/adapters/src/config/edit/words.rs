//! Changes in the words of the file: table, key, value.

mod service;

use std::time::Duration;

use phoenix_plan::service::ServiceId;
use toml_edit::{Array, Value};

use super::{
    super::{
        ConfigError, duration,
        fragment::{LANGUAGES, NEVER},
        is_gateway,
        settings::GATEWAY,
    },
    Change,
    text::Editing,
};

/// What should be written where; without a value, what should be gone.
#[derive(Debug)]
pub(super) struct Setting {
    pub(super) table: Vec<String>,
    pub(super) key: &'static str,
    pub(super) value: Option<Value>,
}

/// The setting that a change means. Of a service's change the first table is `[defaults]`.
pub(super) fn of(change: &Change) -> Setting {
    let in_table = |table: &str, key, value| Setting { table: vec![table.to_owned()], key, value };
    match change {
        Change::Engine(address) => {
            Setting { table: Vec::new(), key: "engine", value: address.clone().map(Value::from) }
        }
        Change::Notifications(wanted) => {
            in_table("desktop", "notifications", Some(Value::from(*wanted)))
        }
        Change::Language(language) => {
            in_table("desktop", "language", word(&LANGUAGES, Some(*language)))
        }
        Change::Zoom(percent) => {
            in_table("desktop", "zoom", Some(Value::from(i64::from(*percent))))
        }
        Change::CheckEvery(time) => {
            in_table("schedule", "every", span(*time).or_else(|| Some(Value::from(NEVER))))
        }
        Change::CheckAt(cron) => in_table("schedule", "cron", Some(Value::from(cron.to_string()))),
        Change::TimeZone(name) => in_table("schedule", "time_zone", name.clone().map(Value::from)),
        Change::Jitter(most) => in_table("schedule", "jitter", span(*most)),
        Change::BatteryAbove(percent) => {
            in_table("schedule", "battery_above", percent.map(|it| Value::from(i64::from(it))))
        }
        Change::Metered(allowed) => in_table("schedule", "metered", allowed.map(Value::from)),
        Change::AtOnce(count) => in_table("schedule", "at_once", count.map(number)),
        Change::Service { key, .. } => {
            let (path, value) = service::of(key);
            let (table, key) = path.split_once('.').map_or((None, path), |(t, k)| (Some(t), k));
            let mut setting = in_table("defaults", key, value);
            setting.table.extend(table.map(str::to_owned));
            setting
        }
        Change::Watch(_) | Change::Unwatch(_) => in_table("services", "", None),
    }
}

/// The key that a change takes the place of: an interval that of cron, and cron that of it.
pub(super) fn instead(change: &Change) -> Setting {
    let key = if matches!(change, Change::CheckAt(_)) { "every" } else { "cron" };
    Setting { table: vec!["schedule".to_owned()], key, value: None }
}

/// The name under which the file has a service, or the one that holds for it.
pub(super) fn written_name(
    text: &str,
    file: &str,
    service: &ServiceId,
) -> Result<Option<String>, ConfigError> {
    let names = Editing { text, file }.names_in("services")?;
    let called = |wanted: &ServiceId| {
        names.iter().find(|name| ServiceId::parse(name).as_ref() == Ok(wanted)).cloned()
    };
    let known_as = ServiceId::Container(GATEWAY.to_owned());
    Ok(called(service).or_else(|| is_gateway(service).then(|| called(&known_as))?))
}

/// The name for a service's table: the one it has, else its own; of the gateway the one that holds
/// however it was started.
pub(super) fn name_for(service: &ServiceId, written: Option<String>) -> String {
    written.unwrap_or_else(|| {
        if is_gateway(service) { GATEWAY.to_owned() } else { service.to_string() }
    })
}

fn number(count: usize) -> Value {
    Value::from(i64::try_from(count).unwrap_or(i64::MAX))
}

fn list(items: &[String]) -> Value {
    Value::from(items.iter().collect::<Array>())
}

fn span(time: Option<Duration>) -> Option<Value> {
    time.map(|time| Value::from(duration::write(time)))
}

fn word<T: Copy + PartialEq>(words: &[(&str, T)], meant: Option<T>) -> Option<Value> {
    let meant = meant?;
    let found = words.iter().find(|(_, meaning)| *meaning == meant);
    Some(Value::from(found.expect("BUG: every meaning has its word").0))
}
