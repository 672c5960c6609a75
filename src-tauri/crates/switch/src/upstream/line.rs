//! One HTTP connection to a backend.

use http::{Request, Response};
use hyper::body::Incoming;
use hyper::client::conn::{TrySendError, http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio_util::task::TaskTracker;

use super::Wire;
use crate::proxy::{HEADER_BYTES, HEADERS, RequestBody};

/// A connection that can carry a request.
#[derive(Debug)]
pub(crate) enum Line {
    /// HTTP/1: one request at a time.
    One {
        /// The way in.
        sender: http1::SendRequest<RequestBody>,
        /// The socket beneath.
        wire: Wire,
    },
    /// HTTP/2: many at once.
    Two {
        /// The way in.
        sender: http2::SendRequest<RequestBody>,
    },
}

/// Why there is no answer.
#[derive(Debug)]
pub(crate) enum SendError {
    /// Not one byte of it was sent; here it is again.
    Unsent(Box<Request<RequestBody>>),
    /// It may have been executed.
    Died(hyper::Error),
}

impl Line {
    /// Speaks HTTP/1 over `wire`; the connection's own task belongs to `tracker`.
    ///
    /// # Errors
    /// When the connection broke already.
    pub(crate) async fn http1(wire: Wire, tracker: &TaskTracker) -> hyper::Result<Self> {
        let mut builder = http1::Builder::new();
        builder.preserve_header_case(true).max_headers(HEADERS);
        let (sender, connection) = builder.handshake(TokioIo::new(wire.clone())).await?;
        tracker.spawn(async move {
            // Whoever waits for an answer learns of a failure there.
            let _ = connection.with_upgrades().await;
        });
        Ok(Self::One { sender, wire })
    }

    /// Speaks HTTP/2 over `wire`, by prior knowledge.
    ///
    /// # Errors
    /// When the connection broke already.
    pub(crate) async fn http2(wire: Wire, tracker: &TaskTracker) -> hyper::Result<Self> {
        let mut builder = http2::Builder::new(TokioExecutor::new());
        builder.max_header_list_size(HEADER_BYTES);
        let (sender, connection) = builder.handshake(TokioIo::new(wire)).await?;
        tracker.spawn(async move {
            let _ = connection.await;
        });
        Ok(Self::Two { sender })
    }

    /// Sends a request and waits for the answer's head.
    ///
    /// # Errors
    /// [`SendError`] tells whether it may have been executed.
    pub(crate) async fn send(
        &mut self,
        request: Request<RequestBody>,
    ) -> Result<Response<Incoming>, SendError> {
        let sent = match self {
            Self::One { sender, .. } => sender.try_send_request(request).await,
            Self::Two { sender } => sender.try_send_request(request).await,
        };
        sent.map_err(|mut error: TrySendError<_>| match error.take_message() {
            Some(request) => SendError::Unsent(Box::new(request)),
            None => SendError::Died(error.into_error()),
        })
    }

    /// Whether a request could be sent now.
    pub(crate) fn is_ready(&self) -> bool {
        match self {
            Self::One { sender, .. } => sender.is_ready(),
            Self::Two { sender } => sender.is_ready(),
        }
    }

    /// Whether it will never carry a request again.
    pub(crate) fn is_closed(&self) -> bool {
        match self {
            Self::One { sender, .. } => sender.is_closed(),
            Self::Two { sender } => sender.is_closed(),
        }
    }

    /// The socket beneath, when one request alone uses it.
    pub(crate) fn own_wire(&self) -> Option<Wire> {
        match self {
            Self::One { wire, .. } => Some(wire.clone()),
            Self::Two { .. } => None,
        }
    }
}
