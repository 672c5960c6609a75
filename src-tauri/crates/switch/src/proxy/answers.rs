//! The few answers that the switch gives by itself.

use bytes::Bytes;
use http::header::{CONNECTION, CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderValue, Response, StatusCode};

use super::download::AnswerBody;

/// To a client that does not finish its request's head; written without the HTTP library.
pub(crate) const TOO_SLOW: &[u8] = b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\
Connection: close\r\n\r\n";

/// 503: nobody could be asked.
pub(crate) fn unavailable(reason: &str) -> Response<AnswerBody> {
    let mut answer = text(StatusCode::SERVICE_UNAVAILABLE, reason);
    answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("1"));
    answer
}

/// 502: the app was asked and did not answer.
pub(crate) fn bad_gateway() -> Response<AnswerBody> {
    text(StatusCode::BAD_GATEWAY, "the service ended the connection before it answered")
}

/// 4xx: the request cannot be understood in one way only.
pub(crate) fn refused(status: StatusCode, reason: &'static str) -> Response<AnswerBody> {
    let mut answer = text(status, reason);
    answer.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    answer
}

fn text(status: StatusCode, reason: &str) -> Response<AnswerBody> {
    let mut answer = Response::new(AnswerBody::own(Bytes::from(format!("{reason}\n"))));
    *answer.status_mut() = status;
    let plain = HeaderValue::from_static("text/plain; charset=utf-8");
    answer.headers_mut().insert(CONTENT_TYPE, plain);
    answer
}
