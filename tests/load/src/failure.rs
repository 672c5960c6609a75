//! What can go wrong with one request, told apart by who is to blame and what the client saw.

use serde::{Deserialize, Serialize};

/// The class of one failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureClass {
    /// Nobody listens.
    ConnectRefused,
    /// No connection within [`crate::Limits::connect`].
    ConnectTimeout,
    /// The connection could not be opened for another reason.
    ConnectError,
    /// A new connection ended or was reset before any byte of an answer.
    FirstUseEnd,
    /// A kept connection ended or was reset before any byte of an answer to a sent request.
    ReusedEnd,
    /// A kept connection was closed while idle, without `Connection: close` before.
    IdleClosed,
    /// The answer broke off.
    Truncated,
    /// A status of 500 or more without the app's header: made by what stands before the app.
    SwitchError,
    /// 503 with `Retry-After` and without the app's header: held up to the switch's limit.
    HoldExpired,
    /// A status of 500 or more that the app itself sent.
    AppError,
    /// Answered, but later than [`crate::Limits::hold`] beyond what the request asks for.
    OverHoldLimit,
    /// Another status than the one asked for.
    WrongStatus,
    /// The body is not what the app sends.
    WrongBody,
    /// Not HTTP, or bytes that nobody asked for.
    Malformed,
    /// The app executed one id more than once.
    DuplicateExecution,
    /// No whole answer in time.
    Timeout,
    /// The WebSocket handshake was answered with something else than 101.
    WebsocketRefused,
    /// A WebSocket ended without a close frame.
    WebsocketCut,
    /// An echo came twice, in the wrong order, or never.
    WebsocketLost,
}

/// One failure with what was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) class: FailureClass,
    pub(crate) detail: String,
}

impl Failure {
    pub(crate) fn new(class: FailureClass, detail: impl Into<String>) -> Self {
        Self { class, detail: detail.into() }
    }
}
