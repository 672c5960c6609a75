//! Making a backup: look at all files first, then copy, then show the finished folder.

use std::{
    fs::{self, File},
    io::{self, Read},
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use phoenix_engine::ports::BackupError;

use super::{
    KEPT, LARGEST_BYTES, failed,
    manifest::{Kept, Manifest, NAME, sha256_hex},
};
use crate::state::durable::{self, Ownership};

/// What is to be backed up.
pub(super) struct Wanted {
    pub(super) root: PathBuf,
    /// Fit for a file name, as is `release`.
    pub(super) service: String,
    pub(super) release: String,
    pub(super) files: Vec<PathBuf>,
    pub(super) now: Timestamp,
}

/// A file as it was found.
struct Found {
    path: PathBuf,
    bytes: Vec<u8>,
    ownership: Option<Ownership>,
}

/// Answers the backup's ID, or nothing when none of the files exists.
pub(super) fn save(wanted: &Wanted) -> Result<Option<String>, BackupError> {
    let mut found = Vec::with_capacity(wanted.files.len());
    for path in &wanted.files {
        found.push(look_at(path).map_err(failed("back up", path))?);
    }
    if found.iter().all(Option::is_none) {
        return Ok(None);
    }
    let dir = wanted.root.join(&wanted.service);
    durable::make_private_dir(&dir).map_err(failed("create", &dir))?;
    let name = write_version(wanted, &dir, &found)?;
    for found in found.iter().flatten() {
        let beside = pre_update(&found.path);
        copy_beside(&beside, found).map_err(failed("write", &beside))?;
    }
    retire(&dir);
    Ok(Some(format!("{}/{name}", wanted.service)))
}

/// `phoenix.json` → `phoenix.json.pre-update`
fn pre_update(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".pre-update");
    name.into()
}

/// The copy has the original's owner where this user may give it away, and is the user's own
/// otherwise, as with `cp`.
fn copy_beside(path: &Path, found: &Found) -> io::Result<()> {
    match durable::replace(path, &found.bytes, found.ownership) {
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            durable::replace(path, &found.bytes, None)
        }
        outcome => outcome,
    }
}

fn look_at(path: &Path) -> io::Result<Option<Found>> {
    let metadata = match fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    if !metadata.is_file() {
        let what = if metadata.is_dir() { "a folder" } else { "no regular file" };
        return Err(refused(&format!("it is {what}; config_files lists single files")));
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(LARGEST_BYTES + 1).read_to_end(&mut bytes)?;
    if u64::try_from(bytes.len()).map_or(true, |length| length > LARGEST_BYTES) {
        return Err(refused("it is larger than 16 MiB; take it out of config_files"));
    }
    let ownership = Ownership::of(&metadata);
    Ok(Some(Found { path: path.to_owned(), bytes, ownership }))
}

fn refused(why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, why)
}

/// Writes the copies and the manifest into a folder without a name, then names it.
fn write_version(
    wanted: &Wanted,
    dir: &Path,
    found: &[Option<Found>],
) -> Result<String, BackupError> {
    let unnamed = tempfile::Builder::new()
        .prefix(".unfinished-")
        .tempdir_in(dir)
        .and_then(|unnamed| durable::make_private_root(unnamed.path()).map(|()| unnamed))
        .map_err(failed("create a folder in", dir))?;
    let mut files = Vec::with_capacity(found.len());
    for (index, (path, found)) in wanted.files.iter().zip(found).enumerate() {
        let shown = path.display().to_string();
        files.push(match found {
            None => Kept::Missing { path: shown },
            Some(found) => {
                let copy = format!("file-{index}");
                let target = unnamed.path().join(&copy);
                durable::create(&target, &found.bytes).map_err(failed("write", &target))?;
                let sha256 = sha256_hex(&found.bytes);
                Kept::Copied { path: shown, copy, sha256, ownership: found.ownership }
            }
        });
    }
    let manifest = Manifest {
        version: 1,
        service: wanted.service.clone(),
        release: wanted.release.clone(),
        at: wanted.now,
        files,
    };
    let target = unnamed.path().join(NAME);
    serde_json::to_vec_pretty(&manifest)
        .map_err(io::Error::other)
        .and_then(|json| durable::create(&target, &json))
        .map_err(failed("write", &target))?;
    name_it(wanted, dir, unnamed)
}

/// The name sorts by time; two backups of one moment get different ones.
fn name_it(wanted: &Wanted, dir: &Path, unnamed: tempfile::TempDir) -> Result<String, BackupError> {
    let time = wanted.now.strftime("%Y%m%dT%H%M%S%3fZ").to_string();
    let base = format!("{time}-{}", wanted.release);
    let name = (1_u32..1_000)
        .map(|count| if count == 1 { base.clone() } else { format!("{base}.{count:03}") })
        .find(|name| !dir.join(name).exists())
        .unwrap_or(base);
    let target = dir.join(&name);
    fs::rename(unnamed.path(), &target)
        .and_then(|()| durable::sync_dir(dir))
        .map_err(failed("create", &target))?;
    // The folder has its name now; there is nothing left to clean up.
    let _moved = unnamed.keep();
    Ok(name)
}

/// Removes all but the newest. A backup that cannot be removed does no harm.
fn retire(dir: &Path) {
    let mut backups = durable::children(dir).unwrap_or_default();
    backups.retain(|path| path.join(NAME).is_file());
    let surplus = backups.len().saturating_sub(KEPT);
    for path in &backups[..surplus] {
        if let Err(error) = fs::remove_dir_all(path) {
            tracing::warn!(path = %path.display(), %error, "an old backup cannot be removed");
        }
    }
}
