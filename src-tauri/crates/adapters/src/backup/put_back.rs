//! Restoring a backup: check every copy first, then replace what differs.

use std::{
    fs, io,
    path::{Component, Path, PathBuf},
};

use phoenix_engine::ports::BackupError;

use super::{
    failed,
    manifest::{Kept, Manifest, sha256_hex},
};
use crate::state::durable::{self, Ownership};

/// A copy that is what the manifest says.
struct Sound {
    path: PathBuf,
    bytes: Vec<u8>,
    ownership: Option<Ownership>,
}

/// Answers the files that differed and were put back.
pub(super) fn restore(root: &Path, backup: &str) -> Result<Vec<String>, BackupError> {
    let dir = folder_of(root, backup).map_err(failed("find backup", Path::new(backup)))?;
    let manifest = Manifest::read(&dir).map_err(failed("read the manifest in", &dir))?;
    let mut sound = Vec::with_capacity(manifest.files.len());
    for kept in manifest.files {
        match kept {
            Kept::Missing { path } => {
                tracing::debug!(path, "it did not exist at the backup and is left alone");
            }
            Kept::Copied { path, copy, sha256, ownership } => {
                let copy = dir.join(file_part(&copy).map_err(failed("read", &dir))?);
                let bytes = checked(&copy, &sha256).map_err(failed("read", &copy))?;
                sound.push(Sound { path: path.into(), bytes, ownership });
            }
        }
    }
    let mut restored = Vec::new();
    for copy in sound {
        if put_back(&copy).map_err(failed("restore", &copy.path))? {
            restored.push(copy.path.display().to_string());
        }
    }
    Ok(restored)
}

/// `service/version`, both plain names.
fn folder_of(root: &Path, backup: &str) -> io::Result<PathBuf> {
    let parts: Vec<_> = Path::new(backup).components().collect();
    match parts.as_slice() {
        [Component::Normal(service), Component::Normal(version)] => {
            Ok(root.join(service).join(version))
        }
        _ => Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not the ID of a backup")),
    }
}

/// A manifest names files of its own folder only.
fn file_part(copy: &str) -> io::Result<&str> {
    let plain = !copy.is_empty() && copy.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    let why = "the manifest names a file outside of its folder";
    plain.then_some(copy).ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, why))
}

fn checked(copy: &Path, sha256: &str) -> io::Result<Vec<u8>> {
    let bytes = fs::read(copy)?;
    if sha256_hex(&bytes) == sha256 {
        Ok(bytes)
    } else {
        let why = "the copy is not what was backed up (its SHA-256 differs); nothing was restored";
        Err(io::Error::new(io::ErrorKind::InvalidData, why))
    }
}

/// Through a symbolic link the file that it names is replaced, not the link.
fn put_back(copy: &Sound) -> io::Result<bool> {
    let target = match fs::canonicalize(&copy.path) {
        Ok(target) => target,
        Err(error) if error.kind() == io::ErrorKind::NotFound => copy.path.clone(),
        Err(error) => return Err(error),
    };
    match fs::read(&target) {
        Ok(current) if current == copy.bytes => return Ok(false),
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    durable::replace(&target, &copy.bytes, copy.ownership)?;
    Ok(true)
}
