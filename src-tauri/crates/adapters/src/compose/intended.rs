//! What a compose file shall mean after its ports moved to the switch.

use phoenix_plan::route::MADE_BY_COMPOSE;
use serde_json::{Map, Value, json};

use super::EditRefused;

/// What the file shall mean afterwards.
pub(super) struct Intended {
    pub(super) meaning: Value,
    /// Ports that `expose` lacks yet.
    pub(super) exposed: Vec<String>,
    /// How its networks are written so far.
    pub(super) networks: Networks,
}

/// The networks of a service as they were written.
#[derive(Debug)]
pub(super) enum Networks {
    /// None: it is on the project's default network.
    Default,
    /// As a list of these names.
    List(Vec<String>),
    /// As a mapping.
    Mapping,
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
    let networks_before = join_network(&mut edited, network);
    meaning["services"][service] = Value::Object(edited);
    let networks = &mut meaning["networks"];
    if !networks.is_object() {
        *networks = Value::Object(Map::new());
    }
    if networks.get(network).is_some() {
        return Err(EditRefused::NetworkTaken(network.to_owned()));
    }
    networks[network] = json!({ "external": true });
    Ok(Intended { meaning, exposed, networks: networks_before })
}

fn add_items(body: &mut Map<String, Value>, key: &str, items: &[String]) {
    if items.is_empty() {
        return;
    }
    let old = body.get(key).and_then(Value::as_array).cloned().unwrap_or_default();
    let items = items.iter().cloned().map(Value::String);
    body.insert(key.to_owned(), Value::Array(items.chain(old).collect()));
}

/// Answers how the networks were written before.
fn join_network(body: &mut Map<String, Value>, network: &str) -> Networks {
    let joined = json!({ "aliases": [MADE_BY_COMPOSE] });
    match body.get_mut("networks") {
        Some(Value::Array(list)) if !list.is_empty() => {
            let names: Vec<String> = list.iter().map(plain).collect();
            let mut map: Map<String, Value> =
                names.iter().map(|name| (name.clone(), json!({}))).collect();
            map.insert(network.to_owned(), joined);
            body.insert("networks".to_owned(), Value::Object(map));
            Networks::List(names)
        }
        Some(Value::Object(map)) if !map.is_empty() => {
            map.insert(network.to_owned(), joined);
            Networks::Mapping
        }
        _ => {
            body.insert("networks".to_owned(), json!({ "default": {}, network: joined }));
            Networks::Default
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
