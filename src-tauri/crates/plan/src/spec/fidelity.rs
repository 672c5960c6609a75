//! Proof that the new container is the old one: nothing differs that was not announced.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    Change, DaemonDefaults,
    changes::{FRESH, differences},
    form::{Document, Form},
};

/// Something that differs although nobody announced it, or that was announced and did not happen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Difference {
    /// Where, as a path into the configuration: `/HostConfig/Memory`.
    pub path: String,
    /// What should be there; null for nothing.
    pub expected: Value,
    /// What is there; null for nothing.
    pub found: Value,
}

/// Compares two inspect documents. Empty means: the new container is the old one with exactly the
/// announced changes. Anything else must stop the update while the old one still serves.
pub fn fidelity(
    old: &Value,
    new: &Value,
    changes: &[Change],
    daemon: &DaemonDefaults,
) -> Vec<Difference> {
    let mut expected = form_of(old, daemon);
    for change in changes {
        if change.to.is_null() {
            expected.remove(&change.path);
        } else {
            expected.insert(change.path.clone(), change.to.clone());
        }
    }
    let mut found = form_of(new, daemon);
    forget_fresh_names(&expected, &mut found);
    differences(&expected, &found)
        .map(|(path, expected, found)| Difference { path, expected, found })
        .collect()
}

/// The flat form of a container as it stands.
pub(super) fn form_of(inspect: &Value, daemon: &DaemonDefaults) -> Form {
    let image_id = inspect["Image"].as_str().unwrap_or_default();
    Document::of_inspect(inspect, daemon).form(image_id, &inspect["Mounts"])
}

/// Environment variables may be secrets.
pub(super) fn is_secret(path: &str) -> bool {
    path.starts_with("/Config/Env/")
}

/// Nobody could know the name of a volume that did not exist yet.
fn forget_fresh_names(expected: &Form, found: &mut Form) {
    let fresh = expected.iter().filter(|(_, value)| value["Source"] == FRESH);
    for (path, _) in fresh {
        if let Some(mounted) = found.get_mut(path) {
            mounted["Source"] = json!(FRESH);
        }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.trim_start_matches('/');
        if is_secret(&self.path) {
            write!(f, "{path} is not as it was")
        } else {
            write!(f, "{path} should be {} but is {}", self.expected, self.found)
        }
    }
}
