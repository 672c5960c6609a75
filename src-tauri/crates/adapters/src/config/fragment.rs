//! What was written in `config.toml`, checked value by value; what was not written is absent.

use std::{collections::BTreeMap, time::Duration};

use phoenix_plan::{
    policy::{Inconclusive, UpdateMode},
    service::ServiceId,
    strategy::Strategy,
};
use toml::de::DeTable;

use super::{
    ConfigError, Language,
    reader::{Found, Reader, Source},
};

/// The whole file.
#[derive(Debug, Default)]
pub(super) struct Fragment {
    pub(super) engine: Option<String>,
    pub(super) desktop: DesktopFragment,
    pub(super) schedule: ScheduleFragment,
    pub(super) defaults: ServiceFragment,
    pub(super) services: BTreeMap<ServiceId, ServiceFragment>,
}

/// `[desktop]`.
#[derive(Debug, Default)]
pub(super) struct DesktopFragment {
    pub(super) notifications: Option<bool>,
    pub(super) language: Option<Language>,
}

/// `[schedule]`.
#[derive(Debug, Default)]
pub(super) struct ScheduleFragment {
    pub(super) every: Option<Every>,
}

/// How often to check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Every {
    Never,
    Each(Duration),
}

/// `[defaults]`, or one service's table.
#[derive(Debug, Clone, Default)]
pub(super) struct ServiceFragment {
    pub(super) strategy: Option<Strategy>,
    pub(super) monitor: Option<Duration>,
    pub(super) hold_limit: Option<Duration>,
    pub(super) drain_limit: Option<Duration>,
    pub(super) probe_path: Option<String>,
    pub(super) config_files: Option<Vec<String>>,
    pub(super) keep_releases: Option<usize>,
    pub(super) inconclusive: Option<Inconclusive>,
    pub(super) raw_ports: Option<Vec<u16>>,
    pub(super) gate: GateFragment,
    pub(super) accept_unhealthy: Option<bool>,
    pub(super) updates: Option<UpdateMode>,
}

/// A `gate` table.
#[derive(Debug, Clone, Default)]
pub(super) struct GateFragment {
    pub(super) successes: Option<u32>,
    pub(super) spacing: Option<Duration>,
    pub(super) margin: Option<Duration>,
    pub(super) weak_stability: Option<Duration>,
}

/// Instead of a duration.
pub(super) const NEVER: &str = "never";

pub(super) const LANGUAGES: [(&str, Language); 3] =
    [("system", Language::System), ("en", Language::English), ("fr", Language::French)];

pub(super) const UPDATES: [(&str, UpdateMode); 3] =
    [("manual", UpdateMode::Manual), ("notify", UpdateMode::Notify), ("auto", UpdateMode::Auto)];

pub(super) const STRATEGIES: [(&str, Strategy); 3] =
    [("overlap", Strategy::Overlap), ("hold", Strategy::Hold), ("recreate", Strategy::Recreate)];

pub(super) const INCONCLUSIVE: [(&str, Inconclusive); 2] =
    [("keep", Inconclusive::Keep), ("roll_back", Inconclusive::RollBack)];

/// Reads the file's text.
pub(super) fn read(text: &str, file: &str) -> Result<Fragment, ConfigError> {
    let source = Source { text, file };
    let root = DeTable::parse(text).map_err(|error| ConfigError::Syntax {
        file: file.to_owned(),
        line: source.line(error.span().map_or(0, |span| span.start)),
        message: error.message().to_owned(),
    })?;
    let mut keys = Reader::new(source, String::new(), root.get_ref());
    let mut fragment = Fragment {
        engine: keys.take("engine").map(|found| engine(&found)).transpose()?,
        ..Fragment::default()
    };
    if let Some(found) = keys.take("desktop") {
        fragment.desktop = desktop(found.table()?)?;
    }
    if let Some(found) = keys.take("schedule") {
        fragment.schedule = schedule(found.table()?)?;
    }
    if let Some(found) = keys.take("defaults") {
        fragment.defaults = service(found.table()?)?;
    }
    for (name, found) in keys.take("services").map_or_else(|| Ok(Vec::new()), |it| it.entries())? {
        let id = ServiceId::parse(name).map_err(|_| {
            found.bad("a service is called by its container's name, or project/service")
        })?;
        fragment.services.insert(id, service(found.table()?)?);
    }
    keys.finish()?;
    Ok(fragment)
}

fn desktop(mut keys: Reader<'_>) -> Result<DesktopFragment, ConfigError> {
    let fragment = DesktopFragment {
        notifications: keys.take("notifications").map(|it| it.flag()).transpose()?,
        language: keys.take("language").map(|it| it.word(&LANGUAGES)).transpose()?,
    };
    keys.finish().map(|()| fragment)
}

fn schedule(mut keys: Reader<'_>) -> Result<ScheduleFragment, ConfigError> {
    let fragment = ScheduleFragment { every: keys.take("every").map(|it| every(&it)).transpose()? };
    keys.finish().map(|()| fragment)
}

fn every(found: &Found<'_>) -> Result<Every, ConfigError> {
    if found.text().is_ok_and(|text| text == NEVER) {
        return Ok(Every::Never);
    }
    found
        .duration("10m", "30d")
        .map(Every::Each)
        .map_err(|_| found.bad("write a duration such as \"6h\", from 10m to 30d, or \"never\""))
}

fn service(mut keys: Reader<'_>) -> Result<ServiceFragment, ConfigError> {
    let mut span =
        |key, least, most| keys.take(key).map(|found| found.duration(least, most)).transpose();
    let (monitor, hold_limit, drain_limit) = (
        span("monitor", "0s", "24h")?,
        span("hold_limit", "1s", "10m")?,
        span("drain_limit", "0s", "1h")?,
    );
    let fragment = ServiceFragment {
        monitor,
        hold_limit,
        drain_limit,
        strategy: keys.take("strategy").map(|it| it.word(&STRATEGIES)).transpose()?,
        probe_path: keys.take("probe_path").map(|it| probe_path(&it)).transpose()?,
        config_files: keys.take("config_files").map(|it| it.list(config_file)).transpose()?,
        keep_releases: keys.take("keep_releases").map(|it| kept(&it)).transpose()?,
        inconclusive: keys.take("inconclusive").map(|it| it.word(&INCONCLUSIVE)).transpose()?,
        raw_ports: keys.take("raw_ports").map(|it| it.list(port)).transpose()?,
        updates: keys.take("updates").map(|it| it.word(&UPDATES)).transpose()?,
        accept_unhealthy: keys.take("accept_unhealthy").map(|it| it.flag()).transpose()?,
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

fn engine(found: &Found<'_>) -> Result<String, ConfigError> {
    let text = found.text()?;
    let known = ["unix://", "npipe://", "tcp://", "http://", "https://", "ssh://"];
    let remedy = "write an address such as \"unix:///var/run/docker.sock\"";
    let fits = known.iter().any(|scheme| text.starts_with(scheme));
    fits.then(|| text.to_owned()).ok_or_else(|| found.bad(remedy))
}

fn probe_path(found: &Found<'_>) -> Result<String, ConfigError> {
    let text = found.text()?;
    let fits = text.starts_with('/') && text.chars().all(|c| c.is_ascii_graphic());
    fits.then(|| text.to_owned())
        .ok_or_else(|| found.bad("write a path such as \"/api/health\", without spaces"))
}

fn config_file(found: &Found<'_>) -> Result<String, ConfigError> {
    let text = found.text()?;
    let fits = text.starts_with("~/") || std::path::Path::new(text).is_absolute();
    fits.then(|| text.to_owned())
        .ok_or_else(|| found.bad("write a whole path, or one that begins with ~/"))
}

fn kept(found: &Found<'_>) -> Result<usize, ConfigError> {
    usize::try_from(found.number(1..11)?).map_err(|_| found.bad("write a whole number"))
}

fn port(found: &Found<'_>) -> Result<u16, ConfigError> {
    u16::try_from(found.number(1..65_536)?).map_err(|_| found.bad("write a port number"))
}
