//! What a compose file shall mean after its ports moved to the switch.

use serde_json::{Map, Value, json};

use super::EditRefused;

/// What the file shall mean afterwards.
pub(super) struct Intended {
    pub(super) meaning: Value,
    /// Ports that `expose` lacks yet.
    pub(super) exposed: Vec<String>,
    /// Whether the service relied on the project's default network.
    pub(super) default_too: bool,
}

/// Derives it from what the file means now.
pub(super) fn intended(
    before: &Value,
    service: &str,
    network: &str,
) -> Result<Intended, EditRefused> {
    let body = before["services"][service]
        .as_object()
        .ok_or_else(|| EditRefused::NoSuchService(service.to_owned()))?;
    let published = body.get("ports").and_then(Value::as_array).ok_or(EditRefused::NoPorts)?;
    let mut exposed = Vec::new();
    for port in published {
        let port = container_port(port)?;
        let known = body.get("expose").and_then(Value::as_array);
        let listed = known.into_iter().flatten().any(|it| plain(it) == port);
        if !listed && !exposed.contains(&port) {
            exposed.push(port);
        }
    }
    if published.is_empty() {
        return Err(EditRefused::NoPorts);
    }
    let mut meaning = before.clone();
    let mut edited = body.clone();
    edited.remove("ports");
    add_items(&mut edited, "expose", &exposed);
    let default_too = join_network(&mut edited, network);
    meaning["services"][service] = Value::Object(edited);
    let networks = &mut meaning["networks"];
    if !networks.is_object() {
        *networks = Value::Object(Map::new());
    }
    if networks.get(network).is_some() {
        return Err(EditRefused::NetworkTaken(network.to_owned()));
    }
    networks[network] = json!({ "external": true });
    Ok(Intended { meaning, exposed, default_too })
}

fn add_items(body: &mut Map<String, Value>, key: &str, items: &[String]) {
    if items.is_empty() {
        return;
    }
    let old = body.get(key).and_then(Value::as_array).cloned().unwrap_or_default();
    let items = items.iter().cloned().map(Value::String);
    body.insert(key.to_owned(), Value::Array(items.chain(old).collect()));
}

/// Answers whether the service was on the default network for lack of another one.
fn join_network(body: &mut Map<String, Value>, network: &str) -> bool {
    match body.get_mut("networks") {
        Some(Value::Array(list)) if !list.is_empty() => {
            list.insert(0, Value::String(network.to_owned()));
            false
        }
        Some(Value::Object(map)) if !map.is_empty() => {
            map.insert(network.to_owned(), json!({}));
            false
        }
        _ => {
            body.insert("networks".to_owned(), json!({ "default": {}, network: {} }));
            true
        }
    }
}

/// The container's side of a published port: `18789`, `8080:80`, `127.0.0.1:8080:80/tcp`, or the
/// long form's `target`.
fn container_port(port: &Value) -> Result<String, EditRefused> {
    let whole = plain(port.get("target").unwrap_or(port));
    let long_protocol = port.get("protocol").map(plain);
    let (numbers, protocol) = whole.rsplit_once('/').unwrap_or((&whole, "tcp"));
    if long_protocol.as_deref().unwrap_or(protocol) != "tcp" {
        return Err(EditRefused::NotTcp(whole));
    }
    let container = numbers.rsplit(':').next().unwrap_or_default();
    let fits = |c: char| c.is_ascii_digit() || c == '-';
    if container.is_empty() || !container.chars().all(fits) {
        return Err(EditRefused::Interpolated(whole));
    }
    Ok(container.to_owned())
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
