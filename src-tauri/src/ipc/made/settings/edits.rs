//! What the window changes, as edits of `config.toml`.

use phoenix_adapters::config::{
    self,
    edit::{Change, Scope, ServiceChange},
    parse_duration, refused,
};
use phoenix_engine::wording::{Wording, wording};
use phoenix_plan::{
    policy::UpdateMode,
    schedule::{Cron, Window},
    service::ServiceId,
    strategy::Strategy,
    tags::{self, Pattern},
};

use crate::ipc::view::{Follow, Language, SettingChange, Updates};

/// A change that says nothing that could be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BadSetting(pub Wording);

/// The changes of `config.toml`; the one of autostart is the system's and answered apart.
pub fn changes(changes: &[SettingChange]) -> Result<(Vec<Change>, Option<bool>), BadSetting> {
    let mut edits = Vec::new();
    let mut autostart = None;
    for change in changes {
        if let SettingChange::Autostart { on } = change {
            autostart = Some(*on);
        } else {
            edits.push(edit(change)?);
        }
    }
    Ok((edits, autostart))
}
/// One change of `config.toml`.
fn edit(change: &SettingChange) -> Result<Change, BadSetting> {
    Ok(match change {
        SettingChange::Autostart { .. } => {
            return Err(BadSetting("this is no setting".to_owned().into()));
        }
        SettingChange::Engine { address } => Change::Engine(address.clone()),
        SettingChange::Notifications { on } => Change::Notifications(*on),
        SettingChange::Language { language } => Change::Language(language_of(*language)),
        SettingChange::Zoom { percent } => Change::Zoom(*percent),
        SettingChange::CheckEvery { every } => {
            Change::CheckEvery(every.as_deref().map(duration).transpose()?)
        }
        SettingChange::Cron { cron } => {
            Change::CheckAt(Cron::parse(cron).map_err(|error| bad(refused::cron(&error)))?)
        }
        SettingChange::TimeZone { zone } => Change::TimeZone(zone.clone()),
        SettingChange::BatteryAbove { percent } => Change::BatteryAbove(Some(*percent)),
        SettingChange::Metered { on } => Change::Metered(Some(*on)),
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
        SettingChange::MinAge { service, age } => {
            let age = age.as_deref().map(duration).transpose()?;
            of_service(service.as_deref(), ServiceChange::MinAge(age))?
        }
        SettingChange::Windows { service, windows } => {
            of_service(service.as_deref(), ServiceChange::Windows(opened(windows)?))?
        }
        SettingChange::Follow { service, follow } => {
            of_service(service.as_deref(), ServiceChange::Follow(Some(follow_of(*follow))))?
        }
        SettingChange::Include { service, pattern } => {
            of_service(service.as_deref(), ServiceChange::Include(found(pattern.as_deref())?))?
        }
        SettingChange::Exclude { service, pattern } => {
            of_service(service.as_deref(), ServiceChange::Exclude(found(pattern.as_deref())?))?
        }
        SettingChange::Prereleases { service, on } => {
            of_service(service.as_deref(), ServiceChange::Prereleases(Some(*on)))?
        }
        SettingChange::Pinned { service, on } => {
            of_service(service.as_deref(), ServiceChange::Pinned(Some(*on)))?
        }
        SettingChange::IncludeStopped { service, on } => {
            of_service(service.as_deref(), ServiceChange::IncludeStopped(Some(*on)))?
        }
    })
}

fn found(pattern: Option<&str>) -> Result<Option<Pattern>, BadSetting> {
    let read = |text| Pattern::parse(text).map_err(|error| bad(refused::pattern(&error)));
    pattern.map(read).transpose()
}

/// The windows; none at all is no restriction.
fn opened(windows: &[String]) -> Result<Option<Vec<Window>>, BadSetting> {
    let read = |text: &String| Window::parse(text).map_err(|error| bad(refused::window(&error)));
    let windows: Vec<Window> = windows.iter().map(read).collect::<Result<_, _>>()?;
    Ok((!windows.is_empty()).then_some(windows))
}

fn bad(why: Wording) -> BadSetting {
    BadSetting(why)
}

fn of_service(service: Option<&str>, key: ServiceChange) -> Result<Change, BadSetting> {
    let scope = match service {
        None => Scope::Defaults,
        Some(name) => {
            let id = ServiceId::parse(name).map_err(|error| bad(error.to_string().into()))?;
            Scope::Service(id)
        }
    };
    Ok(Change::Service { scope, key })
}

fn duration(text: &str) -> Result<std::time::Duration, BadSetting> {
    parse_duration(text).ok_or_else(|| {
        bad(wording!("help.time", "\"{text}\" is no time: write 90s, 5m or 6h", text))
    })
}

fn strategy_of(text: &str) -> Result<Strategy, BadSetting> {
    match text {
        "overlap" => Ok(Strategy::Overlap),
        "hold" => Ok(Strategy::Hold),
        "recreate" => Ok(Strategy::Recreate),
        other => Err(bad(format!("there is no strategy \"{other}\"").into())),
    }
}

const fn follow_of(follow: Follow) -> tags::Follow {
    match follow {
        Follow::None => tags::Follow::None,
        Follow::Patch => tags::Follow::Patch,
        Follow::Minor => tags::Follow::Minor,
        Follow::Major => tags::Follow::Major,
    }
}

const fn language_of(language: Language) -> config::Language {
    match language {
        Language::System => config::Language::System,
        Language::En => config::Language::English,
        Language::Fr => config::Language::French,
    }
}

const fn mode_of(mode: Updates) -> UpdateMode {
    match mode {
        Updates::Manual => UpdateMode::Manual,
        Updates::Notify => UpdateMode::Notify,
        Updates::Auto => UpdateMode::Auto,
    }
}
