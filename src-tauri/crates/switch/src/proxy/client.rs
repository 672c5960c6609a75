//! A client's connection: whether it is idle, whether it is still there, whether it dawdles.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::{Buf, Bytes};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep, sleep_until};

use super::{ClientBudget, answers};
use crate::routing::lock;
use crate::upstream::Wire;

/// The time for the rest of a head whose first byte has come.
const HEAD_WITHIN: Duration = Duration::from_secs(20);
/// When places are short, connections idle for this long have to go.
const IDLE_FOR: Duration = Duration::from_secs(15);

/// What all parts that serve one client share.
#[derive(Debug)]
pub(crate) struct ClientLink {
    wire: Wire,
    doing: Mutex<Doing>,
}

#[derive(Debug, Clone, Copy)]
struct Doing {
    requests: u32,
    /// When the first byte of the head that is being read came.
    head_since: Option<Instant>,
    idle_since: Instant,
    /// What is read is no HTTP any more: there are no heads to wait for, and no idle times.
    upgraded: bool,
}

impl ClientLink {
    pub(crate) fn new(wire: Wire) -> Self {
        let doing =
            Doing { requests: 0, head_since: None, idle_since: Instant::now(), upgraded: false };
        Self { wire, doing: Mutex::new(doing) }
    }

    pub(crate) fn wire(&self) -> &Wire {
        &self.wire
    }

    /// A request's head has come.
    pub(crate) fn begin_request(&self) {
        let mut doing = lock(&self.doing);
        doing.requests += 1;
        doing.head_since = None;
    }

    /// Its answer has ended.
    pub(crate) fn end_request(&self) {
        let mut doing = lock(&self.doing);
        doing.requests = doing.requests.saturating_sub(1);
        doing.idle_since = Instant::now();
    }

    /// The app has agreed to another protocol.
    pub(crate) fn leave_http(&self) {
        let mut doing = lock(&self.doing);
        doing.upgraded = true;
        doing.head_since = None;
    }

    /// Waits until places are short and this client has been idle for long.
    pub(crate) async fn idle_too_long(&self, budget: &ClientBudget) {
        loop {
            budget.starved().await;
            let doing = *lock(&self.doing);
            let idle = doing.requests == 0 && !doing.upgraded;
            let since = if idle { doing.idle_since } else { Instant::now() };
            if since.elapsed() >= IDLE_FOR {
                return;
            }
            sleep_until(since + IDLE_FOR).await;
        }
    }

    fn note_bytes(&self) {
        let mut doing = lock(&self.doing);
        if doing.requests == 0 && !doing.upgraded {
            doing.head_since.get_or_insert_with(Instant::now);
        }
    }

    fn head_deadline(&self) -> Option<Instant> {
        lock(&self.doing).head_since.map(|since| since + HEAD_WITHIN)
    }
}

/// The stream that the HTTP library reads and writes.
#[derive(Debug)]
pub(crate) struct ClientStream {
    link: Arc<ClientLink>,
    wire: Wire,
    read_before: Bytes,
    alarm: Option<Pin<Box<Sleep>>>,
    guards_head: bool,
}

impl ClientStream {
    /// A stream that begins with the bytes that were `read_before`; `guards_head` when a client
    /// that does not finish a head is to be cut.
    pub(crate) fn new(link: Arc<ClientLink>, read_before: Bytes, guards_head: bool) -> Self {
        let wire = link.wire().clone();
        Self { link, wire, read_before, alarm: None, guards_head }
    }

    /// Ends the connection of a client that has begun a head and does not finish it.
    fn poll_dawdling(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let Some(deadline) = self.link.head_deadline().filter(|_| self.guards_head) else {
            self.alarm = None;
            return Poll::Pending;
        };
        let alarm = self.alarm.get_or_insert_with(|| Box::pin(sleep(HEAD_WITHIN)));
        if alarm.deadline() != deadline {
            alarm.as_mut().reset(deadline);
        }
        alarm.as_mut().poll(context).map(|()| {
            let _ = self.wire.try_write(answers::TOO_SLOW);
            Err(io::Error::new(io::ErrorKind::TimedOut, "the request's head never ended"))
        })
    }
}

impl AsyncRead for ClientStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if !self.read_before.is_empty() {
            let count = self.read_before.len().min(buffer.remaining());
            buffer.put_slice(&self.read_before[..count]);
            self.read_before.advance(count);
            self.link.note_bytes();
            return Poll::Ready(Ok(()));
        }
        let filled = buffer.filled().len();
        match Pin::new(&mut self.wire).poll_read(context, buffer) {
            Poll::Ready(Ok(())) => {
                if buffer.filled().len() > filled {
                    self.link.note_bytes();
                }
                Poll::Ready(Ok(()))
            }
            Poll::Pending => self.poll_dawdling(context),
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
        }
    }
}

impl AsyncWrite for ClientStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.wire).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.wire).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.wire).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::{TcpListener, TcpStream};

    use super::*;

    async fn link_and_peer() -> (Arc<ClientLink>, TcpStream) {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let peer = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (stream, _) = listener.accept().await.unwrap();
        (Arc::new(ClientLink::new(Wire::new(stream))), peer)
    }

    async fn read_one(link: &Arc<ClientLink>, peer: &mut TcpStream) {
        peer.write_all(b"x").await.unwrap();
        let mut stream = ClientStream::new(Arc::clone(link), Bytes::new(), true);
        stream.read_exact(&mut [0]).await.unwrap();
    }

    #[tokio::test]
    async fn the_first_byte_of_a_head_starts_its_deadline() {
        let (link, mut peer) = link_and_peer().await;
        read_one(&link, &mut peer).await;
        assert!(link.head_deadline().is_some());
    }

    #[tokio::test]
    async fn an_upgraded_connection_has_no_head_to_finish() {
        let (link, mut peer) = link_and_peer().await;
        link.begin_request();
        link.leave_http();
        link.end_request();
        read_one(&link, &mut peer).await;
        assert!(link.head_deadline().is_none());
    }
}
