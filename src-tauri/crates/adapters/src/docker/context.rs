//! Docker contexts, as the docker command line stores them.

use std::{fmt::Write as _, fs, path::Path};

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::{BadEndpoint, Endpoint};

/// `currentContext` of Docker's `config.json`.
pub(super) fn current(config: &Path) -> Option<String> {
    let document = read(&config.join("config.json"))?;
    document["currentContext"].as_str().filter(|name| !name.is_empty()).map(str::to_owned)
}

/// The engine of a context.
pub(super) fn endpoint(config: &Path, name: &str) -> Result<Endpoint, BadEndpoint> {
    let folder = config.join("contexts").join("meta").join(folder_name(name));
    let document = read(&folder.join("meta.json")).unwrap_or_default();
    let host = document["Endpoints"]["docker"]["Host"].as_str().ok_or_else(|| BadEndpoint {
        text: format!("the docker context \"{name}\""),
        why: "it does not exist or names no host; see docker context ls",
    })?;
    host.parse()
}

/// The docker command line keeps each context in a folder named by its name's SHA-256.
pub(super) fn folder_name(name: &str) -> String {
    let mut text = String::with_capacity(64);
    for byte in Sha256::digest(name.as_bytes()) {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

fn read(path: &Path) -> Option<Value> {
    serde_json::from_slice(&fs::read(path).ok()?).ok()
}
