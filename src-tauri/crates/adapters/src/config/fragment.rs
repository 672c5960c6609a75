//! What was written in `config.toml`, checked value by value; what was not written is absent.

mod hooks;
mod registries;
mod schedule;
mod service;
mod tags;

use std::{collections::BTreeMap, ops::Range};

use phoenix_engine::wording::wording;
use phoenix_plan::service::ServiceId;
use toml::de::DeTable;

use super::{
    ConfigError, Language, channels,
    reader::{Found, Reader, Source},
};
use crate::{channels::ChannelSettings, registry::RegistryRule};

pub(super) use schedule::{Every, NEVER, ScheduleFragment, When};
pub(super) use service::{INCONCLUSIVE, STRATEGIES, ServiceFragment, UPDATES};
pub(super) use tags::{FOLLOWS, TagsFragment};

/// The whole file.
#[derive(Debug, Default)]
pub(super) struct Fragment {
    pub(super) engine: Option<String>,
    pub(super) desktop: DesktopFragment,
    pub(super) schedule: ScheduleFragment,
    pub(super) defaults: ServiceFragment,
    pub(super) services: BTreeMap<ServiceId, ServiceFragment>,
    pub(super) registries: BTreeMap<String, RegistryRule>,
    pub(super) channels: BTreeMap<String, ChannelSettings>,
}

/// `[desktop]`.
#[derive(Debug, Default)]
pub(super) struct DesktopFragment {
    pub(super) notifications: Option<bool>,
    pub(super) language: Option<Language>,
    pub(super) zoom: Option<u32>,
}

/// The sizes at which the window can be read, and still holds a word on a line.
const ZOOM_PERCENT: Range<u32> = 50..301;

pub(super) const LANGUAGES: [(&str, Language); 3] =
    [("system", Language::System), ("en", Language::English), ("fr", Language::French)];

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
        fragment.schedule = schedule::read(found.table()?)?;
    }
    if let Some(found) = keys.take("defaults") {
        fragment.defaults = service::read(found.table()?)?;
    }
    for (name, found) in keys.take("services").map_or_else(|| Ok(Vec::new()), |it| it.entries())? {
        let id = ServiceId::parse(name).map_err(|_| {
            found.bad(wording!(
                "help.config.service_name",
                "a service is called by its container's name, or project/service"
            ))
        })?;
        fragment.services.insert(id, service::read(found.table()?)?);
    }
    if let Some(found) = keys.take("registries") {
        fragment.registries = registries::read(&found)?;
    }
    if let Some(found) = keys.take("channels") {
        fragment.channels = channels::read(&found)?;
    }
    keys.finish()?;
    Ok(fragment)
}

fn desktop(mut keys: Reader<'_>) -> Result<DesktopFragment, ConfigError> {
    let fragment = DesktopFragment {
        notifications: keys.take("notifications").map(|it| it.flag()).transpose()?,
        language: keys.take("language").map(|it| it.word(&LANGUAGES)).transpose()?,
        zoom: keys.take("zoom").map(|it| it.number(ZOOM_PERCENT)).transpose()?,
    };
    keys.finish().map(|()| fragment)
}

fn engine(found: &Found<'_>) -> Result<String, ConfigError> {
    let text = found.text()?;
    let known = ["unix://", "npipe://", "tcp://", "http://", "https://", "ssh://"];
    let remedy =
        wording!("help.config.engine", "write an address such as \"unix:///var/run/docker.sock\"");
    let fits = known.iter().any(|scheme| text.starts_with(scheme));
    fits.then(|| text.to_owned()).ok_or_else(|| found.bad(remedy))
}
