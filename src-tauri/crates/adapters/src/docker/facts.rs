//! Who answers.

use phoenix_engine::ports::{EngineError, EngineFacts};

use super::{DockerEngine, raw::Call};

/// `GET /version` and `GET /info`.
pub(super) async fn facts(engine: &DockerEngine) -> Result<EngineFacts, EngineError> {
    let version = engine.raw.json(Call::get("version", "/version")).await?;
    let info = engine.raw.json(Call::get("info", "/info")).await?;
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    Ok(EngineFacts {
        endpoint: engine.endpoint().to_string(),
        version: text(&version["Version"]),
        api_version: engine.api_version.to_string(),
        platform: format!("{}/{}", text(&version["Os"]), text(&version["Arch"])),
        data_root: text(&info["DockerRootDir"]),
        local: engine.endpoint().is_local(),
        info,
    })
}
