//! Start at login on macOS and Windows, through Tauri's plugin.

use std::{io, sync::OnceLock};

use tauri::{AppHandle, Wry, plugin::TauriPlugin};
use tauri_plugin_autostart::{Builder, ManagerExt as _};

use super::{HIDDEN, StartAtLogin};
use crate::ipc::view::Autostart;

/// The plugin, once Tauri has started.
#[derive(Default)]
pub struct Plugin {
    app: OnceLock<AppHandle>,
}

impl Plugin {
    /// What Tauri is told.
    pub fn init() -> TauriPlugin<Wry> {
        Builder::new().app_name("phoenix-tray").args([HIDDEN]).build()
    }

    /// Tauri has started.
    pub fn attach(&self, app: AppHandle) {
        // It starts once.
        let _again = self.app.set(app);
    }

    fn app(&self) -> io::Result<&AppHandle> {
        self.app.get().ok_or_else(|| io::Error::other("the program has not started yet"))
    }
}

impl StartAtLogin for Plugin {
    fn state(&self) -> Autostart {
        let enabled =
            self.app().and_then(|app| app.autolaunch().is_enabled().map_err(io::Error::other));
        match enabled {
            Ok(true) => Autostart::On,
            Ok(false) => Autostart::Off,
            Err(error) => Autostart::Unknown { reason: error.to_string() },
        }
    }

    fn set(&self, on: bool) -> io::Result<()> {
        let launch = self.app()?.autolaunch();
        let done = if on { launch.enable() } else { launch.disable() };
        done.map_err(io::Error::other)
    }
}
