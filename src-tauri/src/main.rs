//! Phoenix Tray: the desktop application.

// Without this, Windows opens a console beside the program.
#![cfg_attr(all(windows, not(debug_assertions)), windows_subsystem = "windows")]

use std::process::ExitCode;

use clap::Parser as _;
use phoenix_tray::{app, arguments::Arguments};
use tracing_subscriber::EnvFilter;

/// Whether there is a desktop to be on. Elsewhere than on Linux there always is.
fn has_display() -> bool {
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || is_set("WAYLAND_DISPLAY") || is_set("DISPLAY")
}

fn main() -> ExitCode {
    let filter = EnvFilter::try_from_env("PHOENIX_TRAY_LOG");
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_env_filter(filter.unwrap_or_else(|_| EnvFilter::new("warn,phoenix=info")))
        .init();
    let arguments = Arguments::parse();
    if !has_display() {
        tracing::error!(
            "Phoenix Tray needs a desktop: neither WAYLAND_DISPLAY nor DISPLAY is set. On a server, \
             use phoenixctl"
        );
        return ExitCode::FAILURE;
    }
    match app::run(arguments) {
        Ok(code) => code,
        Err(error) => {
            tracing::error!("Phoenix Tray cannot start: {error:#}");
            ExitCode::FAILURE
        }
    }
}
