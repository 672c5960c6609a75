//! One port of one backend: its connections, and whether it can be reached.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use hyper::client::conn::http2::SendRequest;
use tokio::sync::{Mutex as AsyncMutex, Semaphore};
use tokio_util::task::TaskTracker;

use super::pool::IdleLines;
use super::{AddressBook, ConnectError, Line, Wire, connect_any};
use crate::proxy::RequestBody;

/// Connections being opened at once: a small backlog of the app survives the release of many held
/// requests.
const DIALLED_AT_ONCE: usize = 64;

/// One port of one backend.
#[derive(Debug)]
pub(crate) struct Endpoint {
    hosts: Vec<String>,
    port: u16,
    book: Arc<AddressBook>,
    tracker: TaskTracker,
    idle: IdleLines,
    shared: AsyncMutex<Option<SendRequest<RequestBody>>>,
    dialling: Semaphore,
    down: AtomicBool,
    retired: AtomicBool,
}

/// Why no line could be had.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LineError {
    /// The connection was refused.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// It broke before anything was sent.
    #[error(transparent)]
    Handshake(#[from] hyper::Error),
}

impl Endpoint {
    pub(crate) fn new(
        hosts: Vec<String>,
        port: u16,
        book: Arc<AddressBook>,
        tracker: TaskTracker,
    ) -> Self {
        Self {
            hosts,
            port,
            book,
            tracker,
            idle: IdleLines::default(),
            shared: AsyncMutex::default(),
            dialling: Semaphore::new(DIALLED_AT_ONCE),
            down: AtomicBool::new(false),
            retired: AtomicBool::new(false),
        }
    }

    /// Opens a connection of its own.
    ///
    /// # Errors
    /// When no address accepts one.
    pub(crate) async fn dial(&self) -> Result<Wire, ConnectError> {
        let _turn = self.dialling.acquire().await;
        connect_any(&self.book, &self.hosts, self.port).await
    }

    /// An idle HTTP/1 connection, if there is one.
    pub(crate) fn reuse(&self) -> Option<Line> {
        self.idle.take()
    }

    /// A fresh HTTP/1 connection.
    ///
    /// # Errors
    /// When none could be opened; nothing has been sent.
    pub(crate) async fn open_http1(&self) -> Result<Line, LineError> {
        Ok(Line::http1(self.dial().await?, &self.tracker).await?)
    }

    /// A fresh HTTP/2 connection.
    ///
    /// # Errors
    /// When none could be opened; nothing has been sent.
    pub(crate) async fn open_http2(&self) -> Result<Line, LineError> {
        Ok(Line::http2(self.dial().await?, &self.tracker).await?)
    }

    /// The HTTP/2 connection that requests which may be repeated share; the flag tells whether it
    /// stood already.
    ///
    /// # Errors
    /// When none could be opened; nothing has been sent.
    pub(crate) async fn share_http2(&self) -> Result<(Line, bool), LineError> {
        let mut shared = self.shared.lock().await;
        if let Some(sender) = shared.as_ref().filter(|sender| !sender.is_closed()) {
            return Ok((Line::Two { sender: sender.clone() }, true));
        }
        let line = self.open_http2().await?;
        if let Line::Two { sender } = &line {
            *shared = Some(sender.clone()).filter(|_| !self.is_retired());
        }
        Ok((line, false))
    }

    /// Takes a connection back after its answer has ended.
    pub(crate) fn put_back(&self, line: Line) {
        match line {
            Line::One { .. } if !self.is_retired() => self.idle.put(line),
            Line::One { .. } | Line::Two { .. } => (),
        }
    }

    /// Drops idle connections that are of no use any more.
    pub(crate) fn prune(&self) {
        self.idle.prune();
    }

    /// No new request comes here: idle connections are dropped, those in use end with their
    /// requests.
    pub(crate) fn retire(&self) {
        self.retired.store(true, Ordering::SeqCst);
        self.idle.clear();
        if let Ok(mut shared) = self.shared.try_lock() {
            *shared = None;
        }
    }

    /// Requests come here again.
    pub(crate) fn reinstate(&self) {
        self.retired.store(false, Ordering::SeqCst);
    }

    pub(crate) fn is_retired(&self) -> bool {
        self.retired.load(Ordering::SeqCst)
    }

    /// Whether the last try failed and nobody has succeeded since.
    pub(crate) fn is_down(&self) -> bool {
        self.down.load(Ordering::SeqCst)
    }

    /// Notes a failed try; `true` when this is news.
    pub(crate) fn note_down(&self) -> bool {
        !self.down.swap(true, Ordering::SeqCst)
    }

    /// Notes that it can be reached.
    pub(crate) fn note_up(&self) {
        self.down.store(false, Ordering::SeqCst);
    }
}
