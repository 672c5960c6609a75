//! Connections that do not speak HTTP, relayed byte by byte with half-close.

use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};

use super::until;
use crate::counters::{Ending, Tally};
use crate::proxy::Switchboard;
use crate::routing::{Claim, Farewell, Patience, Purpose};
use crate::upstream::Wire;

/// Relays `client` to a backend's `port`, beginning with what was `read` from it already. While no
/// backend can be reached it waits, as requests do.
pub(crate) async fn relay_raw(board: &Arc<Switchboard>, client: Wire, read: &[u8], port: u16) {
    let mut patience = Patience::default();
    let connected = tokio::select! {
        connected = connect(board, port, &mut patience) => connected,
        () = client.broken() => return note(board, Ending::Abandoned, &patience),
    };
    let Some((claim, mut app)) = connected else {
        return note(board, Ending::Failed, &patience);
    };
    claim.generation().ledger().record_tunnel();
    if app.write_all(read).await.is_ok() {
        relay(board, &claim, client, app).await;
    }
}

/// Copies both ways until both sides have ended, or the generation's connections have to.
pub(super) async fn relay(
    board: &Switchboard,
    claim: &Claim,
    mut client: impl AsyncRead + AsyncWrite + Unpin,
    mut app: impl AsyncRead + AsyncWrite + Unpin,
) {
    let mut farewells = claim.generation().farewells();
    farewells.mark_unchanged();
    tokio::select! {
        // Which side broke is nobody's business here.
        _ = tokio::io::copy_bidirectional(&mut client, &mut app) => (),
        () = until(&mut farewells, |farewell| farewell != Farewell::Stay) => (),
        () = board.stop.cancelled() => (),
    }
}

async fn connect(
    board: &Arc<Switchboard>,
    port: u16,
    patience: &mut Patience,
) -> Option<(Claim, Wire)> {
    loop {
        let claimed = board.router.claim(Purpose::Connection, port, patience).await;
        let (claim, endpoint) = claimed.ok()?;
        if let Ok(app) = endpoint.dial().await {
            return Some((claim, app));
        }
        drop(claim);
        board.router.note_down(&endpoint);
    }
}

fn note(board: &Switchboard, ending: Ending, patience: &Patience) {
    board.record(None, Tally { ending, held: patience.held(), head: None });
}
