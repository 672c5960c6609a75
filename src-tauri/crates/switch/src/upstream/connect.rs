//! Opening a connection: nothing has been sent before it stands.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::time::timeout;

use super::{AddressBook, Wire};

/// A try that takes longer has lost its SYN or meets a peer that drops it.
const TRY_FOR: Duration = Duration::from_secs(1);

/// No address of no name accepted a connection.
#[derive(Debug, thiserror::Error)]
#[error("{host}:{port} accepts no connection: {source}")]
pub(crate) struct ConnectError {
    host: String,
    port: u16,
    source: io::Error,
}

/// Opens a connection to the first of `hosts` that accepts one.
///
/// # Errors
/// The last refusal, when none does.
pub(crate) async fn connect_any(
    book: &AddressBook,
    hosts: &[String],
    port: u16,
) -> Result<Wire, ConnectError> {
    let mut last = io::Error::new(io::ErrorKind::NotFound, "it has no name");
    for host in hosts {
        match connect(book, host, port).await {
            Ok(wire) => return Ok(wire),
            Err(error) => {
                book.forget(host);
                last = error;
            }
        }
    }
    Err(ConnectError { host: hosts.first().cloned().unwrap_or_default(), port, source: last })
}

async fn connect(book: &AddressBook, host: &str, port: u16) -> io::Result<Wire> {
    let mut last = io::Error::new(io::ErrorKind::NotFound, "the name has no address");
    for address in book.look_up(host).await? {
        match timeout(TRY_FOR, TcpStream::connect(SocketAddr::new(address, port))).await {
            Ok(Ok(stream)) => return Ok(Wire::new(stream)),
            Ok(Err(error)) => last = error,
            Err(_) => last = io::Error::new(io::ErrorKind::TimedOut, "no answer within 1 s"),
        }
    }
    Err(last)
}
