//! Pulling an image, with progress and without waiting for ever.

mod progress;

use bytes::{Buf as _, BytesMut};
use phoenix_engine::ports::{EngineError, PullError, PullProgress};
use phoenix_plan::image::ImageReference;
use serde_json::Value;
use tokio::time::Instant;

use self::progress::Layers;
use super::{
    DockerEngine, bounds, credentials, errors, images,
    raw::{Call, Opened, encoded},
};

/// A single message is never this long.
const LINE_LIMIT_BYTES: usize = 1024 * 1024;

/// Pulls and answers the image ID.
pub(super) async fn pull(
    engine: &DockerEngine,
    reference: &str,
    platform: Option<&str>,
    progress: &dyn PullProgress,
) -> Result<String, PullError> {
    let parsed = ImageReference::parse(reference).map_err(|bad| EngineError::Refused {
        call: "pull",
        status: 400,
        message: bad.to_string(),
    })?;
    let wanted = platform.unwrap_or("this machine");
    let path = path(&parsed, platform);
    let before = image_of(engine, reference).await?;
    let registry_auth = credentials::for_registry(&parsed.registry).await;
    let call = Call { registry_auth, ..Call::post("pull", &path) }.within(bounds::PULL_STALL);
    let stalled =
        || PullError::Stalled { reference: reference.to_owned(), after: bounds::PULL_STALL };
    let mut opened = match engine.raw.open(call).await {
        Err(EngineError::TimedOut { .. }) => return Err(stalled()),
        other => other?,
    };
    let status = opened.response.status();
    if !status.is_success() {
        let body = opened.all("pull").await?;
        return Err(errors::pull(reference, wanted, status.as_u16(), &errors::message(&body)));
    }
    let read = read(&mut opened, progress, |message| errors::pull(reference, wanted, 200, message));
    let too_slow = || PullError::TooSlow { reference: reference.to_owned(), after: bounds::PULL };
    tokio::time::timeout(bounds::PULL, read).await.map_err(|_| too_slow())??.ok_or_else(stalled)?;
    let image = image_of(engine, reference).await?.unwrap_or_default();
    let Some(id) = image["Id"].as_str() else {
        return Err(PullError::ImageNotFound { reference: reference.to_owned() });
    };
    if platform.is_none_or(|platform| is_for(&image, platform)) {
        return Ok(id.to_owned());
    }
    put_back(engine, reference, before.as_ref()).await?;
    Err(PullError::WrongPlatform { reference: reference.to_owned(), platform: wanted.to_owned() })
}

async fn image_of(engine: &DockerEngine, reference: &str) -> Result<Option<Value>, EngineError> {
    images::inspect(&engine.raw, reference).await
}

/// Engines pull an image that exists for one foreign platform only, without a word.
fn is_for(image: &Value, platform: &str) -> bool {
    let mut parts = platform.split('/');
    let is = |key: &str, part: Option<&str>| part.is_none_or(|part| image[key] == part);
    is("Os", parts.next()) && is("Architecture", parts.next())
}

/// Makes the reference mean what it meant before.
async fn put_back(
    engine: &DockerEngine,
    reference: &str,
    before: Option<&Value>,
) -> Result<(), EngineError> {
    match before.and_then(|image| image["Id"].as_str()) {
        Some(id) if !reference.contains('@') => images::tag(&engine.raw, id, reference).await,
        Some(_) => Ok(()),
        None => images::remove(&engine.raw, reference).await.map(drop),
    }
}

/// A digest goes where a tag would.
fn path(reference: &ImageReference, platform: Option<&str>) -> String {
    let tag = reference.digest.as_ref().or(reference.tag.as_ref()).map_or("latest", String::as_str);
    let mut path =
        format!("/images/create?fromImage={}&tag={}", encoded(&reference.name()), encoded(tag));
    if let Some(platform) = platform {
        path.push_str("&platform=");
        path.push_str(&encoded(platform));
    }
    path
}

/// Reads one JSON document per line to the end. Errors come in-band, after status 200. `None`: no
/// progress within the stall bound.
async fn read(
    opened: &mut Opened,
    progress: &dyn PullProgress,
    failed: impl Fn(&str) -> PullError + Send,
) -> Result<Option<()>, PullError> {
    let mut layers = Layers::default();
    let mut buffer = BytesMut::new();
    let mut progressed = Instant::now();
    loop {
        let patience = progressed + bounds::PULL_STALL;
        let Ok(piece) = tokio::time::timeout_at(patience, opened.piece("pull")).await else {
            return Ok(None);
        };
        let Some(piece) = piece? else { return Ok(Some(())) };
        buffer.extend_from_slice(&piece);
        if buffer.len() > LINE_LIMIT_BYTES {
            let message = "a progress message is longer than 1 MiB".to_owned();
            return Err(EngineError::Broken { call: "pull", message }.into());
        }
        while let Some(end) = buffer.iter().position(|byte| *byte == b'\n') {
            let line = buffer.split_to(end);
            buffer.advance(1);
            let message: Value = serde_json::from_slice(&line).unwrap_or_default();
            if let Some(error) = in_band_error(&message) {
                return Err(failed(error));
            }
            if !is_waiting(&message) {
                progressed = Instant::now();
            }
            if layers.note(&message) {
                progress.layers(layers.done_bytes(), layers.total_bytes());
            }
        }
    }
}

/// Whether it says that nothing happens: the engine counts the seconds to its next try aloud.
fn is_waiting(message: &Value) -> bool {
    let status = message["status"].as_str().unwrap_or_default();
    status.starts_with("Retrying in") || status == "Waiting"
}

fn in_band_error(message: &Value) -> Option<&str> {
    message["errorDetail"]["message"].as_str().or_else(|| message["error"].as_str())
}

#[cfg(test)]
mod tests;
