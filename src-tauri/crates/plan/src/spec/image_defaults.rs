//! What an image gives its containers: taken out for the old image, put in for the new one.
//!
//! The rules mirror the engine's own merge of image and container (moby `daemon/commit.go`,
//! `merge`, and `verifyContainerSettings`).

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

/// Maps of which each entry is inherited by itself.
const KEYED: &[&str] = &["Labels", "Volumes", "ExposedPorts"];

/// Single values, inherited when the container has none.
const SINGLE: &[&str] = &["WorkingDir", "User", "StopSignal", "Shell", "ArgsEscaped"];

/// Takes out of a container's `Config` what equals its image's default.
pub(super) fn subtract(config: &mut Map<String, Value>, image: &Value) {
    subtract_env(config, image);
    subtract_command(config, image);
    for key in KEYED {
        subtract_entries(config, key, &image[*key]);
    }
    for key in SINGLE {
        if config.get(*key).is_some_and(|value| same_single(key, value, &image[*key])) {
            config.remove(*key);
        }
    }
    subtract_health_check(config, &image["Healthcheck"]);
}

/// Puts an image's defaults into a `Config`, as the engine does at create.
pub(super) fn merge(config: &mut Map<String, Value>, image: &Value) {
    merge_env(config, image);
    merge_command(config, image);
    for key in KEYED {
        merge_entries(config, key, &image[*key]);
    }
    for key in SINGLE {
        if config.get(*key).is_none_or(is_empty) && !is_empty(&image[*key]) {
            config.insert((*key).to_owned(), image[*key].clone());
        }
    }
    merge_health_check(config, &image["Healthcheck"]);
}

/// `KEY=value` entries by key; an entry without `=` (remove this variable) is its own key.
pub(super) fn env_by_key(list: &Value) -> BTreeMap<String, String> {
    let entries = list.as_array().into_iter().flatten().filter_map(Value::as_str);
    entries.map(|entry| (env_key(entry).to_owned(), entry.to_owned())).collect()
}

/// null, `""`, `[]`, `{}`, `false` and 0 all say "not set" to the engine, except where noted.
pub(super) fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(flag) => !flag,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => text.is_empty(),
        Value::Array(list) => list.is_empty(),
        Value::Object(object) => object.is_empty(),
    }
}

fn env_key(entry: &str) -> &str {
    entry.split_once('=').map_or(entry, |(key, _)| key)
}

fn subtract_env(config: &mut Map<String, Value>, image: &Value) {
    let inherited = env_by_key(&image["Env"]);
    if let Some(Value::Array(entries)) = config.get_mut("Env") {
        entries.retain(|entry| {
            let text = entry.as_str().unwrap_or_default();
            inherited.get(env_key(text)).is_none_or(|default| default != text)
        });
    }
}

fn merge_env(config: &mut Map<String, Value>, image: &Value) {
    let own = env_by_key(config.get("Env").unwrap_or(&Value::Null));
    let missing = env_by_key(&image["Env"]).into_iter().filter(|(key, _)| !own.contains_key(key));
    let all: Vec<Value> =
        own.clone().into_values().chain(missing.map(|(_, entry)| entry)).map(Value::from).collect();
    config.insert("Env".to_owned(), Value::Array(all));
}

/// The pair: an image's command is inherited only together with its entry point. A container whose
/// entry point was cleared (`--entrypoint ""`) shows none; asking for `[""]` clears it again. One
/// without the image's command got the same entry point by the user's own word, which stays.
fn subtract_command(config: &mut Map<String, Value>, image: &Value) {
    let part = |key: &str| config.get(key).cloned().unwrap_or_default();
    let (entrypoint, command) = (part("Entrypoint"), part("Cmd"));
    if is_empty(&entrypoint) && !is_empty(&image["Entrypoint"]) {
        config.insert("Entrypoint".to_owned(), json!([""]));
    } else if same(&entrypoint, &image["Entrypoint"]) {
        let without_command = is_empty(&command) && !is_empty(&image["Cmd"]);
        if !without_command {
            config.remove("Entrypoint");
        } else if is_empty(&entrypoint) {
            config.insert("Entrypoint".to_owned(), json!([""]));
        }
        if same(&command, &image["Cmd"]) {
            config.remove("Cmd");
        }
    }
}

fn merge_command(config: &mut Map<String, Value>, image: &Value) {
    let entrypoint = config.get("Entrypoint").cloned().unwrap_or_default();
    if entrypoint == json!([""]) {
        config.insert("Entrypoint".to_owned(), Value::Null);
    } else if is_empty(&entrypoint) {
        if config.get("Cmd").is_none_or(is_empty) {
            config.insert("Cmd".to_owned(), image["Cmd"].clone());
        }
        config.insert("Entrypoint".to_owned(), image["Entrypoint"].clone());
    }
}

fn subtract_entries(config: &mut Map<String, Value>, key: &str, inherited: &Value) {
    let (Some(Value::Object(entries)), Some(inherited)) =
        (config.get_mut(key), inherited.as_object())
    else {
        return;
    };
    entries.retain(|name, value| inherited.get(name) != Some(value));
}

fn merge_entries(config: &mut Map<String, Value>, key: &str, inherited: &Value) {
    let Some(inherited) = inherited.as_object() else { return };
    let entries = config.entry(key).or_insert_with(|| json!({}));
    if !entries.is_object() {
        *entries = json!({});
    }
    for (name, value) in inherited {
        if entries.get(name).is_none() {
            entries[name] = value.clone();
        }
    }
}

/// Field by field. `["NONE"]` is the user's own choice and stays.
fn subtract_health_check(config: &mut Map<String, Value>, inherited: &Value) {
    let Some(Value::Object(check)) = config.get_mut("Healthcheck") else { return };
    if check.get("Test") == Some(&json!(["NONE"])) {
        return;
    }
    check.retain(|key, value| !is_empty(value) && inherited[key] != *value);
    if check.is_empty() {
        config.remove("Healthcheck");
    }
}

fn merge_health_check(config: &mut Map<String, Value>, inherited: &Value) {
    let Some(inherited) = inherited.as_object() else { return };
    let check = config.entry("Healthcheck").or_insert(Value::Null);
    if !check.is_object() {
        *check = json!({});
    }
    for (key, value) in inherited {
        if is_empty(&check[key]) {
            check[key] = value.clone();
        }
    }
}

fn same_single(key: &str, own: &Value, inherited: &Value) -> bool {
    let trimmed = |value: &Value| value.as_str().map(|path| path.trim_end_matches('/').to_owned());
    same(own, inherited) || (key == "WorkingDir" && trimmed(own) == trimmed(inherited))
}

fn same(own: &Value, inherited: &Value) -> bool {
    own == inherited || (is_empty(own) && is_empty(inherited))
}
