//! `[defaults]`, or one service's table.

use std::time::Duration;

use phoenix_engine::wording::wording;
use phoenix_plan::{
    policy::{Hooks, Inconclusive, UpdateMode},
    schedule::Window,
    service::ServiceId,
    strategy::Strategy,
};

use super::{
    super::{
        ConfigError,
        reader::{Found, Reader, whole_number},
        refused,
    },
    TagsFragment, hooks, tags,
};

/// `[defaults]`, or one service's table.
#[derive(Debug, Clone, Default)]
pub(in crate::config) struct ServiceFragment {
    pub(in crate::config) strategy: Option<Strategy>,
    pub(in crate::config) monitor: Option<Duration>,
    pub(in crate::config) hold_limit: Option<Duration>,
    pub(in crate::config) drain_limit: Option<Duration>,
    pub(in crate::config) probe_path: Option<String>,
    pub(in crate::config) config_files: Option<Vec<String>>,
    pub(in crate::config) keep_releases: Option<usize>,
    pub(in crate::config) inconclusive: Option<Inconclusive>,
    pub(in crate::config) raw_ports: Option<Vec<u16>>,
    pub(in crate::config) gate: GateFragment,
    pub(in crate::config) accept_unhealthy: Option<bool>,
    pub(in crate::config) may_interrupt: Option<bool>,
    pub(in crate::config) updates: Option<UpdateMode>,
    pub(in crate::config) min_age: Option<Duration>,
    pub(in crate::config) windows: Option<Vec<Window>>,
    pub(in crate::config) tags: TagsFragment,
    pub(in crate::config) include_stopped: Option<bool>,
    pub(in crate::config) depends_on: Option<Vec<String>>,
    pub(in crate::config) pinned: Option<bool>,
    pub(in crate::config) clean_up: Option<bool>,
    pub(in crate::config) changelog: Option<String>,
    pub(in crate::config) hooks: Hooks,
}

/// A `gate` table.
#[derive(Debug, Clone, Default)]
pub(in crate::config) struct GateFragment {
    pub(in crate::config) successes: Option<u32>,
    pub(in crate::config) spacing: Option<Duration>,
    pub(in crate::config) margin: Option<Duration>,
    pub(in crate::config) weak_stability: Option<Duration>,
}

pub(in crate::config) const UPDATES: [(&str, UpdateMode); 3] =
    [("manual", UpdateMode::Manual), ("notify", UpdateMode::Notify), ("auto", UpdateMode::Auto)];

pub(in crate::config) const STRATEGIES: [(&str, Strategy); 3] =
    [("overlap", Strategy::Overlap), ("hold", Strategy::Hold), ("recreate", Strategy::Recreate)];

pub(in crate::config) const INCONCLUSIVE: [(&str, Inconclusive); 2] =
    [("keep", Inconclusive::Keep), ("roll_back", Inconclusive::RollBack)];

pub(super) fn read(mut keys: Reader<'_>) -> Result<ServiceFragment, ConfigError> {
    let mut span =
        |key, least, most| keys.take(key).map(|found| found.duration(least, most)).transpose();
    let (monitor, hold_limit, drain_limit, min_age) = (
        span("monitor", "0s", "24h")?,
        span("hold_limit", "1s", "10m")?,
        span("drain_limit", "0s", "1h")?,
        span("min_age", "0s", "365d")?,
    );
    let fragment = ServiceFragment {
        monitor,
        hold_limit,
        drain_limit,
        min_age,
        strategy: keys.take("strategy").map(|it| it.word(&STRATEGIES)).transpose()?,
        probe_path: keys.take("probe_path").map(|it| probe_path(&it)).transpose()?,
        config_files: keys.take("config_files").map(|it| it.list(config_file)).transpose()?,
        keep_releases: keys.take("keep_releases").map(|it| kept(&it)).transpose()?,
        inconclusive: keys.take("inconclusive").map(|it| it.word(&INCONCLUSIVE)).transpose()?,
        raw_ports: keys.take("raw_ports").map(|it| it.list(port)).transpose()?,
        updates: keys.take("updates").map(|it| it.word(&UPDATES)).transpose()?,
        may_interrupt: keys.take("may_interrupt").map(|it| it.flag()).transpose()?,
        accept_unhealthy: keys.take("accept_unhealthy").map(|it| it.flag()).transpose()?,
        windows: keys.take("windows").map(|it| it.list(window)).transpose()?,
        tags: keys.take("tags").map(|it| tags::read(it.table()?)).transpose()?.unwrap_or_default(),
        include_stopped: keys.take("include_stopped").map(|it| it.flag()).transpose()?,
        depends_on: keys.take("depends_on").map(|it| it.list(depended_on)).transpose()?,
        pinned: keys.take("pinned").map(|it| it.flag()).transpose()?,
        clean_up: keys.take("clean_up").map(|it| it.flag()).transpose()?,
        changelog: keys.take("changelog").map(|it| changelog(&it)).transpose()?,
        hooks: keys
            .take("hooks")
            .map(|it| hooks::read(it.table()?))
            .transpose()?
            .unwrap_or_default(),
        gate: keys.take("gate").map(|it| gate(it.table()?)).transpose()?.unwrap_or_default(),
    };
    keys.finish().map(|()| fragment)
}

fn gate(mut keys: Reader<'_>) -> Result<GateFragment, ConfigError> {
    let successes = keys.take("successes").map(|it| it.number(1..101)).transpose()?;
    let mut span =
        |key, least, most| keys.take(key).map(|found| found.duration(least, most)).transpose();
    let fragment = GateFragment {
        successes,
        spacing: span("spacing", "10ms", "1m")?,
        margin: span("margin", "0s", "30m")?,
        weak_stability: span("weak_stability", "1s", "30m")?,
    };
    keys.finish().map(|()| fragment)
}

fn probe_path(found: &Found<'_>) -> Result<String, ConfigError> {
    let text = found.text()?;
    let fits = text.starts_with('/') && text.chars().all(|c| c.is_ascii_graphic());
    fits.then(|| text.to_owned()).ok_or_else(|| {
        found.bad(wording!(
            "help.config.probe_path",
            "write a path such as \"/api/health\", without spaces"
        ))
    })
}

fn config_file(found: &Found<'_>) -> Result<String, ConfigError> {
    let text = found.text()?;
    let fits = text.starts_with("~/") || std::path::Path::new(text).is_absolute();
    fits.then(|| text.to_owned()).ok_or_else(|| {
        found.bad(wording!("help.config.path", "write a whole path, or one that begins with ~/"))
    })
}

fn kept(found: &Found<'_>) -> Result<usize, ConfigError> {
    usize::try_from(found.number(1..11)?).map_err(|_| found.bad(whole_number(1, 10)))
}

fn port(found: &Found<'_>) -> Result<u16, ConfigError> {
    u16::try_from(found.number(1..65_536)?).map_err(|_| found.bad(whole_number(1, 65_535)))
}

fn window(found: &Found<'_>) -> Result<Window, ConfigError> {
    Window::parse(found.text()?).map_err(|error| found.bad(refused::window(&error)))
}

fn depended_on(found: &Found<'_>) -> Result<String, ConfigError> {
    let text = found.text()?;
    let remedy = wording!(
        "help.config.depends_on",
        "write a service of the same project, project/service, or a container's name"
    );
    ServiceId::parse(text).map(|_| text.to_owned()).map_err(|_| found.bad(remedy))
}

fn changelog(found: &Found<'_>) -> Result<String, ConfigError> {
    let text = found.text()?;
    let web = text.starts_with("https://") || text.starts_with("http://");
    let fits = web && text.chars().all(|c| c.is_ascii_graphic());
    fits.then(|| text.to_owned()).ok_or_else(|| {
        found.bad(wording!(
            "help.config.changelog",
            "write an address such as \"https://example.com/CHANGELOG.md\""
        ))
    })
}
