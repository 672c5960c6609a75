//! Versioned copies of the config files that belong to a release.
//!
//! `<state>/backups/<service>/<time>-<release>/` holds the copies and a manifest; beside each file
//! its users find the copy from before the last update as `<file>.pre-update`.

mod keep;
mod manifest;
mod put_back;

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use async_trait::async_trait;
use phoenix_engine::ports::{BackupError, Clock, ConfigBackup};

use crate::state::places;

/// The folder of all backups, below the state folder.
pub(crate) const FOLDER: &str = "backups";
/// Larger files are no config files.
const LARGEST_BYTES: u64 = 16 * 1024 * 1024;
/// How many backups a service keeps.
const KEPT: usize = 10;

/// A [`ConfigBackup`] below the state folder.
pub struct FileBackup {
    root: PathBuf,
    home: PathBuf,
    clock: Arc<dyn Clock>,
}

impl FileBackup {
    /// Backups of this user, below [`places::state_dir`].
    pub fn open(clock: Arc<dyn Clock>) -> Result<Self, BackupError> {
        let place = |found: io::Result<PathBuf>| {
            found.map_err(|error| failed("find", Path::new("the home directory"))(error))
        };
        Ok(Self::at(&place(places::state_dir())?, &place(places::home_dir())?, clock))
    }

    /// Backups below `state`, with `~` meaning `home`.
    pub fn at(state: &Path, home: &Path, clock: Arc<dyn Clock>) -> Self {
        Self { root: state.join(FOLDER), home: home.to_owned(), clock }
    }
}

#[async_trait]
impl ConfigBackup for FileBackup {
    async fn save(
        &self,
        service: &str,
        release: &str,
        files: &[String],
    ) -> Result<Option<String>, BackupError> {
        let wanted = keep::Wanted {
            root: self.root.clone(),
            service: file_name(service),
            release: file_name(release),
            files: files.iter().map(|file| expand(file, &self.home)).collect(),
            now: self.clock.now(),
        };
        off_the_runtime(move || keep::save(&wanted)).await
    }

    /// A file that did not exist when the backup was made is left alone: removing it could lose
    /// what a user wrote. Every copy is checked against its sum before the first file is touched.
    async fn restore(&self, backup: &str) -> Result<Vec<String>, BackupError> {
        let (root, backup) = (self.root.clone(), backup.to_owned());
        off_the_runtime(move || put_back::restore(&root, &backup)).await
    }
}

async fn off_the_runtime<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, BackupError> + Send + 'static,
) -> Result<T, BackupError> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| failed("work on", Path::new("the backup"))(io::Error::other(error)))?
}

/// Turns an I/O error into one that says what was being done to which file.
fn failed(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> BackupError {
    let path = path.display().to_string();
    move |source| BackupError { action, path, source }
}

/// `~` and `~/…` are the user's home.
fn expand(file: &str, home: &Path) -> PathBuf {
    match file.strip_prefix('~') {
        Some("") => home.to_owned(),
        Some(rest) => rest.strip_prefix('/').map_or_else(|| file.into(), |rest| home.join(rest)),
        None => file.into(),
    }
}

/// Fit for one component of a path, whatever was given.
fn file_name(text: &str) -> String {
    let fit = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    let name: String = text.chars().take(80).map(|c| if fit(c) { c } else { '.' }).collect();
    let name = name.trim_start_matches('.');
    if name.is_empty() { "unnamed".to_owned() } else { name.to_owned() }
}

#[cfg(test)]
mod tests;
