//! Commands about settings, files and pages outside the window.

use phoenix_adapters::config::{
    self,
    edit::{self, Change},
};
use phoenix_engine::in_a_sentence;
use phoenix_plan::service::ServiceId;
use tauri::{AppHandle, State};

use super::{Answer, service_of};
use crate::{
    app, autostart,
    desk::{Desk, config_file},
    ipc::{
        ErrorCode, IpcError, made,
        view::{SettingChange, Settings},
    },
};

/// Watches a service from now on, or no longer.
#[tauri::command]
#[specta::specta]
pub async fn watch(app: AppHandle, service: String, on: bool) -> Answer<()> {
    let service = service_of(&service)?;
    let change = if on { Change::Watch(service) } else { Change::Unwatch(service) };
    edit::change(&[change]).map_err(config_trouble)?;
    app::settings_changed(&app);
    Ok(())
}

/// The settings in force.
#[tauri::command]
#[specta::specta]
pub async fn settings(app: AppHandle, desk: State<'_, Desk>) -> Answer<Settings> {
    in_force(&app, &desk)
}

/// Changes settings and answers those in force.
#[tauri::command]
#[specta::specta]
pub async fn change_settings(
    app: AppHandle,
    desk: State<'_, Desk>,
    changes: Vec<SettingChange>,
) -> Answer<Settings> {
    let (edits, start) = made::setting_changes(&changes)
        .map_err(|error| IpcError { code: ErrorCode::BadRequest, message: error.to_string() })?;
    if !edits.is_empty() {
        edit::change(&edits).map_err(config_trouble)?;
    }
    if let Some(on) = start {
        autostart::set(&app, on).map_err(system)?;
    }
    app::settings_changed(&app);
    in_force(&app, &desk)
}

/// Opens release notes of a service's update in the browser: only an address that `preview` gave.
#[tauri::command]
#[specta::specta]
pub async fn open_notes(desk: State<'_, Desk>, service: String) -> Answer<()> {
    let service = service_of(&service)?;
    let url = desk.notes(&service).ok_or_else(|| IpcError {
        code: ErrorCode::NotFound,
        message: format!("no release notes of {service} are known"),
    })?;
    tauri_plugin_opener::open_url(url, None::<&str>).map_err(system)
}

/// Opens `config.toml` with whatever the system opens it with; an empty one is made first.
#[tauri::command]
#[specta::specta]
pub async fn open_config(_desk: State<'_, Desk>) -> Answer<()> {
    let file = config_file()?;
    config::ensure_file(&file).map_err(config_trouble)?;
    tauri_plugin_opener::open_path(file, None::<&str>).map_err(system)
}

/// The page has been painted for the first time.
#[tauri::command]
#[specta::specta]
pub async fn painted(desk: State<'_, Desk>) -> Answer<()> {
    if let Some(after) = desk.painted() {
        tracing::info!("painted after_ms={}", after.as_millis());
    }
    Ok(())
}

fn in_force(app: &AppHandle, desk: &Desk) -> Answer<Settings> {
    let settings = config::load().map_err(config_trouble)?;
    let snapshot = desk.controller.snapshot();
    let services: Vec<ServiceId> =
        snapshot.services.iter().map(|service| service.id.clone()).collect();
    let file = config_file()?.display().to_string();
    Ok(made::settings(file, &settings, &services, autostart::state(app)))
}

#[expect(clippy::needless_pass_by_value, reason = "it is given to map_err")]
fn config_trouble(error: config::ConfigError) -> IpcError {
    IpcError { code: ErrorCode::Config, message: in_a_sentence(&error) }
}

fn system(error: impl std::error::Error) -> IpcError {
    IpcError { code: ErrorCode::System, message: in_a_sentence(&error) }
}
