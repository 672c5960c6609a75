//! `phoenix health`: what the container's health check runs.

use std::io::{self, Read, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

use crate::settings::Settings;

const PATIENCE: Duration = Duration::from_secs(3);
const MOST_BYTES: u64 = 64 * 1024;

/// Asks the gateway of this container; the answer's status line and body, or why there is none.
pub(crate) fn ask(settings: &Settings) -> Result<String, String> {
    let host = settings.host.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST));
    let port = settings.ports.first().copied().unwrap_or_default();
    let address = SocketAddr::new(host, port);
    let answer = exchange(address).map_err(|error| format!("{address}: {error}"))?;
    let status = answer.lines().next().unwrap_or_default();
    let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    let seen = format!("{status} {body}");
    if status.split(' ').nth(1) == Some("200") { Ok(seen) } else { Err(seen) }
}

fn exchange(address: SocketAddr) -> io::Result<String> {
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    stream
        .write_all(b"GET /api/health HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.take(MOST_BYTES).read_to_string(&mut answer)?;
    Ok(answer)
}
