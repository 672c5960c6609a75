//! Calls about containers.

use std::time::Duration;

use phoenix_engine::ports::EngineError;
use phoenix_plan::spec::{SplitBody, split_endpoints};
use serde_json::{Value, json};

use super::{
    DockerEngine, bounds, networks,
    raw::{Call, RawClient, encoded},
};

pub(super) async fn list(raw: &RawClient, label: Option<&str>) -> Result<Vec<Value>, EngineError> {
    let filter = label.map(|label| {
        let filters = json!({ "label": [label] }).to_string();
        format!("&filters={}", encoded(&filters))
    });
    let path = format!("/containers/json?all=1{}", filter.unwrap_or_default());
    match raw.json(Call::get("list containers", &path)).await? {
        Value::Array(containers) => Ok(containers),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => {
            Err(EngineError::Broken {
                call: "list containers",
                message: "the answer is no list".to_owned(),
            })
        }
    }
}

pub(super) async fn inspect(
    raw: &RawClient,
    id_or_name: &str,
) -> Result<Option<Value>, EngineError> {
    let path = format!("/containers/{}/json", encoded(id_or_name));
    raw.json_or_none(Call::get("inspect container", &path)).await
}

/// An engine that takes one endpoint only is connected to the others before this returns.
pub(super) async fn create(
    engine: &DockerEngine,
    name: &str,
    body: &Value,
    platform: Option<&str>,
) -> Result<String, EngineError> {
    let SplitBody { body, later } = if engine.api_version.creates_with_all_endpoints() {
        SplitBody { body: body.clone(), later: Vec::new() }
    } else {
        split_endpoints(body)
    };
    let platform = platform.map(|platform| format!("&platform={}", encoded(platform)));
    let path = format!("/containers/create?name={}{}", encoded(name), platform.unwrap_or_default());
    let answer = engine.raw.json(Call::post("create container", &path).json(&body)).await?;
    let id = answer["Id"].as_str().map(str::to_owned).ok_or_else(|| EngineError::Broken {
        call: "create container",
        message: "the answer names no container".to_owned(),
    })?;
    for (network, endpoint) in later {
        if let Err(error) = networks::connect(&engine.raw, &network, &id, &endpoint).await {
            remove(&engine.raw, &id).await?;
            return Err(error);
        }
    }
    Ok(id)
}

pub(super) async fn start(raw: &RawClient, id: &str) -> Result<(), EngineError> {
    let path = format!("/containers/{}/start", encoded(id));
    raw.json(Call::post("start container", &path)).await.map(drop)
}

pub(super) async fn stop(raw: &RawClient, id: &str, timeout: Duration) -> Result<(), EngineError> {
    let path = format!("/containers/{}/stop?t={}", encoded(id), timeout.as_secs());
    let bound = timeout.saturating_add(bounds::STOP_MARGIN);
    raw.json(Call::post("stop container", &path).within(bound)).await.map(drop)
}

/// Some engines answer 400 or 409 when the name is its own already: so it is looked up first.
pub(super) async fn rename(raw: &RawClient, id: &str, name: &str) -> Result<(), EngineError> {
    let current = inspect(raw, id).await?.map(|container| container["Name"].clone());
    if current.is_some_and(|current| current == format!("/{name}")) {
        return Ok(());
    }
    let path = format!("/containers/{}/rename?name={}", encoded(id), encoded(name));
    raw.json(Call::post("rename container", &path)).await.map(drop)
}

pub(super) async fn set_restart_policy(
    raw: &RawClient,
    id: &str,
    policy: &Value,
) -> Result<(), EngineError> {
    let path = format!("/containers/{}/update", encoded(id));
    let body = json!({ "RestartPolicy": policy });
    raw.json(Call::post("update container", &path).json(&body)).await.map(drop)
}

/// Never with its volumes. A removal that is under way already counts as done when it is gone.
pub(super) async fn remove(raw: &RawClient, id: &str) -> Result<(), EngineError> {
    let path = format!("/containers/{}?force=1&v=0", encoded(id));
    match raw.json(Call::delete("remove container", &path)).await {
        Ok(_) | Err(EngineError::NotFound { .. }) => Ok(()),
        Err(EngineError::Conflict { message, .. }) if message.contains("already in progress") => {
            gone(raw, id).await
        }
        Err(other) => Err(other),
    }
}

/// Waits for the end of a container.
async fn gone(raw: &RawClient, id: &str) -> Result<(), EngineError> {
    let path = format!("/containers/{}/wait?condition=removed", encoded(id));
    match raw.json(Call::post("wait for removal", &path)).await {
        Ok(_) | Err(EngineError::NotFound { .. }) => Ok(()),
        Err(other) => Err(other),
    }
}
