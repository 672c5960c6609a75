//! Anonymous volumes: named by the engine, but not to be lost.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

/// Mounts every anonymous volume of the old container again, by its generated name. Paths that
/// `Binds`, `Mounts` or `Tmpfs` already name are left alone, so that none is mounted twice.
pub(super) fn keep_anonymous_volumes(host_config: &mut Map<String, Value>, effective: &Value) {
    name_nameless(host_config, effective);
    let taken = targets(host_config);
    let lost: Vec<Value> = volumes(effective)
        .filter(|(target, _, _)| !taken.contains(target))
        .map(|(target, name, writable)| {
            let mut mount = json!({ "Type": "volume", "Source": name, "Target": target });
            if !writable {
                mount["ReadOnly"] = json!(true);
            }
            mount
        })
        .collect();
    if lost.is_empty() {
        return;
    }
    match host_config.get_mut("Mounts") {
        Some(Value::Array(mounts)) => mounts.extend(lost),
        Some(_) | None => {
            host_config.insert("Mounts".to_owned(), Value::Array(lost));
        }
    }
}

/// Where the image declares volumes that nothing of the old container is mounted on: the engine
/// makes fresh ones.
pub(super) fn fresh_volumes(declared: &Value, effective: &Value) -> Vec<String> {
    let mounted: BTreeSet<String> =
        list(effective).filter_map(|mount| mount["Destination"].as_str()).map(normal).collect();
    let declared = declared.as_object().into_iter().flatten();
    declared.map(|(path, _)| normal(path)).filter(|path| !mounted.contains(path)).collect()
}

/// A path without a slash at its end.
pub(super) fn normal(path: &str) -> String {
    match path.trim_end_matches('/') {
        "" => "/".to_owned(),
        trimmed => trimmed.to_owned(),
    }
}

/// A volume asked for without a name (`--mount type=volume,target=…`) got one from the engine.
fn name_nameless(host_config: &mut Map<String, Value>, effective: &Value) {
    let Some(Value::Array(mounts)) = host_config.get_mut("Mounts") else { return };
    for mount in mounts.iter_mut().filter(|mount| {
        mount["Type"] == "volume" && mount["Source"].as_str().is_none_or(str::is_empty)
    }) {
        let target = normal(mount["Target"].as_str().unwrap_or_default());
        if let Some((_, name, _)) = volumes(effective).find(|(path, _, _)| *path == target) {
            mount["Source"] = Value::from(name);
        }
    }
}

/// Every path that the host configuration itself mounts something on.
fn targets(host_config: &Map<String, Value>) -> BTreeSet<String> {
    let part = |key: &str| host_config.get(key).unwrap_or(&Value::Null);
    let binds = list(part("Binds")).filter_map(Value::as_str).filter_map(bind_target);
    let mounts = list(part("Mounts")).filter_map(|mount| mount["Target"].as_str());
    let tmpfs = part("Tmpfs").as_object().into_iter().flatten().map(|(path, _)| path.as_str());
    binds.chain(mounts).chain(tmpfs).map(normal).collect()
}

/// `source:target[:options]`; a Windows source has a colon of its own after the drive letter.
fn bind_target(bind: &str) -> Option<&str> {
    let drive = bind.as_bytes().get(1) == Some(&b':') && bind.as_bytes().get(2) == Some(&b'\\');
    let rest = if drive { bind.get(2..)? } else { bind };
    let target = rest.split_once(':')?.1;
    match target.rsplit_once(':') {
        Some((path, _)) if path.starts_with('/') || path.len() > 1 => Some(path),
        Some(_) | None => Some(target),
    }
}

fn volumes(effective: &Value) -> impl Iterator<Item = (String, &str, bool)> {
    list(effective).filter(|mount| mount["Type"] == "volume").filter_map(|mount| {
        let target = normal(mount["Destination"].as_str()?);
        Some((target, mount["Name"].as_str()?, mount["RW"].as_bool().unwrap_or(true)))
    })
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}
