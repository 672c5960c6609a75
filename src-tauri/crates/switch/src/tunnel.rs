//! Upgraded and raw connections: they stay with their generation until one side ends them.

mod frames;
mod raw;
mod upgraded;
mod websocket;

use tokio::sync::watch;

use crate::routing::Farewell;

pub(crate) use raw::relay_raw;
pub(crate) use upgraded::{Ends, carry_upgraded};

/// Waits for the next farewell that `matters`. One that was bid before does not: it was meant for
/// the connections of then.
async fn until(farewells: &mut watch::Receiver<Farewell>, matters: impl Fn(Farewell) -> bool) {
    while farewells.changed().await.is_ok() {
        if matters(*farewells.borrow_and_update()) {
            return;
        }
    }
    std::future::pending::<()>().await;
}
