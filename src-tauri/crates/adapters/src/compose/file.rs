//! Reading and replacing a compose file.

use std::{
    fmt::Write as _,
    fs, io,
    path::{Path, PathBuf},
};

use sha2::{Digest as _, Sha256};

use super::ComposeError;
use crate::state::durable::{self, Ownership};

/// Larger files are no compose files.
const LARGEST_BYTES: u64 = 4 * 1024 * 1024;

pub(super) fn read(path: &Path) -> Result<String, ComposeError> {
    let metadata = fs::metadata(path).map_err(failed("read", path))?;
    if !metadata.is_file() || metadata.len() > LARGEST_BYTES {
        let why = "it is no regular file of at most 4 MiB";
        return Err(failed("read", path)(io::Error::new(io::ErrorKind::InvalidInput, why)));
    }
    fs::read_to_string(path).map_err(failed("read", path))
}

/// Which text an edit was made from: its SHA-256 in hexadecimal digits.
pub(super) fn fingerprint(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().fold(String::new(), |mut digits, byte| {
        let _ = write!(digits, "{byte:02x}");
        digits
    })
}

/// Replaces a compose file whose text still has this fingerprint by `new`, atomically, with mode
/// and owner kept; the text before stays beside it, as the answered `<file>.before-phoenix-tray`. A
/// read-only file is refused.
pub fn write_edit(path: &Path, made_from: &str, new: &str) -> Result<PathBuf, ComposeError> {
    let path = fs::canonicalize(path).map_err(failed("find", path))?;
    let old = read(&path)?;
    if fingerprint(&old) != made_from {
        return Err(ComposeError::ChangedMeanwhile { file: path.display().to_string() });
    }
    let metadata = writable(&path)?;
    let mut kept = path.as_os_str().to_owned();
    kept.push(".before-phoenix-tray");
    let kept = PathBuf::from(kept);
    durable::replace(&kept, old.as_bytes(), None).map_err(failed("write", &kept))?;
    durable::replace(&path, new.as_bytes(), Ownership::of(&metadata))
        .map_err(failed("edit", &path))?;
    Ok(kept)
}

/// What a file is like that may be edited.
pub(super) fn writable(path: &Path) -> Result<fs::Metadata, ComposeError> {
    let metadata = fs::metadata(path).map_err(failed("read", path))?;
    if metadata.permissions().readonly() {
        let why = "it is read-only; make it writable, or make the edit by hand";
        let error = io::Error::new(io::ErrorKind::PermissionDenied, why);
        return Err(failed("edit", path)(error));
    }
    // Whoever may replace a file in its folder may still not be meant to write to it.
    fs::OpenOptions::new().write(true).open(path).map_err(failed("edit", path))?;
    Ok(metadata)
}

fn failed(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> ComposeError {
    let file = path.display().to_string();
    move |source| ComposeError::File { action, file, source }
}
