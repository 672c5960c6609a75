//! Calls about networks.

use phoenix_engine::ports::EngineError;
use serde_json::{Value, json};

use super::raw::{Call, RawClient, encoded};

/// Already connected is success.
pub(super) async fn connect(
    raw: &RawClient,
    network: &str,
    container_id: &str,
    endpoint: &Value,
) -> Result<(), EngineError> {
    let path = format!("/networks/{}/connect", encoded(network));
    let body = json!({ "Container": container_id, "EndpointConfig": endpoint });
    match raw.json(Call::post("connect network", &path).json(&body)).await {
        Ok(_) => Ok(()),
        Err(EngineError::Refused { message, .. } | EngineError::Conflict { message, .. })
            if message.contains("already exists in network")
                || message.contains("is already attached to network") =>
        {
            Ok(())
        }
        Err(other) => Err(other),
    }
}

/// Not connected is success.
pub(super) async fn disconnect(
    raw: &RawClient,
    network: &str,
    container_id: &str,
) -> Result<(), EngineError> {
    let path = format!("/networks/{}/disconnect", encoded(network));
    let body = json!({ "Container": container_id, "Force": true });
    match raw.json(Call::post("disconnect network", &path).json(&body)).await {
        Ok(_) | Err(EngineError::NotFound { .. }) => Ok(()),
        Err(EngineError::Refused { message, .. } | EngineError::Conflict { message, .. })
            if message.contains("is not connected to") =>
        {
            Ok(())
        }
        Err(other) => Err(other),
    }
}

/// Makes a bridge network without a way out, unless one of this name exists.
pub(super) async fn ensure_internal(
    raw: &RawClient,
    name: &str,
    labels: &Value,
) -> Result<(), EngineError> {
    let path = format!("/networks/{}", encoded(name));
    if raw.json_or_none(Call::get("inspect network", &path)).await?.is_some() {
        return Ok(());
    }
    let body = json!({ "Name": name, "Driver": "bridge", "Internal": true, "CheckDuplicate": true,
        "Labels": labels });
    match raw.json(Call::post("create network", "/networks/create").json(&body)).await {
        Ok(_) => Ok(()),
        Err(EngineError::Conflict { message, .. }) if message.contains("already exists") => Ok(()),
        Err(other) => Err(other),
    }
}

/// Absent is success.
pub(super) async fn remove(raw: &RawClient, name: &str) -> Result<(), EngineError> {
    let path = format!("/networks/{}", encoded(name));
    match raw.json(Call::delete("remove network", &path)).await {
        Ok(_) | Err(EngineError::NotFound { .. }) => Ok(()),
        Err(other) => Err(other),
    }
}
