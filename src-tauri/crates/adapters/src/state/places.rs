//! Where the program keeps its files.

use std::{io, path::PathBuf};

use etcetera::BaseStrategy;

/// The program's folder below the platform's.
const PROGRAM: &str = "phoenix-tray";

/// `PHOENIX_TRAY_STATE_DIR`, else the platform's state directory (its data directory on platforms
/// that have none, such as macOS).
pub fn state_dir() -> io::Result<PathBuf> {
    from_env("PHOENIX_TRAY_STATE_DIR").map_or_else(
        || {
            let base = platform()?;
            Ok(base.state_dir().unwrap_or_else(|| base.data_dir()).join(PROGRAM))
        },
        Ok,
    )
}

/// `PHOENIX_TRAY_CONFIG_DIR`, else the platform's configuration directory.
pub fn config_dir() -> io::Result<PathBuf> {
    from_env("PHOENIX_TRAY_CONFIG_DIR")
        .map_or_else(|| Ok(platform()?.config_dir().join(PROGRAM)), Ok)
}

/// `PHOENIX_HOME`, else `~/.phoenix`: the folder of the Phoenix gateway, where `update.log` is.
pub fn phoenix_home() -> io::Result<PathBuf> {
    from_env("PHOENIX_HOME").map_or_else(|| Ok(home_dir()?.join(".phoenix")), Ok)
}

/// The user's home directory.
pub fn home_dir() -> io::Result<PathBuf> {
    etcetera::home_dir().map_err(io::Error::other)
}

fn platform() -> io::Result<impl BaseStrategy> {
    etcetera::base_strategy::choose_native_strategy().map_err(io::Error::other)
}

fn from_env(name: &str) -> Option<PathBuf> {
    std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from)
}
