//! The keys of a service's table; one in a table below it has a dot.

use phoenix_plan::tags::Pattern;
use toml_edit::Value;

use super::{
    super::{
        super::fragment::{FOLLOWS, INCONCLUSIVE, STRATEGIES, UPDATES},
        ServiceChange,
    },
    list, number, span, word,
};

/// A key, and its new value.
pub(super) fn of(key: &ServiceChange) -> (&'static str, Option<Value>) {
    match key {
        ServiceChange::Updates(mode) => ("updates", word(&UPDATES, *mode)),
        ServiceChange::Strategy(strategy) => ("strategy", word(&STRATEGIES, *strategy)),
        ServiceChange::Monitor(time) => ("monitor", span(*time)),
        ServiceChange::HoldLimit(time) => ("hold_limit", span(*time)),
        ServiceChange::DrainLimit(time) => ("drain_limit", span(*time)),
        ServiceChange::KeepReleases(count) => ("keep_releases", count.map(number)),
        ServiceChange::ProbePath(path) => ("probe_path", path.clone().map(Value::from)),
        ServiceChange::ConfigFiles(files) => ("config_files", files.as_deref().map(list)),
        ServiceChange::Inconclusive(meaning) => ("inconclusive", word(&INCONCLUSIVE, *meaning)),
        ServiceChange::AcceptUnhealthy(consent) => ("accept_unhealthy", consent.map(Value::from)),
        ServiceChange::MayInterrupt(consent) => ("may_interrupt", consent.map(Value::from)),
        ServiceChange::MinAge(time) => ("min_age", span(*time)),
        ServiceChange::Windows(windows) => {
            let texts = windows.iter().flatten().map(ToString::to_string);
            ("windows", windows.is_some().then(|| list(&texts.collect::<Vec<_>>())))
        }
        ServiceChange::Follow(follow) => ("tags.follow", word(&FOLLOWS, *follow)),
        ServiceChange::Include(pattern) => ("tags.include", text(pattern.as_ref())),
        ServiceChange::Exclude(pattern) => ("tags.exclude", text(pattern.as_ref())),
        ServiceChange::Prereleases(wanted) => ("tags.prereleases", wanted.map(Value::from)),
        ServiceChange::IncludeStopped(wanted) => ("include_stopped", wanted.map(Value::from)),
        ServiceChange::DependsOn(names) => ("depends_on", names.as_deref().map(list)),
        ServiceChange::Pinned(pinned) => ("pinned", pinned.map(Value::from)),
        ServiceChange::CleanUp(wanted) => ("clean_up", wanted.map(Value::from)),
        ServiceChange::Changelog(address) => ("changelog", address.clone().map(Value::from)),
    }
}

fn text(pattern: Option<&Pattern>) -> Option<Value> {
    pattern.map(|pattern| Value::from(pattern.as_str()))
}
