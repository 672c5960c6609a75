//! Asking one backend directly, outside the route.

use std::time::{Duration, Instant};

use bytes::BytesMut;
use http::Request;
use http::header::{CONNECTION, HOST, USER_AGENT};
use http_body_util::BodyExt;

use super::{RequestBody, Switchboard};
use crate::protocol::{Preview, Previewed};
use crate::upstream::{Line, SendError, connect_any};

const BODY_BYTES: usize = 16 * 1024;

/// Asks as `preview` says. Whatever goes wrong is part of the answer.
pub(crate) async fn preview(board: &Switchboard, preview: &Preview) -> Previewed {
    let begun = Instant::now();
    let limit = Duration::from_millis(preview.timeout_ms);
    let outcome = match tokio::time::timeout(limit, ask(board, preview)).await {
        Ok(outcome) => outcome,
        Err(_) => Err(format!("no answer within {} ms", preview.timeout_ms)),
    };
    let took_us = u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX);
    match outcome {
        Ok((status, body)) => Previewed { status, body, answered: true, error: None, took_us },
        Err(error) => {
            let body = String::new();
            Previewed { status: None, body, answered: false, error: Some(error), took_us }
        }
    }
}

async fn ask(board: &Switchboard, preview: &Preview) -> Result<(Option<u16>, String), String> {
    let Preview { backend, port, path, .. } = preview;
    let connected = connect_any(board.router.book(), &backend.hosts, *port).await;
    let wire = connected.map_err(|error| error.to_string())?;
    let Some(path) = path else { return Ok((None, String::new())) };
    let host = backend.hosts.first().map(String::as_str).unwrap_or_default();
    let request = Request::get(path.as_str())
        .header(HOST, format!("{host}:{port}"))
        .header(USER_AGENT, concat!("phoenix-switch/", env!("CARGO_PKG_VERSION")))
        .header(CONNECTION, "close")
        .body(RequestBody::Empty)
        .map_err(|error| format!("the path {path:?} is no target: {error}"))?;
    let line = Line::http1(wire, &board.tracker).await;
    let mut line = line.map_err(|error| error.to_string())?;
    let answer = line.send(request).await.map_err(|error| match error {
        SendError::Unsent(_) => "the connection was closed at once".to_owned(),
        SendError::Died(error) => error.to_string(),
    })?;
    let (head, mut body) = answer.into_parts();
    let mut text = BytesMut::new();
    while text.len() < BODY_BYTES
        && let Some(frame) = body.frame().await
    {
        let frame = frame.map_err(|error| error.to_string())?;
        if let Some(bytes) = frame.data_ref() {
            text.extend_from_slice(bytes);
        }
    }
    text.truncate(BODY_BYTES);
    Ok((Some(head.status.as_u16()), String::from_utf8_lossy(&text).into_owned()))
}
