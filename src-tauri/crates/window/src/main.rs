//! The window as a program of its own, started by Phoenix Tray and spoken to over the socket that is
//! its standard input. It ends when its window is closed or Phoenix Tray is gone.

#[cfg(target_os = "linux")]
mod pipe;

use std::process::ExitCode;

#[cfg(target_os = "linux")]
fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_max_level(tracing::Level::WARN)
        .init();
    match pipe::run() {
        Ok(code) => code,
        Err(error) => {
            tracing::error!("the window cannot be shown: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Elsewhere the window is part of Phoenix Tray itself.
#[cfg(not(target_os = "linux"))]
fn main() -> ExitCode {
    ExitCode::FAILURE
}
