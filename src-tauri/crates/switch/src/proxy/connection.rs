//! Serving one client connection, HTTP/1 or HTTP/2.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::CONNECTION;
use http::{HeaderValue, Request, Response, Version};
use hyper::body::Incoming;
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};

use super::admit::Errand;
use super::client::{ClientLink, ClientStream};
use super::download::AnswerBody;
use super::errand::{self, Gone};
use super::visit::Visit;
use super::{HEADER_BYTES, HEADERS, Switchboard, answers};
use crate::counters::{Ending, Tally};

/// Bytes of one body that are on their way at most; the window of HTTP/2's own default.
const STREAM_WINDOW: u32 = 65_535;
const CONNECTION_WINDOW: u32 = 1024 * 1024;
const STREAMS: u32 = 250;
/// A silent HTTP/2 client is asked for a sign of life, and waited for.
const PING_EVERY: Duration = Duration::from_mins(1);

/// Serves HTTP/1.0 and 1.1.
pub(crate) async fn serve_http1(
    board: &Arc<Switchboard>,
    link: &Arc<ClientLink>,
    read: Bytes,
    port: u16,
) {
    let stream = ClientStream::new(Arc::clone(link), read, true);
    let answer = |request| answer(Arc::clone(board), Arc::clone(link), request, port);
    let mut builder = http1::Builder::new();
    builder
        .half_close(true)
        .preserve_header_case(true)
        .auto_date_header(false)
        .header_read_timeout(None)
        .max_headers(HEADERS)
        .max_header_size(HEADER_BYTES as usize)
        .max_buf_size(2 * HEADER_BYTES as usize);
    let serving = builder.serve_connection(TokioIo::new(stream), service_fn(answer));
    let mut serving = pin!(serving.with_upgrades());
    let served = tokio::select! {
        served = serving.as_mut() => served,
        () = time_to_go(board, link) => {
            serving.as_mut().graceful_shutdown();
            serving.await
        }
    };
    if served.is_err_and(|error| error.is_parse()) {
        board.record(None, Tally { ending: Ending::Refused, held: None, head: None });
    }
}

/// Serves HTTP/2 by prior knowledge.
pub(crate) async fn serve_http2(
    board: &Arc<Switchboard>,
    link: &Arc<ClientLink>,
    read: Bytes,
    port: u16,
) {
    let stream = ClientStream::new(Arc::clone(link), read, false);
    let answer = |request| answer(Arc::clone(board), Arc::clone(link), request, port);
    let serving = http2::Builder::new(TokioExecutor::new())
        .timer(TokioTimer::new())
        .auto_date_header(false)
        .max_header_list_size(HEADER_BYTES)
        .max_concurrent_streams(STREAMS)
        .initial_stream_window_size(STREAM_WINDOW)
        .initial_connection_window_size(CONNECTION_WINDOW)
        .keep_alive_interval(PING_EVERY)
        .keep_alive_timeout(PING_EVERY)
        .serve_connection(TokioIo::new(stream), service_fn(answer));
    let mut serving = pin!(serving);
    // How it ended was counted request by request.
    let _ = tokio::select! {
        served = serving.as_mut() => served,
        () = time_to_go(board, link) => {
            serving.as_mut().graceful_shutdown();
            serving.await
        }
    };
}

async fn time_to_go(board: &Switchboard, link: &ClientLink) {
    tokio::select! {
        () = board.stop.cancelled() => (),
        () = link.idle_too_long(&board.budget) => (),
    }
}

async fn answer(
    board: Arc<Switchboard>,
    link: Arc<ClientLink>,
    request: Request<Incoming>,
    port: u16,
) -> Result<Response<AnswerBody>, Gone> {
    let visit = Visit::begin(&board, &link);
    let is_http1 = request.version() < Version::HTTP_2;
    let errand = match Errand::admit(request) {
        Ok(errand) => errand,
        Err(malformed) => {
            visit.refused();
            let mut refusal = answers::refused(malformed.status, malformed.reason);
            if !is_http1 {
                refusal.headers_mut().remove(CONNECTION);
            }
            return Ok(refusal);
        }
    };
    let progress = Arc::clone(&errand.progress);
    let mut answer = errand::run(visit, errand, port).await?;
    // An upload that nobody reads any more cannot be told from the next request.
    let is_last = board.wants_connections_closed() || !progress.is_finished();
    if is_http1 && is_last && !answer.status().is_informational() {
        answer.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    Ok(answer)
}
