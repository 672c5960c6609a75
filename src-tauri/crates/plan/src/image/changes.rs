//! What changes for a container's user between two images: what they give to containers by default.

mod fields;
mod health;
mod secret;
mod words;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub(super) use secret::without_user;
pub(crate) use secret::{looks_secret, without};

/// One difference between two images, spelled for people. Values whose name looks like a secret
/// are hidden, control characters are written as escapes, and 500 characters are shown at most.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ImageChange {
    /// What differs.
    pub kind: ChangeKind,
    /// Which one, where there can be several: the variable, port (`8080/tcp`), path or label.
    pub name: Option<String>,
    /// In the old image; `None` where it has none. A port or path stands for itself.
    pub before: Option<String>,
    /// In the new image; `None` where it has none.
    pub after: Option<String>,
}

/// What differs between two images, in the order in which changes are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// An environment variable.
    Environment,
    /// A port that the image exposes.
    Port,
    /// A path that becomes a volume.
    Volume,
    /// The user that the process runs as.
    User,
    /// The program.
    Entrypoint,
    /// The program's arguments, or the program where there is no entry point.
    Command,
    /// The health check, with Docker's defaults filled in.
    HealthCheck,
    /// The folder that the process starts in.
    WorkingDir,
    /// The signal that asks the process to end.
    StopSignal,
    /// A label that says something to people; what tools write for themselves is left out.
    Label,
}

/// The differences from one image to another, by kind and then by name. Either document is the
/// engine's inspect answer or the config blob of a registry (OCI's or Docker's); fields that are
/// not what they should be count as absent.
pub fn changes(before: &Value, after: &Value) -> Vec<ImageChange> {
    let (mut old, mut new) = (fields::of(before), fields::of(after));
    let keys: BTreeSet<_> = old.keys().chain(new.keys()).cloned().collect();
    let differing = keys.into_iter().filter_map(|key| {
        let (before, after) = (old.remove(&key), new.remove(&key));
        let (kind, name) = key;
        (before != after).then(|| shown(kind, name, before, after))
    });
    differing.collect()
}

fn shown(
    kind: ChangeKind,
    name: Option<String>,
    before: Option<String>,
    after: Option<String>,
) -> ImageChange {
    let hidden = kind == ChangeKind::Environment && name.as_deref().is_some_and(looks_secret);
    let show = |value: Option<String>| {
        value.map(|value| {
            if hidden { secret::HIDDEN.to_owned() } else { words::shown(&secret::without(&value)) }
        })
    };
    let name = name.map(|name| words::shown(&name));
    ImageChange { kind, name, before: show(before), after: show(after) }
}

#[cfg(test)]
mod tests;
