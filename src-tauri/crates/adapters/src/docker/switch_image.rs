//! The switch's image: made on the engine from the binary inside this program, without a download.

mod archive;

use std::sync::LazyLock;

use bytes::Bytes;
use http::Method;
use phoenix_engine::ports::EngineError;
use serde_json::Value;

use self::archive::hex_digest;
use super::{
    DockerEngine, bounds, errors, images,
    raw::{Call, RawClient},
};

/// The switch, for [`ARCHITECTURE`].
static BINARY: &[u8] = include_bytes!(env!("PHOENIX_SWITCH_BINARY"));

/// In the words of images: `amd64`.
const ARCHITECTURE: &str = env!("PHOENIX_SWITCH_ARCHITECTURE");

/// Version and binary, so that a changed switch is never taken for the one that is there.
static REFERENCE: LazyLock<String> = LazyLock::new(|| {
    let hash = hex_digest(BINARY);
    let short = hash.get(..12).unwrap_or(&hash);
    format!("phoenix-tray/switch:{}-{short}", env!("CARGO_PKG_VERSION"))
});

/// Loads the image unless this very one is there; answers its reference.
pub(super) async fn ensure(engine: &DockerEngine) -> Result<String, EngineError> {
    let reference = REFERENCE.as_str();
    if images::inspect(&engine.raw, reference).await?.is_some() {
        return Ok(reference.to_owned());
    }
    let version = engine.raw.json(Call::get("version", "/version")).await?;
    let (system, architecture) = (version["Os"].as_str(), version["Arch"].as_str());
    if system != Some("linux") || architecture != Some(ARCHITECTURE) {
        return Err(EngineError::Incompatible(format!(
            "the engine runs {} containers on {}, but this program brings its switch for linux on \
             {ARCHITECTURE}; use a build of this program for the engine's architecture",
            system.unwrap_or("unknown"),
            architecture.unwrap_or("an unknown architecture"),
        )));
    }
    let archive = archive::image(BINARY, ARCHITECTURE, reference)
        .map_err(|error| EngineError::Broken { call: "load image", message: error.to_string() })?;
    load(&engine.raw, archive).await?;
    Ok(reference.to_owned())
}

async fn load(raw: &RawClient, archive: Vec<u8>) -> Result<(), EngineError> {
    let call = Call {
        name: "load image",
        method: Method::POST,
        path: "/images/load?quiet=1",
        body: Some((Bytes::from(archive), "application/x-tar")),
        registry_auth: None,
        bound: bounds::CHANGE,
    };
    let opened = raw.open(call).await?;
    let status = opened.response.status().as_u16();
    let body = bounds::within("load image", bounds::CHANGE, opened.all("load image")).await?;
    if status != 200 {
        return Err(errors::refused("load image", "image", status, &errors::message(&body)));
    }
    for line in body.split(|byte| *byte == b'\n') {
        let message: Value = serde_json::from_slice(line).unwrap_or_default();
        if let Some(error) = message["errorDetail"]["message"].as_str() {
            return Err(errors::refused("load image", "image", status, error));
        }
    }
    Ok(())
}
