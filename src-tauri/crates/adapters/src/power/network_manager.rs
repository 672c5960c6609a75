//! Whether the connection is paid by volume, as `NetworkManager` knows or guesses it.

use std::time::Duration;

use zbus::zvariant::OwnedValue;

/// A bus that does not answer within this time is treated as one that is not there.
const PATIENCE: Duration = Duration::from_secs(2);

const NAME: &str = "org.freedesktop.NetworkManager";
const PATH: &str = "/org/freedesktop/NetworkManager";

/// `None` where nobody knows.
pub(super) async fn metered() -> Option<bool> {
    let asked = tokio::time::timeout(PATIENCE, ask()).await;
    asked.ok()?.ok().and_then(meaning)
}

async fn ask() -> zbus::Result<u32> {
    let bus = zbus::Connection::system().await?;
    let question = ("org.freedesktop.NetworkManager", "Metered");
    let interface = Some("org.freedesktop.DBus.Properties");
    let reply = bus.call_method(Some(NAME), PATH, interface, "Get", &question).await?;
    let value: OwnedValue = reply.body().deserialize()?;
    Ok(u32::try_from(value)?)
}

/// `NMMetered`: 0 unknown, 1 yes, 2 no, 3 guessed yes, 4 guessed no.
const fn meaning(metered: u32) -> Option<bool> {
    match metered {
        1 | 3 => Some(true),
        2 | 4 => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guess_counts_and_unknown_is_unknown() {
        let meant: Vec<_> = (0..5).map(meaning).collect();
        assert_eq!(meant, [None, Some(true), Some(false), Some(true), Some(false)]);
    }
}
