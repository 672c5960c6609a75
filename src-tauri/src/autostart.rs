//! Start at login: the truth is the system's entry, never a setting of ours.

use tauri::AppHandle;
use tauri_plugin_autostart::ManagerExt as _;

use crate::ipc::view::Autostart;

/// What the entry starts the program with.
pub const HIDDEN: &str = "--hidden";

/// The plugin, which writes and removes the entry.
pub fn plugin() -> tauri::plugin::TauriPlugin<tauri::Wry> {
    tauri_plugin_autostart::Builder::new().app_name("phoenix-tray").args([HIDDEN]).build()
}

/// As the system has it.
pub fn state(app: &AppHandle) -> Autostart {
    match app.autolaunch().is_enabled() {
        Ok(true) => Autostart::On,
        Ok(false) => Autostart::Off,
        Err(error) => Autostart::Unknown { reason: error.to_string() },
    }
}

/// Writes or removes the entry.
pub fn set(app: &AppHandle, on: bool) -> Result<(), tauri_plugin_autostart::Error> {
    if on { app.autolaunch().enable() } else { app.autolaunch().disable() }
}
