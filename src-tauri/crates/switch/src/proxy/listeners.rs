//! Where listening sockets come from. This is the one place that a launcher which owns the sockets
//! and hands them to its workers will have to change.

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

use socket2::{Domain, Protocol, Socket, Type};
use tokio::net::TcpListener;

use crate::options::{Listen, PortMode};

/// The kernel cuts it to its own limit.
const BACKLOG: i32 = 4_096;

/// A listening socket and how its connections are to be treated.
#[derive(Debug)]
pub(crate) struct BoundListener {
    /// The socket.
    pub(crate) socket: TcpListener,
    /// The port, as backends know it.
    pub(crate) port: u16,
    /// How connections are treated.
    pub(crate) mode: PortMode,
}

impl BoundListener {
    /// What it was asked to be, with the port it got.
    pub(crate) fn listen(&self) -> Listen {
        let bound = self.socket.local_addr().map_or(self.port, |address| address.port());
        Listen { port: bound, backend_port: self.port, mode: self.mode }
    }
}

/// A port that could not be listened on.
#[derive(Debug, thiserror::Error)]
#[error("port {port} cannot be listened on: {source}")]
pub struct BindError {
    port: u16,
    source: io::Error,
}

/// Listens on every port, on all addresses of both families.
///
/// # Errors
/// When a port is taken or forbidden.
pub(crate) fn bind_all(listens: &[Listen]) -> Result<Vec<BoundListener>, BindError> {
    listens.iter().copied().map(bind).collect()
}

fn bind(listen: Listen) -> Result<BoundListener, BindError> {
    let Listen { port, backend_port, mode } = listen;
    let both = SocketAddr::from((Ipv6Addr::UNSPECIFIED, port));
    let old = SocketAddr::from((Ipv4Addr::UNSPECIFIED, port));
    let socket = listen_on(both).or_else(|error| {
        // Without IPv6 in the kernel or in the container there is IPv4.
        if error.kind() == io::ErrorKind::AddrInUse { Err(error) } else { listen_on(old) }
    });
    let bound = socket.map_err(|source| BindError { port, source })?;
    Ok(BoundListener { socket: bound, port: backend_port, mode })
}

fn listen_on(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    if address.is_ipv6() {
        socket.set_only_v6(false)?;
    }
    socket.set_reuse_address(true)?;
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    TcpListener::from_std(socket.into())
}
