//! What an image gives to its containers, as comparable text.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{ChangeKind, health, words};

/// Labels that say something to people.
const LABELS: [&str; 7] = [
    "org.opencontainers.image.version",
    "org.opencontainers.image.revision",
    "org.opencontainers.image.created",
    "org.opencontainers.image.licenses",
    "org.opencontainers.image.vendor",
    "org.opencontainers.image.source",
    "org.opencontainers.image.base.name",
];

/// By kind and name.
pub(super) type Fields = BTreeMap<(ChangeKind, Option<String>), String>;

/// Reads either kind of document. What is spelled in two ways but means the same reads the same.
pub(super) fn of(image: &Value) -> Fields {
    let config = if image["Config"].is_object() { &image["Config"] } else { &image["config"] };
    let mut fields = environment(&config["Env"]);
    for port in keys(&config["ExposedPorts"]) {
        let port = if port.contains('/') { port.to_owned() } else { format!("{port}/tcp") };
        fields.insert((ChangeKind::Port, Some(port.clone())), port);
    }
    for path in keys(&config["Volumes"]) {
        fields.insert((ChangeKind::Volume, Some(path.to_owned())), path.to_owned());
    }
    for name in LABELS {
        if let Some(value) = text(&config["Labels"][name]) {
            fields.insert((ChangeKind::Label, Some(name.to_owned())), value.to_owned());
        }
    }
    let single = [
        (ChangeKind::User, Some(user(text(&config["User"])))),
        (ChangeKind::Entrypoint, words::command(&config["Entrypoint"])),
        (ChangeKind::Command, words::command(&config["Cmd"])),
        (ChangeKind::HealthCheck, health::check(&config["Healthcheck"])),
        (ChangeKind::WorkingDir, Some(folder(text(&config["WorkingDir"])))),
        (ChangeKind::StopSignal, Some(signal(text(&config["StopSignal"])))),
    ];
    fields.extend(single.into_iter().filter_map(|(kind, value)| Some(((kind, None), value?))));
    fields
}

/// Of a name that is there twice the last one counts, as for the engine.
fn environment(raw: &Value) -> Fields {
    let entries = raw.as_array().into_iter().flatten().filter_map(Value::as_str);
    entries
        .map(|entry| {
            let (name, value) = entry.split_once('=').unwrap_or((entry, ""));
            ((ChangeKind::Environment, Some(name.to_owned())), value.to_owned())
        })
        .collect()
}

fn keys(raw: &Value) -> impl Iterator<Item = &str> {
    raw.as_object().into_iter().flatten().map(|(key, _)| key.as_str()).filter(|key| !key.is_empty())
}

fn text(raw: &Value) -> Option<&str> {
    raw.as_str().filter(|text| !text.is_empty())
}

fn user(stated: Option<&str>) -> String {
    match stated {
        None | Some("0" | "root" | "0:0" | "root:root" | "0:root" | "root:0") => "root".to_owned(),
        Some(other) => other.to_owned(),
    }
}

fn folder(stated: Option<&str>) -> String {
    let path = stated.unwrap_or_default().trim_end_matches('/');
    if path.is_empty() { "/".to_owned() } else { path.to_owned() }
}

/// By name, `SIGTERM` where nothing is said: the signals that images state in practice.
fn signal(stated: Option<&str>) -> String {
    let stated = stated.unwrap_or("SIGTERM").to_ascii_uppercase();
    let name = match stated.strip_prefix("SIG").unwrap_or(&stated) {
        "1" => "HUP",
        "2" => "INT",
        "3" => "QUIT",
        "9" => "KILL",
        "10" => "USR1",
        "12" => "USR2",
        "15" => "TERM",
        "28" => "WINCH",
        other => other,
    };
    // a real-time signal or an unusual number stays as it was written
    if name.starts_with(|first: char| first.is_ascii_digit()) {
        name.to_owned()
    } else {
        format!("SIG{name}")
    }
}
