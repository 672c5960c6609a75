//! Changes in the words of the file: table, key, value.

use std::time::Duration;

use phoenix_plan::service::ServiceId;
use toml_edit::{Array, Value};

use super::{
    super::{
        ConfigError, duration,
        fragment::{INCONCLUSIVE, LANGUAGES, NEVER, STRATEGIES, UPDATES},
        is_gateway,
        settings::GATEWAY,
    },
    Change, ServiceChange,
    text::Editing,
};

/// What should be written where; without a value, what should be gone.
#[derive(Debug)]
pub(super) struct Setting {
    pub(super) table: Vec<String>,
    pub(super) key: &'static str,
    pub(super) value: Option<Value>,
}

/// The setting that a change means. Of a service's change the table is `[defaults]`.
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
        Change::CheckEvery(time) => {
            in_table("schedule", "every", span(*time).or_else(|| Some(Value::from(NEVER))))
        }
        Change::Service { key, .. } => {
            let (key, value) = of_service(key);
            in_table("defaults", key, value)
        }
        Change::Watch(_) | Change::Unwatch(_) => in_table("services", "", None),
    }
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

fn of_service(key: &ServiceChange) -> (&'static str, Option<Value>) {
    match key {
        ServiceChange::Updates(mode) => ("updates", word(&UPDATES, *mode)),
        ServiceChange::Strategy(strategy) => ("strategy", word(&STRATEGIES, *strategy)),
        ServiceChange::Monitor(time) => ("monitor", span(*time)),
        ServiceChange::HoldLimit(time) => ("hold_limit", span(*time)),
        ServiceChange::DrainLimit(time) => ("drain_limit", span(*time)),
        ServiceChange::KeepReleases(count) => {
            let count = count.map(|count| i64::try_from(count).unwrap_or(i64::MAX));
            ("keep_releases", count.map(Value::from))
        }
        ServiceChange::ProbePath(path) => ("probe_path", path.clone().map(Value::from)),
        ServiceChange::ConfigFiles(files) => {
            let list = files.as_ref().map(|files| files.iter().collect::<Array>());
            ("config_files", list.map(Value::from))
        }
        ServiceChange::Inconclusive(meaning) => ("inconclusive", word(&INCONCLUSIVE, *meaning)),
        ServiceChange::AcceptUnhealthy(consent) => ("accept_unhealthy", consent.map(Value::from)),
    }
}

fn span(time: Option<Duration>) -> Option<Value> {
    time.map(|time| Value::from(duration::write(time)))
}

fn word<T: Copy + PartialEq>(words: &[(&str, T)], meant: Option<T>) -> Option<Value> {
    let meant = meant?;
    let found = words.iter().find(|(_, meaning)| *meaning == meant);
    Some(Value::from(found.expect("BUG: every meaning has its word").0))
}
