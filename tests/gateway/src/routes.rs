//! One request, one answer.

use std::convert::Infallible;
use std::future::pending;
use std::sync::Arc;

use bytes::Bytes;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::header::{CONTENT_TYPE, ETAG, HeaderValue, IF_NONE_MATCH};
use hyper::{HeaderMap, Method, Request, Response, StatusCode};
use serde_json::json;
use tokio::time::{Duration, sleep};

use crate::app::App;
use crate::fault::Health;
use crate::{query, stream, upload, websocket};

/// The body of every answer.
pub(crate) type AnswerBody = UnsyncBoxBody<Bytes, Infallible>;
/// Every answer.
pub(crate) type Answer = Response<AnswerBody>;

/// The longest `/slow`.
const MOST_SLOW_MS: u64 = 600_000;

/// Answers one request and signs the answer with version and instance.
pub(crate) async fn answer(app: Arc<App>, request: Request<Incoming>) -> Answer {
    let mut answer = if request.uri().path() == "/api/health" {
        health(&app).await
    } else {
        routed(&app, request).await
    };
    let signature =
        [("x-phoenix-version", &app.settings.version), ("x-phoenix-instance", &app.instance)];
    for (name, value) in signature {
        let value = HeaderValue::from_str(value).unwrap_or(HeaderValue::from_static("unprintable"));
        answer.headers_mut().insert(name, value);
    }
    answer
}

/// A JSON answer.
pub(crate) fn json(status: StatusCode, value: &serde_json::Value) -> Answer {
    with_type(status, "application/json", value.to_string().into())
}

/// An answer without a body.
pub(crate) fn empty(status: StatusCode) -> Answer {
    let mut answer = Response::new(Full::default().boxed_unsync());
    *answer.status_mut() = status;
    answer
}

/// 304 when the client already has `etag`.
pub(crate) fn unchanged(headers: &HeaderMap, etag: &str) -> Option<Answer> {
    let known = headers.get(IF_NONE_MATCH).is_some_and(|value| value.as_bytes() == etag.as_bytes());
    known.then(|| tagged(empty(StatusCode::NOT_MODIFIED), etag))
}

/// The answer with its entity tag.
pub(crate) fn tagged(mut answer: Answer, etag: &str) -> Answer {
    if let Ok(value) = HeaderValue::from_str(etag) {
        answer.headers_mut().insert(ETAG, value);
    }
    answer
}

async fn health(app: &App) -> Answer {
    let (status, word) = match app.settings.faults.health(app.ready_for()) {
        Health::Healthy => (StatusCode::OK, "healthy"),
        Health::Starting => (StatusCode::SERVICE_UNAVAILABLE, "starting"),
        Health::Unhealthy => (StatusCode::SERVICE_UNAVAILABLE, "unhealthy"),
        Health::Absent => return missing(),
        Health::Hangs => pending().await,
    };
    json(status, &json!({ "status": word, "version": app.settings.version }))
}

async fn routed(app: &Arc<App>, request: Request<Incoming>) -> Answer {
    let Some(ready_for) = app.ready_for() else {
        return json(StatusCode::SERVICE_UNAVAILABLE, &json!({ "status": "starting" }));
    };
    if let Some(delay) = app.settings.faults.delay(ready_for) {
        sleep(delay).await;
    }
    if app.takes_error(ready_for) {
        return json(StatusCode::INTERNAL_SERVER_ERROR, &json!({ "error": "ordered by a fault" }));
    }
    let path = request.uri().path().to_owned();
    match (request.method(), path.as_str()) {
        (&Method::POST, "/api/echo") => upload::echo(app, request).await,
        (&Method::POST, "/api/upload") => upload::upload(app, request).await,
        (&Method::GET | &Method::HEAD, path) => read(app, path, request).await,
        _ => json(StatusCode::METHOD_NOT_ALLOWED, &json!({ "error": "method not allowed" })),
    }
}

async fn read(app: &Arc<App>, path: &str, request: Request<Incoming>) -> Answer {
    let query = request.uri().query();
    match path {
        "/" => home(app, request.headers()),
        "/id" => json(
            StatusCode::OK,
            &json!({
                "version": app.settings.version, "instance": app.instance, "hostname": app.hostname,
            }),
        ),
        "/api/executions" => {
            json(StatusCode::OK, &serde_json::to_value(app.executions.counts()).unwrap_or_default())
        }
        "/slow" => {
            let ms = query::number(query, "ms", 1000, MOST_SLOW_MS);
            sleep(Duration::from_millis(ms)).await;
            json(StatusCode::OK, &json!({ "slept_ms": ms, "version": app.settings.version }))
        }
        "/sse" => stream::events(query, &app.settings.version),
        "/bytes" => stream::bytes(query, request.headers()),
        "/ws" => websocket::upgrade(app, request),
        _ => missing(),
    }
}

fn home(app: &App, headers: &HeaderMap) -> Answer {
    let version = &app.settings.version;
    let etag = format!("\"{version}\"");
    unchanged(headers, &etag).unwrap_or_else(|| {
        let text = format!("Phoenix gateway {version}\n");
        tagged(with_type(StatusCode::OK, "text/plain; charset=utf-8", text.into()), &etag)
    })
}

fn missing() -> Answer {
    json(StatusCode::NOT_FOUND, &json!({ "error": "no such route" }))
}

fn with_type(status: StatusCode, kind: &'static str, body: Bytes) -> Answer {
    let mut answer = Response::new(Full::new(body).boxed_unsync());
    *answer.status_mut() = status;
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    answer
}
