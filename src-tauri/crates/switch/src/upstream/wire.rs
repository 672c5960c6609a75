//! A TCP stream that can be watched for the peer's departure while somebody else reads it.

use std::io;
use std::net::Shutdown;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use socket2::{SockRef, TcpKeepalive};
use tokio::io::{AsyncRead, AsyncWrite, Interest, ReadBuf};
use tokio::net::TcpStream;

/// How long unacknowledged bytes may wait for a peer that has vanished.
const GIVE_UP_AFTER: Duration = Duration::from_mins(5);

/// A shared TCP stream.
#[derive(Debug, Clone)]
pub(crate) struct Wire(Arc<Socket>);

#[derive(Debug)]
struct Socket {
    stream: TcpStream,
    written: AtomicU64,
}

impl Wire {
    /// Takes a stream over and makes the kernel notice a vanished peer.
    pub(crate) fn new(stream: TcpStream) -> Self {
        let socket = SockRef::from(&stream);
        let keepalive = TcpKeepalive::new()
            .with_time(Duration::from_mins(1))
            .with_interval(Duration::from_secs(15))
            .with_retries(4);
        // A socket that refuses an option still carries bytes.
        let _ = socket.set_tcp_nodelay(true);
        let _ = socket.set_tcp_keepalive(&keepalive);
        let _ = socket.set_tcp_user_timeout(Some(GIVE_UP_AFTER));
        Self(Arc::new(Socket { stream, written: AtomicU64::new(0) }))
    }

    /// Waits until there is something to read, the end included.
    pub(crate) async fn readable(&self) -> io::Result<()> {
        self.0.stream.readable().await
    }

    /// Reads what is there.
    pub(crate) fn try_read(&self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.stream.try_read(buffer)
    }

    /// Writes what fits.
    pub(crate) fn try_write(&self, bytes: &[u8]) -> io::Result<usize> {
        self.0.stream.try_write(bytes)
    }

    /// Waits until the peer has sent its last byte, without reading.
    pub(crate) async fn half_closed(&self) {
        // Priority interest is woken by the end of the stream but not by ordinary bytes.
        match self.0.stream.ready(Interest::PRIORITY).await {
            Ok(ready) if !ready.is_read_closed() => std::future::pending().await,
            Ok(_) | Err(_) => (),
        }
    }

    /// Waits until the connection is broken in both directions.
    pub(crate) async fn broken(&self) {
        let _ = self.0.stream.ready(Interest::ERROR).await;
    }

    /// Bytes written so far.
    pub(crate) fn written(&self) -> u64 {
        self.0.written.load(Relaxed)
    }

    /// Tells the peer that no byte follows.
    pub(crate) fn end_writing(&self) -> io::Result<()> {
        SockRef::from(&self.0.stream).shutdown(Shutdown::Write)
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        loop {
            let room = buffer.remaining();
            match self.0.stream.try_read_buf(buffer) {
                Ok(count) => {
                    if count > 0 && count < room {
                        // The kernel's buffer is empty: spare the call that would say so.
                        let drained = || Err::<(), _>(io::ErrorKind::WouldBlock.into());
                        let _ = self.0.stream.try_io(Interest::READABLE, drained);
                    }
                    return Poll::Ready(Ok(()));
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    ready!(self.0.stream.poll_read_ready(context))?;
                }
                Err(error) => return Poll::Ready(Err(error)),
            }
        }
    }
}

impl Wire {
    fn poll_writing(
        &self,
        context: &mut Context<'_>,
        mut write: impl FnMut(&TcpStream) -> io::Result<usize>,
    ) -> Poll<io::Result<usize>> {
        loop {
            match write(&self.0.stream) {
                Ok(count) => {
                    self.0.written.fetch_add(count as u64, Relaxed);
                    return Poll::Ready(Ok(count));
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    ready!(self.0.stream.poll_write_ready(context))?;
                }
                Err(error) => return Poll::Ready(Err(error)),
            }
        }
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.poll_writing(context, |stream| stream.try_write(bytes))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.poll_writing(context, |stream| stream.try_write_vectored(slices))
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(self.end_writing())
    }
}
