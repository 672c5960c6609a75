//! Commands about settings, files and pages outside the window.

use phoenix_adapters::{
    channels,
    config::{
        self,
        edit::{self, Change},
    },
};
use phoenix_engine::{in_a_sentence, wording::Wording};
use phoenix_plan::service::ServiceId;

use super::{Answer, service_of};
use crate::{
    desk::{Desk, config_file},
    ipc::{
        ErrorCode, IpcError, made,
        view::{Page, SettingChange, Settings, ZoomStep},
    },
};

/// Watches a service from now on, or no longer.
pub async fn watch(desk: &Desk, service: String, on: bool) -> Answer<()> {
    let service = service_of(&service)?;
    let change = if on { Change::Watch(service) } else { Change::Unwatch(service) };
    edit::change(&[change]).map_err(config_trouble)?;
    desk.settings_changed();
    Ok(())
}

/// The settings in force.
pub async fn settings(desk: &Desk) -> Answer<Settings> {
    in_force(desk)
}

/// Changes settings and answers those in force.
pub async fn change_settings(desk: &Desk, changes: Vec<SettingChange>) -> Answer<Settings> {
    let (edits, start) = made::setting_changes(&changes)
        .map_err(|error| IpcError::worded(ErrorCode::BadRequest, &error.0))?;
    if !edits.is_empty() {
        edit::change(&edits).map_err(config_trouble)?;
    }
    if let Some(on) = start {
        desk.start_at_login.set(on).map_err(|error| system(&error))?;
    }
    desk.settings_changed();
    in_force(desk)
}

/// Shows everything larger or smaller, from now on.
pub async fn zoom(desk: &Desk, step: ZoomStep) -> Answer<()> {
    let percent = made::zoomed(desk.zoom_percent(), step);
    edit::change(&[Change::Zoom(percent)]).map_err(config_trouble)?;
    desk.settings_changed();
    Ok(())
}

/// Sends a test message to a channel, once.
pub async fn try_channel(_desk: &Desk, name: String) -> Answer<()> {
    let settings = config::load().map_err(config_trouble)?;
    channels::test(&settings, &name)
        .await
        .map(|_said| ())
        .map_err(|error| IpcError::new(ErrorCode::Refused, in_a_sentence(&error)))
}

/// Opens release notes of a service's update in the browser: only an address that `preview` gave.
pub async fn open_notes(desk: &Desk, service: String) -> Answer<()> {
    let service = service_of(&service)?;
    let url = desk.notes(&service).ok_or_else(|| {
        IpcError::new(ErrorCode::NotFound, format!("no release notes of {service} are known"))
    })?;
    open::that_detached(url).map_err(|error| system(&error))
}

/// Opens `config.toml` with whatever the system opens it with; an empty one is made first.
pub async fn open_config(_desk: &Desk) -> Answer<()> {
    let file = config_file()?;
    config::ensure_file(&file).map_err(config_trouble)?;
    open::that_detached(file).map_err(|error| system(&error))
}

/// The page hears what it is told from now on. Answers the page that was wanted while it was being
/// loaded.
pub async fn listens(desk: &Desk) -> Answer<Option<Page>> {
    Ok(desk.listens())
}

/// The page has been painted for the first time.
pub async fn painted(desk: &Desk) -> Answer<()> {
    if let Some(after) = desk.painted() {
        tracing::info!("painted after_ms={}", after.as_millis());
    }
    Ok(())
}

fn in_force(desk: &Desk) -> Answer<Settings> {
    let settings = config::load().map_err(config_trouble)?;
    let snapshot = desk.controller.snapshot();
    let services: Vec<ServiceId> =
        snapshot.services.iter().map(|service| service.id.clone()).collect();
    let file = config_file()?.display().to_string();
    let start = desk.start_at_login.state();
    let shown = made::settings(file, &settings, &services, start, &jiff::Zoned::now());
    Ok(Settings { channels: made::channels(&desk.channels.state()), ..shown })
}

#[expect(clippy::needless_pass_by_value, reason = "it is given to map_err")]
fn config_trouble(error: config::ConfigError) -> IpcError {
    IpcError::worded(ErrorCode::Config, &Wording::from(&error))
}

fn system(error: &std::io::Error) -> IpcError {
    IpcError::new(ErrorCode::System, in_a_sentence(error))
}
