//! An answer's body on its way to the client. While it lasts the app's generation is claimed.

use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::StatusCode;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;

use super::visit::Visit;
use crate::routing::Claim;
use crate::upstream::{Endpoint, Line, Wire};

/// An answer's body.
#[derive(Debug)]
pub(crate) struct AnswerBody(Source);

#[derive(Debug)]
enum Source {
    Own(Option<Bytes>),
    App(Box<Download>),
}

/// What is held until the app's answer has ended.
#[derive(Debug)]
pub(crate) struct Lease {
    /// Dropped last: the connection is back before the generation counts as drained.
    pub(crate) line: Option<Line>,
    /// Where it goes back to.
    pub(crate) endpoint: Arc<Endpoint>,
    /// Counts it.
    pub(crate) visit: Visit,
    /// The app's status.
    pub(crate) status: StatusCode,
    /// Whether the client alone uses its connection, so that its end means the end of this request.
    pub(crate) exclusive: bool,
    /// The right to be answered.
    pub(crate) claim: Claim,
}

struct Download {
    inner: Incoming,
    lease: Option<Lease>,
    departure: Departure,
}

type Waiting = Pin<Box<dyn Future<Output = ()> + Send + Sync>>;

/// Whether the client is still there.
enum Departure {
    /// Nobody has looked yet.
    Unwatched,
    /// It may send its end.
    Present(Waiting),
    /// It has; it may still be reading.
    HalfClosed(Waiting),
}

/// Why an answer was cut.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AnswerError {
    /// The app broke off.
    #[error("the service broke off its answer: {0}")]
    App(#[from] hyper::Error),
    /// The client is gone.
    #[error("the client is gone")]
    ClientGone,
}

impl AnswerBody {
    /// A body of the switch's own.
    pub(crate) fn own(bytes: Bytes) -> Self {
        Self(Source::Own(Some(bytes)))
    }

    /// No body.
    pub(crate) fn empty() -> Self {
        Self(Source::Own(None))
    }

    /// The app's body.
    pub(crate) fn app(inner: Incoming, lease: Lease) -> Self {
        let departure = Departure::Unwatched;
        let mut download = Download { inner, lease: Some(lease), departure };
        if download.inner.is_end_stream() {
            download.end();
        }
        Self(Source::App(Box::new(download)))
    }
}

impl Body for AnswerBody {
    type Data = Bytes;
    type Error = AnswerError;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, AnswerError>>> {
        match &mut self.get_mut().0 {
            Source::Own(bytes) => Poll::Ready(bytes.take().map(|bytes| Ok(Frame::data(bytes)))),
            Source::App(download) => download.poll_frame(context),
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.0 {
            Source::Own(bytes) => bytes.is_none(),
            Source::App(download) => download.inner.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.0 {
            Source::Own(bytes) => SizeHint::with_exact(bytes.as_ref().map_or(0, Bytes::len) as u64),
            Source::App(download) => download.inner.size_hint(),
        }
    }
}

impl Download {
    fn poll_frame(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, AnswerError>>> {
        match pin!(&mut self.inner).poll_frame(context) {
            Poll::Ready(Some(Ok(frame))) => {
                if self.inner.is_end_stream() {
                    self.end();
                }
                Poll::Ready(Some(Ok(frame)))
            }
            Poll::Ready(Some(Err(error))) => {
                self.cut();
                Poll::Ready(Some(Err(error.into())))
            }
            Poll::Ready(None) => {
                self.end();
                Poll::Ready(None)
            }
            Poll::Pending if self.poll_departure(context).is_ready() => {
                self.lease = None;
                Poll::Ready(Some(Err(AnswerError::ClientGone)))
            }
            Poll::Pending => Poll::Pending,
        }
    }

    fn end(&mut self) {
        if let Some(Lease { line, endpoint, visit, status, claim, .. }) = self.lease.take() {
            if let Some(line) = line {
                endpoint.put_back(line);
            }
            visit.answered(status);
            drop(claim);
        }
    }

    fn cut(&mut self) {
        if let Some(Lease { visit, .. }) = self.lease.take() {
            match self.departure {
                Departure::HalfClosed(_) => drop(visit),
                Departure::Unwatched | Departure::Present(_) => visit.failed(),
            }
        }
    }

    /// Passes the client's end on to the app, which may care, and is ready once nobody can read
    /// the answer any more.
    fn poll_departure(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let Some(lease) = self.lease.as_mut().filter(|lease| lease.exclusive) else {
            return Poll::Pending;
        };
        let client = lease.visit.link().wire();
        loop {
            match &mut self.departure {
                Departure::Unwatched => {
                    let client: Wire = client.clone();
                    let waiting = Box::pin(async move { client.half_closed().await });
                    self.departure = Departure::Present(waiting);
                }
                Departure::Present(waiting) => {
                    std::task::ready!(waiting.as_mut().poll(context));
                    // This connection has seen its last request.
                    if let Some(app) = lease.line.take().and_then(|line| line.own_wire()) {
                        let _ = app.end_writing();
                    }
                    let client: Wire = client.clone();
                    let waiting = Box::pin(async move { client.broken().await });
                    self.departure = Departure::HalfClosed(waiting);
                }
                Departure::HalfClosed(waiting) => return waiting.as_mut().poll(context),
            }
        }
    }
}

impl std::fmt::Debug for Download {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Download").field("lease", &self.lease).finish_non_exhaustive()
    }
}
