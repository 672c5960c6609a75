//! What follows a 101.

use std::sync::Arc;
use std::time::Duration;

use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;

use super::{raw, websocket};
use crate::counters::SocketEnding;
use crate::proxy::{Switchboard, Upgrade};
use crate::routing::Claim;

/// The 101 has to reach the client in this time.
const SWITCH_WITHIN: Duration = Duration::from_secs(30);

/// The two sides of an upgraded connection.
#[derive(Debug)]
pub(crate) struct Ends {
    /// The client's.
    pub(crate) client: OnUpgrade,
    /// The app's.
    pub(crate) app: OnUpgrade,
}

/// Carries an upgraded connection to its end.
pub(crate) async fn carry_upgraded(
    board: Arc<Switchboard>,
    claim: Claim,
    upgrade: Upgrade,
    ends: Ends,
) {
    let ledger = claim.generation().ledger();
    match upgrade {
        Upgrade::WebSocket => ledger.record_websocket(),
        Upgrade::Other => ledger.record_tunnel(),
    }
    let both = async { tokio::try_join!(ends.client, ends.app) };
    let Ok(Ok((client, app))) = tokio::time::timeout(SWITCH_WITHIN, both).await else {
        if upgrade == Upgrade::WebSocket {
            ledger.record_websocket_end(SocketEnding::Client);
        }
        return;
    };
    let (client, app) = (TokioIo::new(client), TokioIo::new(app));
    match upgrade {
        Upgrade::WebSocket => {
            let farewells = claim.generation().farewells();
            let ending = websocket::carry(client, app, farewells, board.stop.clone()).await;
            ledger.record_websocket_end(ending);
        }
        Upgrade::Other => raw::relay(&board, &claim, client, app).await,
    }
}
