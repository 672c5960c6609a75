//! The routes that take a body.

use std::sync::Arc;

use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::{Request, StatusCode};
use serde_json::json;

use crate::app::App;
use crate::execution::fnv1a64;
use crate::log;
use crate::routes::{Answer, json};

/// Executes the request once its whole body has come.
pub(crate) async fn echo(app: &App, request: Request<Incoming>) -> Answer {
    let id = request.headers().get("x-request-id").and_then(|id| id.to_str().ok());
    let Some(id) = id.map(str::to_owned) else {
        return json(StatusCode::BAD_REQUEST, &json!({ "error": "x-request-id is missing" }));
    };
    match measured(request.into_body()).await {
        Ok((bytes, _)) => json(
            StatusCode::OK,
            &json!({
                "id": id, "executions": app.execute(&id), "bytes": bytes, "version": app.settings.version,
            }),
        ),
        Err(answer) => answer,
    }
}

/// Takes a body of any length and says what came.
pub(crate) async fn upload(app: &Arc<App>, request: Request<Incoming>) -> Answer {
    match measured(request.into_body()).await {
        Ok((bytes, hash)) => json(
            StatusCode::OK,
            &json!({
                "bytes": bytes, "fnv1a64": format!("{hash:016x}"), "version": app.settings.version,
            }),
        ),
        Err(answer) => answer,
    }
}

async fn measured(mut body: Incoming) -> Result<(u64, u64), Answer> {
    let (mut bytes, mut hash) = (0, fnv1a64(None, &[]));
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| {
            log::complain(&format!("a request body broke off after {bytes} bytes: {error}"));
            json(StatusCode::BAD_REQUEST, &json!({ "error": "the body broke off" }))
        })?;
        if let Some(piece) = frame.data_ref() {
            bytes += piece.len() as u64;
            hash = fnv1a64(Some(hash), piece);
        }
    }
    Ok((bytes, hash))
}
