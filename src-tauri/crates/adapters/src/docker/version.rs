//! Which API version both sides speak.

use phoenix_engine::ports::EngineError;
use phoenix_plan::spec::ApiVersion;
use serde_json::Value;

/// The newest version this program speaks. Inspect documents up to this one still say which
/// hardware address the user asked for (moby fills `Config.MacAddress` up to 1.51).
pub(super) const NEWEST: ApiVersion = ApiVersion::new(1, 51);

/// The oldest it can work with: Engine 20.10.
pub(super) const OLDEST: ApiVersion = ApiVersion::new(1, 41);

/// The highest version that both speak, from `GET /version`.
pub(super) fn negotiate(version: &Value) -> Result<ApiVersion, EngineError> {
    let field = |key: &str| version[key].as_str().and_then(|text| text.parse::<ApiVersion>().ok());
    let engine = version["Version"].as_str().unwrap_or("unknown");
    let newest_there = field("ApiVersion").ok_or_else(|| EngineError::Broken {
        call: "version",
        message: "the answer states no ApiVersion; is this a container engine?".to_owned(),
    })?;
    if newest_there < OLDEST {
        return Err(EngineError::Incompatible(format!(
            "the container engine {engine} speaks API {newest_there}, but {OLDEST} is needed at \
             least (Engine 20.10); update the engine"
        )));
    }
    match field("MinAPIVersion") {
        Some(oldest_there) if oldest_there > NEWEST => Err(EngineError::Incompatible(format!(
            "the container engine {engine} wants API {oldest_there} at least, but this program \
             speaks {NEWEST} at most; update this program"
        ))),
        Some(_) | None => Ok(newest_there.min(NEWEST)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn answer(newest: &str, oldest: &str) -> Result<ApiVersion, EngineError> {
        negotiate(&json!({ "Version": "x", "ApiVersion": newest, "MinAPIVersion": oldest }))
    }

    #[test]
    fn the_lower_of_both_newest_versions_is_spoken() {
        assert_eq!(answer("1.41", "1.12").unwrap(), ApiVersion::new(1, 41));
        assert_eq!(answer("1.60", "1.44").unwrap(), NEWEST);
    }

    #[test]
    fn an_engine_that_is_too_old_or_too_new_is_refused_with_both_numbers() {
        let old = answer("1.40", "1.12").unwrap_err().to_string();
        assert!(old.contains("1.40") && old.contains("1.41"), "{old}");
        let new = answer("1.99", "1.90").unwrap_err().to_string();
        assert!(new.contains("1.90") && new.contains("1.51"), "{new}");
    }
}
