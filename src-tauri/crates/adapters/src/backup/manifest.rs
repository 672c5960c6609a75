//! What a backup holds.

use std::{fs, io, path::Path};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::state::durable::Ownership;

/// The manifest's file name, in the backup's folder.
pub(super) const NAME: &str = "manifest.json";

/// A backup's contents.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Manifest {
    /// The shape of this document; 1.
    pub(super) version: u32,
    pub(super) service: String,
    pub(super) release: String,
    pub(super) at: Timestamp,
    pub(super) files: Vec<Kept>,
}

/// One file.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub(super) enum Kept {
    /// It was copied.
    Copied {
        /// The original.
        path: String,
        /// The copy's name in the backup's folder.
        copy: String,
        /// SHA-256 of the content, in hexadecimal.
        sha256: String,
        /// The original's mode and owner, where the platform has them.
        ownership: Option<Ownership>,
    },
    /// It did not exist.
    Missing {
        /// Where it would have been.
        path: String,
    },
}

impl Manifest {
    /// Reads the manifest of a backup.
    pub(super) fn read(dir: &Path) -> io::Result<Self> {
        let manifest: Self = serde_json::from_slice(&fs::read(dir.join(NAME))?)
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
        if manifest.version == 1 {
            Ok(manifest)
        } else {
            let why = format!("version {} was written by a newer program", manifest.version);
            Err(io::Error::new(io::ErrorKind::InvalidData, why))
        }
    }
}

/// The sum a manifest states.
pub(super) fn sha256_hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut text, byte| {
        write!(text, "{byte:02x}").expect("writing to a string never fails");
        text
    })
}
