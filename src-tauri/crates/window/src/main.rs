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
    hear_the_toolkit();
    match pipe::run() {
        Ok(code) => code,
        Err(error) => {
            tracing::error!("the window cannot be shown: {error}");
            ExitCode::FAILURE
        }
    }
}

/// What the toolkit grumbles about, such as a graphics stack that it was told to leave alone, is not
/// for the user's terminal.
#[cfg(target_os = "linux")]
fn hear_the_toolkit() {
    use webkit2gtk::glib::{LogLevel, log_set_default_handler};

    log_set_default_handler(|domain, level, message| match level {
        LogLevel::Error | LogLevel::Critical => tracing::error!(domain, "{message}"),
        LogLevel::Warning | LogLevel::Message | LogLevel::Info | LogLevel::Debug => {
            tracing::debug!(domain, "{message}");
        }
    });
}

/// Elsewhere the window is part of Phoenix Tray itself.
#[cfg(not(target_os = "linux"))]
fn main() -> ExitCode {
    ExitCode::FAILURE
}
