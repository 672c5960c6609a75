//! Load goes to this machine only.

use std::net::{SocketAddr, UdpSocket};

use crate::running::LoadError;

/// Refuses every address that is not this machine's own: only those can be bound to.
///
/// # Errors
/// [`LoadError::NoAddress`] and [`LoadError::ForeignAddress`].
pub fn refuse_foreign(addresses: &[SocketAddr]) -> Result<(), LoadError> {
    if addresses.is_empty() {
        return Err(LoadError::NoAddress);
    }
    match addresses.iter().find(|address| !is_own(**address)) {
        Some(foreign) => Err(LoadError::ForeignAddress(*foreign)),
        None => Ok(()),
    }
}

fn is_own(address: SocketAddr) -> bool {
    let ip = address.ip();
    !ip.is_unspecified()
        && !ip.is_multicast()
        && (ip.is_loopback() || UdpSocket::bind((ip, 0)).is_ok())
}

#[cfg(test)]
mod tests {
    use super::refuse_foreign;

    #[test]
    fn the_loopback_addresses_are_accepted() {
        let own = ["127.0.0.1:1".parse().unwrap(), "[::1]:1".parse().unwrap()];
        assert!(refuse_foreign(&own).is_ok());
    }

    #[test]
    fn an_address_of_another_machine_is_refused() {
        // TEST-NET-3 of RFC 5737: nobody's.
        for foreign in ["203.0.113.7:80", "0.0.0.0:80", "224.0.0.1:80"] {
            assert!(refuse_foreign(&[foreign.parse().unwrap()]).is_err(), "{foreign}");
        }
    }
}
