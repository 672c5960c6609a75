//! A request's body on its way to the app.

use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering::SeqCst};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use tokio::sync::Notify;

/// How long the app may think about `Expect: 100-continue` before the body is sent anyway.
const CONTINUE_AFTER: Duration = Duration::from_secs(1);

/// A request's body.
#[derive(Debug)]
pub(crate) enum RequestBody {
    /// There is none.
    Empty,
    /// It comes from the client.
    Stream(Box<Upload>),
}

/// A body that comes from the client as fast as the app takes it.
pub(crate) struct Upload {
    inner: Incoming,
    progress: Arc<Progress>,
    gate: Option<Pin<Box<dyn Future<Output = ()> + Send + Sync>>>,
}

/// How far an upload has come.
#[derive(Debug, Default)]
pub(crate) struct Progress(AtomicU8);

const FINISHED: u8 = 1;
const BROKEN: u8 = 2;

impl Progress {
    /// Whether the last byte has been taken.
    pub(crate) fn is_finished(&self) -> bool {
        self.0.load(SeqCst) == FINISHED
    }

    /// Whether the client failed to send what it had announced.
    pub(crate) fn is_broken(&self) -> bool {
        self.0.load(SeqCst) == BROKEN
    }
}

impl RequestBody {
    /// A body, and how far it has come. With `go_ahead` it waits for that or for a second.
    pub(crate) fn new(inner: Incoming, go_ahead: Option<Arc<Notify>>) -> (Self, Arc<Progress>) {
        let progress = Arc::new(Progress::default());
        if inner.is_end_stream() {
            progress.0.store(FINISHED, SeqCst);
            return (Self::Empty, progress);
        }
        let gate = go_ahead.map(|go_ahead| {
            let gate: Pin<Box<dyn Future<Output = ()> + Send + Sync>> = Box::pin(async move {
                let _ = tokio::time::timeout(CONTINUE_AFTER, go_ahead.notified()).await;
            });
            gate
        });
        let upload = Upload { inner, progress: Arc::clone(&progress), gate };
        (Self::Stream(Box::new(upload)), progress)
    }
}

impl Body for RequestBody {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        match self.get_mut() {
            Self::Empty => Poll::Ready(None),
            Self::Stream(upload) => upload.poll_frame(context),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Stream(upload) => upload.inner.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Empty => SizeHint::with_exact(0),
            Self::Stream(upload) => upload.inner.size_hint(),
        }
    }
}

impl Upload {
    fn poll_frame(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        if let Some(gate) = &mut self.gate {
            ready!(gate.as_mut().poll(context));
            self.gate = None;
        }
        let frame = ready!(pin!(&mut self.inner).poll_frame(context));
        match &frame {
            Some(Ok(_)) if !self.inner.is_end_stream() => (),
            Some(Ok(_)) | None => self.progress.0.store(FINISHED, SeqCst),
            Some(Err(_)) => self.progress.0.store(BROKEN, SeqCst),
        }
        Poll::Ready(frame)
    }
}

impl std::fmt::Debug for Upload {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Upload").field("progress", &self.progress).finish_non_exhaustive()
    }
}
