//! Edits of the file itself: whole or not at all, and never over somebody else's edit.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use tempfile::TempPath;

use super::{
    super::{ConfigError, FILE_NAME, Settings, parse},
    Change, apply_to,
};
use crate::state::{
    durable::{self, Ownership},
    places,
};

/// One edit at a time in this process; others are noticed by the text.
static EDITING: Mutex<()> = Mutex::new(());

/// Changes this user's `config.toml`, and answers the settings that are in force from now on. A
/// file that cannot be used, before or after, is left untouched. Blocks on the disk.
pub fn change(changes: &[Change]) -> Result<Settings, ConfigError> {
    let dir = places::config_dir()
        .map_err(|source| ConfigError::Unreadable { file: FILE_NAME.to_owned(), source })?;
    change_in(&dir.join(FILE_NAME), changes)
}

/// Changes a file as [`change`] does; a symbolic link stays one, and mode and owner are kept.
pub fn change_in(path: &Path, changes: &[Change]) -> Result<Settings, ConfigError> {
    change_and(path, changes, || ())
}

/// `before_rename` is called when everything is ready.
pub(super) fn change_and(
    path: &Path,
    changes: &[Change],
    before_rename: impl FnOnce(),
) -> Result<Settings, ConfigError> {
    let _alone = EDITING.lock().unwrap_or_else(PoisonError::into_inner);
    let file = path.display().to_string();
    let old = read(path, &file)?;
    let new = apply_to(old.as_deref().unwrap_or_default(), &file, changes)?;
    let settings = parse(&new, &file)?;
    if old.as_deref() == Some(new.as_str()) {
        return Ok(settings);
    }
    let unwritable = |source| ConfigError::Unwritable { file: file.clone(), source };
    let target = target(path, old.is_some()).map_err(unwritable)?;
    let prepared = prepare(&target, new.as_bytes()).map_err(unwritable)?;
    before_rename();
    if read(path, &file)? != old {
        return Err(ConfigError::ChangedMeanwhile { file });
    }
    prepared.persist(&target).map_err(|error| unwritable(error.error))?;
    durable::sync_dir(folder(&target)).map_err(unwritable)?;
    Ok(settings)
}

fn read(path: &Path, file: &str) -> Result<Option<String>, ConfigError> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(ConfigError::Unreadable { file: file.to_owned(), source }),
    }
}

/// The real file. A link that leads nowhere is not replaced by a file.
fn target(path: &Path, exists: bool) -> io::Result<PathBuf> {
    if exists || path.symlink_metadata().is_ok() {
        return path.canonicalize();
    }
    durable::make_private_dir(folder(path))?;
    Ok(path.to_owned())
}

/// The new text, on disk beside the file, with its mode and owner.
fn prepare(target: &Path, text: &[u8]) -> io::Result<TempPath> {
    let ownership = match fs::metadata(target) {
        Ok(metadata) => Ownership::of(&metadata),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    let name = tempfile::Builder::new().prefix(".config").tempfile_in(folder(target))?;
    let name = name.into_temp_path();
    durable::replace(&name, text, ownership)?;
    Ok(name)
}

fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}
