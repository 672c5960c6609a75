//! The configuration file: read at start and, on request, rewritten atomically by the new version.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use serde_json::Value;

/// Reads `path`; an absent file is no error. With `migrate_to` its top level gets `migrated_to`.
pub(crate) fn open(path: &Path, migrate_to: Option<&str>) -> io::Result<Option<Value>> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut config: Value = serde_json::from_str(&text)?;
    if let (Some(version), Some(object)) = (migrate_to, config.as_object_mut()) {
        object.insert("migrated_to".to_owned(), version.into());
        replace(path, &serde_json::to_string_pretty(&config)?)?;
    }
    Ok(Some(config))
}

fn replace(path: &Path, text: &str) -> io::Result<()> {
    let fresh = path.with_extension("json.new");
    let mut file = File::create(&fresh)?;
    file.write_all(text.as_bytes())?;
    file.write_all(b"\n")?;
    file.sync_all()?;
    fs::rename(&fresh, path)
}
