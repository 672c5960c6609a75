//! What the peer of a connection has not acknowledged yet, as the kernel tells it.

use std::net::SocketAddr;

/// The kernel's tables of TCP connections: a socket of IPv6 that serves IPv4 is in the second.
const TABLES: [&str; 2] = ["/proc/self/net/tcp", "/proc/self/net/tcp6"];

/// Bytes that were handed to the kernel and that the peer's kernel has not acknowledged. `None`
/// where the system has no such table or the connection is gone.
pub(crate) fn bytes(local: SocketAddr, peer: SocketAddr) -> Option<u64> {
    TABLES.iter().find_map(|table| {
        let text = std::fs::read_to_string(table).ok()?;
        text.lines().skip(1).find_map(|line| of_line(line, local.port(), peer.port()))
    })
}

/// `0: 0100007F:1F90 0100007F:C350 01 0000002A:00000000 …` (proc(5)): addresses, state, queue of
/// what is to be acknowledged and of what is to be read. Two ports are enough to tell the
/// connections of one program's listener apart that come from one proxy.
fn of_line(line: &str, local: u16, peer: u16) -> Option<u64> {
    let mut fields = line.split_whitespace().skip(1);
    let port = |field: &str| u16::from_str_radix(field.rsplit(':').next()?, 16).ok();
    let (found_local, found_peer) = (port(fields.next()?)?, port(fields.next()?)?);
    let queue = fields.nth(1)?.split(':').next()?;
    if (found_local, found_peer) != (local, peer) {
        return None;
    }
    u64::from_str_radix(queue, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str =
        "   3: 0100007F:1F90 0100007F:C350 01 0000002A:00000000 00:00000000 00000000";

    #[test]
    fn a_line_tells_what_is_not_acknowledged() {
        assert_eq!(of_line(LINE, 0x1F90, 0xC350), Some(42));
    }

    #[test]
    fn another_connection_is_not_meant() {
        assert_eq!(of_line(LINE, 0x1F90, 0xC351), None);
    }
}
