//! Other containers that a description names.

use serde_json::{Map, Value};

use super::Joined;

/// Modes that can name a container.
const MODES: [&str; 3] = ["NetworkMode", "IpcMode", "PidMode"];
/// What stands before its name there.
const CONTAINER: &str = "container:";

/// Names the successors in place of those that are exchanged.
pub(super) fn rename(host_config: &mut Map<String, Value>, joins: &[Joined]) {
    for mode in MODES {
        let named = host_config.get(mode).and_then(Value::as_str).and_then(container);
        if let Some(id) = named.and_then(|named| successor(named, joins)) {
            host_config.insert(mode.to_owned(), Value::from(format!("{CONTAINER}{id}")));
        }
    }
    let Some(Value::Array(from)) = host_config.get_mut("VolumesFrom") else { return };
    for entry in from {
        let Some((named, mode)) = entry.as_str().map(volumes_of) else { continue };
        if let Some(id) = successor(named, joins) {
            *entry = Value::from(format!("{id}{mode}"));
        }
    }
}

/// Whether a value at a path named one that is exchanged.
pub(super) fn names(path: &str, value: &Value, joins: &[Joined]) -> bool {
    let Some(key) = path.strip_prefix("/HostConfig/") else { return false };
    if MODES.contains(&key) {
        let named = value.as_str().and_then(container);
        return named.is_some_and(|named| successor(named, joins).is_some());
    }
    let entries = value.as_array().filter(|_| key == "VolumesFrom").into_iter().flatten();
    let mut named = entries.filter_map(Value::as_str).map(|entry| volumes_of(entry).0);
    named.any(|named| successor(named, joins).is_some())
}

fn container(mode: &str) -> Option<&str> {
    mode.strip_prefix(CONTAINER).map(|name| name.trim_start_matches('/'))
}

/// A name and the mode behind it: `db`, `db:ro`.
fn volumes_of(entry: &str) -> (&str, &str) {
    let entry = entry.trim_start_matches('/');
    entry.split_at(entry.find(':').unwrap_or(entry.len()))
}

fn successor<'a>(named: &str, joins: &'a [Joined]) -> Option<&'a str> {
    joins.iter().find(|join| join.reference == named).map(|join| join.id.as_str())
}
