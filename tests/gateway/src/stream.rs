//! The routes that stream their answer.

use std::convert::Infallible;

use bytes::Bytes;
use futures_util::stream::unfold;
use futures_util::{Stream, StreamExt};
use http_body_util::{BodyExt, StreamBody};
use hyper::body::Frame;
use hyper::header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, HeaderValue};
use hyper::{HeaderMap, Response};
use tokio::time::{Duration, Instant, sleep_until};

use crate::execution::byte_at;
use crate::query;
use crate::routes::{Answer, tagged, unchanged};

const MOST_EVENTS: u64 = 1_000_000;
const MOST_MS: u64 = 600_000;
const MOST_BYTES: u64 = 1 << 30;
const PIECE_BYTES: u64 = 16 * 1024;
/// A paced body comes in this many pieces.
const PACED_PIECES: u64 = 100;

/// `/sse`: numbered events, the last one named `end`.
pub(crate) fn events(query: Option<&str>, version: &str) -> Answer {
    let count = query::number(query, "events", 100, MOST_EVENTS);
    let every = Duration::from_millis(query::number(query, "every_ms", 100, MOST_MS));
    let version = version.to_owned();
    let pieces = paced(count + 1, every).map(move |event| {
        if event == count {
            return Bytes::from(format!("event: end\ndata: {count}\n\n"));
        }
        Bytes::from(format!("id: {event}\ndata: {{\"n\":{event},\"version\":\"{version}\"}}\n\n"))
    });
    let mut answer = streamed(pieces);
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    answer
}

/// `/bytes`: known content of any length, with a length or chunked, at once or paced.
pub(crate) fn bytes(query: Option<&str>, headers: &HeaderMap) -> Answer {
    let total = query::number(query, "n", 64 * 1024, MOST_BYTES);
    let etag = format!("\"bytes-{total}\"");
    if let Some(answer) = unchanged(headers, &etag) {
        return answer;
    }
    let over_ms = query::number(query, "over_ms", 0, MOST_MS);
    let piece = if over_ms == 0 { PIECE_BYTES } else { total.div_ceil(PACED_PIECES).max(1) };
    let every = Duration::from_millis(over_ms / PACED_PIECES);
    let pieces = paced(total.div_ceil(piece), every).map(move |nth| {
        let start = nth * piece;
        (start..total.min(start + piece)).map(byte_at).collect::<Bytes>()
    });
    let mut answer = streamed(pieces);
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    if query::number(query, "chunked", 0, 1) == 0 {
        headers.insert(CONTENT_LENGTH, HeaderValue::from(total));
    }
    tagged(answer, &etag)
}

/// The numbers from 0 to `count`, exclusive, one every `every`.
fn paced(count: u64, every: Duration) -> impl Stream<Item = u64> {
    let start = Instant::now();
    unfold(0_u64, move |nth| async move {
        if nth >= count {
            return None;
        }
        if !every.is_zero() {
            let steps = u32::try_from(nth).unwrap_or(u32::MAX);
            sleep_until(start + every.saturating_mul(steps)).await;
        }
        Some((nth, nth + 1))
    })
}

fn streamed(pieces: impl Stream<Item = Bytes> + Send + 'static) -> Answer {
    let frames = pieces.map(|piece| Ok::<_, Infallible>(Frame::data(piece)));
    Response::new(StreamBody::new(frames).boxed_unsync())
}
