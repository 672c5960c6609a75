//! What a connection is doing: how many answers are in flight, and since when there are none.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::body::{Body, Frame, SizeHint};
use tokio::sync::Notify;
use tokio::time::{Duration, timeout};

use crate::routes::{Answer, AnswerBody};

/// The activity of one connection.
#[derive(Debug, Default)]
pub(crate) struct Activity {
    begun: AtomicU64,
    sent: AtomicU64,
    answering: AtomicU64,
    changed: Notify,
}

/// One request in flight; its drop ends it.
#[derive(Debug)]
pub(crate) struct Busy(Arc<Activity>);

impl Activity {
    pub(crate) fn begin(self: &Arc<Self>) -> Busy {
        self.begun.fetch_add(1, Ordering::Relaxed);
        self.changed.notify_waiters();
        Busy(Arc::clone(self))
    }

    /// Returns once nothing was in flight for this long after an answer: like the servers that do
    /// this, it gives a fresh connection's first request more time.
    pub(crate) async fn idle_after_answer(&self, long: Duration) {
        self.answered().await;
        loop {
            let changed = self.changed.notified();
            if !self.is_idle() {
                changed.await;
            } else if timeout(long, changed).await.is_err() && self.is_idle() {
                return;
            }
        }
    }

    /// Returns once an answer has been handed over whole.
    pub(crate) async fn answered(&self) {
        loop {
            let changed = self.changed.notified();
            if self.sent.load(Ordering::Relaxed) > 0 {
                return;
            }
            changed.await;
        }
    }

    /// Whether no answer has begun that is not handed over whole.
    pub(crate) fn answers_are_out(&self) -> bool {
        self.answering.load(Ordering::Relaxed) == 0
    }

    fn is_idle(&self) -> bool {
        self.begun.load(Ordering::Relaxed) == self.sent.load(Ordering::Relaxed)
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.sent.fetch_add(1, Ordering::Relaxed);
        self.0.changed.notify_waiters();
    }
}

impl Busy {
    /// The answer, in flight until its body is gone.
    pub(crate) fn until_sent(self, answer: Answer) -> Answer {
        self.0.answering.fetch_add(1, Ordering::Relaxed);
        answer.map(|body| Tracked { body, busy: self }.boxed_unsync())
    }
}

struct Tracked {
    body: AnswerBody,
    busy: Busy,
}

impl Drop for Tracked {
    fn drop(&mut self) {
        self.busy.0.answering.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Body for Tracked {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
