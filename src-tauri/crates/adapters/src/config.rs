//! `config.toml`: text → fragment (what was written) → settings (every default filled in).

mod channels;
mod duration;
pub mod edit;
mod error;
mod fragment;
mod reader;
pub mod refused;
mod settings;

use std::{io, path::Path};

use crate::state::places;

pub use error::ConfigError;
pub use settings::{Language, Settings, is_gateway};

/// The file's name in [`places::config_dir`].
pub const FILE_NAME: &str = "config.toml";

/// Loads this user's settings; without a file, the defaults.
pub fn load() -> Result<Settings, ConfigError> {
    let dir = places::config_dir()
        .map_err(|source| ConfigError::Unreadable { file: FILE_NAME.to_owned(), source })?;
    load_from(&dir.join(FILE_NAME))
}

/// Loads the settings of a file; without it, the defaults.
pub fn load_from(path: &Path) -> Result<Settings, ConfigError> {
    let file = path.display().to_string();
    match std::fs::read_to_string(path) {
        Ok(text) => parse(&text, &file),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Settings::default()),
        Err(source) => Err(ConfigError::Unreadable { file, source }),
    }
}

/// The text of this user's file; empty where there is none.
pub fn text() -> Result<String, ConfigError> {
    let unreadable = |file: String| |source| ConfigError::Unreadable { file, source };
    let dir = places::config_dir().map_err(unreadable(FILE_NAME.to_owned()))?;
    let path = dir.join(FILE_NAME);
    match std::fs::read_to_string(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(String::new()),
        read => read.map_err(unreadable(path.display().to_string())),
    }
}

/// Makes an empty file where there is none, so that it can be opened in an editor.
pub fn ensure_file(path: &Path) -> Result<(), ConfigError> {
    if path.exists() {
        return Ok(());
    }
    let made = path.parent().map_or(Ok(()), std::fs::create_dir_all);
    made.and_then(|()| std::fs::write(path, ""))
        .map_err(|source| ConfigError::Unwritable { file: path.display().to_string(), source })
}

/// Reads settings from text; `file` is what errors call it.
pub fn parse(text: &str, file: &str) -> Result<Settings, ConfigError> {
    fragment::read(text, file).map(Settings::of)
}

/// Reads a duration as people write it: `250ms`, `90s`, `1m30s`, `7d`.
pub fn parse_duration(text: &str) -> Option<std::time::Duration> {
    duration::read(text)
}

/// Writes a duration as people write it, to the millisecond; [`parse_duration`] reads it back.
pub fn write_duration(duration: std::time::Duration) -> String {
    duration::write(duration)
}

#[cfg(test)]
mod tests;
